from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from common.ui.forms import DateField, Form, NumberInput
from members.enums import COUNTED
from members.models import Member
from orgtree.models import OrgUnit

from ..enums import OF_THE_COMMITTEE, MeetingKind
from .selectors.board import MONTHS_BACK, Month
from .services import Typed


def months(today: date) -> list[tuple[str, str]]:
    """For choosing: the coming one, this one, those before."""
    one, found = Month(today.replace(day=1)).after, []
    for _ in range(MONTHS_BACK + 2):
        found.append((one.period, one.label.capitalize()))
        one = one.before
    return found


class ScopeForm(Form):
    """Which month, which unit."""

    thang = forms.ChoiceField(label="Tháng", required=False)
    don_vi = forms.ChoiceField(label="Đơn vị", required=False)

    def __init__(self, data: QueryDict, *, month: Month, units: dict[str, str], unit: str, own: str = "") -> None:
        super().__init__({"thang": month.period, "don_vi": unit}, auto_id="loc-%s")
        self.fields["thang"].choices = months(timezone.localdate())
        self.fields["don_vi"].choices = ([("", own)] if own else []) + list(units.items())
        if len(self.fields["don_vi"].choices) < 2:
            del self.fields["don_vi"]


class PaperForm(Form):
    """What stands on minutes that were written on paper, and their scan."""

    kind = forms.ChoiceField(label="Loại cuộc họp")
    topic = forms.CharField(label="Chuyên đề", max_length=300, required=False, help_text="Chỉ ghi khi có.")
    day = DateField(label="Ngày họp", help_text="Ngày/tháng/năm, ví dụ 05/03/2026.")
    begins = forms.TimeField(
        label="Khai mạc lúc", help_text="Giờ:phút, ví dụ 14:00.", widget=forms.TimeInput(format="%H:%M")
    )
    ends = forms.TimeField(
        label="Bế mạc lúc", help_text="Giờ:phút, ví dụ 15:35.", widget=forms.TimeInput(format="%H:%M")
    )
    place = forms.CharField(label="Địa điểm", max_length=200)
    chair = forms.ModelChoiceField(label="Chủ trì", queryset=Member.objects.none(), empty_label="Chọn một đồng chí")
    clerk = forms.ModelChoiceField(
        label="Thư ký", queryset=Member.objects.none(), required=False, empty_label="Không rõ"
    )
    expected = forms.IntegerField(label="Số đảng viên phải dự", min_value=1, max_value=9999, widget=NumberInput())
    here = forms.IntegerField(label="Số có mặt", min_value=0, max_value=9999, widget=NumberInput())
    file = forms.FileField(
        label="Bản quét biên bản",
        help_text="Tệp PDF, nhiều nhất 20 MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        max_length=255,
    )
    not_secret = forms.BooleanField(label="Tệp không chứa bí mật nhà nước")

    def __init__(self, *args: Any, unit: OrgUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in MeetingKind if unit.kind.holds_members or kind in OF_THE_COMMITTEE]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        people = Member.objects.filter(branch=unit, status__in=COUNTED)
        if not unit.kind.holds_members:
            # The chair of a committee is a member of some branch below, by his post here.
            people = Member.objects.filter(posts__unit=unit, status__in=COUNTED).distinct()
        people = people.order_by("name_sort", "pk")
        self.fields["chair"].queryset = people
        self.fields["clerk"].queryset = people

    def typed(self) -> Typed:
        given = self.cleaned_data
        return Typed(
            **{
                name: given[name]
                for name in ("kind", "day", "begins", "ends", "place", "chair", "clerk", "expected", "here", "topic")
            }
        )

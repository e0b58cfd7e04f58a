"""Shapes of what is filled in. Who may and who can stands in the services."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils import timezone
from django.utils.html import format_html

from common.text import clean, clean_lines
from common.ui.forms import DateField, Form
from orgtree.enums import ROLES, Reach, Role
from orgtree.models import OrgUnit

from .selectors import FILTERS
from .steps import LABELS, STEPS, step_of, step_short

SCOPES = [
    ("", "Mọi nơi tôi được xem"),
    ("cap-duoi", "Cấp dưới trực tiếp"),
    ("don-vi-toi", "Đơn vị tôi công tác"),
    ("toi-giao", "Do tôi giao"),
    ("cua-toi", "Vai trò của tôi"),
]


class FilterForm(Form):
    """What stands in the address of the list. A value that is not known is left out, not complained about."""

    don_vi = forms.ChoiceField(label="Đơn vị", required=False)
    trang_thai = forms.ChoiceField(label="Trạng thái", required=False, choices=FILTERS)
    vai_tro = forms.ChoiceField(label="Vai trò", required=False, choices=[("", "Mọi vai trò"), *Role.choices])
    pham_vi = forms.ChoiceField(label="Xem", required=False, choices=SCOPES)
    buoc = forms.ChoiceField(
        label="Bước",
        required=False,
        choices=[("", "Mọi bước"), *((str(step), LABELS[step].capitalize()) for step in STEPS)],
    )

    def __init__(self, data: Mapping, units: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["don_vi"].choices = [("", "Mọi đơn vị"), *units]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}


class FindForm(Form):
    """Whom and where: either is enough to look."""

    q = forms.CharField(
        label="Tài khoản",
        required=False,
        max_length=120,
        help_text="Gõ họ tên (có dấu hoặc không dấu), hoặc đủ 12 chữ số của số định danh cá nhân.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "search", "data-no-keep": ""}),
    )
    unit = forms.CharField(
        label="Đơn vị",
        required=False,
        max_length=260,
        help_text="Gõ tên hoặc mã của đơn vị cần phân quyền rồi chọn trong danh sách gợi ý. Có thể để trống.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "don-vi-giao-duoc"}),
    )

    def clean_q(self) -> str:
        return clean(self.cleaned_data["q"])

    def clean_unit(self) -> str:
        return clean(self.cleaned_data["unit"])


def _reason(help_text: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label="Lý do",
        required=required,
        max_length=500,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )


class _Reasoned(Form):
    def clean_reason(self) -> str:
        return clean_lines(self.cleaned_data["reason"])


class GiveForm(_Reasoned):
    """The three fields of letter 001 §4b (the account was found before), and for how long and how far."""

    unit = forms.ChoiceField(label="Đơn vị")
    roles = forms.MultipleChoiceField(
        label="Vai trò",
        widget=forms.CheckboxSelectMultiple,
        help_text="Chọn một hoặc nhiều vai trò.",
        error_messages={"required": "Chưa chọn vai trò."},
    )
    begins_on = DateField(label="Từ ngày", initial=timezone.localdate)
    ends_on = DateField(
        label="Đến hết ngày", required=False, help_text="Để trống nếu không có thời hạn. Ví dụ: ngày hết nhiệm kỳ."
    )
    reach = forms.ChoiceField(
        label="Phạm vi", choices=Reach.choices[::-1], initial=Reach.SUBTREE, widget=forms.RadioSelect
    )
    reason = _reason(
        "Bắt buộc khi đồng chí được giao không giữ chức vụ phù hợp tại đơn vị (ít nhất 10 ký tự). "
        "Lý do hiện trong danh sách phân quyền và nhật ký."
    )

    def __init__(
        self,
        data: Mapping | None = None,
        *,
        units: Sequence[OrgUnit],
        roles: Sequence[Role],
        initial: Mapping | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._units = {str(unit.pk): unit for unit in units}
        choices = [(pk, f"{unit.name} ({step_short(step_of(unit))})") for pk, unit in self._units.items()]
        if len(choices) > 1:
            self.fields["unit"].widget = forms.RadioSelect()
        self.fields["unit"].choices = choices
        self.fields["roles"].choices = [
            (role.value, format_html("<b>{}</b><br>{}", role.label, ROLES[role].description)) for role in roles
        ]

    def clean_unit(self) -> OrgUnit:
        return self._units[self.cleaned_data["unit"]]

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]

    def clean_reach(self) -> Reach:
        return Reach(self.cleaned_data["reach"])


class TakeBackForm(_Reasoned):
    keep = forms.TypedChoiceField(
        label="Những vai trò phụ thuộc", coerce=lambda value: value == "giu", widget=forms.RadioSelect
    )
    reason = _reason("Ít nhất 10 ký tự; người bị thu hồi đọc được.", required=True)

    def __init__(self, data: Mapping | None = None, *, hanging: int, keepable: int) -> None:
        super().__init__(data, initial={"keep": "giu" if keepable else "het"})
        if not keepable:
            del self.fields["keep"]
            return
        going = hanging - keepable
        rest = f"; {going} vai trò không chuyển được thì thu hồi theo" if going else ""
        self.fields["keep"].choices = [
            ("giu", f"Giữ lại {keepable} vai trò, chuyển sang tôi giao{rest}"),
            ("het", f"Thu hồi tất cả {hanging} vai trò phụ thuộc"),
        ]


class HandOverForm(_Reasoned):
    begins_on = DateField(
        label="Bàn giao từ ngày",
        initial=timezone.localdate,
        help_text="Từ ngày này người nhận bắt đầu, người bàn giao giữ vai trò đến hết ngày hôm trước.",
    )
    ends_on = DateField(label="Đến hết ngày", required=False, help_text="Để trống nếu không có thời hạn.")
    reason = _reason("Ví dụ: số quyết định. Bắt buộc khi người nhận chưa được ghi chức vụ phù hợp (ít nhất 10 ký tự).")


class TermForm(_Reasoned):
    ends_on = DateField(label="Đến hết ngày", required=False, help_text="Để trống nếu không có thời hạn.")
    reason = _reason("Ví dụ: số quyết định, hết nhiệm kỳ.")

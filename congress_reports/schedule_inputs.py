"""The shapes of what is typed about the schedule."""

from collections.abc import Sequence
from datetime import date, time

from django import forms

from common.ui.forms import DateField, Form

from .enums import CongressForm, CongressState
from .selectors.schedule import PAST, STATES, Chosen, Line

MAX_LIST_BYTES = 10_000_000

_EXAMPLE = "Ngày/tháng/năm, ví dụ 20/04/2027."


class HourField(forms.TimeField):
    """An hour as people write it: 07:30, 7h30, 7:30."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("help_text", "Ví dụ 07:30.")
        kwargs.setdefault("input_formats", ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%Hg%M", "%H.%M"])
        kwargs.setdefault("error_messages", {"invalid": "Giờ phải viết dạng 07:30."})
        attrs = {"inputmode": "text", "class": "input--date", "maxlength": 8, "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TimeInput(attrs, format="%H:%M"))
        super().__init__(**kwargs)

    def to_python(self, value: object) -> time | None:
        return super().to_python(value.strip().lower() if isinstance(value, str) else value)


class ScheduleFilter(Form):
    """A value that is not known is left out, not complained about."""

    tim = forms.CharField(label="Tên đơn vị", required=False, max_length=100, help_text="Gõ có dấu hoặc không dấu.")
    don_vi = forms.ChoiceField(label="Trong đơn vị", required=False)
    tinh_trang = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[
            ("", "Tất cả"),
            *((word, label) for word, (label, _) in STATES.items()),
            (PAST, "Quá ngày, chưa cập nhật"),
        ],
    )
    loai = forms.ChoiceField(label="Loại hình", required=False)
    hinh_thuc = forms.ChoiceField(label="Hình thức", required=False, choices=[("", "Tất cả"), *CongressForm.choices])
    tu = DateField(label="Từ ngày", required=False, help_text="")
    den = DateField(label="Đến ngày", required=False, help_text="")

    def __init__(self, data, *, units: Sequence[tuple[str, str]], kinds: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["don_vi"].choices = units
        self.fields["loai"].choices = [("", "Tất cả"), *((str(pk), label) for pk, label in kinds)]
        if len(units) < 2:
            del self.fields["don_vi"]

    def chosen(self, unit, *, wide: bool) -> Chosen:
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}
        return Chosen(
            unit=unit,
            wide=wide,
            text=known.get("tim", ""),
            state=known.get("tinh_trang", ""),
            kind=int(known["loai"]) if "loai" in known else None,
            form=known.get("hinh_thuc", ""),
            since=known.get("tu"),
            until=known.get("den"),
        )


def _form_field(**options) -> forms.ChoiceField:
    return forms.ChoiceField(label="Hình thức", required=False, **options)


class LineForm(Form):
    """A line of the schedule. `seen` is when the line was changed last, as the page showed it."""

    planned_on = DateField(label="Ngày dự kiến", required=False, help_text=_EXAMPLE)
    planned_at = HourField(label="Giờ khai mạc", required=False)
    place = forms.CharField(label="Địa điểm", required=False, max_length=200)
    form = _form_field(choices=[("", "Chưa rõ"), *CongressForm.choices])
    steering = forms.CharField(
        label="Đồng chí chỉ đạo",
        required=False,
        max_length=300,
        help_text="Đồng chí hoặc tổ công tác của cấp trên dự và chỉ đạo đại hội.",
    )
    state = forms.ChoiceField(label="Tình trạng", choices=CongressState.choices, widget=forms.RadioSelect)
    held_on = DateField(label="Bế mạc ngày", required=False, help_text="Ghi khi đã tổ chức, ví dụ 25/04/2025.")
    reason = forms.CharField(
        label="Lý do hoãn",
        required=False,
        max_length=500,
        help_text="Ghi khi hoãn, ít nhất 10 ký tự. Đơn vị đọc được nguyên văn.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    note = forms.CharField(label="Ghi chú", required=False, max_length=300)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, line: Line, **kwargs) -> None:
        initial = {name: getattr(line, name) for name in self.base_fields if name != "seen"}
        initial["seen"] = line.changed_at.isoformat() if line.changed_at else ""
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        if line.holds_members:
            self.fields["form"].choices = [
                choice for choice in self.fields["form"].choices if choice[0] != CongressForm.DELEGATES
            ]

    def values(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ManyForm(Form):
    """The same for many units; what stays empty stays as it is in each."""

    planned_on = DateField(label="Ngày dự kiến", required=False, help_text=_EXAMPLE)
    planned_at = HourField(label="Giờ khai mạc", required=False)
    place = forms.CharField(label="Địa điểm", required=False, max_length=200)
    form = _form_field(choices=[("", "Giữ nguyên"), *CongressForm.choices])
    steering = forms.CharField(label="Đồng chí chỉ đạo", required=False, max_length=300)

    def clean(self) -> dict:
        given = super().clean()
        if not self.errors and not any(given.values()):
            raise forms.ValidationError("Đồng chí điền ít nhất một ô.")
        return given

    def values(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class ScheduleListForm(Form):
    file = forms.FileField(
        label="Tệp lịch đại hội",
        help_text="Bảng tính .xlsx, .xls hoặc .ods, nhiều nhất 10 MB. Không đưa lên tài liệu có độ mật.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_LIST_BYTES:
            raise forms.ValidationError("Tệp lớn hơn 10 MB. Đồng chí bỏ bớt hình ảnh, trang tính thừa rồi chọn lại.")
        return file


def month_in(text: str, today: date) -> date:
    """ "2025-04" as its first day; this month for anything else."""
    year, _, month = text.partition("-")
    if (
        year.isdecimal()
        and month.isdecimal()
        and len(text) == 7
        and 1 <= int(month) <= 12
        and 1930 <= int(year) <= 2200
    ):
        return date(int(year), int(month), 1)
    return today.replace(day=1)

"""Shapes of what is typed. What a field accepts stands in `fields`."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils import timezone

from common.errors import RuleViolation
from common.text import clean, clean_lines
from common.ui.forms import DateField, Form
from orgtree.models import OrgUnit

from . import fields
from .enums import Gender, PostCode, Standing, Status
from .selectors.lists import AGE_BANDS, ANY_POST, EVERYBODY, GONE, SORTS, ListFilter

_LONGEST = 200


class FilterForm(Form):
    """What stands in the address of a list. A value that is not known is left out, not complained about."""

    unit = forms.ChoiceField(label="Đơn vị", required=False)
    tu_cach = forms.ChoiceField(label="Tư cách", required=False, choices=[("", "Mọi tư cách"), *Standing.choices])
    tinh_trang = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[
            ("", "Đang trong danh sách"),
            *Status.choices,
            (GONE, "Đã rời danh sách"),
            (EVERYBODY, "Mọi tình trạng"),
        ],
    )
    chuc_vu = forms.ChoiceField(
        label="Chức vụ", required=False, choices=[("", "Tất cả"), (ANY_POST, "Có chức vụ"), *PostCode.choices]
    )
    kich_hoat = forms.ChoiceField(
        label="Tài khoản",
        required=False,
        choices=[("", "Tất cả"), ("co", "Đã kích hoạt"), ("chua", "Chưa kích hoạt")],
    )
    gioi_tinh = forms.ChoiceField(label="Giới tính", required=False, choices=[("", "Nam và nữ"), *Gender.choices])
    do_tuoi = forms.ChoiceField(
        label="Độ tuổi",
        required=False,
        choices=[("", "Mọi độ tuổi"), *((key, band[0]) for key, band in AGE_BANDS.items())],
    )
    dan_toc = forms.ChoiceField(
        label="Dân tộc",
        required=False,
        choices=[("", "Mọi dân tộc"), ("kinh", "Kinh"), ("thieu-so", "Dân tộc thiểu số")],
    )

    def __init__(self, data: Mapping, units: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["unit"].choices = units

    def chosen(self, text: str = "") -> ListFilter:
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}
        sort = self.data.get("xep", "ten")
        name = sort.removeprefix("-")
        return ListFilter(
            standing=known.get("tu_cach", ""),
            status=known.get("tinh_trang", ""),
            post=known.get("chuc_vu", ""),
            activated=known.get("kich_hoat", ""),
            gender=known.get("gioi_tinh", ""),
            age=known.get("do_tuoi", ""),
            ethnicity=known.get("dan_toc", ""),
            text=text,
            sort=name if name in SORTS else "ten",
            descending=sort.startswith("-") and name in SORTS,
        )


class SearchForm(Form):
    q = forms.CharField(label="Tìm đảng viên", required=False, max_length=_LONGEST)

    def clean_q(self) -> str:
        return clean(self.cleaned_data["q"])


class TypedField(forms.CharField):
    """One field of a record, typed as text or chosen; cleans to its columns."""

    def __init__(self, name: str, **kwargs) -> None:
        self.typed = fields.FIELDS[name]
        attributes = {"autocomplete": "off"}
        if name in ("citizen_id", "phone", "card_number"):
            attributes["inputmode"] = "numeric"
        if name in ("birth", "admission", "official", "admission_decision_date"):
            attributes["class"] = "input--date"
        if name == "citizen_id":
            attributes["data-no-keep"] = ""  # also the user name: not left in a browser
        if self.typed.choices:
            # A standing is always known.
            blank = [] if self.typed.choices is Standing else [("", "Chưa rõ")]
            kwargs["widget"] = forms.Select(choices=[*blank, *self.typed.choices.choices])
        super().__init__(label=self.typed.label, help_text=self.typed.hint, max_length=_LONGEST, **kwargs)
        self.widget.attrs.update(attributes)

    def clean(self, value: object) -> dict[str, object]:
        text = super().clean(value)
        try:
            return fields.parse(self.typed.name, text)
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def _typed(name: str, *, required: bool = False) -> TypedField:
    # The value at opening travels along: what the editor did not touch is not written back over another's change.
    return TypedField(name, required=required, show_hidden_initial=True)


class RecordForm(Form):
    """All that an officer types of a record; `values()` gives the columns of what he changed."""

    full_name = _typed("full_name", required=True)
    citizen_id = _typed("citizen_id", required=True)
    birth = _typed("birth")
    gender = _typed("gender")
    ethnicity = _typed("ethnicity")
    phone = _typed("phone")
    card_number = _typed("card_number")
    standing = _typed("standing", required=True)
    admission = _typed("admission")
    admission_decision_date = _typed("admission_decision_date")
    official = _typed("official")
    professional_level = _typed("professional_level")
    political_theory = _typed("political_theory")
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict:
        """What was in the record before and was not touched is not complained about."""
        for name in [name for name in self.errors if name not in self.changed_data]:
            if self.data.get("version"):
                del self.errors[name]
        return self.cleaned_data

    @property
    def touched(self) -> list[str]:
        return [name for name in self.changed_data if name in fields.TYPED]

    def values(self) -> dict[str, object]:
        return {column: value for name in self.touched for column, value in self.cleaned_data[name].items()}

    def values_of_all(self) -> dict[str, object]:
        return {column: value for name in fields.TYPED for column, value in self.cleaned_data[name].items()}

    @classmethod
    def again(cls, form: "RecordForm", now: Mapping[str, str], version: str) -> "RecordForm":
        """After somebody else changed the record: what this editor typed stays, the rest is as it stands now."""
        data = {name: form.data.get(name, "") if name in form.touched else now[name] for name in fields.TYPED}
        return cls(data | {f"initial-{name}": now[name] for name in fields.TYPED} | {"version": version})


class ContactForm(Form):
    """What a member changes himself."""

    phone = TypedField("phone", required=False)
    no_smartphone = forms.BooleanField(
        label="Tôi không dùng điện thoại thông minh",
        required=False,
        help_text="Chi bộ sẽ điểm danh, ghi ý kiến và gửi tài liệu giấy cho đồng chí.",
    )


class CorrectionForm(Form):
    field = forms.ChoiceField(label="Mục cần đính chính")
    wanted = forms.CharField(label="Nội dung đúng", max_length=_LONGEST)
    note = forms.CharField(
        label="Căn cứ",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: theo căn cước công dân, theo quyết định số …",
    )

    def __init__(self, data: Mapping | None = None, *, initial: Mapping | None = None) -> None:
        super().__init__(data, initial=initial)
        names = [name for name in fields.TYPED if name != "phone"]
        self.fields["field"].choices = [("", "Chọn mục"), *((name, fields.FIELDS[name].label) for name in names)]

    def clean_note(self) -> str:
        return clean_lines(self.cleaned_data["note"])

    def clean(self) -> dict:
        cleaned = super().clean()
        name, wanted = cleaned.get("field"), cleaned.get("wanted")
        if name and wanted:
            try:
                fields.parse(name, wanted)
            except RuleViolation as refusal:
                self.add_error("wanted", str(refusal))
        return cleaned


class DecisionForm(Form):
    reason = forms.CharField(
        label="Lý do",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bắt buộc khi không chấp nhận; đồng chí đề nghị sẽ đọc được.",
    )

    def clean_reason(self) -> str:
        return clean_lines(self.cleaned_data["reason"])


class _DatedForm(Form):
    on = DateField(label="Từ ngày")
    reason = forms.CharField(
        label="Căn cứ",
        required=False,
        max_length=300,
        help_text="Số quyết định, nghị quyết chi bộ hoặc lý do.",
    )

    def clean_reason(self) -> str:
        return clean(self.cleaned_data["reason"])


class MoveForm(_DatedForm):
    branch = forms.ChoiceField(label="Chi bộ mới")
    field_order = ["branch", "on", "reason"]

    def __init__(self, data: Mapping | None = None, *, branches: Sequence[OrgUnit]) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        self._branches = {str(branch.pk): branch for branch in branches}
        self.fields["branch"].choices = [("", "Chọn chi bộ"), *((pk, b.name) for pk, b in self._branches.items())]

    def clean_branch(self) -> OrgUnit:
        return self._branches[self.cleaned_data["branch"]]


class StatusForm(_DatedForm):
    status = forms.ChoiceField(label="Tình trạng mới", widget=forms.RadioSelect)
    field_order = ["status", "on", "reason"]

    def __init__(self, data: Mapping | None = None, *, now: str) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        self.fields["status"].choices = [choice for choice in Status.choices if choice[0] != now]

    def clean_status(self) -> Status:
        return Status(self.cleaned_data["status"])


class PostForm(Form):
    unit = forms.ChoiceField(label="Đơn vị")
    code = forms.ChoiceField(label="Chức vụ", choices=[("", "Chọn chức vụ"), *PostCode.choices])
    begins_on = DateField(label="Từ ngày", required=False)

    def __init__(self, data: Mapping | None = None, *, units: Sequence[OrgUnit]) -> None:
        super().__init__(data)
        self._units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [(pk, unit.name) for pk, unit in self._units.items()]

    def clean_unit(self) -> OrgUnit:
        return self._units[self.cleaned_data["unit"]]

    def clean_code(self) -> PostCode:
        return PostCode(self.cleaned_data["code"])


class EndPostForm(Form):
    ends_on = DateField(label="Thôi từ ngày")

    def __init__(self, data: Mapping | None = None) -> None:
        super().__init__(data, initial={"ends_on": timezone.localdate()})


class StayForm(Form):
    """What a letter of introduction says. The number is named so that it is never kept over an ended session."""

    code_of_citizen = forms.CharField(
        label="Số định danh cá nhân",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="12 chữ số, ghi trên giấy giới thiệu sinh hoạt tạm thời.",
    )
    full_name = forms.CharField(label="Họ và tên", max_length=120, help_text="Như trên giấy giới thiệu.")
    begins_on = DateField(label="Từ ngày")
    ends_on = DateField(label="Đến hết ngày", required=False, help_text="Để trống nếu chưa biết.")

    def __init__(self, data: Mapping | None = None) -> None:
        super().__init__(data, initial={"begins_on": timezone.localdate()})
        self.fields["code_of_citizen"].never_kept = True

    def clean_code_of_citizen(self) -> str:
        digits = "".join(one for one in self.cleaned_data["code_of_citizen"] if one.isdecimal())
        if len(digits) != 12:
            raise forms.ValidationError("Số định danh cá nhân có 12 chữ số.")
        return digits


class EndStayForm(Form):
    on = DateField(label="Sinh hoạt đến hết ngày")

    def __init__(self, data: Mapping | None = None) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})


class ExportForm(Form):
    open_ids = forms.BooleanField(label="Cần đủ 12 chữ số của số định danh", required=False)
    reason = forms.CharField(
        label="Lý do cần đủ số định danh",
        required=False,
        max_length=300,
        help_text="Ít nhất 10 ký tự; được ghi vào nhật ký.",
    )

    def clean_reason(self) -> str:
        return clean(self.cleaned_data["reason"])

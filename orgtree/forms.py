from collections.abc import Iterable
from itertools import groupby

from django import forms
from django.utils import timezone

from common.ui.forms import DateField, Form

from .followers import followers
from .models import OrgUnit, UnitKind

Choices = list[tuple]
MAX_LIST_BYTES = 10_000_000


class ChangeForm(Form):
    """What every change of the tree is based on."""

    effective_on = DateField(label="Có hiệu lực từ ngày", initial=timezone.localdate)
    decision = forms.CharField(
        label="Quyết định số",
        required=False,
        max_length=120,
        help_text="Số, ký hiệu và ngày của quyết định, ví dụ: Số 15-QĐ/ĐU ngày 03/02/2026.",
    )
    reason = forms.CharField(
        label="Lý do", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )
    field_order: list[str] | None = None

    def based_on(self) -> dict:
        """Day, decision and reason, as the services take them."""
        return {name: self.cleaned_data[name] for name in ("effective_on", "decision", "reason")}


def _code() -> forms.CharField:
    return forms.CharField(
        label="Mã tổ chức", max_length=40, help_text="Chữ, số và dấu chấm, ví dụ DSVN.01.02. Mỗi mã chỉ dùng một lần."
    )


def _name() -> forms.CharField:
    return forms.CharField(label="Tên tổ chức đảng", max_length=200)


class _KindField(forms.ModelChoiceField):
    def label_from_instance(self, obj: UnitKind) -> str:
        return obj.label


class CreateForm(ChangeForm):
    name, code = _name(), _code()
    kind = _KindField(UnitKind.objects.none(), label="Loại hình", empty_label="Chọn loại hình")
    has_seal = forms.BooleanField(label="Có con dấu", required=False)
    note = forms.CharField(label="Ghi chú", required=False, max_length=300)
    field_order = ["name", "code", "kind", "effective_on", "decision", "has_seal", "note", "reason"]

    def __init__(self, *args, parent: OrgUnit, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = parent.kind.legal_children.order_by("model_version", "rank")
        self.fields["effective_on"].label = "Ngày thành lập"


class RenameForm(ChangeForm):
    name, code = _name(), _code()
    field_order = ["name", "code"]


class EditForm(ChangeForm):
    kind = _KindField(UnitKind.objects.none(), label="Loại hình", empty_label=None)
    founded_on = DateField(label="Ngày thành lập", required=False)
    has_seal = forms.BooleanField(label="Có con dấu", required=False)
    central_code = forms.CharField(
        label="Mã theo Quy định 208", required=False, max_length=18, help_text="14 chữ số, dạng 38.168.053.000.001."
    )
    note = forms.CharField(label="Ghi chú", required=False, max_length=300)
    field_order = ["kind", "founded_on", "has_seal", "central_code", "note"]

    def __init__(self, *args, unit: OrgUnit, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        kinds = UnitKind.objects.filter(pk=unit.kind_id)
        if unit.parent is not None:
            kinds = kinds | unit.parent.kind.legal_children.all()
        self.fields["kind"].queryset = kinds.distinct().order_by("model_version", "rank")


def unit_choices(units: Iterable[OrgUnit]) -> Choices:
    """Grouped by the unit above."""
    groups = groupby(units, key=lambda unit: unit.parent.name if unit.parent else "Đơn vị cao nhất")
    return [(name, [(unit.pk, f"{unit.name} ({unit.code})") for unit in below]) for name, below in groups]


class MoveForm(ChangeForm):
    new_parent = forms.TypedChoiceField(label="Cấp trên trực tiếp mới", coerce=int)
    field_order = ["new_parent"]

    def __init__(self, *args, places: list[OrgUnit], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.places = {unit.pk: unit for unit in places}
        self.fields["new_parent"].choices = [("", "Chọn đơn vị"), *unit_choices(places)]


class MergeForm(ChangeForm):
    sources = forms.TypedMultipleChoiceField(
        label="Các đơn vị sáp nhập vào đây", coerce=int, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["sources"]

    def __init__(self, *args, units: list[OrgUnit], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.pk: unit for unit in units}
        self.fields["sources"].choices = unit_choices(units)


class SplitForm(ChangeForm):
    name, code = _name(), _code()
    children = forms.TypedMultipleChoiceField(
        label="Đơn vị trực thuộc chuyển sang đơn vị mới",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, children: list[OrgUnit], unit: OrgUnit, **kwargs) -> None:
        """Each follower of the unit (its members, …) adds a field: who of them goes along."""
        super().__init__(*args, **kwargs)
        self.following = []
        for follower in followers():
            if choices := follower.choices(unit):
                self.following.append(follower.key)
                self.fields[follower.key] = forms.TypedMultipleChoiceField(
                    label=follower.choice_label,
                    coerce=int,
                    required=False,
                    choices=choices,
                    widget=forms.CheckboxSelectMultiple,
                )
        self.order_fields(["name", "code", "children", *self.following])
        self.fields["name"].label, self.fields["code"].label = "Tên đơn vị mới", "Mã đơn vị mới"
        self.children_by_pk = {unit.pk: unit for unit in children}
        self.fields["children"].choices = [(unit.pk, f"{unit.name} ({unit.code})") for unit in children]
        if not children:
            del self.fields["children"]

    def selected(self) -> dict[str, list[int]]:
        """The chosen ids by the follower's key, for `services.Part`."""
        return {key: self.cleaned_data[key] for key in self.following}

    def selected_words(self) -> list[tuple[str, str]]:
        """The same for the check page."""
        words = []
        for key in self.following:
            labels = dict(self.fields[key].choices)
            chosen = [labels[pk] for pk in self.cleaned_data[key]]
            words.append((self.fields[key].label, f"{len(chosen)}: {'; '.join(chosen)}" if chosen else ""))
        return words


class ListForm(Form):
    file = forms.FileField(
        label="Tệp danh mục tổ chức",
        help_text="Bảng tính .xlsx, .xls hoặc .ods, nhiều nhất 10 MB. Không đưa lên tài liệu có độ mật.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_LIST_BYTES:
            raise forms.ValidationError("Tệp lớn hơn 10 MB. Đồng chí bỏ bớt hình ảnh, trang tính thừa rồi chọn lại.")
        return file

"""The shape of what the organisation department decides about a campaign."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from django import forms

from common.ui.forms import DateField, Form, NumberInput, word_errors

from .enums import DeadlineRule
from .forms.bands import Bands
from .selectors.campaigns import OwingKind
from .services import Owed, Setup, Targets

RULES = [
    (DeadlineRule.AFTER_CONGRESS, "Sau ngày đại hội của đơn vị"),
    (DeadlineRule.BEFORE_DAY, "Trước một ngày chung"),
]

_BEGINNING = {"bands": "30, 35, 42, 50, 55, 61", "young_below": 42, "target_female": 15, "target_young": 10}

_EXAMPLE = "Ngày/tháng/năm, ví dụ 20/04/2027."


def _number(label: str, *, low: int, high: int, required: bool = True, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, required=required, help_text=hint, widget=NumberInput
    )


class CampaignForm(Form):
    """`kinds`: those that stand below the campaign's unit; each has boxes of its own."""

    name = forms.CharField(label="Tên đợt", max_length=200)
    term = forms.CharField(label="Nhiệm kỳ", max_length=20, help_text="Ví dụ 2025–2030.")
    congress_number = forms.CharField(
        label="Đại hội lần thứ",
        max_length=20,
        required=False,
        help_text="Ví dụ XIII. Để trống nếu mỗi đơn vị một khác.",
    )
    opens_on = DateField(label="Ngày bắt đầu", help_text=_EXAMPLE)
    ends_on = DateField(label="Ngày dự kiến kết thúc", help_text=_EXAMPLE)
    reference_date = DateField(label="Ngày tính tuổi", help_text=_EXAMPLE)
    bands = forms.CharField(
        label="Các mốc tuổi",
        max_length=100,
        help_text="Tuổi đầu của mỗi khoảng. Ví dụ 30, 35, 42, 50, 55, 61 là: dưới 30; 30–34; 35–41; …; trên 60.",
    )
    young_below = _number("Tuổi trẻ là dưới", low=18, high=60, hint="Phải là một trong các mốc trên.")
    target_female = _number("Mục tiêu nữ (%)", low=0, high=100, required=False)
    target_young = _number("Mục tiêu trẻ (%)", low=0, high=100, required=False)
    target_minority = _number(
        "Mục tiêu dân tộc thiểu số (%)", low=0, high=100, required=False, hint="Trống: không đặt."
    )

    def __init__(
        self,
        *args,
        kinds: Sequence[OwingKind],
        reports: Sequence[tuple[str, str]],
        setup: Setup | None = None,
        **kwargs,
    ) -> None:
        initial = _initial(setup, kinds) if setup else _BEGINNING
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.kinds = kinds
        for kind in kinds:
            for name, field in _fields_of(kind, reports).items():
                self.fields[f"{kind.code}-{name}"] = field
            self.initial.setdefault(f"{kind.code}-rule", DeadlineRule.AFTER_CONGRESS)
        # Once more, for the fields that came late.
        word_errors(self)

    def groups(self) -> Iterator[tuple[OwingKind, list[forms.BoundField], str, bool]]:
        """Each kind with its boxes, the letters that it owes, and whether something is wrong there."""
        for kind in self.kinds:
            boxes = [self[f"{kind.code}-{name}"] for name in ("forms", "rule", "days", "before", "deputies")]
            yield kind, boxes, ", ".join(boxes[0].value() or ()), any(box.errors for box in boxes)

    def clean_bands(self) -> Bands:
        text = self.cleaned_data["bands"]
        marks = [int(one) for one in re.findall(r"\d+", text)]
        if (
            re.sub(r"[\d\s,;.]", "", text)
            or not marks
            or marks != sorted(set(marks))
            or not 15 < marks[0] <= marks[-1] < 120
        ):
            raise forms.ValidationError("Các mốc tuổi phải là số tăng dần, cách nhau bằng dấu phẩy.")
        middle = [(low, high - 1) for low, high in pairwise(marks)]
        return Bands([(None, marks[0] - 1), *middle, (marks[-1], None)])

    def clean(self) -> dict:
        given = super().clean()
        for kind in self.kinds:
            if not given.get(f"{kind.code}-forms"):
                continue
            needed, label = (
                ("before", "Chưa nhập ngày chung.")
                if given.get(f"{kind.code}-rule") == DeadlineRule.BEFORE_DAY
                else ("days", "Chưa nhập số ngày sau đại hội.")
            )
            name = f"{kind.code}-{needed}"
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, f"{kind.label}: {label[:1].lower()}{label[1:]}")
        if not self.errors and not any(given.get(f"{kind.code}-forms") for kind in self.kinds):
            raise forms.ValidationError("Đồng chí chọn ít nhất một loại hình phải nộp báo cáo.")
        bands = given.get("bands")
        if bands and given.get("young_below") and bands.below(given["young_below"]) is None:
            self.add_error("young_below", "Tuổi trẻ phải là một trong các mốc tuổi.")
        return given

    def setup(self) -> Setup:
        given = self.cleaned_data
        owed = []
        for kind in self.kinds:
            before_day = given.get(f"{kind.code}-rule") == DeadlineRule.BEFORE_DAY
            owed += [
                Owed(
                    kind.code,
                    form,
                    days=None if before_day else given[f"{kind.code}-days"],
                    before=given[f"{kind.code}-before"] if before_day else None,
                    deputies_most=given.get(f"{kind.code}-deputies") or (1 if kind.holds_members else 2),
                )
                for form in given[f"{kind.code}-forms"]
            ]
        plain = ("name", "term", "congress_number", "opens_on", "ends_on", "reference_date", "young_below", "bands")
        targets = Targets(given["target_female"], given["target_young"], given["target_minority"])
        return Setup(**{name: given[name] for name in plain}, targets=targets, owed=owed)


def _fields_of(kind: OwingKind, reports: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        "forms": forms.MultipleChoiceField(
            label="Báo cáo phải nộp", required=False, choices=reports, widget=forms.CheckboxSelectMultiple
        ),
        "rule": forms.ChoiceField(label="Hạn nộp tính theo", required=False, choices=RULES),
        "days": _number("Số ngày sau đại hội", low=0, high=365, required=False),
        "before": DateField(
            label="Trước ngày", required=False, help_text="Trước 20/4 nghĩa là chậm nhất hết ngày 19/4."
        ),
        "deputies": _number("Phó bí thư nhiều nhất", low=0, high=9, required=False),
    }


def _initial(setup: Setup, kinds: Sequence[OwingKind]) -> dict:
    initial = {
        name: getattr(setup, name)
        for name in ("name", "term", "congress_number", "opens_on", "ends_on", "reference_date", "young_below")
    }
    initial["bands"] = ", ".join(str(low) for low, _ in setup.bands if low is not None)
    targets = setup.targets
    initial |= {
        "target_female": targets.female,
        "target_young": targets.young,
        "target_minority": targets.minority,
    }
    for kind in kinds:
        owed = [one for one in setup.owed if one.kind == kind.code]
        if not owed:
            continue
        first = owed[0]
        initial |= {
            f"{kind.code}-forms": [one.form for one in owed],
            f"{kind.code}-rule": DeadlineRule.BEFORE_DAY if first.before else DeadlineRule.AFTER_CONGRESS,
            f"{kind.code}-days": first.days,
            f"{kind.code}-before": first.before,
            f"{kind.code}-deputies": first.deputies_most,
        }
    return initial


class ReasonForm(Form):
    reason = forms.CharField(
        label="Lý do",
        max_length=300,
        help_text="Ít nhất 10 ký tự.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )


class FormDataForm(Form):
    file = forms.FileField(
        label="Tệp mẫu báo cáo",
        help_text="Tệp .json tải từ trang này rồi sửa, nhiều nhất 1 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".json"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 1_000_000:
            raise forms.ValidationError("Tệp lớn hơn 1 MB.")
        return file

from django import forms

from common.spreadsheets.reading import MAX_BYTES
from common.text import search_key
from common.ui.forms import Form
from orgtree.models import OrgUnit

from .selectors import Question


class UploadForm(Form):
    """A workbook, and the unit whose list it is."""

    unit = forms.TypedChoiceField(
        label="Tổ chức đảng",
        coerce=int,
        help_text="Đơn vị có danh sách; gồm nhiều chi bộ thì chọn đơn vị cấp trên của chúng. Đảng viên được đưa "
        "vào các chi bộ thuộc đơn vị này.",
    )
    file = forms.FileField(
        label="Tệp danh sách",
        help_text="Bảng tính .xlsx, .xls hoặc .ods, nhiều nhất 20 MB. Giữ nguyên mẫu của đơn vị: hệ thống tự nhận cột "
        "theo tiêu đề, kể cả phông chữ cũ (.VnTime, VNI-Times).",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods"}),
    )
    not_secret = forms.BooleanField(label="Tệp không chứa bí mật nhà nước")

    def __init__(self, *args: object, units: list[OrgUnit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._units = {unit.pk: unit for unit in units}
        top = min((unit.level for unit in units), default=0)
        named = [(unit.pk, f"{'  ' * (unit.level - top)}{unit.name} ({unit.code})") for unit in units]
        self.fields["unit"].choices = named if len(named) == 1 else [("", "Chọn tổ chức đảng"), *named]

    def clean_unit(self) -> OrgUnit:
        return self._units[self.cleaned_data["unit"]]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("Tệp lớn quá 20 MB. Đồng chí hãy chia danh sách thành nhiều tệp.")
        return file


class BranchesForm(Form):
    """For each block whose branch is not clear, which it is; one may answer some now and the others later."""

    def __init__(self, *args: object, questions: list[Question], unit: OrgUnit, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        unit_key = search_key(unit.name)
        for question in questions:
            block = question.block
            near = [(unit.pk, _named(unit)) for unit in question.candidates]
            others = [(unit.pk, _named(unit)) for unit in question.others]
            choices: list = [("", "Chưa chọn")]
            choices += [("Có thể là", near), ("Chi bộ khác", others)] if near and others else near or others
            said = f"«{block.name}»" if block.name else "không ghi chi bộ"
            people = f"{block.rows} người, từ dòng {block.first_row}"
            below = "" if search_key(block.context) in ("", unit_key) else f", dưới «{block.context}»"
            self.fields[f"block_{block.number}"] = forms.TypedChoiceField(
                label=f"Trang {block.sheet}: {said}",
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=block.branch_id,
                help_text=f"{people}{below}. " + _why(block.name, len(question.candidates)),
            )

    def choices(self) -> dict[int, int]:
        """Number of the block → branch."""
        return {int(name.removeprefix("block_")): value for name, value in self.cleaned_data.items() if value}


def _named(unit: OrgUnit) -> str:
    return f"{unit.name} ({unit.code}{f', {unit.parent.name}' if unit.parent else ''})"


def _why(name: str, candidates: int) -> str:
    if not name:
        return "Danh sách không cho biết chi bộ của những người này."
    if candidates > 1:
        return "Có nhiều chi bộ tên gần như vậy."
    return "Không có chi bộ nào mang tên này."


class ConfirmForm(Form):
    accept_warnings = forms.BooleanField(label="Nhập cả các dòng cần xem lại", required=False)

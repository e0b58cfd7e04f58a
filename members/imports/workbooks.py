"""Workbooks for people: the sample, the sent list with what is to be mended, the rows that were not entered."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from common.dates import PartialDate, Precision
from common.spreadsheets import Column, SheetToWrite, annotate_workbook, write_workbook
from members.models import Member

from .enums import Outcome
from .models import ImportBatch, ImportRow

_COLUMNS = [
    Column("STT", 6),
    Column("Họ và tên", 26),
    Column("Giới tính", 9),
    Column("Ngày sinh", 12),
    Column("Số định danh cá nhân", 18),
    Column("Dân tộc", 10),
    Column("Ngày vào Đảng", 12),
    Column("Ngày chính thức", 12),
    Column("Số thẻ đảng viên", 14),
    Column("Trình độ chuyên môn", 14),
    Column("Lý luận chính trị", 14),
    Column("Chức vụ Đảng", 26),
    Column("Tình trạng", 24),
    Column("Số điện thoại", 14),
    Column("Chi bộ", 34),
]
_GUIDE = [
    ("Họ và tên", "Bắt buộc. Viết hoa hay thường đều được."),
    ("Giới tính", "Nam hoặc Nữ."),
    ("Ngày sinh", "Ngày/tháng/năm. Đảng viên cao tuổi chỉ nhớ năm thì ghi năm."),
    ("Số định danh cá nhân", "Bắt buộc, đủ 12 chữ số. Không dùng số CMND 9 số."),
    ("Ngày vào Đảng", "Ngày chi bộ làm lễ kết nạp."),
    ("Ngày chính thức", "Để trống nếu còn dự bị."),
    ("Số thẻ đảng viên", "8 hoặc 12 chữ số, để trống nếu chưa có."),
    ("Chức vụ Đảng", "Ví dụ: Bí thư chi bộ; Đảng ủy viên Đảng ủy cơ sở. Nhiều chức vụ cách nhau bằng dấu chấm phẩy."),
    ("Tình trạng", "Chính thức, Dự bị, hoặc Miễn công tác và sinh hoạt đảng."),
    ("Chi bộ", "Đúng tên trong cây tổ chức; để trống nếu danh sách chỉ của một chi bộ."),
]
_FIELDS = (
    "gender", "birth_date", None, "ethnicity", "admission_date", "official_date", "card_number", "professional_level",
    "political_theory", "posts_text", "status", "phone",
)  # fmt: skip


@dataclass(frozen=True)
class Note:
    """A line beside a row of the sent workbook."""

    sheet: str
    row: int
    cell: str
    level: str
    message: str


def sample() -> bytes:
    """An empty list with the columns that the handbook keeps, and a page that explains them."""
    return _written(
        SheetToWrite(_COLUMNS, [], name="Danh sách", title="DANH SÁCH ĐẢNG VIÊN"),
        SheetToWrite([Column("Cột", 26), Column("Cách ghi", 80)], _GUIDE, name="Hướng dẫn"),
    )


def annotated(batch: ImportBatch) -> bytes:
    """The workbook as it was sent, with the column of what is to be mended."""
    with batch.file.open("rb") as opened:
        content = opened.read()
    return annotate_workbook(content, _notes(batch.rows.exclude(level="clean", note="")), header_rows=batch.header_rows)


def _notes(rows: Iterable[ImportRow]) -> Iterable[Note]:
    for row in rows:
        for one in row.remarks:
            if one["level"] != "info":
                yield Note(row.sheet, row.row, one["cell"], one["level"], one["message"])
        if row.note and row.outcome in (Outcome.ELSEWHERE, Outcome.REFUSED, Outcome.WAITING):
            yield Note(row.sheet, row.row, "", "warn", row.note)


def still_to_mend(rows: Iterable[ImportRow]) -> bytes:
    """The rows that were not entered, as a list that can be mended and sent again."""
    columns = [*_COLUMNS, Column("Lỗi cần sửa", 60)]
    return _written(SheetToWrite(columns, (_cells(row) for row in rows), name="Cần sửa"))


def _cells(row: ImportRow) -> list[object]:
    values = [row.citizen_id if name is None else _cell(row, name) for name in _FIELDS]
    reasons = [one["message"] for one in row.remarks if one["level"] != "info"]
    branch = row.block.name if row.block else ""
    return [row.person, row.full_name, *values, branch, " ".join([*reasons, row.note]).strip()]


def _cell(row: ImportRow, name: str) -> object:
    value = row.values.get(name, "")
    if not value:
        return row.values.get("standing") and _label("standing", row.values["standing"]) if name == "status" else ""
    if name.endswith("_date"):
        precision = Precision(row.values.get(f"{name.removesuffix('_date')}_precision", "day"))
        day = date.fromisoformat(value)
        return day if precision == Precision.DAY else str(PartialDate.of(day, precision))
    if name == "status" and value == "active":
        return _label("standing", row.values.get("standing", ""))
    return _label(name, value)


def _label(name: str, value: str) -> str:
    return str(dict(Member._meta.get_field(name).flatchoices).get(value, value))


def _written(*sheets: SheetToWrite) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_workbook(Path(folder) / "sheet.xlsx", *sheets).read_bytes()

"""Writes remarks into a foreign workbook with openpyxl, within the limits of `limited`. Takes the length of a JSON text
(8 bytes), that text and the file; answers an .xlsx."""

import json
from collections.abc import Iterable, Mapping
from io import BytesIO

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from common.spreadsheets.limited import answer
from common.spreadsheets.remarks import COLOURS, ERROR_COLUMN, NO_COLOUR, Remark, RowRemark, lines

_LENGTH = 8


def packed(content: bytes, remarks: Iterable[RowRemark], header_rows: Mapping[str, int]) -> bytes:
    """What `mark` takes."""
    said = [[one.sheet, one.row, one.cell, one.level, one.message] for one in remarks]
    about = json.dumps({"remarks": said, "header_rows": dict(header_rows)}).encode()
    return len(about).to_bytes(_LENGTH) + about + content


def mark(sent: bytes) -> bytes:
    """The same workbook with a column of remarks. Formulas become the values that they last had, and nothing outside
    is named any more: the file goes to others than its maker."""
    end = _LENGTH + int.from_bytes(sent[:_LENGTH])
    about = json.loads(sent[_LENGTH:end])
    by_sheet: dict[str, list[Remark]] = {}
    for one in about["remarks"]:
        remark = Remark(*one)
        by_sheet.setdefault(remark.sheet, []).append(remark)
    workbook = openpyxl.load_workbook(BytesIO(sent[end:]), data_only=True, keep_links=False)
    for worksheet in workbook.worksheets:
        if found := by_sheet.get(worksheet.title):
            _mark_sheet(worksheet, found, about["header_rows"].get(worksheet.title))
    result = BytesIO()
    workbook.save(result)
    return result.getvalue()


def _mark_sheet(worksheet: Worksheet, remarks: list[Remark], header_row: int | None) -> None:
    rows = worksheet.iter_rows(max_row=max(remark.row for remark in remarks))
    column = 1 + max((c.column for row in rows for c in row if c.value not in (None, "")), default=0)
    worksheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 60
    if header_row and not isinstance(worksheet.cell(header_row, column), MergedCell):
        title = worksheet.cell(header_row, column, ERROR_COLUMN)
        title.font = Font(bold=True)
    for row, text, level in lines(remarks):
        if isinstance(worksheet.cell(row, column), MergedCell):
            continue
        note = worksheet.cell(row, column, text)
        note.fill = _fill(level)
        note.alignment = Alignment(wrap_text=True, vertical="top")
    for remark in remarks:
        if remark.cell:
            worksheet[remark.cell].fill = _fill(remark.level)


def _fill(level: str) -> PatternFill:
    return PatternFill("solid", fgColor=COLOURS.get(level, NO_COLOUR))


if __name__ == "__main__":
    answer(mark, seconds=20)  # somebody waits for the page

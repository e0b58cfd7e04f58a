"""The user's own workbook, given back with what is to be mended beside each row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from common.spreadsheets.reading import Sheet, cell_name, load, read_workbook
from common.spreadsheets.writing import neutralise

ERROR_COLUMN = "Lỗi cần sửa"
_COLOURS = {"bad": "F4B6B0", "warn": "FCE3A6"}
_NO_COLOUR = "E7E2DC"


class RowRemark(Protocol):
    """What is said about a row; `cell` (`E12`) is coloured when given."""

    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def cell(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def message(self) -> str: ...


def annotate_workbook(
    source: str | Path | bytes, remarks: Iterable[RowRemark], *, header_rows: Mapping[str, int] | None = None
) -> bytes:
    """An .xlsx: the same workbook with a column "Lỗi cần sửa" and the faulty cells coloured.

    What openpyxl cannot open (.xls, .ods) is written anew with the same cells. `header_rows` tells
    for each sheet the row where the new column gets its title.
    """
    content = load(source)
    by_sheet: dict[str, list[RowRemark]] = defaultdict(list)
    for remark in remarks:
        by_sheet[remark.sheet].append(remark)
    headers = header_rows or {}
    try:
        workbook = openpyxl.load_workbook(BytesIO(content))
    except (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError):
        return _write_anew(read_workbook(content), by_sheet, headers)
    for worksheet in workbook.worksheets:
        if found := by_sheet.get(worksheet.title):
            _annotate(worksheet, found, headers.get(worksheet.title))
    result = BytesIO()
    workbook.save(result)
    return result.getvalue()


def _annotate(worksheet: Worksheet, remarks: Sequence[RowRemark], header_row: int | None) -> None:
    rows = worksheet.iter_rows(max_row=max(remark.row for remark in remarks))
    column = 1 + max((c.column for row in rows for c in row if c.value not in (None, "")), default=0)
    worksheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 60
    if header_row and not isinstance(worksheet.cell(header_row, column), MergedCell):
        title = worksheet.cell(header_row, column, ERROR_COLUMN)
        title.font = Font(bold=True)
    for row, text, level in _lines(remarks):
        if isinstance(worksheet.cell(row, column), MergedCell):
            continue
        note = worksheet.cell(row, column, text)
        note.fill = _fill(level)
        note.alignment = Alignment(wrap_text=True, vertical="top")
    for remark in remarks:
        if remark.cell:
            worksheet[remark.cell].fill = _fill(remark.level)


def _fill(level: str) -> PatternFill:
    return PatternFill("solid", fgColor=_COLOURS.get(level, _NO_COLOUR))


def _lines(remarks: Sequence[RowRemark]) -> list[tuple[int, str, str]]:
    """Row, text and worst level, once for each row."""
    by_row: dict[int, list[RowRemark]] = defaultdict(list)
    for remark in remarks:
        by_row[remark.row].append(remark)
    order = list(_COLOURS)
    return [
        (
            row,
            neutralise("\n".join(remark.message for remark in found)),
            min((r.level for r in found), key=lambda level: order.index(level) if level in order else 9),
        )
        for row, found in sorted(by_row.items())
    ]


def _write_anew(
    sheets: Iterable[Sheet], by_sheet: Mapping[str, Sequence[RowRemark]], header_rows: Mapping[str, int]
) -> bytes:
    result = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(result, options) as workbook:
        fills = {level: workbook.add_format({"bg_color": f"#{c}", "text_wrap": True}) for level, c in _COLOURS.items()}
        plain = workbook.add_format({"bg_color": f"#{_NO_COLOUR}", "text_wrap": True})
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in sheets:
            worksheet = workbook.add_worksheet(sheet.name)
            if not sheet.visible:
                worksheet.hide()
            remarks = by_sheet.get(sheet.name, ())
            coloured = {remark.cell: remark.level for remark in remarks if remark.cell}
            for number, cells in sheet.rows:
                for index, value in enumerate(cells):
                    level = coloured.get(cell_name(number, index))
                    style = fills.get(level, plain) if level else None
                    _write_cell(worksheet, number - 1, index, value, style, day)
            column = max((len(cells) for _, cells in sheet.rows), default=0)
            worksheet.set_column(0, max(column - 1, 0), 16)
            if remarks:
                worksheet.set_column(column, column, 60)
                if sheet.name in header_rows:
                    worksheet.write_string(header_rows[sheet.name] - 1, column, ERROR_COLUMN, bold)
                for row, text, level in _lines(remarks):
                    worksheet.write_string(row - 1, column, text, fills.get(level, plain))
    return result.getvalue()


def _write_cell(worksheet, row: int, column: int, value: object, style, day) -> None:
    if value == "":
        if style:
            worksheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        worksheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        worksheet.write_number(row, column, value, style)
    elif isinstance(value, date | datetime):
        worksheet.write_datetime(row, column, value, day if style is None else style)
    elif isinstance(value, time | timedelta):
        worksheet.write_string(row, column, str(value), style)
    else:
        worksheet.write_string(row, column, neutralise(str(value)), style)

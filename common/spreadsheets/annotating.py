"""The user's own workbook, given back with what is to be mended beside each row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import xlsxwriter

from common.spreadsheets.guard import ZIP
from common.spreadsheets.limited import within_limits
from common.spreadsheets.marking import packed
from common.spreadsheets.reading import Sheet, cell_name, load, read_workbook
from common.spreadsheets.remarks import COLOURS, ERROR_COLUMN, NO_COLOUR, RowRemark, lines
from common.spreadsheets.writing import free_name, neutralise


def annotate_workbook(
    source: str | Path | bytes, remarks: Iterable[RowRemark], *, header_rows: Mapping[str, int] | None = None
) -> bytes:
    """An .xlsx: the same workbook with a column "Lỗi cần sửa" and the faulty cells coloured.

    What openpyxl cannot open, or only with too much memory, is written anew with the same cells. `header_rows` tells
    for each sheet the row where the new column gets its title. Nothing in the answer runs: formulas become values.
    """
    content, said, headers = load(source), list(remarks), header_rows or {}
    if content.startswith(ZIP):
        marked = within_limits("common.spreadsheets.marking", packed(content, said, headers))
        if marked is not None:
            return marked
    by_sheet: dict[str, list[RowRemark]] = defaultdict(list)
    for remark in said:
        by_sheet[remark.sheet].append(remark)
    return _write_anew(read_workbook(content), by_sheet, headers)


def _write_anew(
    sheets: Iterable[Sheet], by_sheet: Mapping[str, Sequence[RowRemark]], header_rows: Mapping[str, int]
) -> bytes:
    result = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(result, options) as workbook:
        fills = {level: workbook.add_format({"bg_color": f"#{c}", "text_wrap": True}) for level, c in COLOURS.items()}
        plain = workbook.add_format({"bg_color": f"#{NO_COLOUR}", "text_wrap": True})
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        taken: set[str] = set()
        for sheet in sheets:
            worksheet = workbook.add_worksheet(free_name(sheet.name, taken))
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
                for row, text, level in lines(remarks):
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

"""Workbooks that we make: a title, a frozen header, widths, and nothing that runs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.dates import PartialDate, Precision

_DATE_FORMAT = "dd/mm/yyyy"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    title: str
    width: float = 14


@dataclass(frozen=True)
class SheetToWrite:
    """Rows may be a generator: they are written as they come."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    name: str = "Danh sách"
    title: str = ""
    note: str = ""


def neutralise(text: str) -> str:
    """Text that a spreadsheet (or the .csv saved from it) would run as a formula, made plain."""
    return "'" + text if text.startswith(_DANGEROUS) else text


def write_workbook(path: str | Path, *sheets: SheetToWrite) -> Path:
    """Write the sheets to an .xlsx with little memory whatever their length; answers the path."""
    path = Path(path)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": _DATE_FORMAT,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "note": workbook.add_format({"italic": True}),
            "header": workbook.add_format(
                {"bold": True, "bg_color": "#F3E9E3", "border": 1, "text_wrap": True, "valign": "vcenter"}
            ),
            "cell": workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "date": workbook.add_format({"border": 1, "num_format": _DATE_FORMAT, "valign": "top"}),
        }
        taken: set[str] = set()
        for sheet in sheets:
            worksheet = workbook.add_worksheet(free_name(sheet.name, taken))
            _write_sheet(worksheet, sheet, formats)
    return path


def _write_sheet(worksheet: Worksheet, sheet: SheetToWrite, formats: dict[str, Format]) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, column.width)
    row = 0
    for text, style in ((sheet.title, "title"), (sheet.note, "note")):
        if text:
            worksheet.write_string(row, 0, neutralise(text), formats[style])
            row += 1
    header = row
    for index, column in enumerate(sheet.columns):
        worksheet.write_string(header, index, neutralise(column.title), formats["header"])
    worksheet.freeze_panes(header + 1, 0)
    worksheet.repeat_rows(header)
    row = header
    for row, values in enumerate(sheet.rows, start=header + 1):
        for index, value in enumerate(values):
            _write_cell(worksheet, row, index, value, formats)
    if sheet.columns:
        worksheet.autofilter(header, 0, max(row, header), len(sheet.columns) - 1)


def _write_cell(worksheet: Worksheet, row: int, column: int, value: object, formats: dict[str, Format]) -> None:
    if isinstance(value, PartialDate):
        value = value.as_date() if value.precision == Precision.DAY else str(value)
    if value is None or value == "":
        worksheet.write_blank(row, column, None, formats["cell"])
    elif isinstance(value, bool):
        worksheet.write_string(row, column, "Có" if value else "Không", formats["cell"])
    elif isinstance(value, int | float):
        worksheet.write_number(row, column, value, formats["cell"])
    elif isinstance(value, datetime):
        worksheet.write_datetime(row, column, value.replace(tzinfo=None), formats["date"])
    elif isinstance(value, date):
        worksheet.write_datetime(row, column, value, formats["date"])
    else:
        worksheet.write_string(row, column, neutralise(str(value)), formats["cell"])


def free_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts: 31 characters, none of []:*?/\\, not used before."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:31] or "Trang"
    candidate, number = plain, 2
    while candidate.lower() in taken:
        suffix = f" ({number})"
        candidate, number = plain[: 31 - len(suffix)] + suffix, number + 1
    taken.add(candidate.lower())
    return candidate

"""Any workbook as rows of typed cells. The kind of a file is told by its content, never by its name."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from common.spreadsheets.guard import MEGABYTE, UnreadableWorkbook, bomb, broken, inspect, locked
from common.spreadsheets.limited import within_limits

__all__ = ["Cell", "Row", "Sheet", "UnreadableWorkbook", "cell_name", "load", "read_workbook"]

Cell = str | bool | int | float | date | datetime | time | timedelta
"""What stands in a cell; an empty one is ''. Numbers and texts of digits stay apart."""

MAX_BYTES = 20 * MEGABYTE
MAX_UNPACKED = 200 * MEGABYTE
MAX_ROWS = 100_000
_MAX_AREA = 3_000_000  # calamine holds the full rectangle between the first and the last filled cell


class Row(NamedTuple):
    """A row that is not empty: its number as Excel shows it, and its cells from column A on."""

    number: int
    cells: list[Cell]


@dataclass
class Sheet:
    name: str
    visible: bool
    rows: list[Row]
    # first row, first column, last row, last column; rows from 1, columns from 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def cell_name(row: int, column: int) -> str:
    """`E12` for row 12, column 4 (columns from 0)."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def load(source: str | Path | bytes, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a file, its size looked at before it is read."""
    if isinstance(source, bytes):
        return source
    path = Path(source)
    if path.stat().st_size > max_bytes:
        raise UnreadableWorkbook(f"Tệp lớn quá {max_bytes // MEGABYTE} MB. Hãy chia danh sách thành nhiều tệp.")
    return path.read_bytes()


def read_workbook(
    source: str | Path | bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_unpacked: int = MAX_UNPACKED,
    max_rows: int = MAX_ROWS,
) -> list[Sheet]:
    """All worksheets of an .xlsx, .xls or .ods, hidden ones too.

    Raises UnreadableWorkbook, a sentence for the one who sent the file.
    """
    content = load(source, max_bytes=max_bytes)
    inspection = inspect(content, max_bytes=max_bytes, max_unpacked=max_unpacked, max_area=_MAX_AREA)
    sparse = bool(inspection.far_sheets)
    if within_limits("common.spreadsheets.trial", bytes([sparse]) + content) is None:
        raise bomb()
    return read_cells(content, sparse, max_rows)


def read_cells(content: bytes, sparse: bool, max_rows: int = MAX_ROWS) -> list[Sheet]:
    """Without a look at it beforehand: `read_workbook` has looked."""
    try:
        return _read_sparse(content, max_rows) if sparse else _read_dense(content, max_rows)
    except UnreadableWorkbook:
        raise
    except PasswordError as error:
        raise locked() from error
    except (CalamineError, ValueError, KeyError, OSError, EOFError) as error:
        raise broken() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the Rust reader falls over a broken file
            raise
        raise broken() from error


def _read_dense(content: bytes, max_rows: int) -> list[Sheet]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets, left = [], max_rows
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        rows = _rows(sheet)
        left -= len(rows)
        if left < 0:
            raise _too_many(max_rows)
        merged = [(top + 1, first, bottom + 1, last) for (top, first), (bottom, last) in sheet.merged_cell_ranges or []]
        sheets.append(Sheet(meta.name, meta.visible == SheetVisibleEnum.Visible, rows, merged))
    return sheets


def _rows(sheet: CalamineSheet) -> list[Row]:
    if sheet.start is None:
        return []
    top, left = sheet.start
    before: list[Cell] = [""] * left
    return [
        Row(number, before + cells)
        for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1)
        if any(cell != "" for cell in cells)
    ]


def _read_sparse(content: bytes, max_rows: int) -> list[Sheet]:
    """The slow way, for sheets with a stray cell thousands of empty rows or columns away."""
    import openpyxl  # slow to load, and few files need it

    workbook = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    sheets, left = [], max_rows
    for worksheet in workbook.worksheets:
        worksheet.reset_dimensions()
        rows = []
        for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
            if any(value not in (None, "") for value in values):
                rows.append(Row(number, [_typed(value) for value in values]))
                left -= 1
                if left < 0:
                    raise _too_many(max_rows)
        sheets.append(Sheet(worksheet.title, worksheet.sheet_state == "visible", rows))
    return sheets


def _typed(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value if isinstance(value, Cell) else str(value)


def _too_many(max_rows: int) -> UnreadableWorkbook:
    return UnreadableWorkbook(f"Tệp có hơn {max_rows} dòng. Hãy chia danh sách thành nhiều tệp.")

"""Reads workbooks that list the organisations of a tree: one row a unit, with the code of the unit above it.

Knows nothing of the database: kinds stay as the list names them, and a unit above that the file does
not hold is a question for the import (`parent_not_in_list`), not an error of the row.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from common.legacy_text import Decoder, Encoding, detect
from common.spreadsheets import Row, Sheet, UnreadableWorkbook, cell_name, read_workbook
from common.text import clean, fold


class Column(StrEnum):
    NUMBER = "number"
    CODE = "code"
    NAME = "name"
    KIND = "kind"
    PARENT = "parent_code"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class UnitProblem:
    """What is wrong with a row and what to do. Errors keep the file from being loaded; notes do not."""

    sheet: str
    row: int
    cell: str
    level: str
    code: str
    message: str


@dataclass(slots=True)
class UnitRow:
    sheet: str
    row: int
    code: str
    name: str
    kind: str
    parent_code: str
    note: str
    problems: list[UnitProblem] = field(default_factory=list)


@dataclass(slots=True)
class UnitList:
    encoding: Encoding
    rows: list[UnitRow]
    dropped_columns: list[str]

    @property
    def problems(self) -> list[UnitProblem]:
        return [problem for row in self.rows for problem in row.problems]

    @property
    def errors(self) -> list[UnitProblem]:
        return [problem for problem in self.problems if problem.level == "bad"]

    def top_down(self) -> list[UnitRow]:
        """Faultless rows with every unit after the one above it, else in the order of the file."""
        good = [row for row in self.rows if not any(p.level == "bad" for p in row.problems)]
        codes = {row.code for row in good}
        children: dict[str, list[UnitRow]] = {}
        for row in good:
            children.setdefault(row.parent_code if row.parent_code in codes else "", []).append(row)
        ordered, waiting = [], list(reversed(children.get("", [])))
        while waiting:
            row = waiting.pop()
            ordered.append(row)
            waiting.extend(reversed(children.get(row.code, [])))
        return ordered


_RULES = [
    (column, re.compile(pattern))
    for column, pattern in [
        (Column.NUMBER, r"^(stt|tt|so tt|so thu tu|thu tu)$"),
        (Column.NOTE, r"ghi chu"),
        (Column.PARENT, r"cap tren|truc thuoc|ma cha|don vi cha|to chuc cha|ma (don vi )?chu quan|parent"),
        (Column.CODE, r"^ma\b|^code$|\bma (so|to chuc|don vi|chi bo|dang bo)\b|ky hieu"),
        (Column.KIND, r"loai hinh|^loai\b|^kieu\b|cap to chuc|hinh thuc to chuc"),
        (Column.NAME, r"^ten\b|to chuc( co so)? dang|ten (to chuc|don vi|goi)|^(don vi|to chuc)$"),
    ]
]
_NEEDED = {Column.CODE, Column.NAME}


def read_unit_list(source: str | Path | bytes) -> UnitList:
    """Read every visible sheet that has a header with codes and names.

    Raises UnreadableWorkbook when there is none.
    """
    sheets = [sheet for sheet in read_workbook(source) if sheet.visible]
    decoder = detect({c for sheet in sheets for row in sheet.rows for c in row.cells if isinstance(c, str)})
    result = UnitList(decoder.encoding, [], [])
    found = False
    for sheet in sheets:
        found = _read_sheet(sheet, decoder, result) or found
    if not found:
        raise UnreadableWorkbook(
            "Không thấy danh mục tổ chức trong tệp. Danh mục cần một dòng tiêu đề có “Mã tổ chức”, "
            "“Tên tổ chức đảng”, “Loại hình” và “Mã tổ chức cấp trên trực tiếp”."
        )
    _judge(result.rows)
    return result


def _read_sheet(sheet: Sheet, decoder: Decoder, result: UnitList) -> bool:
    columns: dict[Column, int] = {}
    for row in sheet.rows:
        texts = [_text(cell, decoder) for cell in row.cells]
        if header := _header(texts):
            columns = header
            kept = set(columns.values())
            labels = [text for i, text in enumerate(texts) if text and i not in kept]
            result.dropped_columns += [label for label in labels if label not in result.dropped_columns]
        elif columns:
            unit = _unit(sheet.name, row, texts, columns)
            if unit:
                result.rows.append(unit)
    return bool(columns)


def _text(cell: object, decoder: Decoder) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return decoder(cell) if isinstance(cell, str) else clean(str(cell))


def _header(texts: list[str]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for index, text in enumerate(texts):
        label = " ".join(re.sub(r"[^\w]|_", " ", fold(text)).split())
        column = next((c for c, pattern in _RULES if len(label) <= 60 and pattern.search(label)), None)
        if column is Column.PARENT and Column.PARENT in found and not label.startswith("ma"):
            continue  # "Tên cấp trên" beside "Mã cấp trên"
        if column is Column.PARENT and label.startswith("ma"):
            found[Column.PARENT] = index
        elif column:
            found.setdefault(column, index)
    return found if found.keys() >= _NEEDED and len(found) >= 3 else {}


def _unit(sheet: str, row: Row, texts: list[str], columns: dict[Column, int]) -> UnitRow | None:
    def text(column: Column) -> str:
        index = columns.get(column)
        return texts[index] if index is not None and index < len(texts) else ""

    code, name, kind, parent = (text(c) for c in (Column.CODE, Column.NAME, Column.KIND, Column.PARENT))
    if not text(Column.NUMBER).isdecimal() and not _looks_like_unit(code, name, kind, parent):
        return None
    if not (code or name or kind or parent):
        return None
    unit = UnitRow(sheet, row.number, _code(code), name, kind, _code(parent), text(Column.NOTE))

    def problem(column: Column, problem_code: str, message: str) -> None:
        cell = cell_name(row.number, columns[column])
        unit.problems.append(UnitProblem(sheet, row.number, cell, "bad", problem_code, message))

    if not unit.code:
        problem(Column.CODE, "code_missing", "Chưa có mã tổ chức. Hãy ghi mã.")
    if not re.search(r"[^\W\d_]", name):
        problem(Column.NAME, "name_missing", "Chưa có tên tổ chức. Hãy ghi tên đầy đủ.")
    if not kind and Column.KIND in columns:
        problem(Column.KIND, "kind_missing", "Chưa có loại hình tổ chức. Hãy ghi loại hình.")
    return unit


def _looks_like_unit(code: str, name: str, kind: str, parent: str) -> bool:
    """Not a heading, a total or a signature, which fill one cell, or two with words where the code is."""
    if len(code.split()) > 1 and not parent:
        return False
    return sum(map(bool, (code, name, kind, parent))) >= 2 or bool(code)


def _code(text: str) -> str:
    """Codes hold no spaces, and people type them in any case: `dsvn . 01` is `DSVN.01`."""
    return "".join(text.split()).strip(".,;'").upper()


def _judge(rows: list[UnitRow]) -> None:
    first: dict[str, UnitRow] = {}
    for row in rows:
        if row.code and row.code in first:
            earlier = first[row.code]
            _add(
                row,
                "bad",
                "code_duplicate",
                f"Mã {row.code} đã có ở dòng {earlier.row}. Hãy sửa một trong hai.",
            )
        elif row.code:
            first[row.code] = row
    for row in first.values():
        if row.parent_code == row.code:
            _add(row, "bad", "parent_is_self", "Tổ chức không thể trực thuộc chính mình. Hãy sửa mã cấp trên.")
        elif row.parent_code and row.parent_code not in first:
            _add(
                row,
                "info",
                "parent_not_in_list",
                f"Mã cấp trên {row.parent_code} không có trong tệp; phải có sẵn trong hệ thống.",
            )
        elif _is_in_circle(row, first):
            _add(row, "bad", "parent_cycle", "Các mã cấp trên nối thành vòng tròn. Hãy sửa mã cấp trên.")
    same = Counter((row.parent_code, fold(row.name)) for row in first.values() if row.name)
    for row in first.values():
        if same[row.parent_code, fold(row.name)] > 1:
            _add(row, "info", "name_repeated", f"Có tổ chức khác cùng tên “{row.name}” trong cùng cấp trên.")


def _add(row: UnitRow, level: str, code: str, message: str) -> None:
    row.problems.append(UnitProblem(row.sheet, row.row, "", level, code, message))


def _is_in_circle(row: UnitRow, by_code: dict[str, UnitRow]) -> bool:
    seen = {row.code}
    above = by_code.get(row.parent_code)
    while above:
        if above.code == row.code:
            return True
        if above.code in seen:
            return False  # the circle is higher up: its own rows are told
        seen.add(above.code)
        above = by_code.get(above.parent_code)
    return False

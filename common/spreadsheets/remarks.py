"""What is said about the rows of a workbook."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from common.spreadsheets.writing import neutralise

ERROR_COLUMN = "Lỗi cần sửa"
COLOURS = {"bad": "F4B6B0", "warn": "FCE3A6"}
NO_COLOUR = "E7E2DC"


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


@dataclass(frozen=True)
class Remark:
    sheet: str
    row: int
    cell: str
    level: str
    message: str


def lines(remarks: Iterable[RowRemark]) -> list[tuple[int, str, str]]:
    """Row, text and worst level, once for each row."""
    by_row: dict[int, list[RowRemark]] = defaultdict(list)
    for remark in remarks:
        by_row[remark.row].append(remark)
    order = list(COLOURS)
    return [
        (
            row,
            neutralise("\n".join(remark.message for remark in found)),
            min((r.level for r in found), key=lambda level: order.index(level) if level in order else 9),
        )
        for row, found in sorted(by_row.items())
    ]

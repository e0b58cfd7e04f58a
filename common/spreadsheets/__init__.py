"""Workbooks: read with calamine, written with XlsxWriter, given back with remarks by openpyxl."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from common.spreadsheets.reading import Cell, Row, Sheet, UnreadableWorkbook, cell_name, read_workbook

if TYPE_CHECKING:
    from common.spreadsheets.annotating import annotate_workbook
    from common.spreadsheets.remarks import RowRemark
    from common.spreadsheets.writing import Column, SheetToWrite, neutralise, write_workbook

# The process that tries a sent file (trial.py) only reads; it starts four times as fast without the other two.
_LATER = {
    "Column": "writing",
    "RowRemark": "remarks",
    "SheetToWrite": "writing",
    "annotate_workbook": "annotating",
    "neutralise": "writing",
    "write_workbook": "writing",
}

__all__ = [
    "Cell",
    "Column",
    "Row",
    "RowRemark",
    "Sheet",
    "SheetToWrite",
    "UnreadableWorkbook",
    "annotate_workbook",
    "cell_name",
    "neutralise",
    "read_workbook",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"common.spreadsheets.{_LATER[name]}"), name)

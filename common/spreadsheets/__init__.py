"""Workbooks: read with calamine, written with XlsxWriter, given back with remarks by openpyxl."""

from common.spreadsheets.annotating import annotate_workbook
from common.spreadsheets.reading import Cell, Row, Sheet, UnreadableWorkbook, cell_name, read_workbook
from common.spreadsheets.remarks import RowRemark
from common.spreadsheets.writing import Column, SheetToWrite, neutralise, write_workbook

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

"""Workbooks of a schedule as people make them."""

from io import BytesIO

import openpyxl


def workbook(*rows: list) -> bytes:
    """The rows below one another on one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    result = BytesIO()
    book.save(result)
    return result.getvalue()

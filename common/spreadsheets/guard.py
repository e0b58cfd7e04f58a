"""Looks at a file before any reader of workbooks does: its kind by content, its true size, its far cells."""

import re
import zipfile
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO

from common.errors import RuleViolation

MEGABYTE = 1024 * 1024
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK"
_CHUNK = 256 * 1024
_MOST_PARTS = 5_000
# A cell with something in it; cells that are only coloured close themselves and do not count.
_FILLED_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?r=\"([A-Z]{1,3})(\d{1,7})\"(?:[^>]*[^/>])?>")
_LONGEST_CELL_TAG = 300


class UnreadableWorkbook(RuleViolation):
    """The file cannot be read as a workbook; the sentence says what to do."""


class Kind(Enum):
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


@dataclass
class Inspection:
    kind: Kind
    far_sheets: set[str] = field(default_factory=set)  # parts whose cells span too wide a rectangle


def inspect(content: bytes, *, max_bytes: int, max_unpacked: int, max_area: int) -> Inspection:
    """Refuse what is no workbook, locked, too large, or a zip bomb."""
    if not content:
        raise UnreadableWorkbook("Tệp rỗng. Hãy chọn lại tệp danh sách.")
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    if content.startswith(_OLE2):
        if _ENCRYPTED_PACKAGE in content:
            raise locked()
        return Inspection(Kind.XLS)
    if content.startswith(ZIP):
        return _inspect_zip(content, max_unpacked, max_area)
    start = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise UnreadableWorkbook("Tệp này là trang web mang tên bảng tính. Hãy mở bằng Excel rồi lưu lại dạng .xlsx.")
    if start.startswith(b"%pdf"):
        raise UnreadableWorkbook("Tệp này là PDF. Hãy nộp danh sách dạng Excel (.xlsx, .xls) hoặc .ods.")
    raise no_workbook()


def too_large(max_bytes: int) -> UnreadableWorkbook:
    return UnreadableWorkbook(f"Tệp lớn quá {max_bytes // MEGABYTE} MB. Hãy chia danh sách thành nhiều tệp.")


def locked() -> UnreadableWorkbook:
    return UnreadableWorkbook("Tệp đang đặt mật khẩu. Hãy bỏ mật khẩu rồi nộp lại.")


def no_workbook() -> UnreadableWorkbook:
    return UnreadableWorkbook("Tệp này không phải là bảng tính. Hãy nộp tệp Excel (.xlsx, .xls) hoặc .ods.")


def broken() -> UnreadableWorkbook:
    return UnreadableWorkbook("Tệp bị hỏng, không mở được. Hãy mở bằng Excel, lưu lại rồi nộp lại.")


def bomb() -> UnreadableWorkbook:
    return UnreadableWorkbook("Tệp phình ra quá lớn khi mở nên không đọc. Hãy lưu lại danh sách.")


def _inspect_zip(content: bytes, max_unpacked: int, max_area: int) -> Inspection:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise broken() from error
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise locked()
    if "xl/workbook.xml" in names or any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
        inspection = Inspection(Kind.XLSX)
    elif "content.xml" in names and b"spreadsheet" in content[:200]:
        inspection = Inspection(Kind.ODS)
    elif "xl/workbook.bin" in names:
        raise UnreadableWorkbook("Tệp dạng .xlsb chưa đọc được. Hãy lưu lại dạng .xlsx.")
    else:
        raise UnreadableWorkbook("Tệp này không phải là bảng tính. Hãy nộp tệp Excel (.xlsx, .xls) hoặc .ods.")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > max_unpacked:
        raise bomb()
    left = max_unpacked
    for part in parts:
        try:
            size, area = _walk(archive, part, left)
        except (
            zipfile.BadZipFile,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as error:
            raise broken() from error
        left -= size
        if left < 0:
            raise bomb()  # the sizes that the archive states are not to be trusted
        if area > max_area:
            inspection.far_sheets.add(part.filename)
    return inspection


def _walk(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> tuple[int, int]:
    """True size of a part, and the rectangle from A1 that its filled cells span."""
    is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    size, last_row, last_column, tail = 0, 0, 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                break
            if is_sheet:
                # Rows come in order, so a few cells of each chunk would do for rows, not for columns.
                for column, row in _FILLED_CELL.findall(tail + chunk):
                    last_row = max(last_row, int(row))
                    last_column = max(last_column, _column_number(column))
                tail = chunk[-_LONGEST_CELL_TAG:]
    return size, last_row * last_column


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

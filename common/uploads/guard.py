"""Looks at a file before any reader of documents does: its kind by content, its true size."""

import re
import zipfile
from enum import Enum
from io import BytesIO

from common.errors import RuleViolation

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
BROKEN = "Tệp bị hỏng, không mở được. Đồng chí mở tệp, lưu lại rồi gửi lại."
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MOST_PARTS = 2_000
_MOST_UNPACKED = 200 * MEGABYTE
_CHUNK = 256 * 1024
_TEMPLATE_AFAR = re.compile(
    rb"<[^<>]*(?:attachedTemplate[^<>]*Target\s*=\s*[\"']\s*https?:|Target\s*=\s*[\"']\s*https?:[^<>]*attachedTemplate)",
    re.IGNORECASE,
)


class Kind(Enum):
    """Suffix and the type that the file is served as."""

    PDF = ("pdf", "application/pdf")
    DOCX = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")

    def __init__(self, suffix: str, content_type: str) -> None:
        self.suffix, self.content_type = suffix, content_type


def kind_of(content: bytes) -> Kind:
    """PDF or .docx by content, whatever the file is called; else RuleViolation."""
    if not content:
        raise RuleViolation("Tệp rỗng. Đồng chí chọn lại tệp.")
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(_OLE2):
        if _ENCRYPTED_PACKAGE in content:
            raise RuleViolation("Tệp đang đặt mật khẩu. Đồng chí bỏ mật khẩu rồi gửi lại.")
        raise RuleViolation("Tệp dạng .doc kiểu cũ chưa nhận được. Đồng chí lưu lại dạng .docx hoặc PDF.")
    if content.startswith(b"PK"):
        _check_docx(content)
        return Kind.DOCX
    raise RuleViolation("Tệp không phải là PDF hay .docx. Đồng chí chọn lại tệp, hoặc lưu tài liệu dạng PDF.")


def _check_docx(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if not {"[Content_Types].xml", "word/document.xml"} <= names:
                raise RuleViolation("Tệp nén này không phải là tài liệu .docx. Đồng chí gửi từng tài liệu, không nén.")
            if any(part.flag_bits & 1 for part in parts):
                raise RuleViolation("Tệp đang đặt mật khẩu. Đồng chí bỏ mật khẩu rồi gửi lại.")
            left = _MOST_UNPACKED
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > left:
                raise _bomb()
            for part in parts:
                left -= _size(archive, part, left)
                if left < 0:
                    raise _bomb()  # the sizes that the archive states are not to be trusted
            _refuse_what_runs(archive, names)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise RuleViolation(BROKEN) from error


def _refuse_what_runs(archive: zipfile.ZipFile, names: set[str]) -> None:
    """Macros under any path or type, and a template that Word would fetch, with its macros, from another server."""
    types = archive.read("[Content_Types].xml").lower()
    if (
        any(name.lower().endswith("vbaproject.bin") for name in names)
        or b"vbaproject" in types
        or b"macroenab" in types
    ):
        raise RuleViolation("Tài liệu có chứa lệnh tự chạy (macro). Đồng chí lưu lại dạng .docx hoặc PDF.")
    for name in names:
        if name.lower().endswith(".rels") and _TEMPLATE_AFAR.search(archive.read(name)):
            raise RuleViolation("Tài liệu lấy mẫu từ máy chủ khác. Đồng chí lưu lại dạng PDF rồi gửi.")


def _size(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    size = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                break
    return size


def _bomb() -> RuleViolation:
    return RuleViolation("Tệp phình ra quá lớn khi mở nên không nhận. Đồng chí lưu lại tài liệu rồi gửi lại.")

"""Documents that people upload: what they are by content, whether they may stay (DESIGN §4)."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.files import File
from django.utils.module_loading import import_string

from common.errors import RuleViolation
from common.spreadsheets.limited import within_limits

from . import ocr
from .guard import BROKEN, MAX_BYTES, MEGABYTE, Kind, kind_of
from .secrecy import is_marked_secret

SECRET = "Trang đầu của tệp có dấu chỉ độ mật. Sổ tay không nhận tài liệu chứa bí mật nhà nước."
INFECTED = "Tệp bị phần mềm quét mã độc của máy chủ từ chối. Đồng chí kiểm tra lại tệp rồi gửi bản khác."
LOCKED = "Tệp đang đặt mật khẩu. Đồng chí bỏ mật khẩu rồi gửi lại."
TOO_LARGE = f"Tệp lớn quá {MAX_BYTES // MEGABYTE} MB. Đồng chí chụp, quét lại ở mức thấp hơn hoặc chia thành nhiều tệp."
_SAYS_SOMETHING = 40  # letters; with fewer on its first page a PDF is a picture


@dataclass(frozen=True)
class Looked:
    """What is known of a document after the first look. `read`: the words of its first page were there to be read;
    a scan waits for `read_scan`, or for somebody who looks himself."""

    kind: Kind
    read: bool


def look_at(file: File) -> Looked:
    """Refuse (RuleViolation) what is too large, no PDF or .docx by content, locked, broken, infected, or marked as a
    secret on its first page."""
    if file.size > MAX_BYTES:
        raise RuleViolation(TOO_LARGE)
    file.seek(0)
    content = file.read()
    file.seek(0)
    kind = kind_of(content)
    _scan(content)
    answer = within_limits("common.uploads.first_page", content)
    found = json.loads(answer) if answer else {"fault": "broken"}
    if found.get("fault") == "locked":
        raise RuleViolation(LOCKED)
    if found.get("fault") == "broken":
        raise RuleViolation(BROKEN)
    lines = found.get("lines", [])
    if any(is_marked_secret(head) for head in found.get("heads", [lines])):
        raise RuleViolation(SECRET)
    return Looked(kind, read=sum(letter.isalpha() for line in lines for letter in line) >= _SAYS_SOMETHING)


def can_read_scans() -> bool:
    return ocr.is_there()


def read_scan(content: bytes) -> bool:
    """Read the first page of a PDF that is a picture. False when nothing could be read; RuleViolation when it is marked
    as a secret."""
    picture = within_limits("common.uploads.picture", content)
    lines = ocr.lines_of(picture) if picture else []
    if is_marked_secret(lines):
        raise RuleViolation(SECRET)
    return sum(letter.isalpha() for line in lines for letter in line) >= _SAYS_SOMETHING


def _scan(content: bytes) -> None:
    """UPLOAD_SCANNER names a function that takes the bytes and answers whether they are clean."""
    if settings.UPLOAD_SCANNER:
        is_clean: Callable[[bytes], bool] = import_string(settings.UPLOAD_SCANNER)
        if not is_clean(content):
            raise RuleViolation(INFECTED)


__all__ = ["MAX_BYTES", "SECRET", "Kind", "Looked", "can_read_scans", "look_at", "read_scan"]

"""Small documents for tests of uploads."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from common.pdf import render_pdf

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MINUTES = ("ĐẢNG BỘ CÔNG TY", "BIÊN BẢN", "kiểm phiếu bầu chi ủy chi bộ Ga Bến Thủy, nhiệm kỳ 2025-2027")


def docx(*lines: str, more: dict[str, bytes] | None = None) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines or MINUTES)
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'.encode(),
    } | (more or {})
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def pdf(*lines: str, later: str = "") -> bytes:
    """`later`: what stands on the second page."""
    words = "".join(f"<p>{escape(line)}</p>" for line in lines or MINUTES)
    return render_pdf(f"<html><body>{words}<p style='break-before: page'>{escape(later)}</p></body></html>")


def scan() -> bytes:
    """A page that holds no letters."""
    return render_pdf("<html><body><hr></body></html>")


def uploaded(content: bytes, name: str = "Biên bản.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)

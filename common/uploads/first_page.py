"""The lines of a document's first page. Run by `common.uploads` in a process with little memory and time; answers JSON:
`lines`, or the `fault` for which the document is refused."""

import contextlib
import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

from common.spreadsheets.limited import answer

_MOST_LINES = 80
_LONGEST = 300
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADER = re.compile(r"word/header\d*\.xml")


def first_page(content: bytes) -> bytes:
    try:
        found = _of_pdf(content) if content.startswith(b"%PDF-") else _of_docx(content)
    except (ElementTree.ParseError, zipfile.BadZipFile, KeyError, ValueError):
        found = {"fault": "broken"}
    return json.dumps(found).encode()


def _of_pdf(content: bytes) -> dict:
    try:
        import pypdfium2
    except (ImportError, OSError):
        # No wheel for this platform: a PDF is looked at by people, as a scan is.
        return {"lines": []}
    try:
        with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
            if not len(document):
                return {"fault": "broken"}
            text = document[0].get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError as error:
        return {"fault": "locked" if "password" in str(error).lower() else "broken"}
    return {"lines": [line[:_LONGEST] for line in text.splitlines() if line.strip()][:_MOST_LINES]}


def _of_docx(content: bytes) -> dict:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        headers = sorted(name for name in archive.namelist() if _HEADER.fullmatch(name))
        # The page itself first: headers, however long, push nothing out of its head.
        parts = [_paragraphs(ElementTree.fromstring(archive.read(n))) for n in ["word/document.xml", *headers[:6]]]
    return {"lines": [line for part in parts for line in part], "heads": parts}


def _paragraphs(root: ElementTree.Element) -> list[str]:
    lines = []
    for paragraph in root.iter(f"{_WORD}p"):
        text = "".join(_texts(paragraph))
        lines += [line[:_LONGEST] for line in text.split("\n") if line.strip()]
        if len(lines) >= _MOST_LINES:
            break
    return lines[:_MOST_LINES]


def _texts(paragraph: ElementTree.Element) -> Iterator[str]:
    for one in paragraph.iter():
        if one.tag == f"{_WORD}t":
            yield one.text or ""
        elif one.tag == f"{_WORD}tab":
            yield "\t"
        elif one.tag in {f"{_WORD}br", f"{_WORD}cr"}:
            yield "\n"


if __name__ == "__main__":
    answer(first_page)

"""The first page of a PDF as a grey picture (PGM), for who reads pictures. Run by `common.uploads` in a process with
little memory and time."""

import contextlib

import pypdfium2

from common.spreadsheets.limited import answer

_SCALE = 200 / 72  # dots an inch
_WIDEST = 4000  # dots


def first_page(content: bytes) -> bytes:
    with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
        page = document[0]
        scale = min(_SCALE, _WIDEST / max(page.get_size()))
        bitmap = page.render(scale=scale, grayscale=True)
        rows = bytes(bitmap.buffer)
        lines = (rows[at * bitmap.stride : at * bitmap.stride + bitmap.width] for at in range(bitmap.height))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)


if __name__ == "__main__":
    answer(first_page)

"""Whether a workbook can be read within the limits; a file that is refused for another reason passes. Takes a byte
(1: the sparse way) and the file."""

import contextlib

from common.spreadsheets.guard import UnreadableWorkbook
from common.spreadsheets.limited import answer
from common.spreadsheets.reading import read_cells


def try_to_read(sent: bytes) -> bytes:
    with contextlib.suppress(UnreadableWorkbook):
        read_cells(sent[1:], bool(sent[0]))
    return b""


if __name__ == "__main__":
    answer(try_to_read)

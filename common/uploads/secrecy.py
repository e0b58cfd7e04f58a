"""Degrees of secrecy on the first page of a document: it does not belong here (DESIGN §4)."""

import re
from collections.abc import Iterable

from common.text import clean, fold

# Stamps stand in the head; further down the words are text like any other.
HEAD = 40  # lines
_DEGREES = {"mat", "toi mat", "tuyet mat"}
_AROUND = " ()[]{}<>*-–—_.,:;|/\\'\"“”"
# Two columns of a head on one line.
_COLUMNS = re.compile(r"\s{3,}|\t")


def is_marked_secret(lines: Iterable[str]) -> bool:
    """Whether a line of the head is exactly a degree of secrecy in capitals. Readers of pictures take one accent for
    another, letters for digits, and put spaces between: MẶT, T0I MAT, T U Y Ệ T  M Ậ T are meant too."""
    for line in list(lines)[:HEAD]:
        for text in (line, *_COLUMNS.split(line)):
            if _is_degree(clean(text).strip(_AROUND)):
                return True
    return False


def _is_degree(text: str) -> bool:
    if not text or text != text.upper() or len(text) > 24:
        return False
    letters = fold(text).lower().replace("0", "o").replace("1", "i").replace("|", "i")
    words = " ".join(letters.split())
    return words in _DEGREES or (" " in words and words.replace(" ", "") in {one.replace(" ", "") for one in _DEGREES})

"""The outer form of the Party's documents (domain.md §6: Quy định 399-QĐ/TW, Hướng dẫn 05-HD/VPTW): head, number line,
signature block, recipients. What stands between is the caller's HTML."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from .pdf import render_pdf

_BODY = re.compile(r"^(đảng bộ)\b", re.IGNORECASE)
_BRANCH = re.compile(r"^chi bộ\b", re.IGNORECASE)


@dataclass(frozen=True)
class Signature:
    """`authority` as «T/M BAN THƯỜNG VỤ», `post` as «PHÓ BÍ THƯ»; the name without academic titles."""

    authority: str
    post: str
    name: str = ""


@dataclass(frozen=True)
class PartyDocument:
    """What stands around the body. `number` 0 leaves the place blank to be written by hand; `place` empty leaves the
    line of place and day out, as in minutes."""

    parent: str
    issuer: str
    type_name: str
    symbol: str
    subject: str
    place: str = ""
    day: date | None = None
    number: int = 0
    with_number: bool = True
    signatures: Sequence[Signature] = ()
    recipients: Sequence[str] = ()
    draft: str = ""
    # In small letters below everything: what the handbook itself says of the paper.
    foot: str = ""

    @property
    def number_line(self) -> str:
        """«Số 05-BC/ĐU»: no colon, two digits at least."""
        return f"Số {f'{self.number:02d}' if self.number else '      '}-{self.symbol}"

    @property
    def parent_lines(self) -> list[str]:
        return even_lines(self.parent)

    @property
    def issuer_lines(self) -> list[str]:
        return even_lines(self.issuer)

    @property
    def has_posts(self) -> bool:
        """The names stand on one line, also where only one of those who sign has a post."""
        return any(one.post for one in self.signatures)

    @property
    def place_line(self) -> str:
        return f"{self.place}, {day_in_words(self.day)}" if self.place else ""


# Capitals that fit on a line of the head.
_HEAD_LINE = 24


def even_lines(name: str) -> list[str]:
    """A name too long for one line of the head in lines of about the same length: no last word stands alone."""
    lines = textwrap.wrap(name, _HEAD_LINE, break_long_words=False)
    for width in range(len(name) // len(lines), _HEAD_LINE) if len(lines) > 1 else ():
        narrower = textwrap.wrap(name, width, break_long_words=False)
        if len(narrower) == len(lines) and all(len(line) <= _HEAD_LINE for line in narrower):
            return narrower
    return lines


def day_in_words(day: date | None) -> str:
    """«ngày 05 tháng 02 năm 2026»: a zero before days under 10 and months 1 and 2; blanks where no day is known."""
    if day is None:
        return "ngày      tháng      năm        "
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def issuer_of(unit_name: str) -> str:
    """The body that writes for a unit: «Đảng bộ X» → «Đảng ủy X»; a branch writes itself."""
    return _BODY.sub("Đảng ủy", unit_name)


def symbol_of(type_code: str, unit_name: str) -> str:
    """«BC/ĐU», «NQ/CB»."""
    return f"{type_code}/{'CB' if _BRANCH.match(unit_name) else 'ĐU'}"


def signature_of(unit_name: str, post: str, name: str = "") -> Signature:
    """T/M of the body (domain.md §6.2): committees always sign on behalf of the body."""
    return Signature("T/M CHI BỘ" if _BRANCH.match(unit_name) else "T/M BAN CHẤP HÀNH", post.upper(), name)


def render_party_pdf(document: PartyDocument, body: SafeString) -> bytes:
    """A4 with the margins, letters and head of a Party document; fonts are embedded. Raises RuleViolation where the
    machine cannot make PDFs."""
    return render_party_pdfs([(document, body)])


def render_party_pdfs(sheets: Sequence[tuple[PartyDocument, SafeString]]) -> bytes:
    """Several documents of one page each as one file, each on its own paper; their pages bear no numbers."""
    return render_pdf(render_to_string("documents/party_pdf.html", {"sheets": sheets}))

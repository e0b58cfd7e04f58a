"""The book of minutes of a year as one PDF: cover with a list, then the minutes as they were locked, those on paper as
they were scanned. Made in the background: a dozen papers take seconds."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from audit.services import record as put_on_record
from common.errors import RuleViolation
from common.party_blocks import paragraphs, text
from common.party_documents import PartyDocument, Signature, issuer_of
from common.pdf import render_pdf
from jobs.models import Job
from jobs.scratch import scratch_file
from jobs.services import start_job
from orgtree.models import OrgUnit
from orgtree.rights import forget_holdings

from ...enums import OF_THE_COMMITTEE, MeetingState
from ...minutes import papers
from ...minutes.models import Annex, Minutes
from ...models import Meeting
from .. import policies
from ..selectors.year import within_year

KIND = "meetings.book"


def minutes_of_year(unit: OrgUnit, year: int, *, committee: bool) -> QuerySet[Minutes]:
    """Locked ones, the oldest first."""
    meetings = Meeting.objects.filter(within_year(year), unit=unit, state=MeetingState.COMPLETED)
    rows = Minutes.objects.filter(meeting__in=meetings).order_by("meeting__starts_at", "meeting_id")
    of_committees = {"meeting__kind__in": OF_THE_COMMITTEE}
    rows = rows.filter(**of_committees) if committee else rows.exclude(**of_committees)
    return rows.select_related("meeting__unit__parent", "meeting__chair", "meeting__clerk").prefetch_related("annexes")


@transaction.atomic
def start_book(*, unit: OrgUnit, year: int, committee: bool, actor: User) -> Job:
    forget_holdings(actor)
    if not policies.may_have_book(actor, unit, committee=committee):
        raise PermissionDenied
    if not minutes_of_year(unit, year, committee=committee).exists():
        raise RuleViolation(f"Năm {year} chưa có biên bản nào đã khóa.")
    put_on_record("minutes.book", actor=actor, target=unit, unit=unit, detail={"year": year, "unit": unit.name})
    return start_job(
        kind=KIND,
        title=f"Sổ biên bản năm {year}, {unit.name}"[:200],
        arguments={"unit": unit.pk, "year": year, "committee": committee},
        actor=actor,
    )


@dataclass
class _Part:
    """A line of the list, and its pages."""

    day: datetime
    title: str
    note: str
    pdf: bytes
    pages: int = 0
    first: int = 0


def write_book(
    unit: OrgUnit, year: int, *, committee: bool, progress: Callable[[int, int], None] | None = None
) -> tuple[Path, int]:
    """The file, and how many minutes stand in it."""
    pdfium = importlib.import_module("pypdfium2")
    records = list(minutes_of_year(unit, year, committee=committee))
    parts = []
    for done, record in enumerate(records, start=1):
        parts += _parts(record, pdfium)
        if progress is not None:
            progress(done, len(records))
    cover = b""
    # The list may be longer than a page: its length is known once it was set.
    length = 1
    for _ in range(3):
        at = length + 1
        for part in parts:
            part.first, at = at, at + part.pages
        cover = render_pdf(
            render_to_string(
                "documents/minutes_book_pdf.html",
                {
                    "unit": unit,
                    "parent": unit.parent,
                    "year": year,
                    "committee": committee,
                    "parts": parts,
                    "made_at": timezone.localtime(),
                },
            )
        )
        set_in = _pages(cover, pdfium)
        if set_in == length:
            break
        length = set_in
    book = pdfium.PdfDocument.new()
    for content in (cover, *(part.pdf for part in parts)):
        source = pdfium.PdfDocument(content)
        book.import_pages(source)
        source.close()
    path = scratch_file(".pdf")
    book.save(str(path))
    book.close()
    return path, len(records)


def _pages(content: bytes, pdfium) -> int:
    opened = pdfium.PdfDocument(content)
    try:
        return len(opened)
    finally:
        opened.close()


def _parts(record: Minutes, pdfium) -> list[_Part]:
    meeting = record.meeting
    if meeting.from_paper:
        with record.scan.open("rb") as opened:
            content = opened.read()
        found = [_Part(meeting.starts_at, meeting.title, "Bản giấy đã quét", content)]
    else:
        found = [_Part(meeting.starts_at, meeting.title, "", papers.pdf(*papers.minutes_paper(meeting, record)))]
    found += [_annex(meeting, one) for one in record.annexes.all()]
    for part in found:
        part.pages = _pages(part.pdf, pdfium)
    return found


def _annex(meeting: Meeting, annex: Annex) -> _Part:
    maker = annex.made_by.full_name if annex.made_by else ""
    document = PartyDocument(
        parent=meeting.unit.parent.name if meeting.unit.parent else "",
        issuer=issuer_of(meeting.unit.name),
        type_name=annex.title,
        symbol="",
        with_number=False,
        subject=f"biên bản {meeting.title}",
        signatures=(Signature("NGƯỜI LẬP PHỤ LỤC", "", maker),),
        foot=f"Lập {timezone.localtime(annex.made_at):%H:%M %d/%m/%Y}. Mã nội dung (SHA-256): {annex.digest}",
    )
    blocks = [*paragraphs(annex.text), text(annex.reason, lead="Lý do:")]
    return _Part(annex.made_at, f"{annex.title}, {meeting.title}", "", papers.pdf(document, blocks))

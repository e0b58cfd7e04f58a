"""Documents that come out of a meeting, numbered on by type within the committee's term (domain.md §6.2)."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from audit.services import record as put_on_record
from common.errors import RuleViolation
from common.party_documents import issuer_of, symbol_of
from common.text import clean, clean_lines
from orgtree.models import CommitteeTerm
from orgtree.services import term_on

from ...enums import MeetingState
from ...models import Meeting
from ...services.place import locked
from ...votes.enums import VoteState
from ...votes.models import Vote
from .. import policies
from ..content import digest_of, post_of
from ..enums import DocumentType
from ..models import IssuedDocument

# A resolution is what the meeting voted for.
_CARRIES = ("resolution", "committee_resolution")


def number_it(*, meeting: Meeting, kind: str, subject: str, day: date, content: dict, actor: User) -> IssuedDocument:
    """The next number of the type; who comes second waits on the term's row, so that none is given twice or left
    out."""
    term = CommitteeTerm.objects.select_for_update().get(pk=term_on(meeting.unit, day).pk)
    last = IssuedDocument.objects.filter(unit=meeting.unit, term=term, type=kind).aggregate(last=Max("number"))["last"]
    return IssuedDocument.objects.create(
        unit=meeting.unit,
        term=term,
        type=kind,
        number=(last or 0) + 1,
        subject=subject[:300],
        day=day,
        meeting=meeting,
        content=content,
        digest=digest_of(content),
        issued_by=actor,
    )


def votes_for(meeting: Meeting) -> list[Vote]:
    """Votes of the meeting that carry a resolution."""
    rows = Vote.objects.filter(meeting=meeting, state=VoteState.CLOSED, matter__in=_CARRIES)
    return [vote for vote in rows.order_by("closed_at", "pk") if vote.result.get("carried")]


def drawn(
    *,
    meeting: Meeting,
    kind: str,
    subject: str,
    day: date,
    place: str,
    parts: Sequence[tuple[str, str]],
    vote: Vote | None = None,
    recipients: Sequence[str] = (),
    post: str | None = None,
) -> dict:
    """The document as data, before it has its number. `post`: the signer's, if somebody has read it already."""
    signer = meeting.chair
    post = post_of(meeting.unit_id, signer, day) if post is None else post
    return {
        "unit": meeting.unit.name,
        "parent": meeting.unit.parent.name if meeting.unit.parent else "",
        "issuer": issuer_of(meeting.unit.name),
        "symbol": symbol_of(kind, meeting.unit.name),
        "type": str(DocumentType(kind).label),
        "subject": subject,
        "day": day.isoformat(),
        "place": place,
        "meeting": meeting.title,
        "parts": [[title, words] for title, words in parts if words],
        "vote": _vote_in_words(vote) if vote else "",
        "signer": {"name": signer.full_name, "post": post or "Bí thư"},
        "recipients": list(recipients),
    }


def _vote_in_words(vote: Vote) -> str:
    result = vote.result
    agree, here = result["totals"]["agree"], result["here"]
    share = f"{agree * 100 / here:.2f}".rstrip("0").rstrip(".").replace(".", ",") if here else "0"
    return f"được {agree}/{here} đảng viên chính thức có mặt biểu quyết tán thành (đạt {share}%)"


@transaction.atomic
def issue_document(
    *,
    meeting: Meeting,
    kind: str,
    subject: str,
    day: date,
    place: str,
    parts: Sequence[tuple[str, str]],
    vote: Vote | None = None,
    recipients: Sequence[str] = (),
    actor: User,
) -> IssuedDocument:
    meeting = locked(meeting, actor=actor)
    if not policies.may_issue(actor, meeting):
        raise PermissionDenied
    if meeting.state not in {MeetingState.MINUTES, MeetingState.COMPLETED}:
        raise RuleViolation("Văn bản được ban hành sau khi cuộc họp bế mạc.")
    if kind not in {DocumentType.RESOLUTION, DocumentType.CONCLUSION, DocumentType.NOTICE}:
        raise RuleViolation("Đồng chí chọn loại văn bản.")
    subject, place = clean(subject)[:300], clean(place)[:100]
    parts = [(clean(title), clean_lines(words)) for title, words in parts]
    if not subject:
        raise RuleViolation("Đồng chí ghi trích yếu của văn bản.")
    if not any(words for _, words in parts):
        raise RuleViolation("Văn bản chưa có nội dung.")
    if not timezone.localdate(meeting.began_at) <= day <= timezone.localdate():
        raise RuleViolation("Ngày ban hành từ ngày họp đến hôm nay.")
    if kind == DocumentType.RESOLUTION and (vote is None or vote.pk not in {one.pk for one in votes_for(meeting)}):
        raise RuleViolation("Nghị quyết cần một biểu quyết của cuộc họp đã được thông qua.")
    content = drawn(
        meeting=meeting,
        kind=kind,
        subject=subject,
        day=day,
        place=place,
        parts=parts,
        vote=vote,
        recipients=[one for one in map(clean, recipients) if one],
    )
    made = number_it(meeting=meeting, kind=kind, subject=subject, day=day, content=content, actor=actor)
    put_on_record(
        "document.issued",
        actor=actor,
        target=meeting,
        unit=meeting.unit,
        detail={"document": f"{made.get_type_display()} số {made.number:02d}-{content['symbol']}"},
    )
    return made

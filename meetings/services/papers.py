"""Papers to the items: taken in by what they are, clean or waiting, read by those who are called."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common import uploads
from common.errors import RuleViolation
from common.uploads import keeping
from common.uploads.keeping import FileState, digest_of
from notifications.services import notify

from .. import policies
from ..minutes.models import Minutes
from ..models import AgendaItem, Attendee, DocumentRead, ItemDocument, Meeting
from .agenda import note_changed
from .place import locked

MOST_PAPERS = 10
# Of minutes from paper, month by month (minutes.models.Minutes.scan).
SCANS = "meetings/minutes"


def attach(*, item: AgendaItem, file: File, title: str = "", actor: User) -> ItemDocument:
    """What could be read on its first page is there for everybody at once; a scan waits apart, to be read in the
    background where the machine can, else until somebody has looked himself."""
    if not policies.may_prepare(actor, item.meeting):
        raise PermissionDenied
    # Nobody waits for the row while a foreign file is read.
    looked, digest = uploads.look_at(file), digest_of(file)
    with transaction.atomic():
        meeting = _changing(item.meeting, actor)
        item = AgendaItem.objects.get(pk=item.pk, meeting=meeting)
        there = list(item.documents.values_list("digest", flat=True))
        if digest in there:
            raise RuleViolation("Tệp này đã có ở nội dung này rồi.")
        if len(there) >= MOST_PAPERS:
            raise RuleViolation(f"Một nội dung có nhiều nhất {MOST_PAPERS} tài liệu.")
        document = ItemDocument(item=item, digest=digest, added_by=actor, added_at=timezone.now())
        document.take_in(file, looked, title=title)
        _note(document, meeting, "meeting.paper_added", actor)
        if document.state == FileState.CLEAN:
            note_changed(meeting, actor)
        elif document.state == FileState.READING:
            transaction.on_commit(lambda: _read_later(document.pk))
    return document


def _read_later(pk: int) -> None:
    from ..tasks import read_first_page  # the tasks import the services

    read_first_page.delay(pk)


def _changing(meeting: Meeting, actor: User) -> Meeting:
    meeting = locked(meeting, actor=actor)
    if policies.may_prepare(actor, meeting):
        return meeting
    if policies.may_hold(actor, meeting.unit):
        raise RuleViolation(
            f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}” nên không thêm bớt tài liệu được."
        )
    raise PermissionDenied


@transaction.atomic
def confirm_paper(*, document: ItemDocument, actor: User) -> ItemDocument:
    """Whoever prepares the meeting has looked at the first page: no degree of secrecy stands there."""
    meeting = _changing(document.item.meeting, actor)
    document = ItemDocument.objects.select_for_update().get(pk=document.pk)
    if document.state == FileState.READING:
        raise RuleViolation("Hệ thống đang đọc trang đầu của tệp. Đồng chí chờ một lát rồi mở lại trang này.")
    if document.state == FileState.CLEAN:
        return document
    document.confirmed_by = actor
    _let_in(document)
    _note(document, meeting, "meeting.paper_confirmed", actor)
    note_changed(meeting, actor)
    return document


@transaction.atomic
def remove_paper(*, document: ItemDocument, actor: User) -> None:
    meeting = _changing(document.item.meeting, actor)
    document.drop()
    _note(document, meeting, "meeting.paper_removed", actor)
    note_changed(meeting, actor)


def read_scan(*, document_id: int) -> None:
    """In the background: the first page of a scan is read, then the paper is there for all, or is taken off and who has
    sent it is told. A second run finds nothing to do."""
    waiting = ItemDocument.objects.filter(pk=document_id, state=FileState.READING).first()
    if waiting is None:
        return
    state, refusal = waiting.read_first_page()
    with transaction.atomic():
        rows = ItemDocument.objects.select_for_update(of=("self",)).select_related("item__meeting__unit", "added_by")
        document = rows.filter(pk=document_id, state=FileState.READING).first()
        if document is None:
            return
        if refusal:
            _refuse(document, refusal)
        elif state == FileState.CLEAN:
            _let_in(document)
        else:
            document.state = state
            document.save(update_fields=["state"])


def _refuse(document: ItemDocument, refusal: str) -> None:
    meeting = document.item.meeting
    document.drop()
    _note(document, meeting, "meeting.paper_refused", None)
    notify(
        "meetings.changed",
        users=[document.added_by_id] if document.added_by_id else [],
        text=f"Tài liệu “{document.title}” bị gỡ khỏi {meeting.title}. {refusal}",
        url=meeting.get_absolute_url(),
        unit_id=meeting.unit_id,
    )


def _let_in(document: ItemDocument) -> None:
    """There for the others from now on."""
    document.added_at = timezone.now()
    document.let_in()


def _note(document: ItemDocument, meeting: Meeting, action: str, actor: User | None) -> None:
    record(action, actor=actor, target=meeting, unit=meeting.unit, detail={"title": document.title})


def sweep_papers(*, now: datetime) -> int:
    """Papers that wait too long and files that belong to nothing, scans of minutes too. Returns how many of either."""
    touched = keeping.sweep(ItemDocument, now=now)
    for folder in {f"{SCANS}/{timezone.localtime(month):%Y-%m}" for month in (now, now - timedelta(days=28))}:
        touched += keeping.sweep_folder(folder, Minutes.objects.all(), "scan", now=now)
    return touched


def note_read(*, document: ItemDocument, attendee: Attendee | None) -> None:
    """The first opening counts."""
    if attendee is not None:
        DocumentRead.objects.get_or_create(document=document, attendee=attendee)

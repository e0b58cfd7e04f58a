"""Papers to the items: taken in by what they are, clean or waiting, read by those who are called."""

import hashlib
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common import uploads
from common.errors import RuleViolation
from common.text import clean
from notifications.services import notify

from .. import policies
from ..enums import FileState
from ..minutes.models import Minutes
from ..models import QUARANTINE, AgendaItem, Attendee, DocumentRead, ItemDocument, Meeting, kept_folder, random_path
from .agenda import note_changed
from .place import locked

MOST_PAPERS = 10
_LONGEST_TITLE = 150
# Of minutes from paper, month by month (minutes.models.Minutes.scan).
SCANS = "meetings/minutes"
_NOT_READ_AFTER = timedelta(minutes=15)
_ORPHAN_AFTER = timedelta(hours=24)


def attach(*, item: AgendaItem, file: File, title: str = "", actor: User) -> ItemDocument:
    """What could be read on its first page is there for everybody at once; a scan waits apart, to be read in the
    background where the machine can, else until somebody has looked himself."""
    if not policies.may_prepare(actor, item.meeting):
        raise PermissionDenied
    # Nobody waits for the row while a foreign file is read.
    looked, digest = uploads.look_at(file), _digest(file)
    with transaction.atomic():
        meeting = _changing(item.meeting, actor)
        item = AgendaItem.objects.get(pk=item.pk, meeting=meeting)
        there = list(item.documents.values_list("digest", flat=True))
        if digest in there:
            raise RuleViolation("Tệp này đã có ở nội dung này rồi.")
        if len(there) >= MOST_PAPERS:
            raise RuleViolation(f"Một nội dung có nhiều nhất {MOST_PAPERS} tài liệu.")
        document = ItemDocument(
            item=item,
            title=_title(title or (file.name or "").rsplit(".", 1)[0]),
            suffix=looked.kind.suffix,
            content_type=looked.kind.content_type,
            size=file.size,
            digest=digest,
            state=_first_state(looked),
            added_by=actor,
            added_at=timezone.now(),
        )
        document.file.save("", file, save=False)
        document.save()
        _note(document, meeting, "meeting.paper_added", actor)
        if document.state == FileState.CLEAN:
            note_changed(meeting, actor)
        elif document.state == FileState.READING:
            transaction.on_commit(lambda: _read_later(document.pk))
    return document


def _first_state(looked: uploads.Looked) -> FileState:
    if looked.read:
        return FileState.CLEAN
    return FileState.READING if looked.kind is uploads.Kind.PDF and uploads.can_read_scans() else FileState.UNREAD


def _read_later(pk: int) -> None:
    from ..tasks import read_first_page  # the tasks import the services

    read_first_page.delay(pk)


def _title(text: str) -> str:
    return clean(text).replace("/", "-").replace("\\", "-")[:_LONGEST_TITLE].strip(" .") or "Tài liệu"


def _digest(file: File) -> str:
    sum_ = hashlib.sha256()
    for chunk in file.chunks():
        sum_.update(chunk)
    file.seek(0)
    return sum_.hexdigest()


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
    _drop(document)
    _note(document, meeting, "meeting.paper_removed", actor)
    note_changed(meeting, actor)


def read_scan(*, document_id: int) -> None:
    """In the background: the first page of a scan is read, then the paper is there for all, or is taken off and who has
    sent it is told. A second run finds nothing to do."""
    waiting = ItemDocument.objects.filter(pk=document_id, state=FileState.READING).first()
    if waiting is None:
        return
    with waiting.file.open("rb") as opened:
        content = opened.read()
    try:
        read, refusal = uploads.read_scan(content), ""
    except RuleViolation as error:
        read, refusal = False, str(error)
    with transaction.atomic():
        rows = ItemDocument.objects.select_for_update(of=("self",)).select_related("item__meeting__unit", "added_by")
        document = rows.filter(pk=document_id, state=FileState.READING).first()
        if document is None:
            return
        if refusal:
            _refuse(document, refusal)
        elif read:
            _let_in(document)
        else:
            document.state = FileState.UNREAD
            document.save(update_fields=["state"])


def _refuse(document: ItemDocument, refusal: str) -> None:
    meeting = document.item.meeting
    _drop(document)
    _note(document, meeting, "meeting.paper_refused", None)
    notify(
        "meetings.changed",
        users=[document.added_by_id] if document.added_by_id else [],
        text=f"Tài liệu “{document.title}” bị gỡ khỏi {meeting.title}. {refusal}",
        url=meeting.get_absolute_url(),
        unit_id=meeting.unit_id,
    )


def _let_in(document: ItemDocument) -> None:
    """Out of the quarantine, and there from now on; the old copy goes when the transaction stands."""
    storage, old = document.file.storage, document.file.name
    document.state, document.added_at = FileState.CLEAN, timezone.now()
    with storage.open(old, "rb") as opened:
        document.file.name = storage.save(random_path(document, ""), opened)
    document.save(update_fields=["file", "state", "added_at", "confirmed_by"])
    transaction.on_commit(lambda: storage.delete(old))


def _drop(document: ItemDocument) -> None:
    storage, name = document.file.storage, document.file.name
    ItemDocument.objects.filter(pk=document.pk).delete()
    transaction.on_commit(lambda: storage.delete(name))


def _note(document: ItemDocument, meeting: Meeting, action: str, actor: User | None) -> None:
    record(action, actor=actor, target=meeting, unit=meeting.unit, detail={"title": document.title})


def sweep_papers(*, now: datetime) -> int:
    """A scan that nobody came to read is confirmed by people; files of uploads whose transaction failed are deleted.
    Returns how many of either."""
    late = ItemDocument.objects.filter(state=FileState.READING, added_at__lt=now - _NOT_READ_AFTER)
    touched = late.update(state=FileState.UNREAD)
    # Older folders were swept in their time.
    months = (now, now - timedelta(days=28))
    for folder in {QUARANTINE, *map(kept_folder, months)}:
        touched += _sweep(folder, ItemDocument.objects.all(), "file", now)
    for folder in {f"{SCANS}/{timezone.localtime(month):%Y-%m}" for month in months}:
        touched += _sweep(folder, Minutes.objects.all(), "scan", now)
    return touched


def _sweep(folder: str, rows: QuerySet, field: str, now: datetime) -> int:
    """Files of the folder that no row names, when they are old enough for their transaction to be over."""
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    paths, swept = {f"{folder}/{name}" for name in names}, 0
    for path in paths - set(rows.filter(**{f"{field}__in": paths}).values_list(field, flat=True)):
        if default_storage.get_modified_time(path) < now - _ORPHAN_AFTER:
            default_storage.delete(path)
            swept += 1
    return swept


def note_read(*, document: ItemDocument, attendee: Attendee | None) -> None:
    """The first opening counts."""
    if attendee is not None:
        DocumentRead.objects.get_or_create(document=document, attendee=attendee)

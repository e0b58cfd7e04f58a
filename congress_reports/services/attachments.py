"""Biên bản, nghị quyết with a report: taken in by what they are, kept with the versions they were sent with."""

import hashlib
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common import uploads
from common.errors import RuleViolation
from common.text import clean
from notifications.services import notify

from .. import policies
from ..definitions import answers_of
from ..enums import FileState, ReportState
from ..models import QUARANTINE, Attachment, Report, kept_folder, random_path
from .way import drop_file, locked, save_answers

MOST_FILES = 20
_LONGEST_TITLE = 150
_NOT_READ_AFTER = timedelta(minutes=15)
_ORPHAN_AFTER = timedelta(hours=24)
_CHANGEABLE = (ReportState.DRAFT, ReportState.REJECTED)


def attach(*, report: Report, file: File, title: str, actor: User) -> Attachment:
    """Take a document in. What could be read on its first page goes with the report at once; a scan waits apart, to be
    read in the background where the machine can, else until somebody has looked himself."""
    if not policies.may_write(actor, report):
        raise PermissionDenied
    # Nobody waits for the row while a foreign file is read.
    looked, digest = uploads.look_at(file), _digest(file)
    with transaction.atomic():
        report = _changeable(report, actor)
        there = list(report.attachments.filter(until_version=None).values_list("digest", flat=True))
        if digest in there:
            raise RuleViolation("Tệp này đã đính kèm rồi.")
        if len(there) >= MOST_FILES:
            raise RuleViolation(f"Một báo cáo có nhiều nhất {MOST_FILES} tệp đính kèm.")
        attachment = Attachment(
            report=report,
            title=_title(title or (file.name or "").rsplit(".", 1)[0]),
            suffix=looked.kind.suffix,
            content_type=looked.kind.content_type,
            size=file.size,
            digest=digest,
            state=_first_state(looked),
            added_by=actor,
        )
        attachment.file.save("", file, save=False)
        attachment.save()
        _note(attachment, report, "report.attached", actor)
        if attachment.state == FileState.READING:
            transaction.on_commit(lambda: _read_later(attachment.pk))
    return attachment


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


@transaction.atomic
def detach(*, attachment: Attachment, actor: User) -> None:
    """Take a document off a report that is being mended. One that was sent stays with the versions it was sent with."""
    report = _changeable(attachment.report, actor)
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.until_version is not None:
        return
    if attachment.since_version:
        attachment.until_version = report.version
        attachment.save(update_fields=["until_version"])
    else:
        drop_file(attachment)
    _note(attachment, report, "report.detached", actor)


@transaction.atomic
def confirm(*, attachment: Attachment, actor: User) -> Attachment:
    """Somebody who files the report has looked at the first page: no degree of secrecy stands there."""
    _changeable(attachment.report, actor)
    attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if attachment.state == FileState.READING:
        raise RuleViolation("Hệ thống đang đọc trang đầu của tệp. Đồng chí chờ một lát rồi mở lại trang này.")
    if attachment.state == FileState.CLEAN:
        return attachment
    attachment.confirmed_by = actor
    _let_in(attachment)
    _note(attachment, attachment.report, "report.attachment_confirmed", actor)
    return attachment


def read_scan(*, attachment_id: int) -> None:
    """In the background: the first page of a scan is read, then the file goes with the report, or is taken off and who
    has sent it is told. A second run finds nothing to do."""
    waiting = Attachment.objects.filter(pk=attachment_id, state=FileState.READING).first()
    if waiting is None:
        return
    with waiting.file.open("rb") as opened:
        content = opened.read()
    try:
        state, refusal = (FileState.CLEAN if uploads.read_scan(content) else FileState.UNREAD), ""
    except RuleViolation as error:
        state, refusal = FileState.UNREAD, str(error)
    with transaction.atomic():
        attachment = (
            Attachment.objects.select_for_update(of=("self",))
            .select_related("report__duty__form", "report__unit", "added_by")
            .filter(pk=attachment_id, state=FileState.READING)
            .first()
        )
        if attachment is None:
            return
        if refusal:
            _refuse(attachment, refusal)
        elif state == FileState.CLEAN:
            _let_in(attachment)
        else:
            attachment.state = state
            attachment.save(update_fields=["state"])


def _refuse(attachment: Attachment, refusal: str) -> None:
    report = attachment.report
    drop_file(attachment)
    record(
        "report.attachment_refused",
        actor=None,
        target=report,
        unit=report.unit,
        detail={"form": report.duty.form.code, "unit": report.unit.name},
    )
    notify(
        "reports.attachment_refused",
        users=[attachment.added_by_id] if attachment.added_by_id else [],
        text=f"Tệp “{attachment.title}” bị gỡ khỏi báo cáo {report.duty.form.short} của {report.unit.name}. {refusal}",
        url=report.get_absolute_url(),
        unit_id=report.unit_id,
    )


def _let_in(attachment: Attachment) -> None:
    """Out of the quarantine; the old copy goes when the transaction stands."""
    storage, old = attachment.file.storage, attachment.file.name
    attachment.state = FileState.CLEAN
    with storage.open(old, "rb") as opened:
        attachment.file.name = storage.save(random_path(attachment, ""), opened)
    attachment.save(update_fields=["file", "state", "confirmed_by"])
    transaction.on_commit(lambda: storage.delete(old))


def _changeable(report: Report, actor: User) -> Report:
    """The report under a lock, as a draft. Whoever confirms or sends it after this has another report before him."""
    report = locked(report, actor=actor)
    if not policies.may_write(actor, report):
        raise PermissionDenied
    if report.state == ReportState.EXPECTED:
        raise RuleViolation("Đồng chí bấm “Lập báo cáo” trước, rồi mới đính kèm tệp.")
    if report.state not in _CHANGEABLE:
        raise RuleViolation(
            f"Báo cáo đang ở trạng thái “{report.get_state_display()}”, không thêm bớt tệp đính kèm được."
        )
    return save_answers(report=report, answers=answers_of(report), revision=report.revision, actor=actor)


def _note(attachment: Attachment, report: Report, action: str, actor: User) -> None:
    detail = {"form": report.duty.form.code, "unit": report.unit.name, "title": attachment.title}
    record(action, actor=actor, target=report, unit=report.unit, detail=detail)


def sweep_attachments(*, now: datetime | None = None) -> int:
    """A scan that nobody came to read is confirmed by people; files of uploads whose transaction failed are deleted.
    Returns how many of either."""
    now = now or timezone.now()
    late = Attachment.objects.filter(state=FileState.READING, added_at__lt=now - _NOT_READ_AFTER)
    touched = late.update(state=FileState.UNREAD)
    # Older folders were swept in their time.
    for folder in (QUARANTINE, kept_folder(now), kept_folder(now - timedelta(days=28))):
        try:
            _, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        paths = [f"{folder}/{name}" for name in names]
        for start in range(0, len(paths), 1000):
            some = set(paths[start : start + 1000])
            for path in some - set(Attachment.objects.filter(file__in=some).values_list("file", flat=True)):
                if default_storage.get_modified_time(path) < now - _ORPHAN_AFTER:
                    default_storage.delete(path)
                    touched += 1
    return touched

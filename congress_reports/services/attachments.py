"""Biên bản, nghị quyết with a report: taken in by what they are, kept with the versions they were sent with."""

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from accounts.models import User
from audit.services import record
from common import uploads
from common.errors import RuleViolation
from common.uploads.keeping import FileState, digest_of
from notifications.services import notify

from .. import policies
from ..definitions import answers_of
from ..enums import ReportState
from ..models import Attachment, Report
from .way import locked, save_answers

MOST_FILES = 20
_CHANGEABLE = (ReportState.DRAFT, ReportState.REJECTED)


def attach(*, report: Report, file: File, title: str, actor: User) -> Attachment:
    """Take a document in. What could be read on its first page goes with the report at once; a scan waits apart, to be
    read in the background where the machine can, else until somebody has looked himself."""
    if not policies.may_write(actor, report):
        raise PermissionDenied
    # Nobody waits for the row while a foreign file is read.
    looked, digest = uploads.look_at(file), digest_of(file)
    with transaction.atomic():
        report = _changeable(report, actor)
        there = list(report.attachments.filter(until_version=None).values_list("digest", flat=True))
        if digest in there:
            raise RuleViolation("Tệp này đã đính kèm rồi.")
        if len(there) >= MOST_FILES:
            raise RuleViolation(f"Một báo cáo có nhiều nhất {MOST_FILES} tệp đính kèm.")
        attachment = Attachment(report=report, digest=digest, added_by=actor)
        attachment.take_in(file, looked, title=title)
        _note(attachment, report, "report.attached", actor)
        if attachment.state == FileState.READING:
            transaction.on_commit(lambda: _read_later(attachment.pk))
    return attachment


def _read_later(pk: int) -> None:
    from ..tasks import read_first_page  # the tasks import the services

    read_first_page.delay(pk)


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
        attachment.drop()
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
    attachment.let_in()
    _note(attachment, attachment.report, "report.attachment_confirmed", actor)
    return attachment


def read_scan(*, attachment_id: int) -> None:
    """In the background: the first page of a scan is read, then the file goes with the report, or is taken off and who
    has sent it is told. A second run finds nothing to do."""
    waiting = Attachment.objects.filter(pk=attachment_id, state=FileState.READING).first()
    if waiting is None:
        return
    state, refusal = waiting.read_first_page()
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
            attachment.let_in()
        else:
            attachment.state = state
            attachment.save(update_fields=["state"])


def _refuse(attachment: Attachment, refusal: str) -> None:
    report = attachment.report
    attachment.drop()
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

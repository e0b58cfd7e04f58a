"""A list of units that somebody uploads: read and shown, confirmed or dropped, gone after a day."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean

from ..enums import ImportState
from ..lists import read_unit_list
from ..models import UnitImport
from ..policies import may_import_units
from ..unit_lists.applying import import_units
from ..unit_lists.planning import Plan, plan_units

KEEP = timedelta(hours=24)


def upload_units(*, file: File, actor: User) -> UnitImport:
    """Read a workbook and keep it with its plan until it is confirmed; one that cannot be read is refused with a
    sentence and not kept."""
    if not may_import_units(actor):
        raise PermissionDenied
    content = file.read()
    read = read_unit_list(content)
    plan = plan_units(read.rows, actor=actor)
    waiting = UnitImport(
        label=clean(file.name)[:200],
        plan=plan.report() | {"dropped_columns": read.dropped_columns},
        fingerprint=plan.fingerprint(),
        uploaded_by=actor,
    )
    # The stored name says nothing: what people call their files may be private.
    waiting.file.save("danh-muc", ContentFile(content), save=False)
    waiting.save()
    return waiting


@transaction.atomic
def confirm_import(*, waiting: UnitImport, actor: User) -> Plan:
    """Write what was shown; the workbook is deleted with the commit."""
    waiting = _own_waiting(waiting, actor)
    try:
        with waiting.file.open("rb") as opened:
            listed = read_unit_list(opened.read()).rows
    except FileNotFoundError:
        raise RuleViolation("Tệp danh mục không còn trên máy chủ. Đồng chí hãy tải lên lại.") from None
    plan = import_units(listed=listed, fingerprint=waiting.fingerprint, actor=actor)
    _close(waiting, ImportState.APPLIED)
    return plan


@transaction.atomic
def drop_import(*, waiting: UnitImport, actor: User) -> UnitImport:
    """Not to be entered after all; the workbook is deleted."""
    waiting = _own_waiting(waiting, actor)
    _close(waiting, ImportState.DROPPED)
    return waiting


def sweep_imports() -> int:
    """Delete the workbooks that nobody confirmed within a day. Returns how many."""
    swept = 0
    old = UnitImport.objects.filter(state=ImportState.WAITING, uploaded_at__lt=timezone.now() - KEEP)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = UnitImport.objects.select_for_update(skip_locked=True)
            waiting = rows.filter(pk=pk, state=ImportState.WAITING).first()
            if waiting is not None:
                _close(waiting, ImportState.EXPIRED)
                swept += 1
    return swept


def _own_waiting(waiting: UnitImport, actor: User) -> UnitImport:
    waiting = UnitImport.objects.select_for_update().get(pk=waiting.pk)
    if waiting.uploaded_by_id != actor.pk or not may_import_units(actor):
        raise PermissionDenied
    if waiting.state != ImportState.WAITING:
        raise RuleViolation(f"Danh mục này đã đóng: {waiting.get_state_display().lower()}.")
    return waiting


def _close(waiting: UnitImport, state: ImportState) -> None:
    name, storage = waiting.file.name, waiting.file.storage
    waiting.file, waiting.state, waiting.closed_at = "", state, timezone.now()
    waiting.save(update_fields=["file", "state", "closed_at"])
    transaction.on_commit(lambda: storage.delete(name))

"""What nobody needs any longer is deleted: workbooks after a day, rows when the list can be undone no more."""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..enums import BatchState
from ..models import ImportBatch
from .reading import drop_file, drop_rows, settle
from .undoing import UNDO_DAYS

_KEEP_FILE = timedelta(hours=24)
_KEEP_UNCONFIRMED = timedelta(days=7)
_FOLDER = "imports"


def sweep_imports(*, now: datetime | None = None) -> int:
    """Delete workbooks a day old, give up lists unconfirmed for a week, and forget the rows of lists that can no
    longer be undone; what they did stays in the history and the record. Returns how many batches were touched."""
    now = now or timezone.now()
    touched = 0
    old = ImportBatch.objects.filter(
        Q(created_at__lt=now - _KEEP_FILE) & ~Q(file="")
        | Q(created_at__lt=now - _KEEP_UNCONFIRMED, state__in=[BatchState.CHECKED, BatchState.READING])
        | Q(entered_at__lt=now - timedelta(days=UNDO_DAYS + 1), blocks__isnull=False)
    ).values_list("pk", flat=True)
    for pk in set(old):
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=pk)
            settle(batch)
            drop_file(batch)
            if batch.state == BatchState.READING:
                batch.state, batch.failure = BatchState.FAILED, "Tệp đã được xóa sau 24 giờ. Đồng chí hãy gửi lại."
            if batch.state == BatchState.CHECKED and batch.created_at < now - _KEEP_UNCONFIRMED:
                batch.state = BatchState.CANCELLED
                drop_rows(batch)
            if batch.entered_at and batch.entered_at < now - timedelta(days=UNDO_DAYS + 1):
                drop_rows(batch)
            batch.save(update_fields=["state", "failure", "file"])
        touched += 1
    _sweep_orphans(now)
    return touched


def _sweep_orphans(now: datetime) -> None:
    """Workbooks of uploads whose transaction failed."""
    try:
        _, names = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return
    paths = {f"{_FOLDER}/{name}" for name in names}
    kept = set(ImportBatch.objects.filter(file__in=paths).values_list("file", flat=True))
    for path in paths - kept:
        if default_storage.get_modified_time(path) < now - _KEEP_FILE:
            default_storage.delete(path)

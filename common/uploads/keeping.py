"""Documents that stay: their fields, their place on the disk, their way out of the quarantine, wherever they hang."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from common import uploads
from common.errors import RuleViolation
from common.text import clean

_LONGEST_TITLE = 150
_NOT_READ_AFTER = timedelta(minutes=15)
_ORPHAN_AFTER = timedelta(hours=24)
_AT_ONCE = 1000


class FileState(models.TextChoices):
    """How far the look at a document's first page is; only a clean one goes to others."""

    READING = "reading", "Đang đọc trang đầu"
    UNREAD = "unread", "Chờ xác nhận không có dấu mật"
    CLEAN = "clean", "Đã kiểm tra"


def random_path(document: "KeptDocument", file_name: str) -> str:
    """Nothing of the file's own name; whose first page nobody has read yet waits apart."""
    return f"{document.folder_at(timezone.now())}/{secrets.token_hex(16)}.{document.suffix}"


class KeptDocument(models.Model):
    """Served through a view that asks the right, never by its path. `KEPT_IN` is a folder of the model's own: each
    sweeps its own."""

    KEPT_IN: str

    title = models.CharField("Tên tài liệu", max_length=200)
    suffix = models.CharField(max_length=5)
    file = models.FileField(upload_to=random_path)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.UNREAD)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Since when it is there for others, where a model says so: a scan that nobody had read was not.
    added_at = models.DateTimeField(db_default=Now())
    # Who looked at the first page himself, where no machine could read it.
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def file_label(self) -> str:
        """What it is called when it is fetched."""
        return f"{self.title}.{self.suffix}"

    @classmethod
    def quarantine(cls) -> str:
        return f"{cls.KEPT_IN}/quarantine"

    @classmethod
    def clean_folder(cls, moment: datetime) -> str:
        return f"{cls.KEPT_IN}/{moment:%Y-%m}"

    def folder_at(self, moment: datetime) -> str:
        return self.clean_folder(moment) if self.state == FileState.CLEAN else self.quarantine()

    def take_in(self, file: File, looked: uploads.Looked, *, title: str) -> None:
        """Write the file and the row. Of a scan that the machine can read the caller has the reading started."""
        self.title = title_of(title or (file.name or "").rsplit(".", 1)[0])
        self.suffix, self.content_type, self.size = looked.kind.suffix, looked.kind.content_type, file.size
        if looked.read:
            self.state = FileState.CLEAN
        else:
            readable = looked.kind is uploads.Kind.PDF and uploads.can_read_scans()
            self.state = FileState.READING if readable else FileState.UNREAD
        self.file.save("", file, save=False)
        self.save()

    def read_first_page(self) -> tuple[FileState, str]:
        """What the machine makes of a scan: its new state, and the sentence of refusal where it bears a mark."""
        with self.file.open("rb") as opened:
            content = opened.read()
        try:
            return (FileState.CLEAN if uploads.read_scan(content) else FileState.UNREAD), ""
        except RuleViolation as refused:
            return FileState.UNREAD, str(refused)

    def let_in(self) -> None:
        """Out of the quarantine; the old copy goes when the transaction stands."""
        storage, old = self.file.storage, self.file.name
        self.state = FileState.CLEAN
        with storage.open(old, "rb") as opened:
            self.file.name = storage.save(random_path(self, ""), opened)
        self.save(update_fields=["file", "state", "added_at", "confirmed_by"])
        transaction.on_commit(lambda: storage.delete(old))

    def drop(self) -> None:
        """The row now, the file when the transaction stands."""
        storage, name = self.file.storage, self.file.name
        type(self)._base_manager.filter(pk=self.pk).delete()
        transaction.on_commit(lambda: storage.delete(name))


def title_of(text: str) -> str:
    return clean(text).replace("/", "-").replace("\\", "-")[:_LONGEST_TITLE].strip(" .") or "Tài liệu"


def digest_of(file: File) -> str:
    """SHA-256, as hex; read in pieces, and rewound."""
    total = hashlib.sha256()
    for chunk in file.chunks():
        total.update(chunk)
    file.seek(0)
    return total.hexdigest()


def sweep(model: type[KeptDocument], *, now: datetime) -> int:
    """A scan that nobody came to read is confirmed by people; files of uploads whose transaction failed are deleted.
    Returns how many of either."""
    rows = model._base_manager.all()
    touched = rows.filter(state=FileState.READING, added_at__lt=now - _NOT_READ_AFTER).update(state=FileState.UNREAD)
    # Older folders were swept in their time.
    folders = {model.quarantine(), model.clean_folder(now), model.clean_folder(now - timedelta(days=28))}
    return touched + sum(sweep_folder(folder, rows, "file", now=now) for folder in folders)


def sweep_folder(folder: str, rows: models.QuerySet, field: str, *, now: datetime) -> int:
    """Delete the files there that none of the rows names, when they are old enough for their transaction to be over.
    Returns how many."""
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    swept = 0
    for start in range(0, len(names), _AT_ONCE):
        paths = {f"{folder}/{name}" for name in names[start : start + _AT_ONCE]}
        for path in paths - set(rows.filter(**{f"{field}__in": paths}).values_list(field, flat=True)):
            if default_storage.get_modified_time(path) < now - _ORPHAN_AFTER:
                default_storage.delete(path)
                swept += 1
    return swept

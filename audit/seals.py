"""The hash chain over the record, in the order in which entries were sealed.

An entry's digest covers all its fields and the digest before it, so that a changed, removed or inserted entry shows.
What a chain cannot show is its own end being cut off: the head is written to the log at every sealing, and
`check_audit --expect` compares with one noted elsewhere."""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .models import Entry, Seal

START = bytes(32)
_LOCK = 0x5345414C
_BATCH = 2000
# No transaction lives so long: an entry of which it is not known whether it was sealed is younger than this at the
# last sealing. Keeps the search for unsealed entries short.
_LONGEST_TRANSACTION = timedelta(days=1)
LATE_AFTER = timedelta(minutes=5)
_FIELDS = (
    "id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "target_type",
    "target_id",
    "target_label",
    "unit_id",
    "detail",
    "request_id",
    "address",
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Head:
    """The newest seal; `digest` as hexadecimal text."""

    position: int
    digest: str

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


def digest_of(before: bytes, row: dict) -> bytes:
    """The digest of an entry given as a dict of its fields, after the digest `before`."""
    values = [row[name] for name in _FIELDS]
    values[1] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()


@transaction.atomic
def seal_entries() -> int:
    """Seal what is not sealed yet, in the order of its numbers. Does nothing while another sealing runs. Returns how
    many entries were sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    last = Seal.objects.order_by("-position").first()
    position, digest = (last.position, bytes(last.digest)) if last else (0, START)
    waiting = _unsealed()
    if last:
        waiting = waiting.filter(at__gte=last.at - _LONGEST_TRANSACTION)
    sealed, seals = 0, []
    for row in waiting.order_by("pk").values(*_FIELDS).iterator(chunk_size=_BATCH):
        position, digest = position + 1, digest_of(digest, row)
        seals.append(Seal(position=position, entry_id=row["id"], digest=digest))
        sealed += 1
        if len(seals) == _BATCH:
            Seal.objects.bulk_create(seals)
            seals = []
    Seal.objects.bulk_create(seals)
    if sealed:
        facts = {"position": position, "digest": digest.hex(), "sealed": sealed}
        logger.info("record sealed", extra={"facts": facts})
    return sealed


def _unsealed():
    return Entry.objects.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk"))))


def head() -> Head | None:
    last = Seal.objects.order_by("-position").first()
    return Head(last.position, bytes(last.digest).hex()) if last else None


def faults(expected: Head | None = None) -> Iterator[str]:
    """Everything that does not agree, a sentence each: changed and removed entries, removed seals, an end cut off,
    entries unsealed for five minutes."""
    before, place = START, 0
    found_expected = expected is None
    seals = Seal.objects.order_by("position").values_list("position", "entry_id", "digest")
    for part in _parts(seals.iterator(chunk_size=_BATCH)):
        entries = {row["id"]: row for row in Entry.objects.filter(pk__in=[p[1] for p in part]).values(*_FIELDS)}
        for position, entry_id, digest in part:
            digest = bytes(digest)
            if position != place + 1:
                yield f"Mất niêm phong từ số {place + 1} đến số {position - 1}."
                before = None
            row = entries.get(entry_id)
            if row is None:
                yield f"Dòng {entry_id} đã bị xóa (niêm phong số {position})."
            elif before is not None and digest_of(before, row) != digest:
                yield f"Dòng {entry_id} đã bị sửa (niêm phong số {position}, lúc {_time(row['at'])})."
            if expected and position == expected.position:
                found_expected = digest.hex() == expected.digest
            before, place = digest, position
    late = _unsealed().filter(at__lt=timezone.now() - LATE_AFTER)
    for row in late.order_by("pk").values("id", "at")[:100]:
        yield f"Dòng {row['id']} (lúc {_time(row['at'])}) quá 5 phút chưa được niêm phong."
    if not found_expected:
        yield f"Không còn niêm phong số {expected.position} với dấu đã ghi: phần cuối đã bị cắt hoặc làm lại."


def _parts(rows) -> Iterator[list]:
    part = []
    for row in rows:
        part.append(row)
        if len(part) == _BATCH:
            yield part
            part = []
    if part:
        yield part


def _time(at) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"

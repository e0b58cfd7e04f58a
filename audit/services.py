"""Writing the record of who did what."""

from django.db import models

from accounts.models import User
from common import request_context

from .actions import SENTENCES
from .models import Entry

SYSTEM_NAME = "Hệ thống"


def record(
    action: str,
    *,
    actor: User | None,
    target: models.Model | None = None,
    unit: int | models.Model | None = None,
    detail: dict | None = None,
    actor_name: str = "",
) -> Entry:
    """Append one line in the caller's transaction. `unit` is where it counts for those who may read the record;
    `detail` holds plain values, never a citizen id, a phone or a password. No actor: the system itself, or whoever
    `actor_name` names."""
    entry = build(action, actor=actor, target=target, unit=unit, detail=detail, actor_name=actor_name)
    entry.save(force_insert=True)
    return entry


def record_many(entries: list[Entry]) -> None:
    """Append lines made by `build`, a thousand at a time."""
    Entry.objects.bulk_create(entries, batch_size=1000)


def build(
    action: str,
    *,
    actor: User | None,
    target: models.Model | None = None,
    unit: int | models.Model | None = None,
    detail: dict | None = None,
    actor_name: str = "",
) -> Entry:
    """A line not yet written, for `record_many`."""
    if action not in SENTENCES:
        raise LookupError(f"{action} is registered in no events.py")
    context = request_context.current()
    return Entry(
        action=action,
        actor_id=actor.pk if actor else None,
        actor_name=actor_name or (actor.full_name if actor else SYSTEM_NAME),
        target_type=target._meta.label_lower if target is not None else "",
        target_id=target.pk if target is not None else None,
        target_label=str(target)[:300] if target is not None else "",
        unit_id=unit.pk if isinstance(unit, models.Model) else unit,
        detail=detail or {},
        request_id=context.request_id,
        address=context.address or None,
    )

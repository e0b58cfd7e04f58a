"""The row under a lock, the story of a meeting, and the number that open pages ask for."""

from django.core.cache import cache
from django.db import transaction

from accounts.models import User
from audit.services import record
from orgtree.rights import forget_holdings

from ..enums import Change
from ..models import Meeting, MeetingEvent

_KEPT = 24 * 3600


def locked(meeting: Meeting, *, actor: User | None) -> Meeting:
    """The row under a lock, with what the policies read."""
    forget_holdings(actor)
    rows = Meeting.objects.select_for_update(of=("self",)).select_related(
        "unit__kind", "unit__parent", "chair", "clerk"
    )
    return rows.get(pk=meeting.pk)


def tell_story(meeting: Meeting, kind: Change, action: str, *, actor: User | None, text: str = "", **detail) -> None:
    """A line of the meeting's story, and the same in the record."""
    MeetingEvent.objects.create(meeting=meeting, kind=kind, made_by=actor, text=text[:500])
    detail = {"unit": meeting.unit.name} | detail
    record(action, actor=actor, target=meeting, unit=meeting.unit, detail=detail)


def version_key(meeting_id: int) -> str:
    return f"meeting:{meeting_id}:version"


def version_of(meeting_id: int) -> int:
    """The number that open pages compare; read from the cache alone."""
    return cache.get(version_key(meeting_id), 0)


def moved(meeting_id: int) -> None:
    """Open pages of the meeting learn after the commit that there is something new. A cast ballot is nothing new: what
    it changes is its voter's own page, and a number per ballot would tell when it fell."""

    def count() -> None:
        key = version_key(meeting_id)
        cache.add(key, 0, _KEPT)
        cache.incr(key)

    transaction.on_commit(count)

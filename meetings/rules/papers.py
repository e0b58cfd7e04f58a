"""Whether a paper stood there in time (domain.md §4.2)."""

from datetime import datetime, timedelta

from django.utils import timezone

from .catalogue import rules_of


def papers_due_at(kind: str, starts_at: datetime) -> datetime:
    """The last moment at which a paper is on time."""
    hours = rules_of(kind, timezone.localtime(starts_at).date()).documents_hours_before
    return starts_at - timedelta(hours=hours)


def is_on_time(kind: str, starts_at: datetime, added_at: datetime) -> bool:
    return added_at <= papers_due_at(kind, starts_at)

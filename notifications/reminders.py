"""Reminders that go out exactly once, though their job runs twice, in two workers, or is killed in the middle."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from .models import ReminderRun
from .writing import Item, write

MOST_LINES = 40


@dataclass(frozen=True)
class Reminder:
    """`subject` ("report:12") and `rule` ("due") name it; with the day and the person they are its key. Reminders of
    one `group` ("unit:3") leave together, as one letter and one SMS."""

    subject: str
    rule: str
    users: tuple[int, ...]
    text: str
    url: str = ""
    unit_id: int | None = None
    short: str = ""
    group: str = ""


def remind(*reminders: Reminder, kind: str, day: date) -> int:
    """Tell each person each of them once on that day, in the caller's transaction."""
    return write(
        kind,
        [
            Item(
                one.users,
                one.text,
                url=one.url,
                unit_id=one.unit_id,
                once_key=f"{one.subject}:{one.rule}:{day}",
                short=one.short,
                group=f"{one.group}:{day}" if one.group else "",
            )
            for one in reminders
        ],
    )


@dataclass(frozen=True)
class Digest:
    """Many things for some people as one message: `text` sums them up, `lines` (text, path of ours) name them."""

    subject: str
    rule: str
    users: tuple[int, ...]
    text: str
    lines: tuple[tuple[str, str], ...]
    url: str = ""
    unit_id: int | None = None


def send_digests(digests: Iterable[Digest], *, kind: str, day: date) -> int:
    """One line of the inbox and one letter for each person, with at most MOST_LINES of its lines."""
    return write(
        kind,
        [
            Item(
                one.users,
                one.text,
                url=one.url,
                unit_id=one.unit_id,
                once_key=f"{one.subject}:{one.rule}:{day}",
                subject=one.text,
                lines=_cut(one),
            )
            for one in digests
        ],
    )


def _cut(digest: Digest) -> tuple[tuple[str, str], ...]:
    rest = len(digest.lines) - MOST_LINES
    if rest <= 0:
        return digest.lines
    return (*digest.lines[:MOST_LINES], (f"… và {rest} mục khác.", digest.url))


def in_batches(*, name: str, day: date, step: Callable[[int], tuple[int, int | None]]) -> int:
    """Do a day's round batch by batch, each in a transaction of its own that also notes how far it has come. `step`
    does the rows after the key it is given and returns how many were sent and the last key, None when nothing was
    left. A round that is finished does nothing more; one that was killed goes on; two workers take turns."""
    ReminderRun.objects.get_or_create(name=name, day=day)
    total = 0
    while True:
        with transaction.atomic():
            run = ReminderRun.objects.select_for_update().get(name=name, day=day)
            if run.finished_at is not None:
                return total
            sent, last = step(run.after)
            run.sent += sent
            if last is None:
                run.finished_at = timezone.now()
            else:
                run.after = last
            run.save(update_fields=["sent", "after", "finished_at"])
        total += sent

"""Whom a meeting's news goes to, and in which words (domain.md §4.2)."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from notifications.services import notify
from orgtree.enums import Right
from orgtree.rights import people_with

from ..enums import Duty
from ..models import Meeting

_TOLD = (Duty.CALLED, Duty.MAY_COME, Duty.INVITED)
_SHORT_NAME = 60


def when_and_where(meeting: Meeting) -> str:
    start = timezone.localtime(meeting.starts_at)
    return f"{start:%H:%M} ngày {start:%d/%m/%Y}, {meeting.place}"


def accounts_called(meeting: Meeting) -> set[int]:
    """Of those on the list who are to come or may; who is elsewhere or suspended hears nothing."""
    rows = meeting.attendees.filter(duty__in=_TOLD, member__isnull=False, member__account__is_active=True)
    return set(rows.values_list("member__account_id", flat=True))


def holders(meeting: Meeting) -> set[int]:
    """Who prepares the meetings of the unit."""
    return set(people_with(Right.HOLD_MEETINGS, meeting.unit).values_list("pk", flat=True))


def tell(
    meeting: Meeting,
    kind: str,
    text: str,
    *,
    users: Iterable[int] | None = None,
    but: User | None = None,
    short: str = "",
    once_key: str | None = None,
) -> int:
    """Everybody called, or `users`; never who did it himself."""
    told = accounts_called(meeting) if users is None else set(users)
    told -= {but.pk} if but else set()
    return notify(
        kind,
        users=told,
        text=text,
        url=meeting.get_absolute_url(),
        unit_id=meeting.unit_id,
        short=short,
        once_key=once_key,
    )


def in_short(meeting: Meeting, what: str) -> str:
    """The SMS: what, when and where; the rest stands on the portal."""
    start = timezone.localtime(meeting.starts_at)
    place = meeting.place if len(meeting.place) <= _SHORT_NAME else f"{meeting.place[:_SHORT_NAME]}..."
    return f"{what} {meeting.get_kind_display()} {start:%H:%M} {start:%d/%m/%Y} tại {place}."


def tell_new(meeting: Meeting, users: Iterable[int]) -> int:
    """Who came onto the list after it was announced; those who are to come or may."""
    text = f"Mời đồng chí dự {meeting.title} của {meeting.unit.name}, họp lúc {when_and_where(meeting)}."
    return tell(meeting, "meetings.called", text, users=accounts_called(meeting) & set(users))


def tell_gone(meeting: Meeting, users: Iterable[int]) -> int:
    """Who was called and no longer is, by the records."""
    text = (
        f"Theo hồ sơ, đồng chí không còn trong thành phần dự {meeting.title} của {meeting.unit.name} "
        f"({when_and_where(meeting)})."
    )
    # The page of the meeting is there for him no more.
    return notify("meetings.changed", users=set(users), text=text, unit_id=meeting.unit_id)


def tell_lost(meeting: Meeting, lost: list[str]) -> int:
    """Who prepares the meeting hears whom it has lost, and names somebody else."""
    text = f"{', '.join(lost)} không còn trong thành phần dự {meeting.title}. Đồng chí chọn người thay."
    return tell(meeting, "meetings.changed", text[0].upper() + text[1:], users=holders(meeting))

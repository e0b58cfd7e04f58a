"""What waits for a reader of meetings, counted in the header's own query."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from notifications.selectors import Counted, register_counter, waiting_for

from .rules.habits import month_after
from .selectors.meetings import units_held

SOON = timedelta(days=2)
# From this day on a branch that has called nothing for the month is told so.
_LATE_IN_THE_MONTH = 3
# Beside each number the first of what it counts, for a link straight to it.
NAMES = (
    "to_answer", "to_answer_first", "to_answer_soon", "asking", "asking_first", "drafts", "drafts_first",
    "drafts_soon", "missing", "missing_first",
)  # fmt: skip

_SQL = """
    SELECT mine.n, mine.one, mine.soon, asked.n, asked.one, made.n, made.one, made.soon, lacks.n, lacks.one
    FROM (
        SELECT count(*) AS n, (array_agg(m.id ORDER BY m.starts_at, m.id))[1] AS one,
            count(*) FILTER (WHERE m.starts_at < %(soon)s) AS soon
        FROM members_member p
        JOIN meetings_attendee a ON a.member_id = p.id AND a.duty IN ('called', 'invited')
            AND a.answer IN ('none', 'refused')
        JOIN meetings_meeting m ON m.id = a.meeting_id AND m.state = 'announced' AND m.starts_at >= %(now)s
        WHERE p.account_id = %(user)s
    ) AS mine, (
        SELECT count(*) AS n, (array_agg(m.id ORDER BY m.starts_at, m.id))[1] AS one
        FROM meetings_meeting m
        JOIN meetings_attendee a ON a.meeting_id = m.id AND a.answer = 'asks_leave'
        JOIN members_member p ON p.id = a.member_id AND p.account_id <> %(user)s
        WHERE m.unit_id = ANY(%(held)s::bigint[]) AND m.state = 'announced' AND m.starts_at >= %(now)s
    ) AS asked, (
        SELECT count(*) AS n, (array_agg(m.id ORDER BY m.starts_at, m.id))[1] AS one,
            count(*) FILTER (WHERE m.starts_at < %(soon)s) AS soon
        FROM meetings_meeting m WHERE m.unit_id = ANY(%(held)s::bigint[]) AND m.state = 'draft'
    ) AS made, (
        SELECT count(*) AS n, min(u.id) AS one
        FROM orgtree_orgunit u JOIN orgtree_unitkind k ON k.id = u.kind_id AND k.holds_members
        WHERE u.id = ANY(%(missing)s::bigint[]) AND u.closed_on IS NULL AND NOT EXISTS (
            SELECT 1 FROM meetings_meeting m
            WHERE m.unit_id = u.id AND m.kind = 'regular' AND m.state NOT IN ('draft', 'postponed', 'cancelled')
                AND m.starts_at >= %(month)s AND m.starts_at < %(month_after)s
        )
    ) AS lacks
"""
_SLOT = re.compile(r"%\((\w+)\)s")
# Named values cannot stand beside the other statements' places.
_PLACED = _SLOT.sub("%s", _SQL)
_ORDER = _SLOT.findall(_SQL)


@register_counter
def meetings_that_wait(user: User) -> Counted | None:
    now = timezone.now()
    today = timezone.localdate(now)
    held = sorted(set(units_held(user)))
    values = {
        "user": user.pk,
        "now": now,
        "soon": now + SOON,
        "held": held,
        "missing": held if today.day >= _LATE_IN_THE_MONTH else [],
        "month": _begin_of(today.year, today.month),
        "month_after": _begin_of(*month_after(today.year, today.month)),
    }
    return Counted(tuple(f"meetings.{name}" for name in NAMES), _PLACED, [values[name] for name in _ORDER])


def _begin_of(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=timezone.get_current_timezone())


def waiting_meetings(user: User) -> dict[str, int]:
    """The same by its bare names; costs no query where the header has counted already."""
    more = waiting_for(user).more
    return {name: more.get(f"meetings.{name}") or 0 for name in NAMES}

"""What waits for a reader of meetings, counted in the header's own query."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from members.enums import COUNTED
from notifications.selectors import Counted, register_counter, waiting_for
from orgtree.enums import Right
from orgtree.rights import holdings_of

from .rules.habits import month_after
from .selectors.meetings import units_held

SOON = timedelta(days=2)
# Minutes are due two days after the meeting: from the second on they press.
LATE = timedelta(days=1)
# From this day on a branch that has called nothing for the month is told so.
_LATE_IN_THE_MONTH = 3
# Beside each number the first of what it counts, for a link straight to it.
NAMES = (
    "to_answer", "to_answer_first", "to_answer_soon", "asking", "asking_first", "drafts", "drafts_first",
    "drafts_soon", "missing", "missing_first", "now", "to_remark", "to_remark_first", "to_write", "to_write_first",
    "to_write_late", "to_reply", "to_reply_first", "to_sign", "to_sign_first", "on_paper", "on_paper_first", "scores",
    "scores_first",
)  # fmt: skip

_SQL = """
    SELECT mine.n, mine.one, mine.soon, asked.n, asked.one, made.n, made.one, made.soon, lacks.n, lacks.one,
        held.n, remarks.n, remarks.one, papers.write_n, papers.write_one, papers.write_late, papers.reply_n,
        papers.reply_one, papers.sign_n, papers.sign_one, papers.paper_n, papers.paper_one, scored.n, scored.one
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
    ) AS lacks, (
        SELECT count(*) AS n FROM meetings_meeting m
        WHERE m.state = 'in_progress' AND m.id IN (
            SELECT a.meeting_id FROM members_member p JOIN meetings_attendee a ON a.member_id = p.id
                AND a.duty IN ('called', 'may_come', 'invited')
            WHERE p.account_id = %(user)s
            UNION SELECT h.id FROM meetings_meeting h WHERE h.unit_id = ANY(%(held)s::bigint[])
        )
    ) AS held, (
        SELECT count(*) AS n, (array_agg(m.id ORDER BY r.remarks_until, m.id))[1] AS one
        FROM members_member p
        JOIN meetings_attendee a ON a.member_id = p.id AND a.presence IN ('present', 'online') AND a.capacity <> 'guest'
        JOIN meetings_meeting m ON m.id = a.meeting_id AND m.state = 'minutes'
            AND p.id IS DISTINCT FROM m.chair_id AND p.id IS DISTINCT FROM m.clerk_id
        JOIN meetings_minutes r ON r.meeting_id = m.id AND r.state = 'circulated' AND r.remarks_until > %(now)s
        WHERE p.account_id = %(user)s
            AND NOT EXISTS (SELECT 1 FROM meetings_remark k WHERE k.minutes_id = m.id AND k.attendee_id = a.id)
    ) AS remarks, (
        SELECT count(*) FILTER (WHERE w.stage = 'write') AS write_n,
            (array_agg(w.id ORDER BY w.ended_at, w.id) FILTER (WHERE w.stage = 'write'))[1] AS write_one,
            count(*) FILTER (WHERE w.stage = 'write' AND w.ended_at < %(late)s) AS write_late,
            count(*) FILTER (WHERE w.stage = 'reply') AS reply_n,
            (array_agg(w.id ORDER BY w.ended_at, w.id) FILTER (WHERE w.stage = 'reply'))[1] AS reply_one,
            count(*) FILTER (WHERE w.stage = 'sign') AS sign_n,
            (array_agg(w.id ORDER BY w.ended_at, w.id) FILTER (WHERE w.stage = 'sign'))[1] AS sign_one,
            count(*) FILTER (WHERE w.stage = 'paper') AS paper_n,
            (array_agg(w.id ORDER BY w.ended_at, w.id) FILTER (WHERE w.stage = 'paper'))[1] AS paper_one
        FROM (
            SELECT m.id, m.ended_at, CASE
                WHEN m.from_paper THEN 'paper'
                WHEN r.meeting_id IS NULL OR r.state = 'writing' THEN 'write'
                WHEN EXISTS (SELECT 1 FROM meetings_remark k WHERE k.minutes_id = m.id AND k.reply = '') THEN 'reply'
                WHEN r.remarks_until <= %(now)s AND (
                    (m.chair_id = (SELECT id FROM members_member WHERE account_id = %(user)s)
                        AND r.chair_signed_at IS NULL)
                    OR (m.clerk_id = (SELECT id FROM members_member WHERE account_id = %(user)s)
                        AND r.clerk_signed_at IS NULL)
                    OR (m.unit_id = ANY(%(held)s::bigint[]) AND EXISTS (
                        SELECT 1 FROM members_member c JOIN accounts_user u ON u.id = c.account_id
                        WHERE ((c.id = m.chair_id AND r.chair_signed_at IS NULL)
                                OR (c.id = m.clerk_id AND r.clerk_signed_at IS NULL))
                            AND (c.activated_at IS NULL OR NOT u.is_active OR c.status <> ALL(%(counted)s::text[]))
                    ) AND NOT EXISTS (
                        SELECT 1 FROM members_member c
                        WHERE c.id IN (m.chair_id, m.clerk_id) AND c.account_id = %(user)s
                    ))
                ) THEN 'sign' END AS stage
            FROM meetings_meeting m LEFT JOIN meetings_minutes r ON r.meeting_id = m.id
            WHERE m.state = 'minutes' AND (NOT m.from_paper OR m.unit_id = ANY(%(held)s::bigint[])) AND (
                m.unit_id = ANY(%(held)s::bigint[])
                OR m.chair_id = (SELECT id FROM members_member WHERE account_id = %(user)s)
                OR m.clerk_id = (SELECT id FROM members_member WHERE account_id = %(user)s)
            )
        ) AS w
    ) AS papers, (
        SELECT count(*) AS n, (array_agg(m.id ORDER BY s.confirmed_at, m.id))[1] AS one
        FROM orgtree_orgunit u
        JOIN meetings_meeting m ON m.unit_id = u.id AND m.state IN ('minutes', 'completed')
        JOIN meetings_score s ON s.meeting_id = m.id AND s.state = 'confirmed' AND s.confirmed_by_id <> %(user)s
        WHERE u.parent_id = ANY(%(deciding)s::bigint[])
    ) AS scored
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
        "late": now - LATE,
        "counted": [str(status) for status in COUNTED],
        "held": held,
        "deciding": sorted({one.unit_id for one in holdings_of(user) if Right.APPROVE_REPORTS in one.rights}),
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

"""What waits for a reader in the running campaigns, counted in the header's own query."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from notifications.selectors import Counted, register_counter, waiting_for
from orgtree.enums import Right, Role
from orgtree.rights import holdings_of

SOON_DAYS = 3
NAMES = ("to_approve", "stale_below", "rejected", "late", "soon", "to_confirm", "stale")

# `place`: the units on whose reports he decides, and those for which he files. A report counts once in each column.
_SQL = """
    SELECT
        count(*) FILTER (WHERE place.decides AND r.state IN ('sent', 'in_review')
            AND coalesce(r.taken_by_id, %(user)s) = %(user)s
            AND r.sent_by_id <> %(user)s AND coalesce(r.drafted_by_id, 0) <> %(user)s
            AND coalesce(r.first_approved_by_id, 0) <> %(user)s),
        count(*) FILTER (WHERE place.decides AND r.state IN ('sent', 'in_review', 'approved')
            AND r.stale_since IS NOT NULL AND r.sent_by_id <> %(user)s),
        count(*) FILTER (WHERE place.files AND r.state = 'rejected'),
        count(*) FILTER (WHERE place.files AND r.state IN ('expected', 'draft') AND r.last_day < %(today)s),
        count(*) FILTER (WHERE place.files AND r.state IN ('expected', 'draft') AND r.ready_at IS NULL
            AND r.last_day BETWEEN %(today)s AND %(soon)s),
        count(*) FILTER (WHERE place.leads AND r.state = 'draft' AND r.ready_at IS NOT NULL),
        count(*) FILTER (WHERE place.files AND r.stale_since IS NOT NULL)
    FROM (
        SELECT id, true AS decides, false AS files, false AS leads FROM orgtree_orgunit
        WHERE parent_id = ANY(%(decides)s::bigint[])
        UNION ALL
        SELECT id, true, false, false FROM orgtree_orgunit WHERE id = ANY(%(decides)s::bigint[]) AND parent_id IS NULL
        UNION ALL
        SELECT id, false, true, id = ANY(%(leads)s::bigint[]) FROM unnest(%(files)s::bigint[]) AS id
    ) AS place
    CROSS JOIN LATERAL (
        SELECT own.*, coalesce(own.extended_to, own.due_on) AS last_day
        FROM congress_reports_report own
        JOIN congress_reports_campaign c ON c.id = own.campaign_id AND c.closed_on IS NULL
        WHERE own.unit_id = place.id AND own.state <> 'ended'
    ) AS r
"""
_SLOT = re.compile(r"%\((\w+)\)s")
PLANS = ("campaign", "units", "held", "undated", "past")

# Of the newest running campaign over them: what stands right below the units for which he plans congresses.
_PLAN_SQL = """
    SELECT coalesce(max(c.id), 0), count(u.id),
        count(*) FILTER (WHERE line.state = 'held'),
        count(*) FILTER (WHERE coalesce(line.state, 'planned') = 'planned' AND line.planned_on IS NULL),
        count(*) FILTER (WHERE line.state = 'planned' AND line.planned_on < %(today)s)
    FROM (
        SELECT own.id, own.top_id FROM congress_reports_campaign own
        WHERE own.closed_on IS NULL AND own.opened_at IS NOT NULL AND EXISTS (
            SELECT 1 FROM orgtree_orgunit mine WHERE mine.id = ANY(%(plans)s::bigint[])
            AND (mine.id = own.top_id OR mine.ancestor_ids @> ARRAY[own.top_id])
        )
        ORDER BY own.opens_on DESC, own.id DESC LIMIT 1
    ) AS c
    JOIN orgtree_orgunit u ON u.parent_id = ANY(%(plans)s::bigint[]) AND u.closed_on IS NULL
        AND u.ancestor_ids @> ARRAY[c.top_id]
    JOIN orgtree_unitkind k ON k.id = u.kind_id
    LEFT JOIN congress_reports_congress line ON line.campaign_id = c.id AND line.unit_id = u.id
    WHERE EXISTS (
        SELECT 1 FROM congress_reports_duty d JOIN orgtree_unitkind o ON o.id = d.kind_id
        WHERE d.campaign_id = c.id AND (d.kind_id = u.kind_id OR (k.above_grassroots AND o.is_grassroots))
    )
"""


def _counted(names: Iterable[str], sql: str, values: Mapping) -> Counted:
    """Named values cannot stand beside the other statements' places."""
    return Counted(
        tuple(f"reports.{name}" for name in names), _SLOT.sub("%s", sql), [values[name] for name in _SLOT.findall(sql)]
    )


@register_counter
def reports_that_wait(user: User) -> Counted | None:
    """Nothing for who neither files nor decides."""
    holdings = holdings_of(user)
    decides = [one.unit_id for one in holdings if Right.APPROVE_REPORTS in one.rights]
    files = [one.unit_id for one in holdings if Right.FILE_REPORTS in one.rights]
    if not decides and not files:
        return None
    leads = [one.unit_id for one in holdings if one.role in {Role.SECRETARY, Role.DEPUTY_SECRETARY}]
    today = timezone.localdate()
    values = {
        "user": user.pk,
        "today": today,
        "soon": today + timedelta(days=SOON_DAYS),
        "decides": sorted(set(decides)),
        "leads": sorted(set(leads)),
        "files": sorted(set(files)),
    }
    return _counted(NAMES, _SQL, values)


def _planning_units(user: User) -> list[int]:
    return sorted(
        {one.unit_id for one in holdings_of(user) if Right.MANAGE_UNIT in one.rights and one.rght - one.lft > 1}
    )


@register_counter
def congresses_to_plan(user: User) -> Counted | None:
    """Nothing for who plans no congress."""
    plans = _planning_units(user)
    return _counted(PLANS, _PLAN_SQL, {"plans": plans, "today": timezone.localdate()}) if plans else None


@dataclass(frozen=True)
class ToPlan:
    campaign_id: int
    units: int
    held: int
    undated: int
    past: int


def to_plan(user: User, unit_id: int | None = None) -> ToPlan | None:
    """Right below the units for which the user plans congresses, or nothing; with `unit_id` only where that is the
    one. Costs no query where the header has counted already."""
    plans = _planning_units(user)
    if not plans or (unit_id is not None and plans != [unit_id]):
        return None
    more = waiting_for(user).more
    found = ToPlan(*(more.get(f"reports.{name}", 0) for name in PLANS))
    return found if found.units else None


def waiting_reports(user: User) -> dict[str, int]:
    """The same by its bare names; costs no query where the header has counted already."""
    more = waiting_for(user).more
    return {name: more.get(f"reports.{name}", 0) for name in NAMES}

"""What waits for a reader in the running campaigns, counted in the header's own query."""

import re
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
# Named values cannot stand beside the other statements' places.
_PLACED = _SLOT.sub("%s", _SQL)
_ORDER = _SLOT.findall(_SQL)


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
    return Counted(tuple(f"reports.{name}" for name in NAMES), _PLACED, [values[name] for name in _ORDER])


def waiting_reports(user: User) -> dict[str, int]:
    """The same by its bare names; costs no query where the header has counted already."""
    more = waiting_for(user).more
    return {name: more.get(f"reports.{name}", 0) for name in NAMES}

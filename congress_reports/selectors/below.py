"""What stands below a report's unit in the same campaign."""

from django.db.models import QuerySet

from accounts.models import User
from orgtree.enums import Right
from orgtree.rights import units_where

from ..enums import ReportState
from ..models import Report


def reports_below(report: Report) -> QuerySet[Report]:
    """Reports owed by the units below, on every level."""
    unit = report.unit
    return Report.objects.filter(
        campaign_id=report.campaign_id, unit__tree_id=unit.tree_id, unit__lft__gt=unit.lft, unit__rght__lt=unit.rght
    ).exclude(state=ReportState.ENDED)


def unfinished_seen(user: User, report: Report) -> QuerySet[Report]:
    """Those of them that are missing or not approved yet, as far as the reader sees them; in the order of the tree."""
    rows = reports_below(report).exclude(state=ReportState.APPROVED).filter(unit__in=units_where(user, Right.VIEW))
    return rows.select_related("campaign", "duty__form", "unit__parent").order_by(
        "unit__tree_id", "unit__lft", "duty__form__code"
    )


def unfinished_below(report: Report) -> int:
    """How many of them are missing or not approved yet (features E5)."""
    if report.unit.rght == report.unit.lft + 1:
        return 0
    return reports_below(report).exclude(state=ReportState.APPROVED).count()

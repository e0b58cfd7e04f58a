"""The superior sees to a late report himself: from then on the unit is not reminded every day."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from notifications.services import notify
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import people_with

from .. import policies
from ..enums import UNFILED, EventKind
from ..models import Report
from .deadlines import days_late
from .way import locked, note


@transaction.atomic
def escalate(*, report: Report, actor: User) -> Report:
    """Only of a report that is late, by who decides on it."""
    report = locked(report, actor=actor)
    if not policies.may_review(actor, report):
        raise PermissionDenied
    if policies.may_write(actor, report):
        raise RuleViolation(
            "Đồng chí lập báo cáo của đơn vị này nên không tự đôn đốc được; việc này do đồng chí khác làm."
        )
    if report.campaign.is_closed or report.state not in UNFILED or not days_late(report, timezone.localdate()):
        raise RuleViolation("Báo cáo này không quá hạn, không cần đôn đốc.")
    report.escalated_by, report.escalated_at = actor, timezone.now()
    report.save(update_fields=["escalated_by", "escalated_at"])
    note(report, EventKind.ESCALATED, actor=actor)
    return report


@transaction.atomic
def escalate_unit(*, unit: OrgUnit, actor: User) -> int:
    """All late reports of a unit at once, and one notice to it. Returns how many."""
    today = timezone.localdate()
    reports = Report.objects.filter(unit=unit, state__in=UNFILED, campaign__closed_on=None).order_by("pk")
    late = [report for report in reports if days_late(report, today)]
    if not late:
        raise RuleViolation(f"{unit.name} không có báo cáo quá hạn.")
    for report in late:
        escalate(report=report, actor=actor)
    notify(
        "reports.escalated",
        users=people_with(Right.FILE_REPORTS, unit),
        text=f"Đồng chí {actor.full_name} trực tiếp đôn đốc {len(late)} báo cáo quá hạn của {unit.name}.",
        url=late[0].get_absolute_url(),
        unit_id=unit.pk,
    )
    return len(late)

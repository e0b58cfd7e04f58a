"""Bringing the rows that are owed in step with where units stand and of which kind they are."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from audit.services import record
from orgtree.models import OrgUnit

from ..enums import EventKind, ReportState
from ..models import Campaign, Report, ReportEvent
from .campaigns import end_report, expect_reports

ANOTHER_KIND = "Đơn vị đã đổi loại hình, không còn thuộc diện nộp báo cáo này."
MOVED_AWAY = "Đơn vị đã chuyển khỏi tổ chức của đợt này."


@transaction.atomic
def settle_reports(unit_ids: Sequence[int], *, actor: User | None) -> None:
    """After units were founded, moved, opened again or changed their kind. Campaigns that are closed stay as they are.
    One query where no campaign runs."""
    running = list(Campaign.objects.filter(closed_on=None, opened_at__isnull=False))
    if not running or not unit_ids:
        return
    ids = list(
        OrgUnit.objects.filter(Q(pk__in=unit_ids) | Q(ancestor_ids__overlap=list(unit_ids))).values_list(
            "pk", flat=True
        )
    )
    for campaign in running:
        _end_what_is_owed_no_more(campaign, ids, actor)
        _expect_again(campaign, ids, actor)
        expect_reports(campaign=campaign, units=ids, actor=actor)


def _rows(campaign: Campaign, ids: list[int]):
    """From the lowest unit up, as decisions lock them."""
    return (
        Report.objects.select_for_update(of=("self",))
        .filter(campaign=campaign, unit_id__in=ids)
        .select_related("duty__form", "unit")
        .order_by("-unit__level", "pk")
    )


def _end_what_is_owed_no_more(campaign: Campaign, ids: list[int], actor: User | None) -> None:
    under = Q(unit_id=campaign.top_id) | Q(unit__ancestor_ids__contains=[campaign.top_id])
    open_ones = _rows(campaign, ids).exclude(state__in=[ReportState.APPROVED, ReportState.ENDED])
    for report in open_ones.filter(~under):
        end_report(report, MOVED_AWAY, actor=actor)
    for report in open_ones.filter(under).exclude(duty__kind_id=F("unit__kind_id")):
        end_report(report, ANOTHER_KIND, actor=actor)


def _expect_again(campaign: Campaign, ids: list[int], actor: User | None) -> None:
    """A unit that works again, came back or is again of the old kind owes what had ended with it; what somebody ended
    for another reason stays ended."""
    under = Q(unit_id=campaign.top_id) | Q(unit__ancestor_ids__contains=[campaign.top_id])
    ended = _rows(campaign, ids).filter(under, state=ReportState.ENDED, unit__closed_on=None)
    for report in ended.filter(ended_with_unit=True, duty__kind_id=F("unit__kind_id")):
        report.state, report.end_reason, report.ended_with_unit = ReportState.EXPECTED, "", False
        report.save(update_fields=["state", "end_reason", "ended_with_unit"])
        ReportEvent.objects.create(report=report, kind=EventKind.EXPECTED_AGAIN, made_by=actor)
        detail = {"form": report.duty.form.code, "unit": report.unit.name}
        record("report.expected_again", actor=actor, target=report, unit=report.unit, detail=detail)

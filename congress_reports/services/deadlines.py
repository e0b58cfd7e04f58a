"""When a report is due (domain.md §5.2). Days are Vietnam's; "before 20/4" is in time until the end of 19/4."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from ..enums import CongressState, DeadlineRule
from ..models import Congress, Duty, Report

MOST_EXTENSION = 60  # days after the campaign, the last day or today


def last_day(duty: Duty, congress_day: date | None) -> date | None:
    """The last day in time; None while it depends on a congress day that is not known."""
    if duty.rule == DeadlineRule.BEFORE_DAY:
        return duty.before - timedelta(days=1)
    return None if congress_day is None else congress_day + timedelta(days=duty.days)


def days_late(report: Report, day: date) -> int:
    """How many days after the last day, with the extension, `day` is; 0 when in time or no last day is known."""
    if report.last_day is None:
        return 0
    return max(0, (day - report.last_day).days)


def end_outrun_extension(report: Report) -> bool:
    """More time is never less: an extension that the last day itself has overtaken says nothing more."""
    if report.extended_to is None or report.due_on is None or report.extended_to > report.due_on:
        return False
    report.extended_to = None
    return True


def furthest_extension(report: Report) -> date:
    """A superior gives more time, he does not do away with the last day."""
    return max(report.campaign.ends_on, report.last_day, timezone.localdate()) + timedelta(days=MOST_EXTENSION)


def follow_congress(congress: Congress) -> int:
    """Bring the last days of the unit's unsent reports in step with its congress. Returns how many changed."""
    return follow_congresses(congress.campaign_id, [congress.unit_id])


def unsent_of(campaign_id: int, unit_ids: Iterable[int]) -> list[Report]:
    """Reports whose last day follows the congress, locked from the lowest unit up as decisions lock them."""
    reports = Report.objects.select_for_update(of=("self",)).filter(
        campaign_id=campaign_id, unit_id__in=list(unit_ids), sent_at=None
    )
    return list(reports.select_related("duty").order_by("-unit__level", "pk"))


def follow_congresses(campaign_id: int, unit_ids: Iterable[int]) -> int:
    """The same for many units, in three queries."""
    unit_ids = list(unit_ids)
    reports = unsent_of(campaign_id, unit_ids)
    congresses = Congress.objects.filter(campaign_id=campaign_id, unit_id__in=unit_ids)
    days = {one.unit_id: None if one.state == CongressState.POSTPONED else one.day for one in congresses}
    changed = []
    for report in reports:
        due_on = last_day(report.duty, days.get(report.unit_id))
        if due_on != report.due_on:
            report.due_on = due_on
            end_outrun_extension(report)
            changed.append(report)
    Report.objects.bulk_update(changed, ["due_on", "extended_to"], batch_size=1000)
    return len(changed)

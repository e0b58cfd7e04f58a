"""When a report is due (domain.md §5.2). Days are Vietnam's; "before 20/4" is in time until the end of 19/4."""

from datetime import date, timedelta

from ..enums import CongressState, DeadlineRule
from ..models import Congress, Duty, Report


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


def follow_congress(congress: Congress) -> int:
    """Bring the last days of the unit's unsent reports in step with its congress. Returns how many changed."""
    changed = 0
    day = None if congress.state == CongressState.POSTPONED else congress.day
    reports = Report.objects.select_for_update(of=("self",)).filter(
        campaign_id=congress.campaign_id, unit_id=congress.unit_id, sent_at=None
    )
    for report in reports.select_related("duty"):
        due_on = last_day(report.duty, day)
        if due_on != report.due_on:
            report.due_on = due_on
            report.save(update_fields=["due_on"])
            changed += 1
    return changed

"""How a report's state and deadline read."""

from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse

from .enums import UNFILED, CongressState, EventKind, ReportState
from .models import Campaign, Report, ReportEvent
from .selectors.schedule import Line

TONES = {
    ReportState.EXPECTED: "idle",
    ReportState.DRAFT: "info",
    ReportState.SENT: "wait",
    ReportState.IN_REVIEW: "wait",
    ReportState.APPROVED: "ok",
    ReportState.REJECTED: "late",
    ReportState.ENDED: "idle",
}
EVENT_TONES = {
    EventKind.SENT: "wait",
    EventKind.RESENT: "wait",
    EventKind.TAKEN: "info",
    EventKind.APPROVED: "ok",
    EventKind.REJECTED: "late",
    EventKind.UNAPPROVED: "late",
    EventKind.STALE: "late",
}


@dataclass(frozen=True)
class Words:
    """A tone of the components and what stands in it."""

    tone: str
    text: str
    detail: str = ""


def state_of(report: Report) -> Words:
    if report.state == ReportState.DRAFT and report.ready_at is not None:
        return Words("wait", "Chờ bí thư xác nhận")
    return Words(TONES[report.state], report.get_state_display())


def deadline_of(report: Report, today: date) -> Words:
    """Days left or late, in Vietnam's days; of a sent one whether it came in time."""
    if report.state == ReportState.ENDED:
        return Words("", "")
    last = report.last_day
    until = "" if last is None else f"Hết ngày {last:%d/%m/%Y}"
    if report.extended_to:
        until += " (đã gia hạn)"
    if report.state not in UNFILED:
        if report.late_days:
            return Words("late", f"Gửi quá hạn {report.late_days} ngày", until)
        return Words("ok", "Gửi đúng hạn", until)
    if last is None:
        return Words("", "Chưa có hạn", "Hạn tính từ ngày đại hội của đơn vị.")
    left = (last - today).days
    if left < 0:
        return Words("late", f"Quá hạn {-left} ngày", until)
    if left == 0:
        return Words("wait", "Hôm nay là hạn cuối", until)
    return Words("wait" if left <= 3 else "", f"Còn {left} ngày", until)


def version_of(report: Report) -> str:
    return f"Gửi lại lần {report.version}" if report.is_resubmitted else ""


def event_line(event: ReportEvent) -> dict:
    """For components/timeline.html."""
    text = f"Đồng chí {event.made_by.full_name}" if event.made_by else "Hệ thống"
    # Whoever mends what was sent does not begin it.
    mends = event.kind == EventKind.DRAFTED and event.version
    return {
        "time": event.made_at,
        "title": ("Sửa báo cáo" if mends else event.get_kind_display())
        + (f" (lần {event.version})" if event.version > 1 else ""),
        "text": text,
        "detail": event.reason,
        "tone": EVENT_TONES.get(event.kind, ""),
    }


def fill_url(report: Report) -> str:
    """Where the report is filled in."""
    try:
        return reverse("congress_reports:entry", args=[report.pk])
    except NoReverseMatch:
        return report.get_absolute_url()


def congress_state(line: Line, today: date) -> Words:
    """Of a line of the schedule."""
    if line.state == CongressState.HELD:
        return Words("ok", "Đã tổ chức")
    if line.state == CongressState.POSTPONED:
        return Words("wait", "Hoãn", line.reason)
    if line.planned_on is None:
        return Words("idle", "Chưa định ngày")
    if line.is_past(today):
        return Words("late", "Quá ngày, chưa cập nhật")
    left = (line.planned_on - today).days
    return Words("info", "Chưa tổ chức", "Hôm nay" if not left else f"Còn {left} ngày")


def campaign_state(campaign: Campaign) -> Words:
    if campaign.is_closed:
        return Words("idle", f"Đã đóng ngày {campaign.closed_on:%d/%m/%Y}")
    return Words("wait", "Đang chuẩn bị") if campaign.is_prepared else Words("ok", "Đang mở")

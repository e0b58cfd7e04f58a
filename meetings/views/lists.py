"""What meetings there are for the reader: to come, gone by, month by month."""

import calendar as months
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.ui.nav import Crumb
from common.ui.paging import page_of

from ..enums import KINDS_OF_BRANCHES, PREPARED, MeetingKind, MeetingState, kinds_of
from ..presenting import Row
from ..rules.habits import WEEKDAYS, in_words, month_after
from ..selectors.meetings import days_between, lines_of, meetings_of, propose
from .common import home_crumbs, list_crumbs, own_member, units_to_hold

_MOST_TO_COME = 30
_LASTING = (*PREPARED, MeetingState.IN_PROGRESS)


def _mine(request: HttpRequest):
    member = own_member(request)
    return meetings_of(request.user, own_branch_id=member.branch_id if member else None)


@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """To come first; whoever calls meetings finds the next one proposed."""
    found = _mine(request)
    to_come = list(found.filter(state__in=_LASTING)[:_MOST_TO_COME])
    page = page_of(found.exclude(state__in=_LASTING).order_by("-starts_at", "-pk"), request, 15)
    lines = lines_of(request.user, [*to_come, *page.rows])
    units = units_to_hold(request)
    return render(
        request,
        "meetings/lists/list.html",
        {
            "to_come": [Row(one, lines.get(one.pk)) for one in to_come],
            "rows": [Row(one, lines.get(one.pk)) for one in page.rows],
            "page": page,
            "offer": _offer(request, units),
            "units": units,
            "has_record": own_member(request) is not None,
            "branch_id": own_member(request).branch_id if own_member(request) is not None else None,
            "crumbs": home_crumbs(Crumb("Sinh hoạt")),
        },
    )


def _offer(request: HttpRequest, units: list) -> dict | None:
    """The next meeting of the unit in which the reader calls them, on its habit."""
    if not units:
        return None
    wanted = request.GET.get("don-vi", "")
    unit = next((one for one in units if str(one.pk) == wanted), units[0])
    kind = MeetingKind.REGULAR if unit.kind.holds_members else MeetingKind.COMMITTEE
    proposal = propose(unit, kind)
    form_url = f"{reverse('meetings:new')}?don-vi={unit.pk}"
    return {
        "unit": unit,
        "others": [one for one in units if one != unit],
        "proposal": proposal,
        "day": Row(_Dated(proposal.starts_at)).day,
        "hour": Row(_Dated(proposal.starts_at)).hour,
        "habit": in_words(proposal.habit) if proposal.habit else "",
        "like_url": f"{form_url}&loai={kind}&nhu={proposal.like.pk}" if proposal.like else "",
        "new_url": f"{form_url}&loai={kind}",
        "kinds": [(one.label, f"{form_url}&loai={one}") for one in kinds_of(unit) if one != kind],
        "habits_url": reverse("meetings:habits", args=[unit.pk]),
        "is_branch": kind in KINDS_OF_BRANCHES,
    }


class _Dated:
    def __init__(self, starts_at) -> None:
        self.starts_at = starts_at


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month: as a grid where there is room, else the days that have something."""
    today = timezone.localdate()
    year, month = _month(request.GET.get("thang", ""), today)
    last = months.monthrange(year, month)[1]
    found = list(days_between(date(year, month, 1), date(year, month, last), _mine(request)))
    lines = lines_of(request.user, found)
    by_day: dict[date, list[Row]] = {}
    for one in found:
        by_day.setdefault(one.day, []).append(Row(one, lines.get(one.pk)))
    weeks = [
        [{"day": day, "inside": day.month == month, "today": day == today, "rows": by_day.get(day, [])} for day in week]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]
    before = (year - 1, 12) if month == 1 else (year, month - 1)
    return render(
        request,
        "meetings/lists/calendar.html",
        {
            "title": f"Lịch sinh hoạt tháng {month}/{year}",
            "weeks": weeks,
            "weekdays": [name[0].upper() + name[1:] for name in WEEKDAYS],
            "empty": not found,
            "before": "{}-{:02d}".format(*before),
            "after": "{}-{:02d}".format(*month_after(year, month)),
            "crumbs": list_crumbs("Lịch"),
        },
    )


def _month(text: str, today: date) -> tuple[int, int]:
    """A wrong month is the running one."""
    year, _, month = text.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(text) <= 7):
        return today.year, today.month
    known = 2000 <= int(year) <= 2100 and 1 <= int(month) <= 12
    return (int(year), int(month)) if known else (today.year, today.month)

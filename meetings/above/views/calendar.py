"""The calendar of one branch, or of all below."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.ui.nav import Crumb
from common.ui.paging import page_of
from orgtree.models import OrgUnit
from orgtree.selectors import followed_unit, units_to_follow

from ...enums import HELD, MeetingState
from ...models import Meeting
from ...views.common import home_crumbs
from ..forms import ScopeForm
from ..selectors import calendar as calendars
from ..selectors.board import month_named
from .shared import PER_PAGE, TONES, address, meeting_page, number_in

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of meetings day by day: of my branch, or of a unit that I follow with all below."""
    month = month_named(request.GET.get("thang", ""), timezone.localdate())
    wanted = number_in(request, "don_vi")
    branch = calendars.own_branch(request.user)
    followed = units_to_follow(request.user)
    unit = None
    if wanted is not None or (branch is None and followed):
        unit = followed_unit(request.user, wanted)
        if unit is None:
            raise Http404
    if unit is None and branch is None:
        raise Http404
    if unit is not None:
        found = calendars.meetings_below(unit, month)
    else:
        found = calendars.meetings_of_mine(request.user, branch, month)
    page = page_of(found, request, PER_PAGE)
    units = {str(pk): name for pk, name in followed} | ({str(unit.pk): unit.name} if unit is not None else {})
    return render(
        request,
        "meetings/above/calendar.html",
        {
            "month": month,
            "unit": unit,
            "branch": branch,
            "page": page,
            "days": _days(request, page.rows, branch),
            "form": ScopeForm(
                request.GET,
                month=month,
                units=units,
                unit=str(unit.pk) if unit is not None else "",
                own=f"Chi bộ của tôi: {branch.name}" if branch is not None else "",
            ),
            "before_url": address(request, thang=month.before.period),
            "after_url": address(request, thang=month.after.period),
            "crumbs": home_crumbs(Crumb("Lịch sinh hoạt")),
        },
    )


def _days(request: HttpRequest, meetings: list[Meeting], branch: OrgUnit | None) -> list[dict]:
    today, days = timezone.localdate(), []
    for meeting in meetings:
        local = timezone.localtime(meeting.starts_at)
        if not days or days[-1]["day"] != local.date():
            name = _WEEKDAYS[local.weekday()]
            days.append({"day": local.date(), "name": name, "is_today": local.date() == today, "meetings": []})
        own = branch is not None and meeting.unit_id == branch.pk and not meeting.is_of_the_committee
        days[-1]["meetings"].append(
            {
                "meeting": meeting,
                "at": local,
                "tone": TONES[MeetingState(meeting.state)],
                # From above the title of a meeting to come is no matter of the calendar: only its kind, hour and place.
                "name": meeting.title if own or meeting.state in HELD else meeting.get_kind_display(),
                "url": meeting_page(meeting, own=own),
            }
        )
    return days

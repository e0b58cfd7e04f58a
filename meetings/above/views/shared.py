"""What the pages from above have in common."""

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from orgtree.models import OrgUnit
from orgtree.selectors import followed_and_opened, units_to_follow

from ...enums import MeetingState
from ...models import Meeting
from ..forms import ScopeForm
from ..selectors.board import month_named

PER_PAGE = 50
TONES = {
    MeetingState.ANNOUNCED: "info",
    MeetingState.IN_PROGRESS: "wait",
    MeetingState.MINUTES: "wait",
    MeetingState.COMPLETED: "ok",
    MeetingState.POSTPONED: "late",
    MeetingState.CANCELLED: "idle",
}


def number_in(request: HttpRequest, name: str) -> int | None:
    wanted = request.GET.get(name, "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else None


def address(request: HttpRequest, *without: str, **more: object) -> str:
    rest = request.GET.copy()
    for name in ("trang", *without):
        rest.pop(name, None)
    for name, value in more.items():
        rest[name] = str(value)
    return f"?{rest.urlencode()}"


class Asked:
    """The unit and the month of the board; 404 where there is nothing for the reader."""

    def __init__(self, request: HttpRequest) -> None:
        unit, self.opened = followed_and_opened(request.user, number_in(request, "don_vi"), number_in(request, "mo"))
        if unit is None:
            raise Http404
        self.unit: OrgUnit = unit
        self.month = month_named(request.GET.get("thang", ""), timezone.localdate())
        units = {str(pk): name for pk, name in units_to_follow(request.user)} | {str(unit.pk): unit.name}
        self.form = ScopeForm(request.GET, month=self.month, units=units, unit=str(unit.pk))

    @property
    def kept(self) -> dict:
        return {"don_vi": self.unit.pk, "thang": self.month.period}


def meeting_page(meeting: Meeting, *, own: bool) -> str:
    if meeting.from_paper:
        return reverse("meetings:old_minutes", args=[meeting.pk])
    if meeting.state == MeetingState.COMPLETED:
        return reverse("meetings:minutes", args=[meeting.pk])
    if own:
        return meeting.get_absolute_url()
    return ""

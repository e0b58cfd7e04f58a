"""What the views of this app share."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from common.ui.nav import Crumb
from members.models import Member
from orgtree.models import OrgUnit

from .. import policies
from ..models import Attendee, Meeting
from ..selectors.meetings import own_record, units_held


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def own_member(request: HttpRequest) -> Member | None:
    """The reader's own record, read once in a request."""
    if not hasattr(request, "own_member"):
        request.own_member = own_record(request.user)
    return request.own_member


def found_meeting(request: HttpRequest, pk: int) -> tuple[Meeting, Attendee | None]:
    """The meeting and the reader's own line on its list; 404 where it is not there for him. Two queries, and his
    record where he is neither on the list nor runs it."""
    rows = Meeting.objects.select_related("unit__kind", "unit__parent", "chair", "clerk", "current_item")
    meeting = get_object_or_404(rows, pk=pk)
    attendee = policies.attendee_of(request.user, meeting)
    known = attendee is not None or policies.may_run(request.user, meeting)
    member = None if known else own_member(request)
    branch_id = member.branch_id if member else None
    if not policies.may_read(request.user, meeting, own_branch_id=branch_id, attendee=attendee):
        raise Http404
    return meeting, attendee


def prepared_meeting(request: HttpRequest, pk: int) -> Meeting:
    """One that the reader prepares: 404 where it is not there for him, 403 where he only reads."""
    meeting, _ = found_meeting(request, pk)
    if not policies.may_hold(request.user, meeting.unit):
        raise PermissionDenied
    return meeting


def units_to_hold(request: HttpRequest) -> list[OrgUnit]:
    """Where the reader calls meetings, from the top down."""
    units = OrgUnit.objects.filter(pk__in=units_held(request.user), closed_on=None).select_related("kind", "parent")
    return list(units.order_by("tree_id", "lft"))


def unit_to_hold(request: HttpRequest) -> OrgUnit:
    """The unit chosen by `don-vi`, else the first in which he calls meetings; 404 where there is none."""
    units = units_to_hold(request)
    wanted = request.GET.get("don-vi", "")
    if wanted:
        units = [unit for unit in units if str(unit.pk) == wanted]
    if not units:
        raise Http404
    return units[0]


def home_crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb("Trang chủ", reverse("portal:home")), *more]


def list_crumbs(*more: str) -> list[Crumb]:
    return home_crumbs(Crumb("Sinh hoạt", reverse("meetings:list")), *(Crumb(label) for label in more))


def crumbs_to(meeting: Meeting, *more: str | Crumb) -> list[Crumb]:
    path = home_crumbs(Crumb("Sinh hoạt", reverse("meetings:list")))
    if not more:
        return [*path, Crumb(meeting.title)]
    rest = [one if isinstance(one, Crumb) else Crumb(one) for one in more]
    return [*path, Crumb(meeting.title, meeting.get_absolute_url()), *rest]

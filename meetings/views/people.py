"""Who is called, who answered what, who is asked besides."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.uploads.keeping import FileState

from .. import policies, services
from ..enums import OUTSIDE, PREPARED, Answer, Duty, MeetingState
from ..forms import GuestForm
from ..models import Attendee, ItemDocument, Meeting
from ..presenting import ANSWER_TONES
from ..selectors.pages import absence_hints, committee_above, in_groups, replies_of
from .common import crumbs_to, found_meeting, posted, prepared_meeting


def _running(request: HttpRequest, pk: int) -> Meeting:
    meeting, _ = found_meeting(request, pk)
    if not policies.may_run(request.user, meeting):
        raise PermissionDenied
    return meeting


@require_GET
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The list with answers; who has read which paper."""
    meeting = _running(request, pk)
    lines = list(meeting.attendees.select_related("member").prefetch_related("reads"))
    papers = ItemDocument.objects.filter(item__meeting=meeting, state=FileState.CLEAN).count()
    hints = {} if meeting.is_of_the_committee else absence_hints(meeting)
    for line in lines:
        line.hint = hints.get(line.member_id, "")
        line.tone = ANSWER_TONES[Answer(line.answer)]
        line.read = len(line.reads.all())
        line.asks = line.answer == Answer.ASKS_LEAVE and policies.may_decide_leave(request.user, meeting, line)
        line.outside = line.capacity in OUTSIDE
    prepares = policies.may_hold(request.user, meeting.unit)
    return render(
        request,
        "meetings/people/people.html",
        {
            "meeting": meeting,
            "groups": in_groups(lines),
            "asking": [line for line in lines if line.answer == Answer.ASKS_LEAVE],
            "hinted": [line for line in lines if line.hint and line.duty == Duty.CALLED],
            "replies": replies_of(meeting),
            "papers": papers,
            "told": meeting.state != MeetingState.DRAFT,
            "invites": prepares and meeting.state in {*PREPARED, MeetingState.IN_PROGRESS},
            "prepares": prepares,
            "open": meeting.state == MeetingState.ANNOUNCED,
            "crumbs": crumbs_to(meeting, "Thành phần dự họp"),
        },
    )


@require_http_methods(["GET", "POST"])
def guest_add(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared_meeting(request, pk)
    above = committee_above(meeting.unit)
    form = GuestForm(posted(request), people=above)
    if request.method == "POST" and form.is_valid():
        given, member = form.cleaned_data, form.chosen("member")
        try:
            services.invite(
                meeting=meeting,
                capacity=given["capacity"],
                full_name=given["full_name"],
                about=given["about"] or _about(member, meeting),
                member=member,
                actor=request.user,
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã mời.")
            return redirect("meetings:people", pk)
    return render(
        request,
        "meetings/preparing/form.html",
        {
            "form": form,
            "over": meeting.title,
            "title": "Mời đại biểu, khách",
            "save": "Mời",
            "back_url": reverse("meetings:people", args=[pk]),
            "crumbs": crumbs_to(meeting, _people_crumb(meeting), "Mời đại biểu, khách"),
        },
    )


def _about(member, meeting: Meeting) -> str:
    return f"{member.post_label}, {meeting.unit.parent.name}" if member else ""


def _people_crumb(meeting: Meeting) -> Crumb:
    return Crumb("Thành phần dự họp", reverse("meetings:people", args=[meeting.pk]))


def _line(meeting: Meeting, line: int) -> Attendee:
    found = get_object_or_404(Attendee.objects.select_related("member"), pk=line, meeting=meeting)
    found.meeting = meeting
    return found


@require_POST
def guest_remove(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    meeting = prepared_meeting(request, pk)
    attendee = _line(meeting, line)
    try:
        services.leave_out(attendee=attendee, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã thôi mời {attendee.full_name}.")
    return redirect("meetings:people", pk)


@require_POST
def leave(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Yes or no to one who asks leave."""
    meeting = _running(request, pk)
    attendee = _line(meeting, line)
    accepted = request.POST.get("dong_y") == "co"
    try:
        services.decide_leave(attendee=attendee, accepted=accepted, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        said = "được phép vắng" if accepted else "được đề nghị thu xếp dự"
        messages.success(request, f"Đồng chí {attendee.full_name} {said}, đã được báo.")
    return redirect("meetings:people", pk)

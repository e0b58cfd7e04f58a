"""Giấy mời, and the reader's own calendar outside the portal."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation

from .. import policies, services
from ..enums import Duty, MeetingState
from ..invitations import calendar_of, invitations_pdf
from ..models import Attendee, CalendarFeed, Meeting
from .common import found_meeting, list_crumbs, own_member

_INVITED = (Duty.CALLED, Duty.MAY_COME, Duty.INVITED)
_KEPT_DAYS = 60


@require_GET
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Of all who are invited, or of one (`nguoi`), for who runs the meeting; his own for everybody else."""
    meeting, attendee = found_meeting(request, pk)
    lines = meeting.attendees.filter(duty__in=_INVITED)
    wanted = request.GET.get("nguoi", "")
    if not policies.may_run(request.user, meeting):
        lines = lines.filter(pk=attendee.pk if attendee else None)
    elif wanted:
        lines = lines.filter(pk=wanted) if wanted.isdecimal() and len(wanted) < 19 else lines.none()
    lines = list(lines)
    if not lines or meeting.state in {MeetingState.DRAFT, MeetingState.CANCELLED}:
        raise Http404
    try:
        content = invitations_pdf(meeting, lines)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    if len(lines) > 1:
        services.note_printed(meeting=meeting, actor=request.user)
    return _file(content, "application/pdf", f"giay-moi-{meeting.day:%Y-%m-%d}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_GET
def ics(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = found_meeting(request, pk)
    if meeting.state == MeetingState.DRAFT:
        raise Http404
    return _file(calendar_of([meeting], full=True), "text/calendar; charset=utf-8", f"hop-{meeting.day:%Y-%m-%d}.ics")


@require_http_methods(["GET", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """The secret address is shown once, in the answer to its making, and kept nowhere."""
    member = own_member(request)
    if member is None:
        raise Http404
    address = ""
    if request.method == "POST":
        secret = services.make_feed(member=member, actor=request.user)
        address = settings.PUBLIC_ADDRESS + reverse("meetings:feed_file", args=[secret])
    return render(
        request,
        "meetings/lists/feed.html",
        {
            "address": address,
            "feed": CalendarFeed.objects.filter(member=member).first(),
            "crumbs": list_crumbs("Lịch trên điện thoại"),
        },
    )


@require_POST
def feed_end(request: HttpRequest) -> HttpResponse:
    member = own_member(request)
    if member is None:
        raise Http404
    services.end_feed(member=member, actor=request.user)
    messages.success(request, "Đã thu hồi. Địa chỉ lịch trước đây không mở được nữa.")
    return redirect("meetings:feed")


@sensitive_variables("secret")
@login_not_required
@require_GET
def feed_file(request: HttpRequest, secret: str) -> HttpResponse:
    """Without signing in: who has the address reads kind, hour and place. Not there for a wrong or dead one."""
    found = services.feed_of(secret)
    if found is None:
        raise Http404
    lines = Attendee.objects.filter(member=found.member, duty__in=_INVITED).values("meeting_id")
    since = timezone.now() - timedelta(days=_KEPT_DAYS)
    meetings = Meeting.objects.filter(pk__in=lines, starts_at__gte=since).exclude(state=MeetingState.DRAFT)
    response = HttpResponse(
        calendar_of(meetings.order_by("starts_at", "pk"), full=False), content_type="text/calendar; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response

"""What the pages of a meeting being held have in common: for whom they are, tabs, the parts that renew themselves."""

import re
from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from common.errors import RuleViolation
from common.ui.nav import Crumb

from .. import policies
from ..models import Attendee, Meeting
from ..pulse import word_for
from ..selectors.holding import agenda_of, roll_of, speeches_of
from ..services.place import version_of
from ..votes.selectors import votes_now
from .common import found_meeting, home_crumbs

_CSRF = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
# How often a page asks whether the meeting has begun.
_WAITING_SECONDS = 10


def found(request: HttpRequest, pk: int) -> tuple[Meeting, Attendee | None, bool]:
    """The meeting, the reader's own line on its list, and whether he runs it; 404 where it is not there for him."""
    meeting, own = found_meeting(request, pk)
    return meeting, own, policies.may_run(request.user, meeting)


def run_by(request: HttpRequest, pk: int) -> Meeting:
    """For who runs it; 403 for who only reads."""
    meeting, _, runs = found(request, pk)
    if not runs:
        raise PermissionDenied
    return meeting


def room_crumbs(meeting: Meeting | None, *more: str) -> list[Crumb]:
    # Not over «Đang họp»: with one meeting going on that page leads straight back here.
    path = home_crumbs(Crumb("Sinh hoạt", reverse("meetings:list")))
    if meeting is None:
        return [*path, Crumb("Đang họp")]
    if not more:
        return [*path, Crumb(meeting.title)]
    return [*path, Crumb(meeting.title, reverse("meetings:now_of", args=[meeting.pk])), *map(Crumb, more)]


def tabs_of(meeting: Meeting, current: str, *, self_marked: int = 0) -> list[dict]:
    tabs = [("now_of", "Đang họp"), ("run", "Điều hành"), ("roll", "Điểm danh"), ("projector", "Màn chiếu")]
    return [
        {
            "label": label,
            "url": reverse(f"meetings:{name}", args=[meeting.pk]),
            "current": name == current,
            "count": self_marked if name == "roll" else 0,
        }
        for name, label in tabs
    ]


def _part(request: HttpRequest, name: str, context: dict) -> dict:
    """A part of the page with a mark of what it says: the script puts in only parts that say something else now."""
    html = render_to_string(f"meetings/holding/_{name}.html", context, request)
    mark = sha256(_CSRF.sub(r"\1", html).encode()).hexdigest()[:16]
    return {"id": f"phan-{name.replace('_', '-')}", "html": html, "mark": mark}


def live(request: HttpRequest, meeting: Meeting, page: str, context: dict, parts: list[str]) -> dict:
    """What the page needs to stay fresh: the number it was drawn at is read before all else, so that what happens
    meanwhile is found by the next asking."""
    return context | {
        "parts": {name: _part(request, name, context) for name in parts},
        "live_url": request.get_full_path(),
        "pulse_url": reverse("meetings:pulse", args=[meeting.pk]),
        "pulse_word": word_for(request, meeting.pk),
        # A hall asks less often than a room.
        "every": 5 + min(context["roll"].people // 100, 15),
        "page": page,
        "say": _say(context),
    }


def _say(context: dict) -> str:
    """For who listens to the page: what is on now."""
    if context["vote"] is not None:
        return f"Đang biểu quyết: {context['vote'].title}"
    now = context["agenda"].now
    return f"Nội dung đang họp: {now.title}" if now else ""


def room_now(request: HttpRequest, meeting: Meeting, own: Attendee | None, *, runs: bool) -> dict:
    version = version_of(meeting.pk)
    open_now, results = votes_now(request.user, meeting, own, runs=runs)
    return {
        "version": version,
        "meeting": meeting,
        "own": own,
        "runs": runs,
        "roll": roll_of(meeting),
        "agenda": agenda_of(meeting),
        "speeches": speeches_of(meeting, own),
        "vote_now": open_now,
        "vote": open_now.vote if open_now else None,
        "results": results,
        "next": request.get_full_path(),
    }


def draw(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """The page, or its parts alone where its own script asks."""
    if request.headers.get("X-Live"):
        return render(request, "meetings/holding/_live.html", context)
    return render(request, f"meetings/holding/{template}.html", context)


def waiting(request: HttpRequest, meeting: Meeting, live_url: str) -> dict:
    """Who is early need not ask again: his page moves on by itself when the meeting begins."""
    return {
        "version": version_of(meeting.pk),
        "parts": {},
        "live_url": live_url,
        "pulse_url": reverse("meetings:pulse", args=[meeting.pk]),
        "pulse_word": word_for(request, meeting.pk),
        "every": _WAITING_SECONDS,
        "say": "",
    }


def done(request: HttpRequest, act) -> bool:
    """False where a rule said no; the reader is told why."""
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def back_to(request: HttpRequest, meeting: Meeting, place: str = "") -> HttpResponse:
    name = "run" if request.POST.get("back") == "run" else "now_of"
    anchor = f"#{place}" if place else ""
    return redirect(reverse(f"meetings:{name}", args=[meeting.pk]) + anchor)

"""«Đang họp», for everybody on the list: what is on now, asking for the word, checking in; and what the room sees."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.qr import qr_svg

from .. import services
from ..enums import HERE, MeetingState
from ..models import Meeting
from ..rules.check_in import code_at, seconds_left
from ..selectors.holding import next_of, tone_of
from ..selectors.holding import now_of as held_now
from .live import back_to, done, draw, found, live, room_crumbs, room_now, run_by, tabs_of, waiting

# Who read the drawing in the room has this long to press the button under it.
_READ_SALT, _READ_SECONDS = "meetings.check_in", 180


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """The meeting that the reader sits in; the choice where there are several."""
    held = held_now(request.user)
    if held and request.headers.get("X-Live"):
        return render(request, "meetings/holding/_over.html", {"meeting": held[0]})
    if len(held) == 1:
        return redirect("meetings:now_of", held[0].pk)
    soon = next_of(request.user) if not held else None
    context = {"held": held, "soon": soon, "crumbs": room_crumbs(None)}
    if soon is not None:
        context |= waiting(request, soon, reverse("meetings:now"))
    return draw(request, "none", context)


@require_GET
def now_of(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, own, runs = found(request, pk)
    context = {"meeting": meeting, "own": own, "runs": runs, "crumbs": room_crumbs(meeting)}
    if meeting.state == MeetingState.ANNOUNCED:
        return draw(request, "not_now", context | waiting(request, meeting, f"{request.path}?cho=1"))
    waited = request.GET.get("cho") == "1"
    if request.headers.get("X-Live") and (waited or meeting.state != MeetingState.IN_PROGRESS):
        return render(request, "meetings/holding/_over.html", context)
    if meeting.state != MeetingState.IN_PROGRESS:
        return render(request, "meetings/holding/not_now.html", context)
    context |= room_now(request, meeting, own, runs=runs)
    context["documents"] = context["agenda"].documents
    if runs:
        context["tabs"] = tabs_of(meeting, "now_of", self_marked=context["roll"].self_marked)
    if own is not None:
        own.tone = tone_of(own)
    parts = ["state", "item", "vote_slot", "results", "me", "queue", "agenda"]
    return draw(request, "now", live(request, meeting, "now", context, parts))


@require_POST
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the word, or no longer; who runs the meeting also asks for others."""
    meeting, _, _ = found(request, pk)
    other = request.POST.get("attendee", "")
    line = get_object_or_404(meeting.attendees, pk=other) if other.isdecimal() and len(other) < 19 else None
    if request.POST.get("act") == "withdraw":
        act = partial(services.withdraw_speech, meeting=meeting, actor=request.user)
    else:
        act = partial(services.ask_to_speak, meeting=meeting, attendee=line, actor=request.user)
    done(request, act)
    return back_to(request, meeting, "phan-queue")


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """«Tự điểm danh»: by typing the code of the room, or by one touch after its drawing was read."""
    meeting, own, _ = found(request, pk)
    if own is None:
        raise Http404
    who = f"{meeting.pk}.{own.pk}.{meeting.check_in_key}"
    has_read, trouble, typed = False, "", request.POST.get("code", "")[:20]
    if request.method == "POST":
        has_read = _has_read(request.POST.get("proof_token", ""), who)
        try:
            services.check_in(meeting=meeting, code=None if has_read else typed, actor=request.user)
            messages.success(request, "Đã ghi đồng chí có mặt. Thư ký sẽ xác nhận.")
            return redirect("meetings:now_of", meeting.pk)
        except RuleViolation as refusal:
            trouble, has_read = str(refusal), False
    elif code and meeting.state == MeetingState.IN_PROGRESS:
        try:
            services.holding.check_code(meeting=meeting, code=code[:20], actor=request.user)
            has_read = True
        except RuleViolation as refusal:
            trouble = str(refusal)
    elif code:
        trouble = services.holding.NOT_THE_CODE
    context = {
        "meeting": meeting,
        "own": own,
        "is_here": own.presence in HERE,
        "proof": signing.dumps(who, salt=_READ_SALT) if has_read else "",
        "trouble": trouble,
        "has_errors": bool(trouble) and request.method == "POST",
        "crumbs": room_crumbs(meeting, "Điểm danh"),
    }
    return render(request, "meetings/holding/check_in.html", context)


def _has_read(proof: str, who: str) -> bool:
    try:
        return bool(proof) and signing.loads(proof, salt=_READ_SALT, max_age=_READ_SECONDS) == who
    except signing.BadSignature:
        return False


def _code(meeting: Meeting) -> dict:
    moment = timezone.now()
    code = code_at(meeting.check_in_key, moment)
    path = reverse("meetings:check_in_read", args=[meeting.pk, code])
    return {
        "meeting": meeting,
        "code": f"{code[:3]} {code[3:]}",
        "qr": qr_svg(f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}", "100%"),
        "again_in": seconds_left(moment) + 1,
    }


@require_GET
def room_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code and its drawing, for the room; a new one every half minute."""
    meeting = run_by(request, pk)
    by_script = bool(request.headers.get("HX-Request"))
    if meeting.state != MeetingState.IN_PROGRESS:
        return HttpResponse("") if by_script else redirect("meetings:now_of", pk)
    return render(request, f"meetings/holding/{'_code' if by_script else 'code'}.html", _code(meeting))


@require_GET
def projector(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody in the room looks at: large, and nothing of a person that the room does not see anyway."""
    meeting = run_by(request, pk)
    if meeting.state != MeetingState.IN_PROGRESS:
        if request.headers.get("X-Live"):
            return render(request, "meetings/holding/_over.html", {"meeting": meeting})
        return redirect("meetings:now_of", pk)
    context = room_now(request, meeting, None, runs=True) | _code(meeting)
    context = live(request, meeting, "projector", context, ["screen"])
    return draw(request, "projector", context)

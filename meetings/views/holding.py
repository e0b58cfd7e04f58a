"""The meeting while it is held: «Đang họp» for everybody, and the pages of who runs it."""

import re
import secrets
from datetime import timedelta
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.qr import qr_svg
from common.ui import kept
from common.ui.nav import Crumb

from .. import policies, services
from ..enums import HERE, Answer, Duty, MeetingState, Presence
from ..holding_forms import ClockForm, TimesForm
from ..models import AgendaItem, Attendee, Meeting
from ..pulse import word_for
from ..rules.check_in import code_at, seconds_left
from ..selectors.holding import agenda_of, lines_of, next_of, roll_of, speeches_of, tone_of
from ..selectors.holding import now_of as held_now
from ..services.place import version_of
from ..votes.enums import VoteState
from ..votes.selectors import vote_now
from .common import found_meeting, home_crumbs

_CSRF = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
# Who read the drawing in the room has this long to press the button under it.
_READ_SALT, _READ_SECONDS = "meetings.check_in", 180
# How often a page asks whether the meeting has begun.
_WAITING_SECONDS = 10


def _found(request: HttpRequest, pk: int) -> tuple[Meeting, Attendee | None, bool]:
    """The meeting, the reader's own line on its list, and whether he runs it; 404 where it is not there for him."""
    meeting, own = found_meeting(request, pk)
    return meeting, own, policies.may_run(request.user, meeting)


def _run_by(request: HttpRequest, pk: int) -> Meeting:
    """For who runs it; 403 for who only reads."""
    meeting, _, runs = _found(request, pk)
    if not runs:
        raise PermissionDenied
    return meeting


def _crumbs(meeting: Meeting | None, *more: str) -> list[Crumb]:
    path = home_crumbs(Crumb("Đang họp", reverse("meetings:now")))
    if meeting is None:
        return path
    if not more:
        return [*path, Crumb(meeting.title)]
    return [*path, Crumb(meeting.title, reverse("meetings:now_of", args=[meeting.pk])), *map(Crumb, more)]


def _tabs(meeting: Meeting, current: str, *, self_marked: int = 0) -> list[dict]:
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


# ---- parts that renew themselves -------------------------------------------------------------------------------------


def _part(request: HttpRequest, name: str, context: dict) -> dict:
    """A part of the page with a mark of what it says: the script puts in only parts that say something else now."""
    html = render_to_string(f"meetings/holding/_{name}.html", context, request)
    mark = sha256(_CSRF.sub(r"\1", html).encode()).hexdigest()[:16]
    return {"id": f"phan-{name.replace('_', '-')}", "html": html, "mark": mark}


def _live(request: HttpRequest, meeting: Meeting, page: str, context: dict, parts: list[str]) -> dict:
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


def _room(request: HttpRequest, meeting: Meeting, own: Attendee | None, *, runs: bool) -> dict:
    version = version_of(meeting.pk)
    open_now = vote_now(request.user, meeting, own, runs=runs)
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
        "next": request.get_full_path(),
    }


def _draw(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """The page, or its parts alone where its own script asks."""
    if request.headers.get("X-Live"):
        return render(request, "meetings/holding/_live.html", context)
    return render(request, f"meetings/holding/{template}.html", context)


# ---- for everybody ---------------------------------------------------------------------------------------------------


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """The meeting that the reader sits in; the choice where there are several."""
    held = held_now(request.user)
    if held and request.headers.get("X-Live"):
        return render(request, "meetings/holding/_over.html", {"meeting": held[0]})
    if len(held) == 1:
        return redirect("meetings:now_of", held[0].pk)
    soon = next_of(request.user) if not held else None
    context = {"held": held, "soon": soon, "crumbs": _crumbs(None)}
    if soon is not None:
        context |= _waiting(request, soon, reverse("meetings:now"))
    return _draw(request, "none", context)


def _waiting(request: HttpRequest, meeting: Meeting, live_url: str) -> dict:
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


@require_GET
def now_of(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, own, runs = _found(request, pk)
    context = {"meeting": meeting, "own": own, "runs": runs, "crumbs": _crumbs(meeting)}
    if meeting.state == MeetingState.ANNOUNCED:
        return _draw(request, "not_now", context | _waiting(request, meeting, f"{request.path}?cho=1"))
    waited = request.GET.get("cho") == "1"
    if request.headers.get("X-Live") and (waited or meeting.state != MeetingState.IN_PROGRESS):
        return render(request, "meetings/holding/_over.html", context)
    if meeting.state != MeetingState.IN_PROGRESS:
        return render(request, "meetings/holding/not_now.html", context)
    context |= _room(request, meeting, own, runs=runs)
    context["documents"] = context["agenda"].documents
    if runs:
        context["tabs"] = _tabs(meeting, "now_of", self_marked=context["roll"].self_marked)
    if own is not None:
        own.tone = tone_of(own)
    parts = ["state", "item", "vote_slot", "me", "queue", "agenda"]
    return _draw(request, "now", _live(request, meeting, "now", context, parts))


@require_POST
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the word, or no longer; who runs the meeting also asks for others."""
    meeting, _, _ = _found(request, pk)
    other = request.POST.get("attendee", "")
    line = get_object_or_404(meeting.attendees, pk=other) if other.isdecimal() and len(other) < 19 else None
    if request.POST.get("act") == "withdraw":
        act = partial(services.withdraw_speech, meeting=meeting, actor=request.user)
    else:
        act = partial(services.ask_to_speak, meeting=meeting, attendee=line, actor=request.user)
    _do(request, act)
    return _back(request, meeting, "phan-queue")


def _do(request: HttpRequest, act) -> bool:
    """False where a rule said no; the reader is told why."""
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _back(request: HttpRequest, meeting: Meeting, place: str = "") -> HttpResponse:
    name = "run" if request.POST.get("back") == "run" else "now_of"
    anchor = f"#{place}" if place else ""
    return redirect(reverse(f"meetings:{name}", args=[meeting.pk]) + anchor)


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """«Tự điểm danh»: by typing the code of the room, or by one touch after its drawing was read."""
    meeting, own, _ = _found(request, pk)
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
        "crumbs": _crumbs(meeting, "Điểm danh"),
    }
    return render(request, "meetings/holding/check_in.html", context)


def _has_read(proof: str, who: str) -> bool:
    try:
        return bool(proof) and signing.loads(proof, salt=_READ_SALT, max_age=_READ_SECONDS) == who
    except signing.BadSignature:
        return False


# ---- begun and ended -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _run_by(request, pk)
    if meeting.state == MeetingState.IN_PROGRESS:
        return redirect("meetings:run", pk)
    if meeting.state != MeetingState.ANNOUNCED:
        return redirect("meetings:now_of", pk)
    form = ClockForm(request.POST if request.method == "POST" else None, label="Khai mạc lúc")
    if form.is_valid():
        try:
            services.begin(meeting=meeting, at=form.moment(), actor=request.user)
            messages.success(request, "Cuộc họp đã khai mạc. Mời đồng chí điểm danh.")
            return redirect("meetings:roll", pk)
        except RuleViolation as refusal:
            form.add_error("at", str(refusal))
    early = meeting.starts_at - timezone.now()
    context = {
        "meeting": meeting,
        "form": form,
        "early": early > timedelta(hours=3),
        "called": meeting.attendees.filter(duty=Duty.CALLED).count(),
        "excused": meeting.attendees.filter(answer=Answer.EXCUSED).count(),
        "crumbs": _crumbs(meeting, "Khai mạc"),
    }
    return render(request, "meetings/holding/begin.html", context)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _run_by(request, pk)
    if meeting.state != MeetingState.IN_PROGRESS:
        return redirect("meetings:now_of", pk)
    form = ClockForm(request.POST if request.method == "POST" else None, label="Bế mạc lúc")
    if form.is_valid():
        try:
            services.end(meeting=meeting, at=form.moment(), actor=request.user)
            messages.success(request, "Cuộc họp đã bế mạc. Việc tiếp theo là hoàn thiện biên bản.")
            return redirect("meetings:now_of", pk)
        except RuleViolation as refusal:
            form.add_error("at", str(refusal))
    items = agenda_of(meeting).items
    context = {
        "meeting": meeting,
        "form": form,
        "roll": roll_of(meeting),
        "vote": meeting.votes.filter(state=VoteState.OPEN).first(),
        "untouched": [item for item in items if item.began_at is None],
        "minutes_so_far": int((timezone.now() - meeting.began_at).total_seconds() // 60),
        "crumbs": _crumbs(meeting, "Bế mạc"),
    }
    return render(request, "meetings/holding/end.html", context)


# ---- who runs it -----------------------------------------------------------------------------------------------------


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, own, runs = _found(request, pk)
    if not runs:
        raise PermissionDenied
    if meeting.state != MeetingState.IN_PROGRESS:
        if request.headers.get("X-Live"):
            context = {"meeting": meeting, "own": own, "runs": runs}
            return render(request, "meetings/holding/_over.html", context)
        return redirect("meetings:now_of", pk)
    return _draw_run(request, meeting, own)


def _draw_run(
    request: HttpRequest,
    meeting: Meeting,
    own: Attendee | None,
    *,
    chosen: AgendaItem | None = None,
    typed: dict | None = None,
    crossed: services.Crossed | None = None,
    trouble: str = "",
) -> HttpResponse:
    context = _room(request, meeting, own, runs=True)
    agenda = context["agenda"]
    # What was typed before a time-out belongs to its own item, wherever the meeting has moved to.
    typed = typed or kept.given("notes", "conclusion", "revision", "item")
    wanted = str(chosen.pk) if chosen else typed.get("item") or request.GET.get("muc", "")
    item = next((one for one in agenda.items if str(one.pk) == wanted), None) or agenda.now
    if item is None and agenda.items:
        item = agenda.items[0]
    context |= {
        "writing": item,
        "notes": typed.get("notes", "") if typed else item.notes if item else "",
        "conclusion": typed.get("conclusion", "") if typed else item.conclusion if item else "",
        "revision": _revision(request, item, typed, crossed),
        "page_word": (typed or {}).get("page") or secrets.token_urlsafe(12),
        "crossed": crossed,
        "trouble": trouble,
        "has_errors": bool(crossed or trouble),
        "here": [line for line in lines_of(meeting) if line.presence in HERE],
        "tabs": _tabs(meeting, "run", self_marked=context["roll"].self_marked),
        "crumbs": _crumbs(meeting, "Điều hành"),
    }
    # The page may have been drawn by a sending: what renews it is always the page itself.
    context = _live(request, meeting, "run", context, ["state", "run_item", "vote_slot", "run_queue", "run_agenda"])
    context["live_url"] = reverse("meetings:run", args=[meeting.pk]) + (f"?muc={item.pk}" if item else "")
    return _draw(request, "run", context)


def _revision(request, item: AgendaItem | None, typed: dict, crossed) -> int | str:
    """What the writer had before him: after he has been shown both texts, what stands there now."""
    if crossed is not None:
        return crossed.item.notes_revision
    if typed:
        return typed.get("revision", "")
    return item.notes_revision if item else 0


@require_POST
def move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    meeting = _run_by(request, pk)
    chosen = get_object_or_404(AgendaItem.objects.select_related("meeting"), pk=item, meeting=meeting)
    _do(request, partial(services.move_to, item=chosen, actor=request.user))
    return _back(request, meeting)


@require_POST
def note(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Saved while typing (htmx), or by the button."""
    meeting, own, runs = _found(request, pk)
    if not runs:
        raise PermissionDenied
    chosen = get_object_or_404(AgendaItem.objects.select_related("meeting"), pk=item, meeting=meeting)
    typed = request.POST.dict()
    revision = typed.get("revision", "")
    write = partial(
        services.write_notes,
        item=chosen,
        notes=typed.get("notes", ""),
        conclusion=typed.get("conclusion", ""),
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else -1,
        page=typed.get("page", "")[:40],
        actor=request.user,
    )
    by_script = bool(request.headers.get("HX-Request"))
    try:
        saved = write()
    except services.Crossed as crossed:
        if by_script:
            return render(request, "meetings/holding/_saved.html", {"crossed": crossed})
        return _draw_run(request, meeting, own, chosen=chosen, typed=typed, crossed=crossed)
    except RuleViolation as refusal:
        if by_script:
            return render(request, "meetings/holding/_saved.html", {"trouble": f"Chưa lưu được: {refusal}"})
        if meeting.state != MeetingState.IN_PROGRESS:
            messages.error(request, str(refusal))
            return redirect("meetings:now_of", pk)
        return _draw_run(request, meeting, own, chosen=chosen, typed=typed, trouble=str(refusal))
    if by_script:
        return render(request, "meetings/holding/_saved.html", {"at": timezone.localtime(), "saved": saved})
    messages.success(request, f"Đã lưu phần ghi lúc {timezone.localtime():%H:%M}.")
    return redirect(reverse("meetings:run", args=[pk]) + f"?muc={item}")


@require_POST
def speech(request: HttpRequest, pk: int, speech: int) -> HttpResponse:
    meeting = _run_by(request, pk)
    asked = get_object_or_404(meeting.speeches.select_related("meeting"), pk=speech)
    state = request.POST.get("state", "")
    _do(request, partial(services.decide_speech, speech=asked, state=state, actor=request.user))
    return _back(request, meeting, "phan-run-queue")


# ---- the roll --------------------------------------------------------------------------------------------------------


_FILTERS = {
    "": ("Tất cả", lambda line: True),
    "chua": ("Chưa điểm danh", lambda line: line.presence == Presence.UNKNOWN and line.duty in _WAITED_FOR),
    "tu": ("Tự điểm danh", lambda line: line.self_marked),
    "vang": ("Vắng", lambda line: line.presence in {Presence.EXCUSED, Presence.UNEXCUSED}),
}
_WAITED_FOR = {Duty.CALLED, Duty.INVITED}
_TOUCHES = [
    (Presence.PRESENT, "Có mặt"),
    (Presence.ONLINE, "Trực tuyến"),
    (Presence.EXCUSED, "Vắng có lý do"),
    (Presence.UNEXCUSED, "Vắng không lý do"),
]
# Seen most often (domain.md §4.5).
REASONS = ("Công tác", "Ốm đau", "Thai sản", "Học tập", "Đi tàu, trực ban", "Việc gia đình")


def _rolled(request: HttpRequest, pk: int) -> Meeting:
    meeting = _run_by(request, pk)
    if meeting.state not in services.holding.ROLL_OPEN:
        raise Http404
    return meeting


@require_GET
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _run_by(request, pk)
    if meeting.state not in services.holding.ROLL_OPEN:
        return redirect("meetings:now_of", pk)
    return _draw_roll(request, meeting)


def _draw_roll(
    request: HttpRequest,
    meeting: Meeting,
    *,
    wrong: Attendee | None = None,
    typed: dict | None = None,
    trouble: str = "",
) -> HttpResponse:
    which = request.GET.get("loc", "")
    which = which if which in _FILTERS else ""
    lines = lines_of(meeting)
    for one in lines:
        if wrong is not None and one.pk == wrong.pk:
            one.typed, one.trouble = typed, trouble
    counts = {key: sum(map(test, lines)) for key, (_, test) in _FILTERS.items()}
    own_url = reverse("meetings:roll", args=[meeting.pk])
    context = {
        "meeting": meeting,
        "roll": roll_of(meeting),
        "lines": [one for one in lines if _FILTERS[which][1](one)],
        "which": which,
        "filters": [
            {
                "label": label,
                "url": own_url + (f"?loc={key}" if key else ""),
                "current": key == which,
                "count": counts[key] if key else 0,
            }
            for key, (label, _) in _FILTERS.items()
        ],
        "unknown": counts["chua"],
        "touches": _TOUCHES,
        "reasons": REASONS,
        "has_errors": bool(trouble),
        "crumbs": _crumbs(meeting, "Điểm danh"),
    }
    if meeting.state == MeetingState.IN_PROGRESS:
        context["tabs"] = _tabs(meeting, "roll", self_marked=context["roll"].self_marked)
    return render(request, "meetings/holding/roll.html", context)


@require_POST
def roll_line(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One touch, or the hours and the reason of one person."""
    meeting = _rolled(request, pk)
    one = get_object_or_404(meeting.attendees.select_related("meeting"), pk=line)
    form = TimesForm(request.POST)
    presence, trouble = request.POST.get("presence", ""), ""
    try:
        if presence:
            reason = request.POST.get("reason", "")[:300]
            one = services.mark(attendee=one, presence=presence, reason=reason, actor=request.user)
        elif form.is_valid():
            one = _details(request, one, form)
        else:
            trouble = " ".join(message for errors in form.errors.values() for message in errors)
    except RuleViolation as refusal:
        trouble = str(refusal)
    typed = request.POST.dict() if trouble else None
    if not request.headers.get("HX-Request"):
        if trouble:
            return _draw_roll(request, meeting, wrong=one, typed=typed, trouble=trouble)
        which = request.POST.get("loc", "")
        query = f"?loc={which}" if which in _FILTERS and which else ""
        return redirect(reverse("meetings:roll", args=[pk]) + f"{query}#nguoi-{one.pk}")
    number = request.POST.get("number", "")
    one.number = int(number) if number.isdecimal() and len(number) < 6 else 0
    one.tone, one.typed, one.trouble = tone_of(one), typed, trouble
    context = {
        "meeting": meeting,
        "line": one,
        "touches": _TOUCHES,
        "which": request.POST.get("loc", "")[:8],
        "roll": roll_of(meeting),
        "unknown": _unknown(meeting),
        "oob": True,
    }
    return render(request, "meetings/holding/_line_answer.html", context)


def _details(request: HttpRequest, line: Attendee, form: TimesForm) -> Attendee:
    if line.presence == Presence.EXCUSED:
        return services.mark(
            attendee=line, presence=line.presence, reason=form.cleaned_data["reason"], actor=request.user
        )
    return services.note_times(
        attendee=line,
        arrived_at=form.cleaned_data["arrived_at"],
        left_at=form.cleaned_data["left_at"],
        actor=request.user,
    )


def _unknown(meeting: Meeting) -> int:
    return meeting.attendees.filter(presence=Presence.UNKNOWN, duty__in=_WAITED_FOR).count()


@require_POST
def roll_all(request: HttpRequest, pk: int) -> HttpResponse:
    """«Tất cả có mặt», and confirming who marked himself."""
    meeting = _rolled(request, pk)
    try:
        if request.POST.get("act") == "confirm":
            confirmed = services.confirm_marks(meeting=meeting, actor=request.user)
            messages.success(request, f"Đã xác nhận {confirmed} đồng chí tự điểm danh.")
        else:
            here, excused = services.all_here(meeting=meeting, actor=request.user)
            words = f"Đã ghi {here} đồng chí có mặt"
            words += f", {excused} đồng chí vắng có lý do theo đơn đã đồng ý." if excused else "."
            messages.success(request, f"{words} Đồng chí sửa lại từng người nếu cần.")
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("meetings:roll", pk)


@require_GET
def roll_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """On paper, to be signed in the room or kept with the minutes."""
    meeting = _run_by(request, pk)
    if meeting.state in {MeetingState.DRAFT, MeetingState.CANCELLED}:
        raise Http404
    lines = lines_of(meeting)
    held = meeting.state not in {MeetingState.ANNOUNCED, MeetingState.POSTPONED}
    members = [line for line in lines if line.duty != Duty.INVITED]
    context = {
        "meeting": meeting,
        "members": members,
        "guests": [line for line in lines if line.duty == Duty.INVITED],
        "held": held,
        "roll": roll_of(meeting) if held else None,
        "owner": meeting.unit.parent.name if meeting.unit.parent else "",
        "unit_name": meeting.unit.name,
        "printed_at": timezone.localtime(),
        "printed_by": request.user.full_name,
        "back_url": reverse("meetings:roll" if held else "meetings:now_of", args=[pk]),
    }
    return render(request, "meetings/holding/sheet.html", context)


# ---- shown in the room -----------------------------------------------------------------------------------------------


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
    meeting = _run_by(request, pk)
    by_script = bool(request.headers.get("HX-Request"))
    if meeting.state != MeetingState.IN_PROGRESS:
        return HttpResponse("") if by_script else redirect("meetings:now_of", pk)
    return render(request, f"meetings/holding/{'_code' if by_script else 'code'}.html", _code(meeting))


@require_GET
def projector(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody in the room looks at: large, and nothing of a person that the room does not see anyway."""
    meeting = _run_by(request, pk)
    if meeting.state != MeetingState.IN_PROGRESS:
        if request.headers.get("X-Live"):
            return render(request, "meetings/holding/_over.html", {"meeting": meeting})
        return redirect("meetings:now_of", pk)
    context = _room(request, meeting, None, runs=True) | _code(meeting)
    context = _live(request, meeting, "projector", context, ["screen"])
    return _draw(request, "projector", context)

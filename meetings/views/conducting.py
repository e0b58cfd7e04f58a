"""The pages of who runs a meeting: begun, led from item to item with its notes, ended."""

import secrets
from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation
from common.ui import kept

from .. import services
from ..enums import HERE, Answer, Duty, MeetingState
from ..forms.holding import ClockForm
from ..models import AgendaItem, Attendee, Meeting
from ..selectors.holding import agenda_of, lines_of, roll_of
from ..votes.enums import VoteState
from .live import back_to, done, draw, found, live, room_crumbs, room_now, run_by, tabs_of


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = run_by(request, pk)
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
        "crumbs": room_crumbs(meeting, "Khai mạc"),
    }
    return render(request, "meetings/holding/begin.html", context)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = run_by(request, pk)
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
        "crumbs": room_crumbs(meeting, "Bế mạc"),
    }
    return render(request, "meetings/holding/end.html", context)


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, own, runs = found(request, pk)
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
    context = room_now(request, meeting, own, runs=True)
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
        "tabs": tabs_of(meeting, "run", self_marked=context["roll"].self_marked),
        "crumbs": room_crumbs(meeting, "Điều hành"),
    }
    # The page may have been drawn by a sending: what renews it is always the page itself.
    context = live(request, meeting, "run", context, ["state", "run_item", "vote_slot", "run_queue", "run_agenda"])
    context["live_url"] = reverse("meetings:run", args=[meeting.pk]) + (f"?muc={item.pk}" if item else "")
    return draw(request, "run", context)


def _revision(request, item: AgendaItem | None, typed: dict, crossed) -> int | str:
    """What the writer had before him: after he has been shown both texts, what stands there now."""
    if crossed is not None:
        return crossed.item.notes_revision
    if typed:
        return typed.get("revision", "")
    return item.notes_revision if item else 0


@require_POST
def move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    meeting = run_by(request, pk)
    chosen = get_object_or_404(AgendaItem.objects.select_related("meeting"), pk=item, meeting=meeting)
    done(request, partial(services.move_to, item=chosen, actor=request.user))
    return back_to(request, meeting)


@require_POST
def note(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Saved while typing (htmx), or by the button."""
    meeting, own, runs = found(request, pk)
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
    meeting = run_by(request, pk)
    asked = get_object_or_404(meeting.speeches.select_related("meeting"), pk=speech)
    state = request.POST.get("state", "")
    done(request, partial(services.decide_speech, speech=asked, state=state, actor=request.user))
    return back_to(request, meeting, "phan-run-queue")

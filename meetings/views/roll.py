"""The roll: one touch for each person, hours and reasons, the sheet to be signed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from common.errors import RuleViolation

from .. import services
from ..enums import Duty, MeetingState, Presence
from ..forms.holding import TimesForm
from ..models import Attendee, Meeting
from ..selectors.holding import lines_of, roll_of, tone_of
from .live import room_crumbs, run_by, tabs_of

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
    meeting = run_by(request, pk)
    if meeting.state not in services.holding.ROLL_OPEN:
        raise Http404
    return meeting


@require_GET
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = run_by(request, pk)
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
        "crumbs": room_crumbs(meeting, "Điểm danh"),
    }
    if meeting.state == MeetingState.IN_PROGRESS:
        context["tabs"] = tabs_of(meeting, "roll", self_marked=context["roll"].self_marked)
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
    meeting = run_by(request, pk)
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

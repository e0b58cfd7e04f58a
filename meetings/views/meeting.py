"""A meeting as those see it who are called, who prepare it, who read it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.downloads import as_attachment
from common.errors import RuleViolation
from common.uploads.keeping import FileState

from .. import policies, services
from ..enums import HELD, PREPARED, AgendaPart, Duty, MeetingState
from ..forms import LeaveForm, OpinionForm
from ..minutes.enums import MinutesState
from ..minutes.policies import was_there
from ..models import AgendaItem, Attendee, ItemDocument, Meeting, Minutes
from ..presenting import Act, Row, event_line
from ..rules.catalogue import rules_of
from ..rules.punctuality import is_late_document
from ..selectors.pages import agenda_of, replies_of
from .common import crumbs_to, found_meeting, posted


@require_GET
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found, attendee = found_meeting(request, pk)
    if found.from_paper:
        return redirect(found)
    return _page(request, found, attendee, LeaveForm())


def _page(request: HttpRequest, meeting: Meeting, attendee: Attendee | None, form: LeaveForm) -> HttpResponse:
    runs = policies.may_run(request.user, meeting)
    prepares = policies.may_hold(request.user, meeting.unit)
    points = agenda_of(meeting, attendee=attendee, prepares=runs)
    first, rest = _acts(request.user, meeting, prepares=prepares)
    row = Row(meeting, attendee)
    answers = row.answers
    return render(
        request,
        "meetings/meeting/meeting.html",
        {
            "meeting": meeting,
            "row": row,
            "attendee": attendee,
            "answers": answers,
            "away": attendee is not None and attendee.duty in {Duty.AWAY, Duty.SUSPENDED},
            "form": form,
            "leave_open": bool(form.errors),
            "parts": [
                (part.label, [point for point in points if point.item.part == part])
                for part in AgendaPart
                if any(point.item.part == part for point in points)
            ],
            "papers": sum(len(point.papers) for point in points),
            "total": sum(point.item.minutes for point in points),
            "says": answers,
            "runs": runs,
            "prepares": prepares,
            "may_prepare": policies.may_prepare(request.user, meeting),
            "replies": replies_of(meeting) if runs and meeting.state == MeetingState.ANNOUNCED else None,
            "after": _after(meeting, attendee, runs=runs),
            "main_act": first,
            "acts": rest,
            "events": [event_line(event) for event in meeting.events.select_related("made_by")[:20]]
            if runs or attendee
            else [],
            "crumbs": crumbs_to(meeting),
        },
    )


def _url(name: str, pk: int) -> str:
    return reverse(f"meetings:{name}", args=[pk])


def _acts(user: User, meeting: Meeting, *, prepares: bool) -> tuple[Act | None, list[Act]]:
    """What comes next for this reader, and what he may do besides."""
    main: Act | None = None
    acts: list[Act] = []
    pk, state = meeting.pk, meeting.state
    runs = policies.may_run(user, meeting)
    if state == MeetingState.IN_PROGRESS:
        main = Act("Vào cuộc họp", _url("now_of", pk), "play")
    elif runs and state == MeetingState.ANNOUNCED and meeting.day <= timezone.localdate():
        main = Act("Mở phòng họp", _url("now_of", pk), "play")
    if prepares and state in {MeetingState.DRAFT, MeetingState.POSTPONED}:
        main = Act("Kiểm tra và thông báo", _url("announce", pk), "megaphone")
    if prepares and state in PREPARED:
        acts.append(Act("Sửa thời gian, địa điểm", _url("edit", pk), "pencil-square"))
    if policies.may_prepare(user, meeting):
        acts.append(Act("Chương trình, tài liệu", _url("agenda", pk), "queue-list"))
    if runs and state in {*PREPARED, MeetingState.IN_PROGRESS}:
        acts.append(Act("Biểu quyết, bầu cử", _url("votes", pk), "hand-raised"))
    if runs:
        acts.append(Act("Thành phần dự họp", _url("people", pk), "users"))
        if state != MeetingState.DRAFT:
            acts.append(Act("In giấy mời", _url("invitations", pk), "printer", download=True))
    if prepares and state == MeetingState.ANNOUNCED:
        acts.append(Act("Rút thông báo", _url("take_back", pk), "arrow-uturn-left"))
        acts.append(Act("Hoãn", _url("postpone", pk), "clock"))
    if prepares and state in PREPARED:
        acts.append(Act("Hủy cuộc họp", _url("cancel", pk), "x-circle"))
    return main, acts


def _after(meeting: Meeting, attendee: Attendee | None, *, runs: bool) -> list[Act]:
    """What came out of the meeting, as far as it is there for this reader."""
    if meeting.state not in HELD:
        return []
    votes = Act("Biểu quyết, bầu cử", _url("votes", meeting.pk), "hand-raised")
    acts = [votes] if runs or attendee is not None else []
    state = Minutes.objects.filter(meeting=meeting).values_list("state", flat=True).first()
    there = attendee is not None and was_there(attendee)
    if runs or state == MinutesState.APPROVED or (state == MinutesState.CIRCULATED and there):
        acts.append(Act("Biên bản", _url("minutes", meeting.pk), "document-text"))
    return acts


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """«Sẽ dự» by one touch; leave with a reason."""
    found, attendee = found_meeting(request, pk)
    if not policies.may_answer(request.user, found, attendee):
        raise Http404
    form = LeaveForm(request.POST if request.POST.get("tra_loi") == "vang" else None)
    try:
        if request.POST.get("tra_loi") == "du":
            services.say_comes(meeting=found, actor=request.user)
            messages.success(request, "Đã ghi: đồng chí sẽ dự.")
            return redirect(found)
        if form.is_valid():
            services.ask_leave(meeting=found, reason=form.cleaned_data["reason"], actor=request.user)
            messages.success(request, "Đã gửi đề nghị xin vắng. Đồng chí chờ trả lời.")
            return redirect(found)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    return _page(request, found, attendee, form)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A point of the agenda: draft, papers, what the reader thinks of it; to who prepares it what all think."""
    found, attendee = found_meeting(request, pk)
    point = get_object_or_404(AgendaItem.objects.select_related("speaker"), pk=item, meeting=found)
    point.meeting = found
    runs = policies.may_run(request.user, found)
    says = policies.may_answer(request.user, found, attendee) and found.state == MeetingState.ANNOUNCED
    if request.method == "POST" and not policies.may_answer(request.user, found, attendee):
        raise Http404
    opinions = list(point.opinions.select_related("attendee")) if runs else []
    mine = point.opinions.filter(attendee=attendee, before_meeting=True).first() if attendee else None
    form = OpinionForm(posted(request), initial={"text": mine.text if mine else ""})
    if request.method == "POST" and form.is_valid():
        try:
            said = services.say_opinion(item=point, text=form.cleaned_data["text"], actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã gửi ý kiến." if said else "Đã rút ý kiến.")
            return redirect(found)
    rules = rules_of(found.kind, found.day)
    documents = point.documents.all() if runs else point.documents.filter(state=FileState.CLEAN)
    return render(
        request,
        "meetings/meeting/item.html",
        {
            "meeting": found,
            "item": point,
            "papers": [(one, not is_late_document(found.starts_at, one.added_at, rules)) for one in documents],
            "opinions": opinions,
            "mine": mine,
            "says": says,
            "runs": runs,
            "form": form,
            "crumbs": crumbs_to(found, "Nội dung"),
        },
    )


@require_GET
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """The file itself, to be kept, never opened in the page. Who has it is noted for who prepares the meeting."""
    found, attendee = found_meeting(request, pk)
    document = get_object_or_404(ItemDocument, pk=paper, item__meeting=found)
    if document.state != FileState.CLEAN and not policies.may_run(request.user, found):
        raise Http404
    services.note_read(document=document, attendee=attendee)
    return as_attachment(document.file, document.file_label)

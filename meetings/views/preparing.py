"""Making a meeting, changing it, telling of it, putting it off."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import RuleViolation

from .. import services
from ..enums import PREPARED, Duty, MeetingKind, MeetingState, kinds_of
from ..forms import MeetingForm, PostponeForm, ReasonForm
from ..forms.preparing import typed
from ..models import Meeting
from ..presenting import day_in_words
from ..rules.catalogue import rules_of, template_of
from ..rules.habits import in_words
from ..rules.punctuality import is_late_document, least_minutes
from ..selectors.meetings import chair_proposed, propose
from ..selectors.pages import in_groups
from .common import crumbs_to, list_crumbs, posted, prepared_meeting, unit_to_hold


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`don-vi`, `loai`, and `nhu`: the meeting whose agenda is taken. All of it is proposed; what is right needs no
    touch."""
    unit = unit_to_hold(request)
    kinds = kinds_of(unit)
    wanted = request.GET.get("loai", "")
    if wanted and wanted not in kinds:
        raise Http404
    kind = MeetingKind(wanted) if wanted else kinds[0]
    proposal = propose(unit, kind)
    like = _like(request, unit.pk, kind)
    people = [line.member for line in services.who_is_called(unit.pk, kind, proposal.starts_at.date())]
    start = timezone.localtime(proposal.starts_at)
    initial = {
        "day": start.date(),
        "at": start.time(),
        "minutes": proposal.minutes,
        "place": proposal.place,
        "chair": _chair(request, chair_proposed(unit), people),
    }
    form = MeetingForm(posted(request), kind=kind, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.make_meeting(unit=unit, kind=kind, like=like, **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lập cuộc họp. Chưa ai được thông báo; đồng chí kiểm tra rồi thông báo.")
            return redirect(meeting)
    items = [item.title for item in (like.items.all() if like else template_of(kind).items)]
    return render(
        request,
        "meetings/preparing/new.html",
        {
            "form": form,
            "unit": unit,
            "kind": kind,
            "kinds": [(one.label, f"?don-vi={unit.pk}&loai={one}", one == kind) for one in kinds],
            "like": like,
            "like_url": f"?don-vi={unit.pk}&loai={kind}&nhu={proposal.like.pk}" if proposal.like else "",
            "fresh_url": f"?don-vi={unit.pk}&loai={kind}",
            "items": items,
            "habit": in_words(proposal.habit) if proposal.habit else "",
            "day": day_in_words(proposal.starts_at),
            "crumbs": list_crumbs("Lập cuộc họp"),
        },
    )


def _like(request: HttpRequest, unit_id: int, kind: str) -> Meeting | None:
    """Only one of the same unit and kind."""
    wanted = request.GET.get("nhu", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return None
    return Meeting.objects.filter(pk=wanted, unit_id=unit_id, kind=kind).first()


def _chair(request: HttpRequest, secretary: int | None, people: list) -> int | str:
    """The unit's secretary, else who prepares the meeting: one who is called."""
    called = {member.pk for member in people}
    if secretary in called:
        return secretary
    return next((member.pk for member in people if member.account_id == request.user.pk), "")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared_meeting(request, pk)
    if meeting.state not in PREPARED:
        return redirect(meeting)
    people = [line.member for line in services.who_is_called(meeting.unit_id, meeting.kind, meeting.day)]
    form = MeetingForm(posted(request), kind=meeting.kind, people=people, meeting=meeting, initial=typed(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_meeting(meeting=meeting, revision=_revision(request), **form.values(), actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lưu.")
            return redirect(meeting)
    told = meeting.state == MeetingState.ANNOUNCED
    return render(
        request,
        "meetings/preparing/edit.html",
        {
            "form": form,
            "meeting": meeting,
            "revision": request.POST.get("revision", meeting.revision),
            "note": "Những đồng chí được mời được báo ngay chỗ thay đổi. Đổi ngày giờ thì mọi người trả lời lại."
            if told
            else "",
            "crumbs": crumbs_to(meeting, "Sửa"),
        },
    )


def _revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """The last look: when, where, who is called and who is not, what is still missing."""
    meeting = prepared_meeting(request, pk)
    if request.method == "POST":
        return _done(
            request,
            meeting,
            "Đã thông báo cuộc họp đến những đồng chí được mời.",
            lambda: services.announce(meeting=meeting, actor=request.user),
        )
    if meeting.state not in {MeetingState.DRAFT, MeetingState.POSTPONED}:
        return redirect(meeting)
    called = services.who_is_called(meeting.unit_id, meeting.kind, meeting.day)
    guests = list(meeting.attendees.filter(duty=Duty.INVITED).select_related("member"))
    groups = in_groups([*called, *guests])
    told = sum(len(group.people) for group in groups if group.people[0].duty in _TOLD)
    return render(
        request,
        "meetings/preparing/announce.html",
        {
            "meeting": meeting,
            "groups": groups,
            "facts": [
                {"label": "Loại", "value": meeting.get_kind_display()},
                {"label": "Thời gian", "value": _when(meeting)},
                {"label": "Địa điểm", "value": meeting.place},
                {"label": "Chủ trì", "value": meeting.chair.full_name if meeting.chair else ""},
                {"label": "Thư ký", "value": meeting.clerk.full_name if meeting.clerk else "Cử tại cuộc họp"},
            ],
            "effects": [
                f"{told} đồng chí được mời trên Sổ tay, qua thư điện tử và tin nhắn nếu có.",
                "Chương trình, tài liệu hiện với những đồng chí được mời.",
                "Danh sách dự họp theo hồ sơ đảng viên cho đến khi khai mạc.",
            ],
            "warnings": _missing(meeting, called),
            "crumbs": crumbs_to(meeting, "Thông báo"),
        },
    )


_TOLD = {Duty.CALLED, Duty.MAY_COME, Duty.INVITED}


def _when(meeting: Meeting) -> str:
    start = timezone.localtime(meeting.starts_at)
    return f"{start:%H:%M}, {day_in_words(start)} ({meeting.minutes} phút)"


def _missing(meeting: Meeting, called: list) -> list[str]:
    """What does not hinder, but is worth a look."""
    rules = rules_of(meeting.kind, meeting.day)
    lines = []
    if meeting.chair is None:
        lines.append("Chưa chọn người chủ trì.")
    if meeting.starts_at <= timezone.now():
        lines.append("Giờ họp đã qua, đồng chí sửa lại.")
    least = least_minutes(rules, with_thematic=meeting.with_thematic)
    if meeting.minutes < least:
        lines.append(f"Thời lượng {meeting.minutes} phút, quy định ít nhất {least} phút.")
    items = list(meeting.items.prefetch_related("documents"))
    if not items:
        lines.append("Chương trình chưa có nội dung nào.")
    if not any(item.documents.all() for item in items):
        lines.append("Chưa có tài liệu nào.")
    late = is_late_document(meeting.starts_at, timezone.now(), rules)
    if rules.documents_hours_before and late and timezone.now() < meeting.starts_at:
        lines.append("Còn chưa đầy 01 ngày: tài liệu đưa lên từ bây giờ bị tính là chậm.")
    silent = [line.member for line in called if line.duty == Duty.CALLED and line.member.activated_at is None]
    if silent:
        names = ", ".join(member.full_name for member in silent[:5])
        more = f" và {len(silent) - 5} đồng chí khác" if len(silent) > 5 else ""
        lines.append(f"{len(silent)} đồng chí chưa kích hoạt tài khoản, cần mời trực tiếp: {names}{more}.")
    return lines


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared_meeting(request, pk)
    if request.method == "POST":
        return _done(
            request,
            meeting,
            "Đã rút thông báo. Những đồng chí được mời đã được báo chờ.",
            lambda: services.take_back(meeting=meeting, actor=request.user),
        )
    if meeting.state != MeetingState.ANNOUNCED:
        return redirect(meeting)
    return render(
        request,
        "meetings/preparing/check.html",
        {
            "meeting": meeting,
            "title": "Rút thông báo",
            "effects": [
                "Cuộc họp trở lại đang chuẩn bị, chỉ người chuẩn bị còn thấy.",
                "Những đồng chí được mời được báo chờ thông báo mới.",
                "Các câu trả lời đã có được bỏ; khi thông báo lại, mọi người trả lời lại.",
            ],
            "confirm": "Rút thông báo",
            "crumbs": crumbs_to(meeting, "Rút thông báo"),
        },
    )


@require_http_methods(["GET", "POST"])
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared_meeting(request, pk)
    if meeting.state != MeetingState.ANNOUNCED:
        return redirect(meeting)
    form = PostponeForm(posted(request), meeting=meeting)
    return _with_reason(
        request,
        meeting,
        form,
        title="Hoãn cuộc họp",
        save="Hoãn cuộc họp",
        said="Đã hoãn cuộc họp, những đồng chí được mời đã được báo.",
        act=lambda: services.postpone(
            meeting=meeting,
            reason=form.cleaned_data["reason"],
            starts_at=form.starts_at(),
            place=form.cleaned_data["place"],
            actor=request.user,
        ),
    )


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = prepared_meeting(request, pk)
    if meeting.state not in PREPARED:
        return redirect(meeting)
    form = ReasonForm(posted(request))
    told = meeting.state != MeetingState.DRAFT
    return _with_reason(
        request,
        meeting,
        form,
        title="Hủy cuộc họp",
        save="Hủy cuộc họp",
        note="Cuộc họp đã hủy không mở lại được."
        + (" Những đồng chí được mời được báo kèm lý do." if told else " Chưa ai được thông báo nên không ai bị báo."),
        said="Đã hủy cuộc họp.",
        act=lambda: services.cancel(meeting=meeting, reason=form.cleaned_data["reason"], actor=request.user),
    )


def _with_reason(
    request: HttpRequest,
    meeting: Meeting,
    form,
    *,
    title: str,
    save: str,
    said: str,
    act: Callable[[], object],
    note: str = "",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(meeting)
    return render(
        request,
        "meetings/preparing/form.html",
        {
            "form": form,
            "over": meeting.title,
            "title": title,
            "save": save,
            "note": note,
            "danger": True,
            "back_url": meeting.get_absolute_url(),
            "crumbs": crumbs_to(meeting, title),
        },
    )


def _done(request: HttpRequest, meeting: Meeting, said: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(meeting)

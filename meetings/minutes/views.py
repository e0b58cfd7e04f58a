"""Minutes and what comes out of a meeting: written, circulated, signed, printed, scored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import RuleViolation
from common.party_blocks import as_page
from common.text import fold
from common.ui.nav import Crumb

from .. import policies as meeting_policies
from ..enums import HELD, MEMBERS_OF_THE_MEETING, MeetingState
from ..models import Meeting
from ..rules import punctuality
from ..rules.catalogue import rules_of
from ..views.common import crumbs_to
from . import papers, policies, services
from .content import content_of, digest_of, last_minutes
from .enums import DocumentType, MinutesState, ScoreState
from .evidence import Evidence, up_at
from .forms import (
    AnnexForm,
    CirculateForm,
    ClerkForm,
    ConclusionForm,
    IssueForm,
    MinutesForm,
    RemarkForm,
    ReplyForm,
    ReturnForm,
    ScoreForm,
    first_of_meeting,
)
from .models import Conclusion, IssuedDocument, Minutes, Remark, Score
from .services.closing import TIMES, receivers_of, stand_in_words, why_not_signed, why_not_yet
from .services.issuing import drawn, votes_for
from .services.scoring import missing_in, sheet_of
from .services.writing import WRITABLE

_KINDS = {
    "pdf": ("application/pdf", papers.pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", papers.docx),
}
# What may be issued, by the word of its address.
_ISSUED = {
    "nghi-quyet": DocumentType.RESOLUTION,
    "ket-luan": DocumentType.CONCLUSION,
    "thong-bao": DocumentType.NOTICE,
}


# ---- shared ---------------------------------------------------------------------------------------------------------


def _meeting(pk: int) -> Meeting:
    """With its list as `people` and what was issued from it as `issued`: two queries."""
    issued = IssuedDocument.objects.filter(meeting=OuterRef("pk")).exclude(type=DocumentType.MINUTES).order_by("pk")
    line = JSONObject(pk="pk", type="type", number="number", symbol="content__symbol", day="day")
    rows = Meeting.objects.select_related("unit__kind", "unit__parent", "chair__account", "clerk__account")
    rows = rows.select_related("record__chair_signed_by", "record__clerk_signed_by", "score")
    rows = rows.annotate(issued=ArraySubquery(issued.annotate(line=line).values("line")))
    meeting = get_object_or_404(rows, pk=pk, state__in=HELD, from_paper=False)
    meeting.people = list(meeting.attendees.select_related("member__account").order_by("name_sort", "pk"))
    return meeting


def _record(meeting: Meeting) -> Minutes | None:
    return getattr(meeting, "record", None)


def _score(meeting: Meeting) -> Score | None:
    return getattr(meeting, "score", None)


def _readable(request: HttpRequest, pk: int) -> tuple[Meeting, Minutes]:
    """404 where the minutes are not there for the reader; minutes nobody has begun are drawn all the same."""
    meeting = _meeting(pk)
    record = _record(meeting)
    if not policies.may_read(request.user, meeting, record, meeting.people):
        raise Http404
    return meeting, record or Minutes(meeting=meeting)


def _writable(request: HttpRequest, pk: int) -> tuple[Meeting, Minutes]:
    """Not there for who does not run the meeting and may not read; refused to who only reads."""
    meeting = _meeting(pk)
    record = _record(meeting)
    if not policies.may_write(request.user, meeting):
        if policies.may_read(request.user, meeting, record, meeting.people):
            raise PermissionDenied
        raise Http404
    return meeting, record or Minutes(meeting=meeting)


def _crumbs(meeting: Meeting, *more: str) -> list[Crumb]:
    return crumbs_to(meeting, Crumb("Biên bản", reverse("meetings:minutes", args=[meeting.pk]) if more else ""), *more)


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _told(request: HttpRequest, refusal: RuleViolation, name: str, *args) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(name, *args)


def _file(paper, name: str, kind: str) -> HttpResponse:
    content_type, draw = _KINDS[kind]
    response = HttpResponse(draw(*paper), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{slugify(fold(name))[:80]}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _sent(request: HttpRequest, paper: Callable, name: str, kind: str, back: str, *args) -> HttpResponse:
    """A file, or the page it was asked from with the sentence why there is none."""
    if kind not in _KINDS:
        raise Http404
    try:
        return _file(paper(), name, kind)
    except RuleViolation as refusal:
        return _told(request, refusal, back, *args)


def _check(request: HttpRequest, meeting: Meeting, **context) -> HttpResponse:
    context.setdefault("back_url", reverse("meetings:minutes", args=[meeting.pk]))
    context["crumbs"] = _crumbs(meeting, context["title"])
    return render(request, "meetings/minutes/check.html", context)


def _confirmed(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("confirm") == "yes"


# ---- the minutes as they are read -----------------------------------------------------------------------------------

_TONES = {
    MinutesState.WRITING: ("wait", "Đang viết"),
    MinutesState.CIRCULATED: ("info", "Đang lấy ý kiến"),
    MinutesState.APPROVED: ("ok", "Đã ký, khóa"),
}


@dataclass(frozen=True)
class Act:
    label: str
    url: str
    sign: str
    tone: str = ""


def _acts(user: User, meeting: Meeting, record: Minutes, *, writes: bool) -> list[Act]:
    """What this reader may do now, the most important first."""

    def url(name: str, *args) -> str:
        return reverse(f"meetings:{name}", args=[meeting.pk, *args])

    acts = []
    if record.state == MinutesState.CIRCULATED and not why_not_signed(record):
        for what in policies.signs_as(user, meeting):
            if getattr(record, f"{what}_signed_at") is None:
                acts.append(Act("Ký biên bản", url("minutes_sign", what), "pencil-square"))
        for what in policies.stands_in_as(user, meeting):
            if getattr(record, f"{what}_signed_at") is None:
                label = "Ký thay chủ trì" if what == policies.CHAIR else "Ký thay thư ký"
                acts.append(Act(label, url("minutes_sign", what), "pencil-square"))
    if writes and meeting.state in WRITABLE:
        circulate = Act("Gửi lấy ý kiến", url("minutes_circulate"), "paper-airplane")
        if record.state == MinutesState.WRITING and meeting.state == MeetingState.MINUTES:
            acts.append(circulate)
        acts.append(Act("Viết biên bản", url("minutes_write"), "pencil-square"))
        acts.append(Act("Kết luận, nhiệm vụ", url("conclusions"), "clipboard-document-check"))
        if record.state == MinutesState.CIRCULATED:
            acts.append(Act("Gửi lấy ý kiến lại", url("minutes_circulate"), "arrow-path"))
    if record.state == MinutesState.APPROVED and meeting_policies.may_hold(user, meeting.unit):
        acts.append(Act("Bổ sung phụ lục", url("minutes_annex"), "document-plus"))
    if acts:
        acts[0] = Act(acts[0].label, acts[0].url, acts[0].sign, "primary")
    return acts


@require_GET
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = _readable(request, pk)
    return render(request, "meetings/minutes/minutes.html", _page(request, meeting, record, RemarkForm()))


def _page(request: HttpRequest, meeting: Meeting, record: Minutes, form: RemarkForm) -> dict:
    user = request.user
    writes = policies.may_write(user, meeting)
    is_final = record.state == MinutesState.APPROVED
    content = record.content if is_final else content_of(meeting, record, meeting.people)
    rules = rules_of(meeting.kind, timezone.localdate(meeting.began_at))
    attendee = policies.line_of(user, meeting.people)
    open_for_remarks = record.state == MinutesState.CIRCULATED and timezone.now() <= record.remarks_until
    remarks = list(record.remarks.select_related("attendee")) if record.circulated_at and not is_final else []
    sheet = sheet_of(meeting, _score(meeting))
    return {
        "meeting": meeting,
        "record": record,
        "state": _TONES[record.state],
        "writes": writes,
        "acts": _acts(user, meeting, record, writes=writes),
        "body": as_page(papers.minutes_blocks(content)),
        "content": content,
        "digest": record.digest if is_final else digest_of(content),
        "same": record.digest == digest_of(content),
        "judged": punctuality.minutes_after(meeting.ended_at, up_at(record), rules, timezone.now()),
        "why_not_signed": why_not_signed(record) if record.state == MinutesState.CIRCULATED else "",
        "may_remark": policies.may_remark(record, attendee) and open_for_remarks,
        "remarks": [(one, ReplyForm(prefix=f"r{one.pk}") if writes and not one.reply else None) for one in remarks],
        "annexes": list(record.annexes.select_related("made_by")) if is_final else [],
        "documents": [
            one | {"type": DocumentType(one["type"]).label, "day": date.fromisoformat(one["day"])}
            for one in meeting.issued
        ],
        "issues": _issues(user, meeting),
        "score": _score(meeting),
        "sheet": sheet,
        "grade": sheet.grade_named(_score(meeting).grade) if sheet and _score(meeting) else None,
        "may_see_score": sheet is not None
        and policies.may_see_score(user, meeting, record, _score(meeting), meeting.people),
        "form": form,
        "crumbs": _crumbs(meeting),
    }


def _issues(user: User, meeting: Meeting) -> list[tuple[str, str]]:
    if meeting.state == MeetingState.IN_PROGRESS or not policies.may_issue(user, meeting):
        return []
    return [
        (DocumentType(kind).label, reverse("meetings:issue", args=[meeting.pk, word])) for word, kind in _ISSUED.items()
    ]


@require_GET
def minutes_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting, record = _readable(request, pk)
    name = f"Biên bản {meeting.title}"
    return _sent(request, lambda: papers.minutes_paper(meeting, record), name, kind, "meetings:minutes", pk)


@require_GET
def attendance_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting, _ = _readable(request, pk)
    name = f"Danh sách dự họp {meeting.title}"
    return _sent(request, lambda: papers.attendance_paper(meeting), name, kind, "meetings:minutes", pk)


@require_GET
def extract(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what is taken out of locked minutes; with `tep` the file itself."""
    meeting, record = _readable(request, pk)
    if record.state != MinutesState.APPROVED:
        raise Http404
    items, votes = _numbers(request, "muc"), _numbers(request, "bieu-quyet")
    kind = request.GET.get("tep", "")
    if kind and (items or votes):
        paper = lambda: papers.extract_paper(meeting, record, items, votes)  # noqa: E731
        return _sent(request, paper, f"Trích biên bản {meeting.title}", kind, "meetings:extract", pk)
    context = {
        "meeting": meeting,
        "content": record.content,
        "nothing": bool(kind),
        "crumbs": _crumbs(meeting, "Trích biên bản"),
    }
    return render(request, "meetings/minutes/extract.html", context)


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(one) for one in request.GET.getlist(name) if one.isdecimal() and len(one) < 4}


# ---- writing --------------------------------------------------------------------------------------------------------


def _form(meeting: Meeting, record: Minutes, data=None) -> MinutesForm:
    return MinutesForm(data, record=record, items=list(meeting.items.select_related("speaker", "notes_by")))


@require_http_methods(["GET", "POST"])
def minutes_write(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = _writable(request, pk)
    if meeting.state not in WRITABLE:
        messages.info(request, "Biên bản đã khóa. Cần đính chính thì bổ sung phụ lục.")
        return redirect("meetings:minutes", pk)
    form = _form(meeting, record, _posted(request))
    crossed: frozenset[int] = frozenset()
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.write_minutes(meeting=meeting, actor=request.user, **form.typed())
        except services.Crossed as crossing:
            crossed, refusal = crossing.parts, str(crossing)
            form = _side_by_side(request, pk, crossed)
        except RuleViolation as violation:
            return _told(request, violation, "meetings:minutes", pk)
        else:
            messages.success(request, f"Đã lưu biên bản lúc {timezone.localtime():%H:%M}.")
            return redirect("meetings:minutes", pk)
    context = {
        "meeting": meeting,
        "form": form,
        "crossed": crossed,
        "refusal": refusal,
        "last": last_minutes(meeting),
        "crumbs": _crumbs(meeting, "Viết biên bản"),
    }
    return render(request, "meetings/minutes/write.html", context)


def _side_by_side(request: HttpRequest, pk: int, crossed: frozenset[int]) -> MinutesForm:
    """The writer's words in the boxes, what stands now beside them, and its number in the hidden fields: to save once
    more is his decision."""
    meeting = _meeting(pk)
    record = _record(meeting)
    data = request.POST.copy()
    items = list(meeting.items.select_related("speaker", "notes_by"))
    data["revision"] = str(record.revision)
    for item in items:
        data[f"revision-{item.pk}"] = str(item.notes_revision)
        item.is_crossed = item.pk in crossed
    return MinutesForm(data, record=record, items=items)


@require_POST
def minutes_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept while it is typed; answers with the new numbers, never with a box in which somebody may be typing."""
    meeting, record = _writable(request, pk)
    form = _form(meeting, record, request.POST)
    context = {"at": timezone.localtime()}
    if not form.is_valid():
        context["trouble"] = "Chưa lưu được: có ô quá dài. Đồng chí bấm “Lưu biên bản” để xem."
        return render(request, "meetings/minutes/_saved.html", context)
    crossed: frozenset[int] = frozenset()
    try:
        services.write_minutes(meeting=meeting, actor=request.user, **form.typed())
    except services.Crossed as crossing:
        crossed = crossing.parts
        context["trouble"] = (
            f"{crossing} Phần đồng chí đang gõ ở mục ấy chưa lưu: đồng chí bấm “Lưu biên bản” để so hai bên."
        )
    except RuleViolation as violation:
        context["trouble"] = f"Chưa lưu được: {violation}"
        return render(request, "meetings/minutes/_saved.html", context)
    # A crossed part keeps the number it was opened with: the next saving must cross again.
    fresh = _form(meeting, Minutes.objects.get(meeting=meeting))
    context["numbers"] = [fresh["revision"]] if 0 not in crossed else []
    context["numbers"] += [part["revision"] for part in fresh.parts if part["item"].pk not in crossed]
    return render(request, "meetings/minutes/_saved.html", context)


@require_http_methods(["GET", "POST"])
def minutes_clerk(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = _writable(request, pk)
    people = [one for one in receivers_of(meeting) if one.member_id != meeting.chair_id]
    form = ClerkForm(_posted(request), people=people, initial={"clerk": meeting.clerk_id})
    if request.method == "POST" and form.is_valid():
        chosen = next(one.member for one in people if str(one.member_id) == form.cleaned_data["clerk"])
        try:
            services.choose_clerk(meeting=meeting, clerk=chosen, actor=request.user)
        except RuleViolation as violation:
            form.add_error(None, str(violation))
        else:
            messages.success(request, f"Thư ký cuộc họp: đồng chí {chosen.full_name}.")
            return redirect("meetings:minutes", pk)
    return _simple(request, meeting, form, title="Chọn thư ký", save="Ghi thư ký")


def _simple(request: HttpRequest, meeting: Meeting, form, *, title: str, save: str, lead: str = "") -> HttpResponse:
    context = {
        "meeting": meeting,
        "form": form,
        "title": title,
        "save": save,
        "lead": lead,
        "back_url": reverse("meetings:minutes", args=[meeting.pk]),
        "crumbs": _crumbs(meeting, title),
    }
    return render(request, "meetings/minutes/form.html", context)


# ---- circulated, remarked on, signed --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def minutes_circulate(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = _writable(request, pk)
    if meeting.state != MeetingState.MINUTES:
        messages.error(request, "Đồng chí bế mạc cuộc họp rồi gửi biên bản lấy ý kiến.")
        return redirect("meetings:minutes", pk)
    form = CirculateForm(_posted(request))
    missing = why_not_yet(meeting)
    if _confirmed(request) and form.is_valid():
        try:
            services.circulate(meeting=meeting, hours=form.cleaned_data["hours"], actor=request.user)
        except RuleViolation as violation:
            return _told(request, violation, "meetings:minutes", pk)
        messages.success(request, "Đã gửi biên bản lấy ý kiến.")
        return redirect("meetings:minutes", pk)
    if request.method == "POST" and form.is_valid() and "back" not in request.POST and not missing:
        hours = form.cleaned_data["hours"]
        people = [one.full_name for one in receivers_of(meeting)]
        effects = [
            "Các đồng chí dự họp đọc được biên bản và được thông báo.",
            "Hết thời hạn, chủ trì và thư ký ký; đủ hai chữ ký thì biên bản khóa lại.",
        ]
        if hours == 0:
            effects[1] = "Chủ trì và thư ký ký được ngay; đủ hai chữ ký thì biên bản khóa lại."
        if record.chair_signed_at or record.clerk_signed_at:
            effects.append("Chữ ký đã có không còn giá trị.")
        return _check(
            request,
            meeting,
            title="Gửi biên bản lấy ý kiến",
            facts=[{"label": "Thời hạn góp ý", "value": TIMES[hours]}],
            people=people,
            people_title="Người nhận",
            effects=effects,
            confirm="Gửi biên bản",
            hidden=[("hours", hours)],
            edit=True,
        )
    context = {
        "meeting": meeting,
        "form": form,
        "missing": missing,
        "needs_clerk": meeting.clerk_id is None or meeting.clerk_id == meeting.chair_id,
        "crumbs": _crumbs(meeting, "Gửi lấy ý kiến"),
    }
    return render(request, "meetings/minutes/circulate.html", context)


@require_POST
def minutes_remark(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = _readable(request, pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return render(request, "meetings/minutes/minutes.html", _page(request, meeting, record, form))
    try:
        services.remark(meeting=meeting, text=form.cleaned_data["text"], actor=request.user)
    except RuleViolation as violation:
        return _told(request, violation, "meetings:minutes", pk)
    messages.success(request, "Đã gửi góp ý của đồng chí.")
    return redirect(reverse("meetings:minutes", args=[pk]) + "#gop-y")


@require_POST
def minutes_reply(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    _, record = _writable(request, pk)
    row = get_object_or_404(Remark.objects.select_related("minutes__meeting"), pk=remark, minutes=record.pk)
    form = ReplyForm(request.POST, prefix=f"r{remark}")
    try:
        services.reply(remark=row, text=form.cleaned_data["reply"] if form.is_valid() else "", actor=request.user)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, "Đã trả lời góp ý.")
    return redirect(reverse("meetings:minutes", args=[pk]) + "#gop-y")


@require_http_methods(["GET", "POST"])
def minutes_sign(request: HttpRequest, pk: int, as_what: str) -> HttpResponse:
    meeting, record = _readable(request, pk)
    stands_in = as_what not in policies.signs_as(request.user, meeting)
    if stands_in and as_what not in policies.stands_in_as(request.user, meeting):
        raise PermissionDenied
    if _confirmed(request):
        try:
            signed = services.sign(
                meeting=meeting, as_what=as_what, digest=request.POST.get("ma", ""), actor=request.user
            )
        except RuleViolation as violation:
            return _told(request, violation, "meetings:minutes", pk)
        locked = signed.state == MinutesState.APPROVED
        messages.success(request, "Biên bản đã khóa." if locked else "Đã ký. Biên bản khóa lại khi đủ hai chữ ký.")
        return redirect("meetings:minutes", pk)
    why = why_not_signed(record)
    if why:
        messages.error(request, why)
        return redirect("meetings:minutes", pk)
    content = content_of(meeting, record)
    other = meeting.clerk if as_what == policies.CHAIR else meeting.chair
    other_signed = record.clerk_signed_at if as_what == policies.CHAIR else record.chair_signed_at
    effects = ["Chữ ký gắn với đúng nội dung đồng chí vừa đọc; ai sửa sau đó thì phải ký lại."]
    capacity = "chủ trì" if as_what == policies.CHAIR else "thư ký"
    if stands_in:
        words = stand_in_words(meeting, as_what)
        effects.append(f"Biên bản và nhật ký ghi rõ: đồng chí {request.user.full_name} {words}.")
    if other_signed and record.digest == digest_of(content):
        effects.append("Đây là chữ ký thứ hai: biên bản được đánh số và khóa lại, sau này chỉ bổ sung bằng phụ lục.")
    else:
        effects.append(f"Biên bản khóa lại khi đồng chí {other.full_name} cùng ký.")
    return _check(
        request,
        meeting,
        title=f"Ký thay {capacity}" if stands_in else f"Ký biên bản với tư cách {capacity}",
        facts=[
            {"label": "Biên bản", "value": meeting.title},
            {"label": "Mã nội dung", "value": digest_of(content)[:16]},
        ],
        effects=effects,
        confirm="Ký biên bản",
        hidden=[("ma", digest_of(content))],
    )


@require_http_methods(["GET", "POST"])
def minutes_annex(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = _readable(request, pk)
    if not meeting_policies.may_hold(request.user, meeting.unit):
        raise PermissionDenied
    if record.state != MinutesState.APPROVED:
        return redirect("meetings:minutes_write", pk)
    form = AnnexForm(_posted(request))
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        if _confirmed(request):
            try:
                services.annex(meeting=meeting, actor=request.user, **form.cleaned_data)
            except RuleViolation as violation:
                return _told(request, violation, "meetings:minutes", pk)
            messages.success(request, "Đã bổ sung phụ lục.")
            return redirect("meetings:minutes", pk)
        return _check(
            request,
            meeting,
            title="Bổ sung phụ lục vào biên bản",
            facts=[{"label": field.label, "value": field.value()} for field in form],
            effects=["Phụ lục không sửa, không xóa được.", "Các đồng chí dự họp được thông báo."],
            confirm="Bổ sung phụ lục",
            hidden=list(form.cleaned_data.items()),
            edit=True,
        )
    lead = "Biên bản đã khóa không sửa được. Nội dung bổ sung, đính chính đứng riêng thành phụ lục."
    return _simple(request, meeting, form, title="Bổ sung phụ lục", save="Xem lại trước khi ghi", lead=lead)


# ---- conclusions and tasks ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def conclusions(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _ = _writable(request, pk)
    people = [one for one in meeting.people if one.capacity in MEMBERS_OF_THE_MEETING]
    form = ConclusionForm(_posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.conclude(
                meeting=meeting,
                text=given["text"],
                owner=form.people.get(given["owner"]),
                due_on=given["due_on"],
                actor=request.user,
            )
        except RuleViolation as violation:
            form.add_error(None, str(violation))
        else:
            messages.success(request, "Đã ghi kết luận và giao nhiệm vụ." if made.assignment_id else "Đã ghi kết luận.")
            return redirect("meetings:conclusions", pk)
    context = {
        "meeting": meeting,
        "rows": list(meeting.conclusions.select_related("assignment__owner")),
        "may_change": meeting.state in WRITABLE,
        "form": form,
        "crumbs": _crumbs(meeting, "Kết luận, nhiệm vụ"),
    }
    return render(request, "meetings/minutes/conclusions.html", context)


@require_POST
def conclusion_drop(request: HttpRequest, pk: int, conclusion: int) -> HttpResponse:
    meeting, _ = _writable(request, pk)
    row = get_object_or_404(Conclusion.objects.select_related("meeting"), pk=conclusion, meeting=meeting)
    try:
        services.drop_conclusion(conclusion=row, actor=request.user)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, "Đã bỏ một kết luận.")
    return redirect("meetings:conclusions", pk)


# ---- resolutions, conclusions, notices ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """Type, look, issue: the number is given at the last step."""
    meeting, _ = _writable(request, pk)
    if not policies.may_issue(request.user, meeting):
        raise PermissionDenied
    kind = _ISSUED.get(word)
    if kind is None:
        raise Http404
    if meeting.state == MeetingState.IN_PROGRESS:
        messages.error(request, "Văn bản được ban hành sau khi cuộc họp bế mạc.")
        return redirect("meetings:minutes", pk)
    votes = votes_for(meeting) if kind == DocumentType.RESOLUTION else []
    form = IssueForm(_posted(request), kind=kind, votes=votes, initial=_first(meeting, kind))
    label = DocumentType(kind).label
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.document()
        if _confirmed(request):
            try:
                made = services.issue_document(meeting=meeting, actor=request.user, **given)
            except RuleViolation as violation:
                form.add_error(None, str(violation))
            else:
                messages.success(request, f"Đã ban hành {label.lower()} số {made.number:02d}-{made.content['symbol']}.")
                return redirect("meetings:minutes", pk)
        else:
            content = drawn(meeting=meeting, **given)
            return _check(
                request,
                meeting,
                title=f"Ban hành {label.lower()}",
                body=as_page(papers.issued_paper(content, kind)[1]),
                facts=[
                    {"label": "Trích yếu", "value": given["subject"]},
                    {"label": "Ngày ban hành", "value": f"{given['day']:%d/%m/%Y}"},
                    {"label": "Người ký", "value": f"{content['signer']['name']}, {content['signer']['post']}"},
                ],
                effects=["Văn bản được đánh số tiếp theo của nhiệm kỳ; đã có số thì không sửa, không xóa được."],
                confirm="Ban hành",
                hidden=[(name, request.POST.get(name, "")) for name in form.fields],
                edit=True,
            )
    context = {
        "meeting": meeting,
        "label": label,
        "form": form,
        "no_vote": kind == DocumentType.RESOLUTION and not votes,
        "crumbs": _crumbs(meeting, label),
    }
    return render(request, "meetings/minutes/issue.html", context)


def _first(meeting: Meeting, kind: str) -> dict:
    before = IssuedDocument.objects.filter(unit=meeting.unit).exclude(type=DocumentType.MINUTES).first()
    return first_of_meeting(meeting, kind) | {"place": before.content.get("place", "") if before else ""}


@require_GET
def document_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """An issued document: its own branch reads it, and those above."""
    rows = IssuedDocument.objects.select_related("meeting__unit__kind", "meeting__chair", "meeting__clerk")
    issued = get_object_or_404(rows.exclude(type=DocumentType.MINUTES), pk=pk)
    meeting = issued.meeting
    own_branch_id = None if meeting.is_of_the_committee else policies.own_branch_of(request.user)
    attendee = meeting_policies.attendee_of(request.user, meeting)
    if not meeting_policies.may_read(request.user, meeting, own_branch_id=own_branch_id, attendee=attendee):
        raise Http404
    name = f"{issued.get_type_display()} {issued.number:02d} {issued.subject}"
    return _sent(request, lambda: papers.paper_of(issued), name, kind, "portal:home")


# ---- the score ------------------------------------------------------------------------------------------------------


def _scored(request: HttpRequest, pk: int):
    meeting = _meeting(pk)
    score = _score(meeting)
    sheet = sheet_of(meeting, score)
    if sheet is None or not policies.may_see_score(request.user, meeting, _record(meeting), score, meeting.people):
        raise Http404
    return meeting, score or Score(meeting=meeting, sheet=sheet.key), sheet


def _may_fill(user: User, meeting: Meeting, score: Score) -> bool:
    return policies.may_write(user, meeting) and score.state in {ScoreState.DRAFT, ScoreState.RETURNED}


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, row, sheet = _scored(request, pk)
    fills = _may_fill(request.user, meeting, row)
    if request.method == "POST" and not fills:
        raise PermissionDenied
    found = Evidence(meeting).of(sheet) if fills else {}
    form = ScoreForm(_posted(request), sheet=sheet, score=row, found=found) if fills else None
    missing: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = services.save_points(meeting=meeting, actor=request.user, **form.given())
        except RuleViolation as violation:
            form.add_error(None, str(violation))
        else:
            missing = missing_in(row, sheet) if "next" in request.POST else []
            if "next" in request.POST and not missing:
                return redirect("meetings:score_confirm", pk)
            if "next" not in request.POST:
                messages.success(request, f"Đã lưu, đang được {row.total:g} điểm.")
                return redirect("meetings:score", pk)
            for key, sentence in missing:
                form.add_error(f"r-{key}" if "lý do" in sentence else f"p-{key}", sentence)
    context = {
        "meeting": meeting,
        "score": row,
        "sheet": sheet,
        "grade": sheet.grade_named(row.grade),
        "form": form,
        "fills": fills,
        "criteria": [] if fills else _read_criteria(sheet, row),
        "may_decide": row.state == ScoreState.CONFIRMED
        and meeting_policies.may_agree_score(request.user, meeting)
        and row.confirmed_by_id != request.user.pk,
        "crumbs": _crumbs(meeting, "Chấm điểm"),
    }
    return render(request, "meetings/minutes/score.html", context)


def _read_criteria(sheet, row: Score) -> list[dict]:
    return [
        {
            "title": criterion.title,
            "most": criterion.most,
            "points": sum(row.points.get(item.key, {}).get("points") or 0 for item in criterion.items),
            "items": [(item, row.points.get(item.key, {})) for item in criterion.items],
        }
        for criterion in sheet.criteria
    ]


@require_http_methods(["GET", "POST"])
def score_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, row, sheet = _scored(request, pk)
    if not _may_fill(request.user, meeting, row):
        raise PermissionDenied
    if _confirmed(request):
        try:
            services.confirm_score(meeting=meeting, actor=request.user)
        except RuleViolation as violation:
            return _told(request, violation, "meetings:score", pk)
        messages.success(request, "Đã gửi phiếu chấm điểm lên cấp trên.")
        return redirect("meetings:score", pk)
    missing = missing_in(row, sheet)
    if missing:
        messages.error(request, missing[0][1])
        return redirect("meetings:score", pk)
    superior = meeting.unit.parent.name if meeting.unit.parent else "Cấp trên"
    return _check(
        request,
        meeting,
        title="Chi bộ thống nhất điểm",
        facts=[
            {"label": "Tổng điểm", "value": f"{row.total:g}/{sheet.most}"},
            {"label": "Xếp loại", "value": sheet.grade_of(row.total).name},
        ],
        effects=[f"{superior} được thông báo, đồng ý hoặc trả lại.", "Phiếu không sửa được cho đến khi bị trả lại."],
        confirm="Chi bộ đã thống nhất",
        back_url=reverse("meetings:score", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def score_agree(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, row, sheet = _scored(request, pk)
    if not meeting_policies.may_agree_score(request.user, meeting):
        raise PermissionDenied
    if _confirmed(request):
        try:
            services.agree_score(meeting=meeting, actor=request.user)
        except RuleViolation as violation:
            return _told(request, violation, "meetings:score", pk)
        messages.success(request, "Đã đồng ý với điểm của chi bộ.")
        return redirect("meetings:score", pk)
    grade = sheet.grade_named(row.grade)
    return _check(
        request,
        meeting,
        title="Đồng ý với điểm của chi bộ",
        facts=[
            {"label": "Chi bộ", "value": meeting.unit.name},
            {"label": "Tổng điểm", "value": f"{row.total:g}/{sheet.most}"},
            {"label": "Xếp loại", "value": grade.name if grade else ""},
        ],
        effects=["Điểm được chốt; chi bộ được thông báo."],
        confirm="Đồng ý",
        back_url=reverse("meetings:score", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def score_return(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, _, _ = _scored(request, pk)
    if not meeting_policies.may_agree_score(request.user, meeting):
        raise PermissionDenied
    form = ReturnForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.return_score(meeting=meeting, reason=form.cleaned_data["reason"], actor=request.user)
        except RuleViolation as violation:
            return _told(request, violation, "meetings:score", pk)
        messages.success(request, "Đã trả lại phiếu chấm điểm.")
        return redirect("meetings:score", pk)
    return _simple(request, meeting, form, title="Trả lại phiếu chấm điểm", save="Trả lại")


@require_GET
def score_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting, row, sheet = _scored(request, pk)
    name = f"Phiếu chấm điểm {meeting.title}"
    return _sent(request, lambda: papers.score_paper(meeting, row, sheet), name, kind, "meetings:score", pk)

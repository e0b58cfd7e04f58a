"""The minutes as they are read, and their papers."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from common.party_blocks import as_page

from ... import policies as meeting_policies
from ...enums import MeetingState
from ...models import Meeting
from ...rules import punctuality
from ...rules.catalogue import rules_of
from .. import papers, policies
from ..content import content_of, digest_of
from ..enums import DocumentType, MinutesState
from ..evidence import up_at
from ..forms import (
    RemarkForm,
    ReplyForm,
)
from ..models import Minutes
from ..services.closing import why_not_signed
from ..services.scoring import sheet_of
from ..services.writing import WRITABLE
from .shared import ISSUED, minutes_crumbs, readable, score_of, sent

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


def _acts(
    user: User, meeting: Meeting, record: Minutes, *, writes: bool, unanswered: int, may_remark: bool
) -> list[Act]:
    """What this reader may do now, the most important first. Remarks stand below the whole text: a way to them."""

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
    if writes and unanswered:
        acts.append(Act(f"Trả lời {unanswered} góp ý", "#gop-y", "chat-bubble-left"))
    if may_remark and not writes:
        acts.append(Act("Góp ý", "#gop-y", "chat-bubble-left"))
    if writes and meeting.state in WRITABLE:
        circulate = Act("Gửi lấy ý kiến", url("minutes_circulate"), "paper-airplane")
        if record.state == MinutesState.WRITING and meeting.state == MeetingState.MINUTES:
            acts.append(circulate)
        acts.append(Act("Viết biên bản", url("minutes_write"), "pencil-square"))
        acts.append(Act("Kết luận, nhiệm vụ", url("conclusions"), "clipboard-document-check"))
        if record.state == MinutesState.CIRCULATED:
            acts.append(Act("Gửi lấy ý kiến lại", url("minutes_circulate"), "arrow-path"))
    if acts:
        acts[0] = Act(acts[0].label, acts[0].url, acts[0].sign, "primary")
    # Nothing waits to be done to locked minutes: they are taken along; an annex is the exception.
    if record.state == MinutesState.APPROVED:
        acts.append(Act("Tải PDF", url("minutes_file", "pdf"), "document-arrow-down"))
    if record.state == MinutesState.APPROVED and meeting_policies.may_hold(user, meeting.unit):
        acts.append(Act("Bổ sung phụ lục", url("minutes_annex"), "document-plus"))
    return acts


@require_GET
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, record = readable(request, pk)
    return render(request, "meetings/minutes/minutes.html", minutes_page(request, meeting, record, RemarkForm()))


def minutes_page(request: HttpRequest, meeting: Meeting, record: Minutes, form: RemarkForm) -> dict:
    user = request.user
    writes = policies.may_write(user, meeting)
    is_final = record.state == MinutesState.APPROVED
    content = record.content if is_final else content_of(meeting, record, meeting.people)
    rules = rules_of(meeting.kind, timezone.localdate(meeting.began_at))
    attendee = policies.line_of(user, meeting.people)
    open_for_remarks = record.state == MinutesState.CIRCULATED and timezone.now() <= record.remarks_until
    may_remark = policies.may_remark(record, attendee) and open_for_remarks
    remarks = list(record.remarks.select_related("attendee")) if record.circulated_at and not is_final else []
    sheet = sheet_of(meeting, score_of(meeting))
    return {
        "meeting": meeting,
        "record": record,
        "state": _TONES[record.state],
        "writes": writes,
        "acts": _acts(
            user,
            meeting,
            record,
            writes=writes,
            unanswered=sum(not one.reply for one in remarks),
            may_remark=may_remark,
        ),
        "body": as_page(papers.minutes_blocks(content)),
        "content": content,
        "digest": record.digest if is_final else digest_of(content),
        "same": record.digest == digest_of(content),
        "judged": punctuality.minutes_after(meeting.ended_at, up_at(record), rules, timezone.now()),
        "why_not_signed": why_not_signed(record) if record.state == MinutesState.CIRCULATED else "",
        "may_remark": may_remark,
        "remarks": [(one, ReplyForm(prefix=f"r{one.pk}") if writes and not one.reply else None) for one in remarks],
        "annexes": list(record.annexes.select_related("made_by")) if is_final else [],
        "documents": [
            one | {"type": DocumentType(one["type"]).label, "day": date.fromisoformat(one["day"])}
            for one in meeting.issued
        ],
        "issues": _issues(user, meeting),
        "score": score_of(meeting),
        "sheet": sheet,
        "grade": sheet.grade_named(score_of(meeting).grade) if sheet and score_of(meeting) else None,
        "may_see_score": sheet is not None
        and policies.may_see_score(user, meeting, record, score_of(meeting), meeting.people),
        "form": form,
        "crumbs": minutes_crumbs(meeting),
    }


def _issues(user: User, meeting: Meeting) -> list[tuple[str, str]]:
    if meeting.state == MeetingState.IN_PROGRESS or not policies.may_issue(user, meeting):
        return []
    return [
        (DocumentType(kind).label, reverse("meetings:issue", args=[meeting.pk, word])) for word, kind in ISSUED.items()
    ]


@require_GET
def minutes_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting, record = readable(request, pk)
    name = f"Biên bản {meeting.title_inside}"
    return sent(request, lambda: papers.minutes_paper(meeting, record), name, kind, "meetings:minutes", pk)


@require_GET
def attendance_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting, _ = readable(request, pk)
    name = f"Danh sách dự họp {meeting.title}"
    return sent(request, lambda: papers.attendance_paper(meeting), name, kind, "meetings:minutes", pk)


@require_GET
def extract(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what is taken out of locked minutes; with `tep` the file itself."""
    meeting, record = readable(request, pk)
    if record.state != MinutesState.APPROVED:
        raise Http404
    items, votes = _numbers(request, "muc"), _numbers(request, "bieu-quyet")
    kind = request.GET.get("tep", "")
    if kind and (items or votes):
        paper = lambda: papers.extract_paper(meeting, record, items, votes)  # noqa: E731
        return sent(request, paper, f"Trích biên bản {meeting.title}", kind, "meetings:extract", pk)
    context = {
        "meeting": meeting,
        "content": record.content,
        "nothing": bool(kind),
        "crumbs": minutes_crumbs(meeting, "Trích biên bản"),
    }
    return render(request, "meetings/minutes/extract.html", context)


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(one) for one in request.GET.getlist(name) if one.isdecimal() and len(one) < 4}

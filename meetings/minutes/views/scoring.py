"""The score sheet: filled in, agreed in the branch, agreed or returned above."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from common.errors import RuleViolation

from ... import policies as meeting_policies
from ...models import Meeting
from .. import papers, policies, services
from ..enums import ScoreState
from ..evidence import Evidence
from ..forms import (
    ReturnForm,
    ScoreForm,
)
from ..models import Score
from ..services.scoring import missing_in, sheet_of
from .shared import (
    check_page,
    confirmed,
    meeting_with_list,
    minutes_crumbs,
    posted,
    record_of,
    score_of,
    sent,
    simple_page,
    told,
)


def _scored(request: HttpRequest, pk: int):
    meeting = meeting_with_list(pk)
    score = score_of(meeting)
    sheet = sheet_of(meeting, score)
    if sheet is None or not policies.may_see_score(request.user, meeting, record_of(meeting), score, meeting.people):
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
    form = ScoreForm(posted(request), sheet=sheet, score=row, found=found) if fills else None
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
                messages.success(request, f"Đã lưu, đang được {row.total_in_words} điểm.")
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
        "crumbs": minutes_crumbs(meeting, "Chấm điểm"),
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
    if confirmed(request):
        try:
            services.confirm_score(meeting=meeting, actor=request.user)
        except RuleViolation as violation:
            return told(request, violation, "meetings:score", pk)
        messages.success(request, "Đã gửi phiếu chấm điểm lên cấp trên.")
        return redirect("meetings:score", pk)
    missing = missing_in(row, sheet)
    if missing:
        messages.error(request, missing[0][1])
        return redirect("meetings:score", pk)
    superior = meeting.unit.parent.name if meeting.unit.parent else "Cấp trên"
    return check_page(
        request,
        meeting,
        title="Chi bộ thống nhất điểm",
        facts=[
            {"label": "Tổng điểm", "value": f"{row.total_in_words}/{sheet.most}"},
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
    if confirmed(request):
        try:
            services.agree_score(meeting=meeting, actor=request.user)
        except RuleViolation as violation:
            return told(request, violation, "meetings:score", pk)
        messages.success(request, "Đã đồng ý với điểm của chi bộ.")
        return redirect("meetings:score", pk)
    grade = sheet.grade_named(row.grade)
    return check_page(
        request,
        meeting,
        title="Đồng ý với điểm của chi bộ",
        facts=[
            {"label": "Chi bộ", "value": meeting.unit.name},
            {"label": "Tổng điểm", "value": f"{row.total_in_words}/{sheet.most}"},
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
    form = ReturnForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.return_score(meeting=meeting, reason=form.cleaned_data["reason"], actor=request.user)
        except RuleViolation as violation:
            return told(request, violation, "meetings:score", pk)
        messages.success(request, "Đã trả lại phiếu chấm điểm.")
        return redirect("meetings:score", pk)
    return simple_page(request, meeting, form, title="Trả lại phiếu chấm điểm", save="Trả lại")


@require_GET
def score_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    meeting, row, sheet = _scored(request, pk)
    name = f"Phiếu chấm điểm {meeting.title}"
    return sent(request, lambda: papers.score_paper(meeting, row, sheet), name, kind, "meetings:score", pk)

"""Tasks: those that wait for me, those of my unit, one of them. Giving them out is the meeting's; more comes later."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of

from . import policies, selectors, services
from .enums import AssignmentState
from .forms import ReasonForm, ReportForm
from .models import Assignment
from .sources import source_of

_PAGE = 50
_TONES = {
    AssignmentState.OPEN: "info",
    AssignmentState.DONE: "wait",
    AssignmentState.CONFIRMED: "ok",
    AssignmentState.DROPPED: "idle",
}


def _sign_of(row: Assignment, today) -> tuple[str, str]:
    """Tone and words of the chip; an open task that is over its day says so."""
    if row.state == AssignmentState.OPEN and row.due_on < today:
        return "late", f"Quá hạn {(today - row.due_on).days} ngày"
    return _TONES[row.state], str(row.get_state_display())


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My own; in a second tab what I gave out or may confirm."""
    given = request.GET.get("phan") == "giao"
    rows = selectors.to_follow(request.user) if given else selectors.all_of(request.user)
    page = page_of(rows, request, _PAGE)
    today = timezone.localdate()
    here = reverse("assignments:mine")
    context = {
        "rows": [(row, *_sign_of(row, today)) for row in page.rows],
        "page": page,
        "given": given,
        "tabs": [
            {"label": "Giao cho tôi", "url": here, "current": not given},
            {"label": "Tôi giao, tôi xác nhận", "url": f"{here}?phan=giao", "current": given},
        ],
        "crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Nhiệm vụ")],
    }
    return render(request, "assignments/mine.html", context)


def _found(request: HttpRequest, pk: int) -> Assignment:
    rows = Assignment.objects.select_related("unit__kind", "owner", "given_by", "confirmed_by")
    row = get_object_or_404(rows, pk=pk)
    if not policies.may_see(request.user, row):
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task; its owner reports it done here."""
    row = _found(request, pk)
    # What was given back is reported anew from what was said before.
    form = ReportForm(request.POST if request.method == "POST" else None, initial={"report": row.report})
    if request.method == "POST" and form.is_valid():
        try:
            services.report_done(assignment=row, report=form.cleaned_data["report"], actor=request.user)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        else:
            messages.success(request, "Đã báo xong, chờ xác nhận.")
        return redirect("assignments:task", pk)
    tone, words = _sign_of(row, timezone.localdate())
    confirms = policies.may_confirm(request.user, row)
    context = {
        "task": row,
        "tone": tone,
        "words": words,
        "source": source_of(row),
        "may_report": policies.may_report(request.user, row) and row.state == AssignmentState.OPEN,
        "may_confirm": confirms and row.state in {AssignmentState.OPEN, AssignmentState.DONE},
        "may_return": confirms and row.state == AssignmentState.DONE,
        "may_drop": confirms and row.state == AssignmentState.OPEN,
        "form": form,
        "crumbs": _crumbs("Chi tiết"),
    }
    return render(request, "assignments/task.html", context)


def _crumbs(*more: str) -> list[Crumb]:
    first = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Nhiệm vụ", reverse("assignments:mine"))]
    return [*first, *(Crumb(one) for one in more)]


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        try:
            services.confirm_done(assignment=row, actor=request.user)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        else:
            messages.success(request, "Đã xác nhận hoàn thành.")
        return redirect("assignments:task", pk)
    if not policies.may_confirm(request.user, row):
        raise Http404
    context = {
        "task": row,
        "facts": [
            {"label": "Nhiệm vụ", "value": row.title},
            {"label": "Người thực hiện", "value": row.owner.full_name},
            {"label": "Kết quả đã báo", "value": row.report},
        ],
        "effects": ["Nhiệm vụ được ghi là hoàn thành, không mở lại được."],
        "back_url": reverse("assignments:task", args=[pk]),
        "crumbs": _crumbs("Xác nhận hoàn thành"),
    }
    return render(request, "assignments/confirm.html", context)


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(request, pk, services.give_back, "Cần làm tiếp", "Trả lại", "Đã trả lại nhiệm vụ.")


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(request, pk, services.drop, "Thôi thực hiện", "Thôi thực hiện", "Đã thôi thực hiện nhiệm vụ.")


def _with_reason(request: HttpRequest, pk: int, act, title: str, save: str, done: str) -> HttpResponse:
    row = _found(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act(assignment=row, reason=form.cleaned_data["reason"], actor=request.user)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        else:
            messages.success(request, done)
        return redirect("assignments:task", pk)
    if not policies.may_confirm(request.user, row):
        raise Http404
    context = {
        "task": row,
        "form": form,
        "title": title,
        "save": save,
        "back_url": reverse("assignments:task", args=[pk]),
        "crumbs": _crumbs(title),
    }
    return render(request, "assignments/reason.html", context)

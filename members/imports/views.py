from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from common.errors import RuleViolation
from common.text import clean
from common.ui.nav import Crumb
from common.ui.paging import page_of
from jobs.enums import JobState
from jobs.progress import heard_of
from orgtree.enums import Right
from orgtree.rights import has_right_anywhere

from . import selectors, services, workbooks
from .enums import BatchState, Outcome
from .forms import BranchesForm, ConfirmForm, UploadForm
from .models import ImportBatch
from .words import lines_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HOME = Crumb("Trang chủ", "/")
_LIST = "Nhập danh sách đảng viên"
TONES = {
    BatchState.READING: "info",
    BatchState.CHECKED: "wait",
    BatchState.ENTERING: "info",
    BatchState.ENTERED: "ok",
    BatchState.UNDOING: "info",
    BatchState.UNDONE: "idle",
    BatchState.CANCELLED: "idle",
    BatchState.FAILED: "late",
}
_WORKING = (BatchState.READING, BatchState.ENTERING, BatchState.UNDOING)
_DRAWN = {JobState.QUEUED: "waiting", JobState.RUNNING: "running", JobState.DONE: "done", JobState.FAILED: "failed"}
_ENCODINGS = {
    "tcvn3": "Phông chữ cũ TCVN3 (.VnTime), đã đổi sang chữ có dấu",
    "vni": "Phông chữ cũ VNI, đã đổi sang chữ có dấu",
}
_FAULTS = {"bad": "Phải sửa", "warn": "Cần xem lại", "records": "Khác với hồ sơ đã có", "info": "Lưu ý"}
_DOINGS = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.ELSEWHERE, Outcome.WAITING, Outcome.REFUSED)
_SHOWN_OF_UNDO = 100
_LISTS = {
    "cho": ("Chờ xác nhận", Q(state=BatchState.CHECKED)),
    "sua": ("Còn dòng phải sửa", selectors.still_to_mend()),
}


def _crumbs(*rest: Crumb) -> list[Crumb]:
    first = Crumb(_LIST, reverse("members:imports")) if rest else Crumb(_LIST)
    return [_HOME, Crumb("Đảng viên", reverse("members:list")), first, *rest]


def _crumbs_of(found: ImportBatch, last: str = "") -> list[Crumb]:
    return _crumbs(Crumb(str(found), found.get_absolute_url()), Crumb(last)) if last else _crumbs(Crumb(str(found)))


def _only_managers(request: HttpRequest) -> None:
    if not has_right_anywhere(request.user, Right.MANAGE_MEMBERS):
        raise PermissionDenied


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    found = get_object_or_404(selectors.imports_for(request.user), pk=pk)
    found.state = services.state_now(found)
    found.tone = TONES[found.state]
    found.mine = found.made_by_id == request.user.pk
    return found


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    _only_managers(request)
    which = request.GET.get("loc", "")
    found = selectors.imports_for(request.user)
    if which in _LISTS:
        found = found.filter(_LISTS[which][1])
    page = page_of(found, request, 20)
    for one in page.rows:
        one.state = services.state_now(one)
        one.tone = TONES[one.state]
        one.mine = one.made_by_id == request.user.pk
    tabs = [{"label": "Tất cả", "url": "?", "current": which not in _LISTS}]
    tabs += [{"label": one[0], "url": f"?loc={name}", "current": name == which} for name, one in _LISTS.items()]
    return render(request, "members/imports/list.html", {"page": page, "tabs": tabs, "crumbs": _crumbs()})


def upload(request: HttpRequest) -> HttpResponse:
    _only_managers(request)
    asked = request.GET.get("unit", "")
    units = selectors.units_to_choose(request.user, request.POST.get("unit", asked))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*sent, units=units, initial={"unit": asked})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = services.start_import(
                unit=form.cleaned_data["unit"], file=file, file_label=clean(file.name), actor=request.user
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(batch)
    return render(request, "members/imports/upload.html", {"form": form, "crumbs": _crumbs(Crumb("Gửi danh sách"))})


@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    _only_managers(request)
    return _workbook(workbooks.sample(), "mau-danh-sach-dang-vien.xlsx")


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One address for the whole life of a list; what it shows follows the state."""
    found = _batch(request, pk)
    shown = {"batch": found, "crumbs": _crumbs_of(found), "counts": _counts(found)}
    if found.state in _WORKING:
        return render(request, "members/imports/working.html", shown | _progress(found))
    if found.state in (BatchState.FAILED, BatchState.CANCELLED):
        return render(request, "members/imports/stopped.html", shown)
    if found.state == BatchState.CHECKED:
        questions = selectors.questions_of(found)
        shown["branches_form"] = BranchesForm(questions=questions, unit=found.unit) if questions else None
        shown["waiting_rows"] = selectors.waiting_rows(found)
    return render(request, "members/imports/checked.html", shown | _faults(request, found) | _about(found))


def _counts(found: ImportBatch) -> dict[str, int]:
    return {outcome: sum(found.outcomes.get(outcome, {}).values()) for outcome in Outcome.values}


def _faults(request: HttpRequest, found: ImportBatch) -> dict:
    numbers = {"bad": found.bad, "warn": found.warn}
    for which in ("records", "info"):
        numbers[which] = selectors.faulty_rows(found, which).count()
    which = request.GET.get("loc", "")
    if which not in _FAULTS:
        which = next((name for name, number in numbers.items() if number), "bad")
    tabs = [
        {"label": label, "url": f"?loc={name}", "current": name == which, "count": numbers[name]}
        for name, label in _FAULTS.items()
        if numbers[name]
    ]
    page = page_of(selectors.faulty_rows(found, which), request, 25)
    return {"tabs": tabs, "page": page, "which": which, "faults_total": sum(numbers.values())}


def _about(found: ImportBatch) -> dict:
    counts = _counts(found)
    url = reverse("members:import_changes", args=[found.pk])
    entered = found.state != BatchState.CHECKED
    warned = sum(found.outcomes.get(outcome, {}).get("warn", 0) for outcome in (Outcome.NEW, Outcome.UPDATED))
    tiles = [
        {"label": "Dòng trong danh sách", "value": found.rows_total},
        {"label": "Đúng", "value": found.clean, "tone": "ok" if found.clean else ""},
        {"label": "Cần xem lại", "value": found.warn, "tone": "wait" if found.warn else ""},
        {"label": "Phải sửa", "value": found.bad, "tone": "late" if found.bad else ""},
    ]
    doing = [
        {"label": "Đã thêm mới" if entered else "Sẽ thêm mới", "name": Outcome.NEW},
        {"label": "Đã cập nhật" if entered else "Sẽ cập nhật", "name": Outcome.UPDATED},
        {"label": "Không thay đổi", "name": Outcome.UNCHANGED},
        {"label": "Đang ở nơi khác", "name": Outcome.ELSEWHERE},
        {"label": "Chờ chọn chi bộ", "name": Outcome.WAITING},
        {"label": "Đã hoàn tác", "name": Outcome.UNDONE},
        {"label": "Giữ lại khi hoàn tác", "name": Outcome.KEPT},
    ]
    return {
        "tiles": tiles,
        "doings": [one | {"value": counts[one["name"]], "url": f"{url}?xem={one['name']}"} for one in doing
                   if counts[one["name"]]],
        "encoding": _ENCODINGS.get(found.encoding, ""),
        "warned": warned,
        "enterable": counts[Outcome.NEW] + counts[Outcome.UPDATED],
        "undo_until": services.undo_until(found) if found.entered_at else None,
        "may_undo": found.state == BatchState.ENTERED and services.may_still_undo(found),
        "to_mend": counts[Outcome.REFUSED] + counts[Outcome.WAITING],
    }  # fmt: skip


def _progress(found: ImportBatch) -> dict:
    heard = (heard_of(found.job) if found.job else None) or {}
    labels = {
        BatchState.READING: "Đọc và kiểm tra danh sách",
        BatchState.ENTERING: "Nhập danh sách",
        BatchState.UNDOING: "Hoàn tác danh sách",
    }
    return {
        "label": labels[found.state],
        "done": heard.get("done", 0),
        "total": heard.get("total") or 0,
        "message": heard.get("step", ""),
        "drawn": _DRAWN.get(found.job.state if found.job else JobState.QUEUED, "running"),
        "poll_url": reverse("members:import_progress", args=[found.pk]),
    }


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar alone, asked for every two seconds; at the end the whole page is loaded once more."""
    found = _batch(request, pk)
    if found.state not in _WORKING:
        return HttpResponseClientRefresh()
    return render(request, "members/imports/_progress.html", {"batch": found} | _progress(found))


@require_POST
def branches(request: HttpRequest, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    form = BranchesForm(request.POST, questions=selectors.questions_of(found), unit=found.unit)
    if form.is_valid():
        try:
            services.choose_branches(batch=found, choices=form.choices(), actor=request.user)
            messages.success(request, "Đã ghi nhận chi bộ của các dòng được chọn.")
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, "Lựa chọn chi bộ không còn đúng. Đồng chí hãy chọn lại.")
    return redirect(found)


@require_GET
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list does, row by row: before it is confirmed what it would do."""
    found = _batch(request, pk)
    counts = _counts(found)
    there = [outcome for outcome in Outcome if counts[outcome]]
    which = request.GET.get("xem", "")
    if which not in there:
        which = there[0] if there else Outcome.NEW
    page = page_of(selectors.rows_doing(found, which), request, 25)
    tabs = [{"label": one.label, "url": f"?xem={one}", "current": one == which, "count": counts[one]} for one in there]
    shown = {"batch": found, "tabs": tabs, "which": which, "page": page, "lines": lines_of(page.rows)}
    return render(request, "members/imports/changes.html", shown | {"crumbs": _crumbs_of(found, "Thay đổi")})


@require_GET
def annotated(request: HttpRequest, pk: int) -> HttpResponse:
    """The sent workbook with a column of faults, as long as it is kept."""
    found = _batch(request, pk)
    if not found.file or found.state != BatchState.CHECKED:
        raise Http404
    services.log_taken_out(batch=found, what="tệp đánh dấu lỗi", actor=request.user)
    return _workbook(workbooks.annotated(found), f"danh-sach-{found.pk}-danh-dau-loi.xlsx")


@require_GET
def to_mend(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not entered, to mend and send again."""
    found = _batch(request, pk)
    rows = selectors.rows_to_mend(found).select_related("block")
    services.log_taken_out(batch=found, what="các dòng cần sửa", actor=request.user)
    return _workbook(workbooks.still_to_mend(rows), f"danh-sach-{found.pk}-can-sua.xlsx")


def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The last look before the records are written."""
    found = _batch(request, pk)
    if found.state != BatchState.CHECKED:
        if request.method == "POST":
            messages.info(request, "Danh sách này đã được xác nhận hoặc không còn chờ xác nhận.")
        return redirect(found)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.confirm_import(
                batch=found, accept_warnings=form.cleaned_data["accept_warnings"], actor=request.user
            )
            return redirect(found)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
    shown = {"batch": found, "form": form, "counts": _counts(found), "crumbs": _crumbs_of(found, "Xác nhận")}
    return render(request, "members/imports/confirm.html", shown | _about(found))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    try:
        services.cancel_import(batch=found, actor=request.user)
        messages.success(request, "Đã bỏ danh sách. Tệp và các dòng đã đọc được xóa.")
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return redirect("members:imports")


def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what would be taken back and what must stay, then does it."""
    found = _batch(request, pk)
    if found.state != BatchState.ENTERED or not services.may_still_undo(found):
        if request.method == "POST":
            messages.info(request, "Danh sách này không hoàn tác được nữa.")
        return redirect(found)
    if request.method == "POST":
        try:
            after = services.undo_import(batch=found, actor=request.user)
            if after.state == BatchState.UNDONE:
                messages.success(request, "Đã hoàn tác danh sách.")
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
        return redirect(found)
    lines = services.undo_lines(found, actor=request.user)
    kept = [line for line in lines if line.kept]
    restored = [line for line in lines if line.restored or line.posts_to_delete or line.posts_to_reopen]
    shown = {
        "batch": found,
        "deleted": sum(line.deletes for line in lines),
        "kept": kept[:_SHOWN_OF_UNDO],
        "kept_total": len(kept),
        "restored_total": len(restored),
        "crumbs": _crumbs_of(found, "Hoàn tác"),
    }
    first = restored[:_SHOWN_OF_UNDO]
    shown["restored"] = list(zip(first, lines_of(line.row for line in first), strict=True))
    return render(request, "members/imports/undo.html", shown)


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})

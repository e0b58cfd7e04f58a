"""What is done with a report that was sent. Each act passes a page that says what will happen; whoever comes second is
told in a sentence and sees the report as it stands now."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import RuleViolation

from .. import policies, services
from ..definitions import answers_of, definition_of
from ..enums import WAITING, EventKind, ReportState
from ..errors import ChangedMeanwhile, NotReady
from ..forms.reading import names_of_paths
from ..inputs import ExtendForm, RejectForm, UnapproveForm
from ..models import Report
from ..services.posts import elects
from .common import crumbs_to, found_report, posted
from .report import page_of_report


def _told(request: HttpRequest, report: Report, refusal: RuleViolation) -> HttpResponse:
    """Back to the report with the sentence; to have been second is no fault."""
    (messages.info if isinstance(refusal, ChangedMeanwhile) else messages.error)(request, str(refusal))
    return redirect(report)


def _deciding(request: HttpRequest, pk: int) -> Report:
    report = found_report(request, pk)
    if not policies.may_review(request.user, report):
        raise PermissionDenied
    return report


def _version(request: HttpRequest, report: Report) -> int:
    """The version that was looked at when the button was pressed."""
    given = request.POST.get("lan", request.GET.get("lan", ""))
    return int(given) if given.isdecimal() and len(given) < 6 else report.version


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """POST takes the report for review; GET shows it to who has taken it, with a tick beside each field and row."""
    report = _deciding(request, pk)
    if request.method == "POST":
        try:
            services.take(report=report, version=_version(request, report), actor=request.user)
        except RuleViolation as refusal:
            return _told(request, report, refusal)
        return redirect("congress_reports:review", pk)
    if report.state != ReportState.IN_REVIEW or report.taken_by_id != request.user.pk:
        return redirect(report)
    return _review_page(request, report, RejectForm(), [])


def _review_page(request: HttpRequest, report: Report, form: RejectForm, picked: list[str]) -> HttpResponse:
    page = page_of_report(request.user, report)
    page |= {"form": form, "picked": set(picked), "crumbs": crumbs_to(report, "Xem xét", files=False)}
    return render(request, "congress_reports/review.html", page)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    report = _deciding(request, pk)
    try:
        services.release(report=report, actor=request.user)
    except RuleViolation as refusal:
        return _told(request, report, refusal)
    messages.success(request, "Đã trả báo cáo lại hàng chờ.")
    return redirect("congress_reports:approvals")


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    report = _deciding(request, pk)
    version = _version(request, report)
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        try:
            report = services.approve(report=report, version=version, actor=request.user)
        except NotReady as refusal:
            messages.error(request, "Báo cáo có chỗ chưa đúng theo quy định: " + refusal.findings[0].message)
            return redirect(report)
        except RuleViolation as refusal:
            return _told(request, report, refusal)
        return _after_approval(request, report)
    if report.state not in WAITING:
        return redirect(report)
    first_of_two = report.unit.parent_id is None and report.first_approved_by_id is None
    effects = (
        ["Đồng chí xác nhận lần một. Báo cáo có hiệu lực khi đồng chí thứ hai xác nhận."]
        if first_of_two
        else [
            "Báo cáo được khóa lại, số liệu được cộng vào tổng hợp của các cấp trên.",
            f"{report.unit.name} được thông báo.",
            "Các báo cáo của cấp trên đã gửi trước đó, nếu có, được đánh dấu cần rà soát lại.",
        ]
    )
    warnings = []
    if report.has_soft_findings:
        warnings.append("Báo cáo có cảnh báo, đơn vị đã giải trình. Đồng chí đã đọc lý do.")
    if report.incomplete_reason:
        warnings.append(f"Đơn vị gửi khi cấp dưới còn thiếu báo cáo: {report.incomplete_reason}")
    if report.stale_since:
        warnings.append("Số liệu cấp dưới đã thay đổi sau khi báo cáo này được gửi.")
    return _check(
        request,
        report,
        title="Xác nhận báo cáo lần một" if first_of_two else "Phê duyệt báo cáo",
        effects=effects,
        warning=" ".join(warnings),
        confirm="Xác nhận" if first_of_two else "Phê duyệt",
        hidden=[("lan", version)],
        back=_back_to_review(request, report),
    )


def _after_approval(request: HttpRequest, report: Report) -> HttpResponse:
    if report.state != ReportState.APPROVED:
        messages.success(request, "Đã xác nhận lần một. Báo cáo chờ đồng chí thứ hai xác nhận.")
        return redirect("congress_reports:approvals")
    messages.success(request, f"Đã phê duyệt báo cáo của {report.unit.name}.")
    if elects(report) and policies.may_update_posts(request.user, report):
        return redirect("congress_reports:posts", report.pk)
    return redirect("congress_reports:approvals")


def _back_to_review(request: HttpRequest, report: Report) -> str:
    if report.taken_by_id == request.user.pk:
        return reverse("congress_reports:review", args=[report.pk])
    return report.get_absolute_url()


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """From the page of the review: reason and ticks, then the check page, then the doing."""
    report = _deciding(request, pk)
    form, picked, version = RejectForm(request.POST), request.POST.getlist("muc"), _version(request, report)
    if report.state not in WAITING or report.taken_by_id not in (None, request.user.pk):
        try:
            services.take(report=report, version=version, actor=request.user)
        except RuleViolation as refusal:
            return _told(request, report, refusal)
    names = names_of_paths(definition_of(report), answers_of(report))
    picked = [path for path in picked if path in names]
    if not form.is_valid() or "back" in request.POST:
        return _review_page(request, report, form, picked)
    reason = form.cleaned_data["reason"]
    if request.POST.get("confirm") == "yes":
        try:
            services.reject(report=report, version=version, reason=reason, paths=picked, actor=request.user)
        except ChangedMeanwhile as refusal:
            return _told(request, report, refusal)
        except RuleViolation as refusal:
            form.add_error("reason", str(refusal))
            return _review_page(request, report, form, picked)
        messages.success(request, f"Đã từ chối báo cáo của {report.unit.name}. Đơn vị đã được thông báo.")
        return redirect("congress_reports:approvals")
    if len(reason.strip()) < services.LEAST_REASON:
        form.add_error("reason", services.LEAST_REASON_SENTENCE)
        return _review_page(request, report, form, picked)
    return _check(
        request,
        report,
        title="Từ chối báo cáo",
        effects=[
            "Báo cáo trở lại đơn vị để sửa rồi gửi lại; số liệu không còn được tính.",
            "Đơn vị thấy lý do ở đầu báo cáo và tại từng mục đã đánh dấu.",
        ],
        facts=[
            {"label": "Lý do", "value": reason},
            {"label": "Mục cần sửa", "value": "; ".join(names[path] for path in picked) or "Không đánh dấu mục nào"},
        ],
        confirm="Từ chối và trả lại đơn vị",
        hidden=[("lan", version), ("reason", reason), *(("muc", path) for path in picked)],
        back=_back_to_review(request, report),
        edit=True,
    )


def _check(
    request: HttpRequest,
    report: Report,
    *,
    title: str,
    effects: list[str],
    confirm: str,
    facts: list[dict] | None = None,
    warning: str = "",
    hidden: list[tuple[str, object]] | None = None,
    back: str = "",
    people: list[str] | None = None,
    people_title: str = "",
    edit: bool = False,
) -> HttpResponse:
    own = [
        {"label": "Đơn vị", "value": report.unit.name},
        {"label": "Báo cáo", "value": f"{report.duty.form.code}) {report.duty.form.short}"},
    ]
    if report.version > 1:
        own.append({"label": "Lần gửi", "value": report.version})
    return render(
        request,
        "congress_reports/check.html",
        {
            "title": title,
            "facts": own + (facts or []),
            "effects": effects,
            "warning": warning,
            "confirm": confirm,
            "hidden": hidden or [],
            "people": people,
            "people_title": people_title,
            "cancel_url": back or report.get_absolute_url(),
            "edit_url": request.path if edit else "",
            "crumbs": crumbs_to(report, title, files=policies.may_write(request.user, report)),
        },
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    report = found_report(request, pk)
    if not policies.may_send(request.user, report):
        raise PermissionDenied
    if request.method == "POST":
        try:
            report = services.withdraw(report=report, actor=request.user)
        except RuleViolation as refusal:
            return _told(request, report, refusal)
        messages.success(request, "Đã rút báo cáo về. Đồng chí sửa rồi gửi lại.")
        return redirect(report)
    if report.state != ReportState.SENT:
        return redirect(report)
    return _check(
        request,
        report,
        title="Rút báo cáo về để sửa",
        effects=[
            "Cấp trên không còn thấy số liệu của báo cáo cho đến khi đồng chí gửi lại.",
            "Lần gửi sau được ghi là gửi lại; đúng hạn hay quá hạn tính theo ngày gửi lại.",
        ],
        confirm="Rút báo cáo về",
    )


@require_http_methods(["GET", "POST"])
def check_again(request: HttpRequest, pk: int) -> HttpResponse:
    report = _deciding(request, pk)
    if request.method == "POST":
        try:
            report = services.check_again(report=report, actor=request.user)
        except RuleViolation as refusal:
            return _told(request, report, refusal)
        messages.success(request, "Đã ghi nhận rà soát lại. Báo cáo được giữ nguyên.")
        return redirect(report)
    if report.stale_since is None:
        return redirect(report)
    changed = report.events.filter(kind=EventKind.STALE, made_at__gte=report.stale_since).values_list(
        "reason", flat=True
    )
    return _check(
        request,
        report,
        title="Rà soát lại báo cáo",
        effects=[
            "Đồng chí xác nhận số liệu của báo cáo vẫn đúng dù cấp dưới có thay đổi.",
            "Dấu “cần rà soát lại” được bỏ. Nếu số liệu phải sửa, đồng chí quay lại và từ chối hoặc hủy phê duyệt.",
        ],
        people=changed or None,
        people_title="Thay đổi của cấp dưới",
        confirm="Báo cáo vẫn đúng",
    )


def _with_form(
    request: HttpRequest,
    report: Report,
    form,
    *,
    title: str,
    save: str,
    note: str,
    do: Callable[[dict], Report],
    check: Callable[[dict], dict],
    done: str,
) -> HttpResponse:
    """A form, its check page, then the act; typed text comes back with every refusal."""
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        given = form.cleaned_data
        reason_is_short = len(given["reason"].strip()) < services.LEAST_REASON
        if request.POST.get("confirm") == "yes" and not reason_is_short:
            try:
                report = do(given)
            except RuleViolation as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return redirect(report)
        elif reason_is_short:
            form.add_error("reason", services.LEAST_REASON_SENTENCE)
        else:
            hidden = [(name, request.POST.get(name, "")) for name in form.fields]
            return _check(request, report, title=title, hidden=hidden, edit=True, **check(given))
    return render(
        request,
        "congress_reports/act.html",
        {
            "form": form,
            "report": report,
            "title": title,
            "save": save,
            "note": note,
            "back_url": report.get_absolute_url(),
            "crumbs": crumbs_to(report, title, files=False),
        },
    )


@require_http_methods(["GET", "POST"])
def unapprove(request: HttpRequest, pk: int) -> HttpResponse:
    """The check page says whose reports become stale by it."""
    report = _deciding(request, pk)
    if report.state != ReportState.APPROVED:
        return redirect(report)
    above = services.above_that_rest_on(report)
    names = [f"{one.unit.name}: {one.duty.form.short.lower()}" for one in above]

    def check(given: dict) -> dict:
        effects = [
            "Báo cáo trở lại đơn vị để sửa; số liệu bị trừ khỏi tổng hợp của các cấp trên ngay.",
            f"{report.unit.name} được thông báo cùng lý do.",
        ]
        if names:
            effects.append(f"{len(names)} báo cáo của cấp trên được đánh dấu cần rà soát lại.")
        return {
            "effects": effects,
            "facts": [{"label": "Lý do", "value": given["reason"]}],
            "people": names or None,
            "people_title": "Báo cáo cần rà soát lại",
            "confirm": "Hủy phê duyệt",
        }

    return _with_form(
        request,
        report,
        UnapproveForm(posted(request)),
        title="Hủy phê duyệt báo cáo",
        save="Tiếp tục",
        note="Chỉ hủy khi số liệu đã phê duyệt thật sự sai. Lần gửi này vẫn được lưu nguyên để tra cứu.",
        do=lambda given: services.unapprove(report=report, reason=given["reason"], actor=request.user),
        check=check,
        done=f"Đã hủy phê duyệt báo cáo của {report.unit.name}.",
    )


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    report = _deciding(request, pk)

    def check(given: dict) -> dict:
        return {
            "effects": [
                f"{report.unit.name} được nộp báo cáo đến hết ngày {given['until']:%d/%m/%Y} mà không bị tính quá hạn.",
                "Đơn vị được thông báo.",
            ],
            "facts": [
                {"label": "Hạn đang có", "value": f"{report.last_day:%d/%m/%Y}" if report.last_day else "Chưa có"},
                {"label": "Hạn mới", "value": f"{given['until']:%d/%m/%Y}"},
                {"label": "Lý do", "value": given["reason"]},
            ],
            "confirm": "Gia hạn",
        }

    return _with_form(
        request,
        report,
        ExtendForm(posted(request)),
        title="Gia hạn nộp báo cáo",
        save="Tiếp tục",
        note=f"Hạn đang có: hết ngày {report.last_day:%d/%m/%Y}." if report.last_day else "",
        do=lambda given: services.extend(report=report, **given, actor=request.user),
        check=check,
        done=f"Đã gia hạn cho {report.unit.name}.",
    )

"""Biên bản, nghị quyết that go with a report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from common.downloads import as_attachment
from common.errors import RuleViolation
from common.uploads.keeping import FileState

from .. import policies, services
from ..enums import ReportState
from ..inputs import FileForm
from ..models import Attachment, Report
from .common import crumbs_to, found_report


def _mine(request: HttpRequest, pk: int) -> Report:
    report = found_report(request, pk)
    if not policies.may_write(request.user, report):
        raise PermissionDenied
    return report


def _file(report: Report, file: int) -> Attachment:
    """One that goes with the report as it stands."""
    found = get_object_or_404(Attachment, pk=file, report=report, until_version=None)
    found.report = report
    return found


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, and a form for one more."""
    report = _mine(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FileForm(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            attachment = services.attach(
                report=report,
                file=form.cleaned_data["file"],
                title=form.cleaned_data["title"],
                actor=request.user,
            )
        except RuleViolation as refusal:
            form.add_error("file", str(refusal))
        else:
            _say(request, attachment)
            return redirect("congress_reports:files", pk=pk)
    return render(
        request,
        "congress_reports/files.html",
        {
            "report": report,
            "form": form,
            "attachments": list(report.attachments.filter(until_version=None).select_related("added_by")),
            "open": report.state in {ReportState.DRAFT, ReportState.REJECTED} and not report.campaign.is_closed,
            "crumbs": crumbs_to(report, "Tệp đính kèm", files=True),
        },
    )


def _say(request: HttpRequest, attachment: Attachment) -> None:
    if attachment.state == FileState.CLEAN:
        messages.success(request, f"Đã đính kèm “{attachment.title}”.")
    elif attachment.state == FileState.READING:
        messages.info(request, f"Đã nhận “{attachment.title}”. Hệ thống đang đọc trang đầu của bản quét.")
    else:
        messages.warning(
            request, f"Đã nhận “{attachment.title}”. Trang đầu là ảnh, máy chưa đọc được: đồng chí xem và xác nhận."
        )


@require_GET
def fetch(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The file itself, to be kept, never opened in the page; under the same policy as the version it went with."""
    report = found_report(request, pk)
    attachment = get_object_or_404(Attachment, pk=file, report=report)
    if not policies.may_fetch(request.user, report, attachment, report.events.all()):
        raise Http404
    services.note_fetched(report=report, what=f"tệp “{attachment.title}”", actor=request.user)
    return as_attachment(attachment.file, attachment.file_label)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    report = _mine(request, pk)
    attachment = _file(report, file)
    if request.method == "POST":
        return _done(
            request,
            report,
            f"Đã bỏ tệp “{attachment.title}”.",
            lambda: services.detach(attachment=attachment, actor=request.user),
        )
    if attachment.since_version:
        effects = ["Lần gửi tới không có tệp này nữa.", "Các lần đã gửi vẫn giữ tệp, cấp trên vẫn xem được ở đó."]
    else:
        effects = ["Tệp bị xóa khỏi hệ thống, không lấy lại được."]
    return render(
        request,
        "congress_reports/file_check.html",
        {
            "report": report,
            "attachment": attachment,
            "title": "Bỏ tệp đính kèm này?",
            "effects": effects,
            "confirm": "Bỏ tệp",
            "back_url": reverse("congress_reports:files", args=[pk]),
            "crumbs": crumbs_to(report, "Bỏ tệp", files=True),
        },
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Where no machine could read the first page somebody looks himself, and stands for it by name."""
    report = _mine(request, pk)
    attachment = _file(report, file)
    if attachment.state == FileState.CLEAN:
        return redirect("congress_reports:files", pk=pk)
    if request.method == "POST":
        return _done(
            request,
            report,
            f"Đã xác nhận tệp “{attachment.title}”.",
            lambda: services.confirm(attachment=attachment, actor=request.user),
        )
    return render(
        request,
        "congress_reports/file_check.html",
        {
            "report": report,
            "attachment": attachment,
            "title": "Xác nhận tệp không có dấu mật",
            "lead": "Trang đầu của tệp là ảnh nên máy chưa đọc được. Đồng chí tải tệp về, xem trang đầu, rồi xác nhận.",
            "effects": [
                "Tệp được gửi kèm báo cáo.",
                "Nhật ký ghi đồng chí đã xem và xác nhận tệp không mang dấu Mật, Tối mật, Tuyệt mật.",
            ],
            "confirm": "Tôi đã xem, tệp không có dấu mật",
            "back_url": reverse("congress_reports:files", args=[pk]),
            "crumbs": crumbs_to(report, "Xác nhận tệp", files=True),
        },
    )


def _done(request: HttpRequest, report: Report, said: str, act) -> HttpResponse:
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("congress_reports:files", pk=report.pk)

"""A report as files: PDF, workbook, minutes of the counts of ballots. They show what the page shows, to whom it shows
it; who fetches one is written down."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from common.errors import RuleViolation
from common.text import fold

from .. import policies, services
from ..enums import UNFILED, ReportState
from ..models import Report, ReportVersion
from ..papers import ballot_minutes_pdf, report_pdf, report_workbook
from .common import found_report

_PDF = "application/pdf"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def pdf(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    report, version = _found(request, pk, number)
    try:
        content = report_pdf(report, version)
    except RuleViolation as refusal:
        return _back(request, report, refusal)
    services.note_fetched(report=report, what="bản PDF", actor=request.user)
    return _answer(content, _PDF, _name(report, version, "bao-cao", "pdf"))


@require_GET
def workbook(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    report, version = _found(request, pk, number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bao-cao.xlsx"
        report_workbook(report, path, version)
        content = path.read_bytes()
    services.note_fetched(report=report, what="bảng số liệu", actor=request.user)
    return _answer(content, _SHEET, _name(report, version, "bao-cao", "xlsx"))


@require_GET
def minutes(request: HttpRequest, pk: int, at: int, number: int | None = None) -> HttpResponse:
    report, version = _found(request, pk, number)
    kept = version.answers if version else report.answers
    if at >= len(kept.get("rounds", [])):
        raise Http404
    try:
        content = ballot_minutes_pdf(report, at, version)
    except RuleViolation as refusal:
        return _back(request, report, refusal)
    services.note_fetched(report=report, what="biên bản kiểm phiếu", actor=request.user)
    return _answer(content, _PDF, _name(report, version, f"bien-ban-kiem-phieu-{at + 1}", "pdf"))


def _found(request: HttpRequest, pk: int, number: int | None) -> tuple[Report, ReportVersion | None]:
    """The report with the version that is meant; none stands for the draft. 404 where its figures are not there for
    the reader."""
    report = found_report(request, pk)
    if number is None and report.state in UNFILED:
        if not policies.may_write(request.user, report) or report.state == ReportState.EXPECTED:
            raise Http404
        return report, None
    rows = ReportVersion.objects.select_related("sent_by").filter(report=report)
    version = get_object_or_404(rows, number=report.version if number is None else number)
    if number is None:
        there = policies.may_read(request.user, report)
    else:
        there = policies.may_read_version(request.user, report, number, report.events.all())
    if not there:
        raise Http404
    return report, version


def _back(request: HttpRequest, report: Report, refusal: RuleViolation) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(report)


def _name(report: Report, version: ReportVersion | None, what: str, suffix: str) -> str:
    stage = f"lan-{version.number}" if version else "du-thao"
    return f"{what}-{report.duty.form.code}-{slugify(fold(report.unit.name))[:80]}-{stage}.{suffix}"


def _answer(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )

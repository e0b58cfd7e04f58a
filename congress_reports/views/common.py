"""What the views of this app share."""

from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from common.ui.nav import Crumb

from ..models import Report
from ..selectors.reports import reports_seen_by


def found_report(request: HttpRequest, pk: int) -> Report:
    """404 where it is not there for the reader."""
    return get_object_or_404(reports_seen_by(request.user), pk=pk)


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def home_crumbs(*more: str) -> list[Crumb]:
    return [Crumb("Trang chủ", reverse("portal:home")), *(Crumb(label) for label in more)]


def crumbs_to(report: Report, *more: str, files: bool) -> list[Crumb]:
    """From the list the reader comes from: his own reports, or those he decides on."""
    name, label = ("mine", "Báo cáo của tôi") if files else ("approvals", "Phê duyệt báo cáo")
    path = [*home_crumbs(), Crumb(label, reverse(f"congress_reports:{name}"))]
    title = f"{report.duty.form.code}) {report.unit.name}"
    if not more:
        return [*path, Crumb(title)]
    return [*path, Crumb(title, report.get_absolute_url()), *(Crumb(one) for one in more)]

"""After a result was approved: the elected and their posts on one check page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import RuleViolation
from delegation.policies import may_change

from .. import policies, services
from ..services.posts import HandOver
from .common import crumbs_to, found_report


@require_http_methods(["GET", "POST"])
def posts(request: HttpRequest, pk: int) -> HttpResponse:
    report = found_report(request, pk)
    if not policies.may_update_posts(request.user, report):
        raise PermissionDenied
    try:
        if request.method == "POST":
            changes = services.update_posts(report=report, actor=request.user)
            counts = f"{len(changes.begun)} bắt đầu, {len(changes.ended)} kết thúc"
            messages.success(request, f"Đã cập nhật chức vụ tại {report.unit.name}: {counts}.")
            return redirect("congress_reports:posts", pk)
        changes = services.preview_posts(report=report, actor=request.user)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return redirect(report)
    return render(
        request,
        "congress_reports/posts.html",
        {
            "report": report,
            "changes": changes,
            "hand_over": [(row, _hand_over_url(request.user, row)) for row in services.propose_hand_over(report)],
            "crumbs": crumbs_to(report, "Cập nhật chức vụ", files=policies.may_write(request.user, report)),
        },
    )


def _hand_over_url(user: User, row: HandOver) -> str:
    """The hand-over with its own form and check page, for who may give there; nothing where it is not one to one."""
    if row.fits or row.grant is None or row.member is None or not may_change(user, row.grant):
        return ""
    return f"{reverse('delegation:hand_over', args=[row.grant.pk])}?nguoi={row.member.pk}"

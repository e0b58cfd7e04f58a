"""Giving out a code for a lost password: the check page, then the slip, once."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.codes import in_groups
from common.errors import RuleViolation

from .. import policies, services
from ..models import Member
from .common import crumbs_to, found_member


@require_http_methods(["GET", "POST"])
def password_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The digits are in this one answer and nowhere else: to show them again a new code is given out."""
    member, _ = found_member(request, pk)
    if not policies.may_issue_password_code(request.user, member):
        raise PermissionDenied
    if request.method != "POST":
        refusal = services.refusal_of_password_code(member=member, actor=request.user)
        return _check_page(request, member, refusal)
    try:
        digits, code = services.issue_password_code(member=member, actor=request.user)
    except RuleViolation as refusal:
        return _check_page(request, member, str(refusal))
    return render(
        request,
        "members/password_slip.html",
        {
            "member": member,
            "digits": in_groups(digits),
            "closes_at": code.closes_at,
            "address": settings.PUBLIC_ADDRESS + reverse("accounts:reset_by_code"),
            "hold_hours": settings.HOLD_HOURS,
            "unit_name": member.branch.name,
            "printed_at": timezone.now(),
            "printed_by": request.user.full_name,
            "back_url": member.get_absolute_url(),
        },
    )


def _check_page(request: HttpRequest, member: Member, refusal: str) -> HttpResponse:
    hours = settings.HOLD_HOURS
    return render(
        request,
        "members/password_code.html",
        {
            "member": member,
            "refusal": refusal,
            "title": f"Cấp mã đặt lại mật khẩu cho đồng chí {member.full_name}",
            "facts": [
                {"label": "Đảng viên", "value": member.full_name},
                {"label": "Chi bộ", "value": member.branch.name},
                {"label": "Người cấp mã", "value": request.user.full_name},
                {"label": "Mã dùng được trong", "value": f"{settings.PASSWORD_CODE_DAYS} ngày, một lần"},
            ],
            "effects": [
                "Mã hiện một lần để đồng chí in hoặc chép, rồi đưa tận tay. Mã đã cấp trước đó không còn dùng được.",
                "Đồng chí ấy tự đặt mật khẩu mới mà đồng chí không biết. Mật khẩu cũ vẫn dùng được đến lúc ấy.",
                f"Sau khi đặt lại, trong {hours} giờ đồng chí ấy không biểu quyết, phê duyệt, phân quyền được.",
                "Mọi thiết bị đồng chí ấy đang đăng nhập được đăng xuất. Xác thực hai lớp vẫn giữ nguyên.",
                "Đồng chí ấy được báo ai đã cấp mã, lúc nào. Việc này được ghi vào nhật ký.",
            ],
            "warning": "Chỉ cấp khi chính đồng chí ấy đề nghị và đồng chí biết chắc là đúng người.",
            "cancel_url": member.get_absolute_url(),
            "crumbs": crumbs_to(member, "Cấp mã đặt lại mật khẩu"),
        },
    )

"""Requests for correction: asked by the member, decided by who keeps his record."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.rights import has_right_anywhere

from .. import fields, policies, selectors, services
from ..enums import CorrectionState, Sight
from ..forms import CorrectionForm, DecisionForm
from ..models import Member
from .common import crumbs_to, posted
from .records import columns_of


def ask(request: HttpRequest) -> HttpResponse:
    member = get_object_or_404(Member.objects.select_related("branch"), account_id=request.user.pk)
    form = CorrectionForm(posted(request), initial={"field": request.GET.get("muc", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.request_correction(member=member, **form.cleaned_data, actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã gửi đề nghị. Đồng chí sẽ nhận được thông báo khi có kết quả.")
            return redirect("members:me")
    return render(
        request,
        "members/form.html",
        {
            "form": form,
            "title": "Đề nghị đính chính",
            "note": "Số điện thoại thì đồng chí tự sửa được: bấm “Sửa số điện thoại” ở Hồ sơ của tôi.",
            "save": "Gửi đề nghị",
            "back_url": reverse("members:me"),
            "crumbs": crumbs_to(member, "Đề nghị đính chính", own=True),
        },
    )


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Requests of the reader's area that wait for a decision, the oldest first."""
    if not has_right_anywhere(request.user, Right.MANAGE_MEMBERS):
        raise PermissionDenied
    open_ones = selectors.corrections_for(request.user).filter(state=CorrectionState.OPEN).order_by("pk")
    page = page_of(open_ones, request, 30)
    for one in page.rows:
        one.label = fields.FIELDS[one.field].label
    crumbs = [
        Crumb("Trang chủ", reverse("portal:home")),
        Crumb("Đảng viên", reverse("members:list")),
        Crumb("Đề nghị đính chính"),
    ]
    return render(request, "members/corrections.html", {"page": page, "crumbs": crumbs})


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    correction = get_object_or_404(selectors.corrections_for(request.user), pk=pk)
    if not policies.may_decide(request.user, correction):
        raise PermissionDenied
    form = DecisionForm(posted(request))
    member, field = correction.member, fields.FIELDS[correction.field]
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("answer") == "accept"
        try:
            services.decide_correction(
                correction=correction, accept=accept, reason=form.cleaned_data["reason"], actor=request.user
            )
        except RuleViolation as refusal:
            form.add_error("reason" if not accept and not form.cleaned_data["reason"] else None, str(refusal))
        else:
            messages.success(request, "Đã sửa hồ sơ." if accept else "Đã trả lời không chấp nhận.")
            return redirect("members:corrections")
    services.log_reading("member.revealed", member=member, detail={"place": "đề nghị đính chính"}, actor=request.user)
    wanted = field.show(columns_of(member) | fields.parse(correction.field, correction.wanted))
    return render(
        request,
        "members/correction.html",
        {
            "form": form,
            "correction": correction,
            "open": correction.state == CorrectionState.OPEN,
            "label": field.label,
            "now": fields.shown(correction.field, columns_of(member), Sight.OFFICER, revealed=True),
            "wanted": wanted,
            "crumbs": crumbs_to(member, "Đề nghị đính chính"),
        },
    )

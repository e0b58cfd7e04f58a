"""Members of other branches who take part in the meetings of this one for a time."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.throttle import TooManyFailures, attempt_of
from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import units_where

from .. import policies, services
from ..forms import EndStayForm, StayForm
from ..models import TemporaryStay
from .common import posted


def _branch(request: HttpRequest, unit: int) -> OrgUnit:
    """404 where the reader may not see the branch."""
    seen = units_where(request.user, Right.VIEW).select_related("kind")
    return get_object_or_404(seen, pk=unit, kind__holds_members=True)


def _crumbs(branch: OrgUnit, *more: str) -> list[Crumb]:
    path = [Crumb("Trang chủ", reverse("portal:home")), Crumb(branch.name, branch.get_absolute_url())]
    if not more:
        return [*path, Crumb("Sinh hoạt tạm thời")]
    return [*path, Crumb("Sinh hoạt tạm thời", _address(branch.pk)), *(Crumb(one) for one in more)]


def _address(unit_id: int) -> str:
    return reverse("members:stays", args=[unit_id])


@require_GET
def stays(request: HttpRequest, unit: int) -> HttpResponse:
    branch = _branch(request, unit)
    found = TemporaryStay.objects.filter(branch=branch).select_related("member__branch").order_by("-begins_on", "-pk")
    page = page_of(found, request, 30)
    takes = policies.may_take_members_in(request.user, branch)
    for stay in page.rows:
        stay.may_end = stay.runs and policies.may_end_stay(request.user, stay)
    return render(
        request,
        "members/stays.html",
        {"branch": branch, "page": page, "takes": takes and branch.is_open, "crumbs": _crumbs(branch)},
    )


@sensitive_post_parameters("code_of_citizen")
@require_http_methods(["GET", "POST"])
def stay_add(request: HttpRequest, unit: int) -> HttpResponse:
    """By the letter of introduction: number and name together. Wrong ones slow the next tries down."""
    branch = _branch(request, unit)
    if not policies.may_take_members_in(request.user, branch):
        raise PermissionDenied
    form = StayForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        attempt = attempt_of(request, f"stay-{request.user.pk}")
        try:
            attempt.begin()
            member = services.named_in_letter(citizen_id=given["code_of_citizen"], full_name=given["full_name"])
            attempt.give_back()
            services.begin_stay(
                member=member,
                branch=branch,
                begins_on=given["begins_on"],
                ends_on=given["ends_on"],
                actor=request.user,
            )
        except TooManyFailures as refusal:
            form.add_error(None, refusal.words)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã tiếp nhận đồng chí {member.full_name} sinh hoạt tạm thời.")
            return redirect(_address(unit))
    return _form(request, branch, form, "Tiếp nhận sinh hoạt tạm thời", "Tiếp nhận")


@require_http_methods(["GET", "POST"])
def stay_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Found by who keeps the records of either branch."""
    kept = units_where(request.user, Right.VIEW)
    rows = TemporaryStay.objects.select_related("member__branch", "branch__kind")
    stay = get_object_or_404(rows.filter(branch__in=kept) | rows.filter(member__branch__in=kept), pk=pk)
    if not policies.may_end_stay(request.user, stay):
        raise PermissionDenied
    form = EndStayForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.end_stay(stay=stay, on=form.cleaned_data["on"], actor=request.user)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi thôi sinh hoạt tạm thời.")
            return redirect(stay.branch)
    return _form(request, stay.branch, form, "Thôi sinh hoạt tạm thời", "Ghi thôi", over=stay.member.full_name)


def _form(request: HttpRequest, branch: OrgUnit, form, title: str, save: str, *, over: str = "") -> HttpResponse:
    return render(
        request,
        "members/form.html",
        {
            "form": form,
            "title": title,
            "over": over or branch.name,
            "save": save,
            "back_url": branch.get_absolute_url(),
            "crumbs": _crumbs(branch, title)
            if not over
            else [Crumb("Trang chủ", reverse("portal:home")), Crumb(title)],
        },
    )

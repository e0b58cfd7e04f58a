"""Codes that wake roles: entered by who received one, issued by who stands above."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from accounts.codes import in_groups
from accounts.throttle import TooManyFailures, attempt_of
from common.errors import RuleViolation
from common.ui.nav import Crumb
from common.ui.paging import page_of
from orgtree.enums import Rest
from orgtree.rights import forget_holdings, resting_holdings, why_roles_rest

from ...models import Member
from ...selectors.units import officers_for
from ..entering import confirm_roles
from ..forms import RoleCodeForm
from ..opening import closing_day
from ..selectors import resting_below, resting_person
from ..vouching import hand_role_code

_WRONG = "Mã chưa đúng hoặc đã hết hạn. Đồng chí gõ lại từng nhóm bốn số; nếu vẫn chưa được, xin cấp mã mới."


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb("Trang chủ", reverse("portal:home")), *more]


@sensitive_post_parameters("code")
def enter(request: HttpRequest) -> HttpResponse:
    """The reader's own code."""
    user = request.user
    if why_roles_rest(user) != Rest.IDENTITY:
        return render(request, "activation/role_code_none.html", {"crumbs": _crumbs(Crumb("Nhập mã vai trò"))})
    form, status = RoleCodeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        attempt = attempt_of(request, user.citizen_id)
        try:
            attempt.begin()
            right = confirm_roles(typed=form.cleaned_data["code"], actor=user)
        except TooManyFailures as full:
            form.add_error(None, ValidationError(full.words, "too_many_failures"))
            status = 429
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            if right:
                attempt.give_back()
                forget_holdings(user)
                messages.success(request, "Đã xác nhận. Vai trò của đồng chí có hiệu lực từ bây giờ.")
                return redirect("portal:home")
            form.add_error(None, _WRONG)
    return render(
        request,
        "activation/role_code.html",
        {
            "form": form,
            "roles": resting_holdings(user),
            "asking": _whom_to_ask(request),
            "crumbs": _crumbs(Crumb("Nhập mã vai trò")),
        },
        status=status,
    )


def _whom_to_ask(request: HttpRequest) -> list[str]:
    member = Member.objects.select_related("branch").filter(account_id=request.user.pk).first()
    if member is None:
        return []
    _, officers = officers_for(member.branch, leaving_out=request.user.pk)
    return [officer.full_name for officer in officers if officer.identity_confirmed_at is not None][:3]


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """To whom the reader may hand a code."""
    page = page_of(resting_below(request.user), request, 30)
    return render(request, "activation/waiting.html", {"page": page, "crumbs": _crumbs(Crumb("Trao mã vai trò"))})


@never_cache
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """What will happen; then the code, shown this once."""
    person = resting_person(request.user, pk)
    if person is None:
        raise Http404
    crumbs = _crumbs(Crumb("Trao mã vai trò", reverse("activation:waiting")), Crumb(person.account.full_name))
    context = {"person": person, "crumbs": crumbs, "until": closing_day()}
    if request.method == "POST":
        try:
            digits = hand_role_code(account=person.account, actor=request.user)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("activation:waiting")
        shown = {"code": in_groups(digits), "printed_at": timezone.localtime()}
        return render(request, "activation/hand_code_done.html", context | shown)
    return render(request, "activation/hand_code.html", context)

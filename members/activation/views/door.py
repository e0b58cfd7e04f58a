"""The first sign-in, step by step. Open to visitors: who is here has shown little yet and is signed in nowhere."""

from collections.abc import Callable

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import activating
from accounts.activating import Activating, Way
from accounts.models import User
from accounts.throttle import DATES_OF_ACCOUNT, Limit, TooManyFailures, attempt_of
from common.errors import RuleViolation
from orgtree.rights import resting_holdings

from ... import selectors
from ..entering import asked_of, code_is_right, dates_are_right, set_first_password
from ..forms import DatesForm, FirstPasswordForm, SlipForm

_DATES_WRONG = (
    "Ngày sinh hoặc ngày vào Đảng chưa khớp với hồ sơ. Đồng chí xem lại trên thẻ đảng viên rồi gõ lại; "
    "nếu vẫn chưa được, xin chi bộ phiếu có mã kích hoạt."
)
_CODE_WRONG = (
    "Số định danh, mã hoặc ngày sinh chưa đúng, hoặc mã đã hết hạn. Đồng chí xem lại từng ô; "
    "nếu vẫn chưa được, xin chi bộ cấp phiếu mới."
)
_STEPS = ("Xác nhận", "Đặt mật khẩu", "Hoàn thành")


@login_not_required
@never_cache
@sensitive_post_parameters("code", "birth_0", "birth_1", "birth_2")
def by_code(request: HttpRequest) -> HttpResponse:
    """With a slip from the branch. Says the same of a number that nobody has and of a wrong code."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    form = SlipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def look():
            return code_is_right(given["citizen_id"], given["code"], given["birth"])

        code, wait = _looked_at(request, form, given["citizen_id"], look, _CODE_WRONG)
        if code is not None:
            activating.begin(request, code.user, Way.CODE, code_id=code.pk)
            return redirect("activation:password")
        return _page(request, "activation/by_code.html", form, 0, wait)
    return _page(request, "activation/by_code.html", form, 0)


@login_not_required
@never_cache
@sensitive_post_parameters()
def dates(request: HttpRequest) -> HttpResponse:
    """The letter's way: the date of birth and of admission. Shows nothing of the record, not even the name."""
    found = activating.current(request)
    if found is None:
        return _over(request)
    user, mark = found
    if mark.shown:
        return redirect("activation:password")
    asked = asked_of(user.citizen_id)
    if asked is None or not asked.is_enough:
        return render(request, "activation/code_needed.html", {"takes_part": asked is not None and asked.takes_part})
    form = DatesForm(request.POST if request.method == "POST" else None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def look():
            return dates_are_right(user, given["birth"], given["admission"]) or None

        right, wait = _looked_at(request, form, user.citizen_id, look, _DATES_WRONG, besides=DATES_OF_ACCOUNT)
        if right:
            activating.note_shown(request, mark)
            return redirect("activation:password")
    return _page(request, "activation/dates.html", form, 0, wait)


@login_not_required
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """A password of one's own; with it the account is active and its owner signed in."""
    found = activating.current(request)
    if found is None:
        return _over(request)
    user, mark = found
    if not mark.shown:
        return redirect("activation:dates")
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, user, mark, form.cleaned_data["password1"])
        except RuleViolation as refusal:
            activating.forget(request)
            messages.error(request, str(refusal))
            return redirect("account_login")
    return _page(request, "activation/password.html", form, 1)


def _finish(request: HttpRequest, user: User, mark: Activating, password: str) -> HttpResponse:
    user = set_first_password(user=user, password=password, mark=mark)
    activating.forget(request)
    return perform_login(request, user, redirect_url=reverse("activation:done"))


@login_not_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Leave it for now; nothing stays in the browser."""
    if activating.has_begun(request):
        activating.forget(request)
    return redirect("account_login")


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Welcome, and what to do next."""
    member = selectors.member_for(request.user)
    steps = [{"label": label, "state": "done"} for label in _STEPS]
    resting = resting_holdings(request.user)
    return render(request, "activation/done.html", {"member": member, "steps": steps, "resting": resting})


def _looked_at(
    request: HttpRequest, form: Form, citizen_id: str, look: Callable, wrong: str, *, besides: Limit | None = None
) -> tuple[object, int]:
    """The result of `look` under the throttle, or nothing and an error in the form; with it the seconds to wait."""
    attempt = attempt_of(request, citizen_id, besides=besides)
    try:
        attempt.begin()
    except TooManyFailures as full:
        form.add_error(None, ValidationError(full.words, "too_many_failures"))
        return None, full.seconds
    found = look()
    if found is None:
        form.add_error(None, wrong)
    else:
        attempt.give_back()
    return found, 0


def _page(request: HttpRequest, template: str, form: Form, step: int, wait: int = 0) -> HttpResponse:
    states = ["done"] * step + ["now"] + [""] * (2 - step)
    steps = [{"label": label, "state": state} for label, state in zip(_STEPS, states, strict=True)]
    response = render(request, template, {"form": form, "steps": steps}, status=429 if wait else 200)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _over(request: HttpRequest) -> HttpResponse:
    """Nothing is being activated here, or not any more."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    if activating.has_begun(request):
        activating.forget(request)
        messages.warning(
            request, "Lần kích hoạt này đã kết thúc hoặc để quá lâu. Nếu chưa kích hoạt, đồng chí làm lại từ đầu."
        )
    return redirect("account_login")

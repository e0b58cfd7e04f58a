"""Sign-on at a provider and back. Without one in the settings these addresses are not there."""

import functools
import logging
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ..second_factor.adapter import was_second_factor
from . import bindings, talk

logger = logging.getLogger(__name__)
View = Callable[[HttpRequest], HttpResponse]


def _where_set_up(view: View) -> View:
    @login_not_required
    @never_cache
    @functools.wraps(view)
    def only_then(request: HttpRequest) -> HttpResponse:
        if settings.SIGN_ON is None:
            raise Http404
        return view(request)

    return only_then


@_where_set_up
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Hand over to the provider. By a page and not by a redirect: the policy of our pages lets no form lead anywhere
    else, and browsers hold a redirect after a form to it."""
    try:
        address = talk.address_of(request, get_next_redirect_url(request) or "")
    except talk.SignOnFailed as failure:
        logger.warning("sign-on cannot begin: %s", failure)
        return _refused(request, "unreachable", 503)
    return render(request, "accounts/sign_on.html", {"address": address, "name": settings.SIGN_ON.name})


@_where_set_up
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """The browser comes back with a code. Every refusal reads the same."""
    state = talk.state_of(request)
    if state is None or "code" not in request.GET:
        return _refused(request, "cancelled" if state and request.GET.get("error") == "access_denied" else "refused")
    try:
        proven = talk.prove(request, state["pkce_code_verifier"])
        user = bindings.account_of(proven)
    except talk.SignOnFailed as failure:
        logger.warning("sign-on refused: %s", failure)
        return _refused(request, "refused")
    except bindings.NotBound:
        return _refused(request, "refused")
    if request.user.is_authenticated:
        get_adapter().logout(request)
    if proven.acr and proven.acr in settings.SIGN_ON.second_factor_acr:
        was_second_factor(request)
    record_authentication(request, user, "socialaccount", provider=proven.issuer)
    return perform_login(request, Login(user=user, redirect_url=state.get("next")))


def _refused(request: HttpRequest, why: str, status: int = 403) -> HttpResponse:
    if why == "cancelled":
        return redirect("account_login")
    context = {"why": why, "name": settings.SIGN_ON.name}
    return render(request, "accounts/sign_on_refused.html", context, status=status)

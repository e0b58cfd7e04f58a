"""Who is not signed in goes to sign in and comes back to the page he was on."""

from urllib.parse import urlencode

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from . import kept_text

# All that an account with a password that somebody else chose may open.
_BEFORE_OWN_PASSWORD = {"account_change_password", "account_logout", "accounts:display"}


class SignedInMiddleware(LoginRequiredMiddleware):
    """Pages are closed by default. A session with a password that somebody else chose can do nothing but set
    one of its own."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None or not getattr(view_func, "login_required", True):
            return answer
        if request.user.must_change_password and request.resolver_match.view_name not in _BEFORE_OWN_PASSWORD:
            return go(request, reverse("account_change_password"))
        return None

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        back = kept_text.page_to_come_back_to(request)
        if kept_text.keep(request):
            kept_text.say_ended(request)
        query = f"?{urlencode({'next': back}, safe='/')}" if back not in {"", "/"} else ""
        return go(request, reverse("account_login") + query)


def go(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A redirect would put the sign-in page into a corner of the page.
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)

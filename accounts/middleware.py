"""Who is not signed in goes to sign in and comes back to the page he was on."""

from urllib.parse import urlencode, urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

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
            return _go(request, reverse("account_change_password"))
        return None

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        back = _page_to_come_back_to(request)
        query = f"?{urlencode({'next': back}, safe='/')}" if back not in {"", "/"} else ""
        return _go(request, reverse("account_login") + query)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A redirect would put the sign-in page into a corner of the page.
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _page_to_come_back_to(request: HttpRequest) -> str:
    """The page itself; for a form that was sent and for a part of a page, the page it was sent from."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

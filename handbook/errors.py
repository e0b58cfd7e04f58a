"""Error pages that look like ours and stand without database, session or context processors."""

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token
from redis.exceptions import RedisError

from accounts import kept_text
from accounts.middleware import go
from common import request_context

_AWAY = (OperationalError, InterfaceError, RedisError)


def _page(template: str, status: int) -> HttpResponse:
    context = {"request_id": request_context.current().request_id}
    return HttpResponse(loader.get_template(template).render(context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Where the database or the cache does not answer, trying again later helps: the page says so."""
    if isinstance(sys.exception(), _AWAY):
        response = _page("503.html", 503)
        response.headers["Retry-After"] = "60"
        return response
    return _page("500.html", 500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that stood open while its reader signed in anew sends the token of before: he is led back to it, with
    what he typed. Only where the page was ours, and never where the browser takes no cookies (it would go round)."""
    back = kept_text.page_to_come_back_to(request) if request.method == "POST" else ""
    if not back or reason == REASON_NO_CSRF_COOKIE or not _came_from_us(request):
        return _page("403_csrf.html", 403)
    kept_text.keep(request)
    kept_text.say_old_page(request)
    return go(request, back)


def _came_from_us(request: HttpRequest) -> bool:
    """As the browser says; an old one says nothing, and the page named by Referer was compared already."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "")
    return site == "same-origin" and (not origin or urlsplit(origin).netloc == request.get_host())


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """allauth answers with it where its own limits are reached."""
    return _page("429.html", 429)

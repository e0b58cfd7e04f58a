"""Error pages that look like ours and stand without database, session or context processors."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token
from redis.exceptions import RedisError

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
    return _page("403_csrf.html", 403)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """allauth answers with it where its own limits are reached."""
    return _page("429.html", 429)

"""What every request passes: an id for the log, a quick no when there are too many, no copies of private pages."""

import ipaddress
import re
import secrets
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

from . import request_context
from .logs import access_log

_GOOD_ID = re.compile(r"^[A-Za-z0-9-]{8,40}\Z")


class RequestIdMiddleware:
    """Gives the request an id (or takes the proxy's), puts it in the log and the answer, and writes the access line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GOOD_ID.match(given) else secrets.token_hex(8)
        context = request_context.RequestContext(request_id=request_id, address=client_address(request))
        token = request_context.enter(context)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            access_log(request, response.status_code, time.perf_counter() - started)
        finally:
            request_context.leave(token)
        response["X-Request-ID"] = request_id
        return response


def client_address(request: HttpRequest) -> str:
    """The caller's address; behind our own proxy the last one it added. Empty when there is none (a socket)."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            address = forwarded.rsplit(",", 1)[-1].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


class OverloadMiddleware:
    """When more requests wait in this process than it can answer in time, say 503 at once instead of letting all
    of them run into their time-outs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._room = threading.BoundedSemaphore(settings.MOST_REQUESTS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return self.get_response(request)
        if not self._room.acquire(blocking=False):
            context = {"request_id": request_context.current().request_id}
            response = HttpResponse(loader.get_template("503.html").render(context), status=503)
            response["Retry-After"] = "10"
            return response
        try:
            return self.get_response(request)
        finally:
            self._room.release()


class PrivatePagesMiddleware:
    """Pages of a signed-in person are kept by no cache, so that the next one at a shared computer sees nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

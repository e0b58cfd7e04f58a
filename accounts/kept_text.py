"""A form that is sent after the session has ended: what was typed is kept for a short time and shown again after the
sign-in, also without scripts. Kept for the browser (in its new session) and for the account that was signed in there
(a signed cookie says which): nobody else who signs in on the same machine sees it."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from common.phones import parse_phone
from common.ui import kept

from .models import User

READER_COOKIE = "reader"
_SALT = "accounts.kept_text"
_SESSION_KEY = "kept"
_DAY = 24 * 3600
KEPT_SECONDS = 2 * 3600
MOST_BYTES = 64 * 1024
# Passwords, codes and the number one signs in with, by the names of their fields …
_SECRET_NAMES = re.compile(
    r"passw|csrf|citizen|login|otp|token|secret|credential|recovery|(^|[_-])(code|ma|pin|file|tep)($|[_-])"
)
# … and by what they look like: a number of nine digits or more that is not a telephone's.
_LONG_NUMBER = re.compile(r"\s*(?:\d[ .\-]*){9,}\s*")
_NOT_TYPED = {"confirm", "next"}
# Pages about the account itself hold little but secrets.
_SECRET_VIEWS = (
    *("account_", "accounts:", "mfa_", "socialaccount_"),
    # The first sign-in: the dates that are asked there open an account.
    *("activation:by_code", "activation:dates", "activation:password", "activation:role_code"),
    # A ballot is kept nowhere, and neither is the code of one.
    *("meetings:vote_cast", "meetings:vote_receipts"),
)
# What one does on the way back does not end the keeping.
_ON_THE_WAY = (*_SECRET_VIEWS, "portal:switch_unit")
_ENDED = "Phiên làm việc đã hết hạn. Nội dung đồng chí vừa nhập được giữ lại; mời đăng nhập để gửi tiếp."
_OLD_PAGE = "Trang này đã để lâu nên chưa gửi được. Mời đồng chí gửi lại."


@dataclass(frozen=True)
class _Kept:
    reader: str
    path: str
    values: dict[str, list[str]]


def page_to_come_back_to(request: HttpRequest) -> str:
    """The page itself; for a form that was sent and for a part of a page, the page it was sent from."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def keep(request: HttpRequest) -> bool:
    """Keep what was sent for who is signed in, else for who was signed in last in this browser; False when there is
    nothing to keep or nobody to keep it for."""
    back = page_to_come_back_to(request)
    reader = _reader_of(request.user) if request.user.is_authenticated else _last_reader(request)
    view = request.resolver_match.view_name if request.resolver_match else ""
    if request.method != "POST" or not back or not reader or view.startswith(_SECRET_VIEWS):
        return False
    values = _typed(request)
    if not values:
        return False
    forget(request)
    name = secrets.token_hex(16)
    cache.set(_key(name), _Kept(reader, urlsplit(back).path, values), KEPT_SECONDS)
    request.session[_SESSION_KEY] = name
    return True


def say_ended(request: HttpRequest) -> None:
    messages.info(request, _ENDED)


def say_old_page(request: HttpRequest) -> None:
    messages.warning(request, _OLD_PAGE)


def forget(request: HttpRequest) -> None:
    name = request.session.pop(_SESSION_KEY, None)
    if name:
        cache.delete(_key(name))


class KeptTextMiddleware:
    """Gives kept text to the forms of the page it belongs to, and notes in a cookie who reads in this browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        finally:
            kept.leave()
        _note_reader(request, response)
        return response

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> None:
        if not request.session.get(_SESSION_KEY) or not request.user.is_authenticated:
            return
        if request.method == "GET":
            self._give(request)
        elif request.method == "POST" and not request.resolver_match.view_name.startswith(_ON_THE_WAY):
            forget(request)

    def _give(self, request: HttpRequest) -> None:
        found: _Kept | None = cache.get(_key(request.session[_SESSION_KEY]))
        if found is None or not constant_time_compare(found.reader, _reader_of(request.user)):
            forget(request)
        elif found.path == request.path:
            request.kept_text = kept.enter(found.values)


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    """What may be kept of a sending: neither secrets nor files; nothing at all where it is too much."""
    names = set(request.POST) - set(request.FILES) - _NOT_TYPED
    values = {
        name: [value for value in request.POST.getlist(name) if not _looks_secret(value)]
        for name in names
        if not _SECRET_NAMES.search(name.lower())
    }
    values = {name: texts for name, texts in values.items() if texts}
    if not any(text.strip() for texts in values.values() for text in texts):
        return {}
    size = sum(len(name.encode()) + sum(len(text.encode()) for text in texts) for name, texts in values.items())
    return values if size <= MOST_BYTES else {}


def _looks_secret(text: str) -> bool:
    return _LONG_NUMBER.fullmatch(text) is not None and parse_phone(text) is None


def _note_reader(request: HttpRequest, response: HttpResponse) -> None:
    """Only where the page has asked who reads it; taken away by signing out."""
    if getattr(request, "reader_leaves", False):
        response.delete_cookie(READER_COOKIE, samesite="Lax")
        return
    user = getattr(request, "user", None)
    asked = not isinstance(user, SimpleLazyObject) or hasattr(request, "_cached_user")
    if user is None or not asked or not user.is_authenticated:
        return
    reader = _reader_of(user)
    if _last_reader(request) != reader:
        response.set_signed_cookie(
            READER_COOKIE,
            reader,
            salt=_SALT,
            max_age=_DAY,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def _reader_of(user: User) -> str:
    """An opaque word for an account."""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]


def _last_reader(request: HttpRequest) -> str:
    return request.get_signed_cookie(READER_COOKIE, default="", salt=_SALT, max_age=_DAY)


def _key(name: str) -> str:
    return f"kept-text:{name}"

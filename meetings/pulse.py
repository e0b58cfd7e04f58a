"""«Is there something new?», asked every few seconds by every open page of a meeting: a number out of the cache, under
a word that was signed for this person, this meeting and this session two minutes ago at most. No database, no session:
all else passes the full check of the page itself. Asking keeps no session alive and writes none, which is why this
stands before the middleware that would."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from .services.place import version_of

HEADER = "X-Pulse"
SECONDS = 120
_SALT = "meetings.pulse"
_ADDRESS = re.compile(r"/sinh-hoat/(\d{1,18})/nhip/\Z")


def word_for(request: HttpRequest, meeting_id: int) -> str:
    """For who has just been shown the meeting. Worth nothing in another session."""
    return _signer(request.session.session_key).sign(f"{meeting_id}.{request.user.pk}")


def _signer(session_key: str | None) -> signing.TimestampSigner:
    # The session's key is no part of the word: only its signature depends on it.
    return signing.TimestampSigner(salt=f"{_SALT}:{session_key}")


@login_not_required
@require_GET
def pulse(request: HttpRequest, pk: int) -> HttpResponse:
    """403 where the word is too old, another meeting's or another session's: the page then asks for itself again."""
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    try:
        text = _signer(session_key).unsign(request.headers.get(HEADER, ""), max_age=SECONDS)
    except signing.BadSignature:
        return _answer("", 403)
    if text.partition(".")[0] != str(pk):
        return _answer("", 403)
    return _answer(str(version_of(pk)), 200)


def _answer(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


@dataclass(frozen=True)
class _Match:
    """What the access log asks for."""

    func: Callable[..., HttpResponse]
    view_name: str = "meetings:pulse"


class PulseMiddleware:
    """Answers before sessions are read: a poll must not touch them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if found := _ADDRESS.match(request.path_info):
            request.resolver_match = _Match(pulse)
            return pulse(request, int(found[1]))
        return self.get_response(request)

"""A session ends an hour after its last request, and some hours after it began, however busy it was."""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

_CLOCK = "clock"
_LAST_TIME = "last_sign_in"
# The last request is noted this often: a session is written twelve times an hour, not with every page.
_NOTED_EVERY = 300


def begin_clock(request: HttpRequest, **kwargs: object) -> None:
    """Hears Django's signal of a sign-in."""
    now = int(time.time())
    request.session[_CLOCK] = [now, now]


def keep_last_sign_in(session: SessionBase, at: datetime | None) -> None:
    """The sign-in before this one, for the account's own page; the account itself knows only the newest."""
    session[_LAST_TIME] = at.isoformat() if at else ""


def last_sign_in(session: SessionBase) -> datetime | None:
    text = session.get(_LAST_TIME)
    return datetime.fromisoformat(text) if text else None


class TimeOutMiddleware:
    """Stands before who reads the account out of the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            now = int(time.time())
            begun, seen = request.session.get(_CLOCK) or (now, 0)
            # Noted up to five minutes late: those are given to the person.
            idle = seen and now - seen > settings.IDLE_SECONDS + _NOTED_EVERY
            if idle or now - begun > settings.SESSION_COOKIE_AGE:
                request.session.flush()
            elif now - seen >= _NOTED_EVERY:
                request.session[_CLOCK] = [begun, now]
        return self.get_response(request)

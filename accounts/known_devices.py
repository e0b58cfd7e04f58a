"""Devices on which an owner has signed in before: guessing by strangers does not slow them down (see `throttle`).

The browser keeps one random word in a signed cookie, the same for all who use it; the table keeps a mark made of that
word, the account and the hash of its password."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import KnownDevice, User

COOKIE = "may-quen"
_SALT = "accounts.known_devices"
_LIVES = 400 * 24 * 3600
_MOST = 20


def device_of(request: HttpRequest, citizen_id: str) -> str:
    """The mark of this browser with the account of that number; empty for a stranger. One query where there is a
    cookie, the same for numbers that nobody has."""
    word = _word_of(request)
    if not word:
        return ""
    rows = KnownDevice.objects.filter(user__citizen_id=citizen_id).values_list("mark", "user_id", "user__password")
    for mark, user_id, password in rows:
        if constant_time_compare(mark, _mark(word, user_id, password)):
            return mark
    return ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """After a sign-in or a new password: from now on this browser is known to the account."""
    word = _word_of(request) or secrets.token_urlsafe(24)
    KnownDevice.objects.update_or_create(
        mark=_mark(word, user.pk, user.password),
        defaults={"user": user, "session_key": request.session.session_key or ""},
    )
    latest = KnownDevice.objects.filter(user=user).order_by("-seen_at", "-pk").values("pk")[:_MOST]
    KnownDevice.objects.filter(user=user).exclude(pk__in=latest).delete()
    response.set_cookie(
        COOKIE,
        signing.dumps(word, salt=_SALT),
        max_age=_LIVES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _word_of(request: HttpRequest) -> str:
    try:
        word = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_LIVES)
    except signing.BadSignature:
        return ""
    return word if isinstance(word, str) else ""


def _mark(word: str, user_id: int, password: str) -> str:
    return salted_hmac(_SALT, f"{word}|{user_id}|{password}", algorithm="sha256").hexdigest()

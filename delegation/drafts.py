"""What was filled in before the check page, kept in the session under a random word: primary keys, dates and a reason;
"Thay đổi" comes back to it, and nothing of it stands in an address."""

import secrets

from django.http import HttpRequest

_SESSION, _MOST = "delegation_drafts", 10


def keep(request: HttpRequest, draft: dict, word: str = "") -> str:
    word = word or secrets.token_urlsafe(8)
    kept = {key: value for key, value in request.session.get(_SESSION, {}).items() if key != word}
    request.session[_SESSION] = dict([*list(kept.items())[-(_MOST - 1) :], (word, draft)])
    return word


def read(request: HttpRequest, word: str) -> dict | None:
    return request.session.get(_SESSION, {}).get(word)


def drop(request: HttpRequest, word: str) -> None:
    kept = dict(request.session.get(_SESSION, {}))
    if kept.pop(word, None) is not None:
        request.session[_SESSION] = kept

"""What is looked for in a list of people, kept in the session under a random key: a name, an id or a phone stands in no
address."""

import secrets

from django.http import HttpRequest

KEY = "tim"
_SEARCHES = "members_searches"
_MOST = 10


def search_of(request: HttpRequest) -> str:
    return request.session.get(_SEARCHES, {}).get(request.GET.get(KEY, ""), "")


def keep_search(request: HttpRequest, text: str) -> str:
    """The key that stands in the address for `text`."""
    key = secrets.token_urlsafe(8)
    kept = list(request.session.get(_SEARCHES, {}).items())[-(_MOST - 1) :]
    request.session[_SEARCHES] = dict([*kept, (key, text)])
    return key

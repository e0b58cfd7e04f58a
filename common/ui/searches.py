"""What somebody looked for, kept in his session under a random key: a name, an id or a phone stands in no address."""

import secrets

from django.http import HttpRequest

PARAM = "tim"
_KEEP = 10


def keep_search(request: HttpRequest, name: str, text: str) -> str:
    """Keep `text` among the last searches of `name`; the key for the address."""
    key = secrets.token_urlsafe(8)
    kept = list(request.session.get(name, {}).items())[-(_KEEP - 1) :]
    request.session[name] = dict([*kept, (key, text)])
    return key


def kept_search(request: HttpRequest, name: str) -> str:
    """What the address speaks of; nothing for a key of another session."""
    return request.session.get(name, {}).get(request.GET.get(PARAM, ""), "")

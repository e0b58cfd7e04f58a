"""Where an account is signed in: allauth's list of sessions, held against the sessions that are still alive."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .events import AccountEvent, tell
from .models import KnownDevice, User

MOST_SHOWN = 20
_SYSTEMS = [
    (r"iPhone", "điện thoại iPhone"), (r"iPad", "máy tính bảng iPad"), (r"Android.*Mobile", "điện thoại Android"),
    (r"Android", "máy tính bảng Android"), (r"Windows", "máy tính Windows"), (r"Mac OS X|Macintosh", "máy tính Mac"),
    (r"CrOS", "máy tính Chromebook"), (r"Linux", "máy tính Linux"),
]  # fmt: skip
_BROWSERS = [
    (r"coc_coc|CocCoc", "Cốc Cốc"), (r"Zalo", "Zalo"), (r"Edg", "Edge"), (r"SamsungBrowser", "Samsung Internet"),
    (r"OPR/|Opera", "Opera"), (r"Firefox|FxiOS", "Firefox"), (r"Chrome|CriOS", "Chrome"), (r"Safari", "Safari"),
]  # fmt: skip


@dataclass(frozen=True)
class Device:
    """One signed-in browser, in words."""

    id: int
    name: str
    address: str
    since: datetime
    here: bool


def name_of(user_agent: str) -> str:
    """What a reader calls it, e.g. «Chrome trên điện thoại Android»."""
    browser = next((name for sign, name in _BROWSERS if re.search(sign, user_agent)), "Trình duyệt")
    system = next((name for sign, name in _SYSTEMS if re.search(sign, user_agent)), "thiết bị chưa rõ loại")
    return f"{browser} trên {system}"


def devices_of(user: User, *, session_key: str) -> list[Device]:
    """Living sessions of the account, the one of `session_key` first, then the newest. Two queries."""
    rows = list(UserSession.objects.filter(user_id=user.pk).order_by("-created_at", "-pk")[: MOST_SHOWN * 2])
    keys = [row.session_key for row in rows]
    living = {
        session.session_key
        for session in Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        if constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    }
    found = [
        Device(
            id=row.pk,
            name=name_of(row.user_agent),
            address="" if row.ip == "0.0.0.0" else row.ip,
            since=row.created_at,
            here=row.session_key == session_key,
        )
        for row in rows
        if row.session_key in living
    ]
    return sorted(found, key=lambda device: not device.here)[:MOST_SHOWN]


def end_session(*, session_id: int, actor: User) -> bool:
    """Sign one of the actor's own devices out; False when it is not his or is gone."""
    with transaction.atomic():
        session = UserSession.objects.select_for_update().filter(pk=session_id, user_id=actor.pk).first()
        if session is None:
            return False
        tell(AccountEvent.SESSION_ENDED, actor, {"device": name_of(session.user_agent)})
        KnownDevice.objects.filter(user_id=actor.pk, session_key=session.session_key).delete()
        session.end()
    return True


def end_all_sessions(user: User) -> None:
    """In the caller's transaction, which tells why."""
    for session in UserSession.objects.select_for_update().filter(user_id=user.pk):
        session.end()


def end_other_sessions(*, session_key: str, actor: User) -> int:
    """Sign all devices of the actor out but this one; returns how many."""
    with transaction.atomic():
        others = UserSession.objects.select_for_update().filter(user_id=actor.pk).exclude(session_key=session_key)
        ended = 0
        KnownDevice.objects.filter(user_id=actor.pk).exclude(session_key=session_key).delete()
        for session in others:
            tell(AccountEvent.SESSION_ENDED, actor, {"device": name_of(session.user_agent)})
            session.end()
            ended += 1
    return ended

"""What every notice goes through: lines in inboxes, and messages in the outbox, in the caller's transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from .channels import open_channels, reachable
from .enums import Channel
from .kinds import KINDS, Kind
from .models import Message, MutedKind, Notice
from .outbox import GIVE_UP_AFTER
from .sms import sms_text

_BATCH = 1000
_MOST_TEXT, _MOST_SUBJECT = 500, 120


@dataclass(frozen=True)
class Item:
    """One thing to tell some people. `lines` ([text, path of ours]) stand below the text in a letter; `short` is the
    SMS. Items of one `group` reach a person as several lines of the inbox, but as one letter and one SMS."""

    users: tuple[int, ...]
    text: str
    url: str = ""
    unit_id: int | None = None
    once_key: str | None = None
    subject: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    short: str = ""
    group: str = ""


def write(kind: str, items: Sequence[Item]) -> int:
    """Write all items, in a fixed number of queries. What was written before under the same key is not written again,
    whoever wrote it. Either all items have a key or none has. Returns how many lines of inboxes were meant."""
    if kind not in KINDS:
        raise LookupError(f"{kind} is registered in no notices.py")
    what = KINDS[kind]
    ids = {pk for item in items for pk in item.users}
    if not ids:
        return 0
    muted = set()
    if not what.duty:
        rows = MutedKind.objects.filter(kind=kind, user_id__in=ids).values_list("user_id", "channel")
        muted = set(rows)
    keyed = items[0].once_key is not None
    # In one order, so that two workers with the same items wait for each other and never in a circle.
    notices = [
        Notice(
            user_id=pk,
            kind=kind,
            text=item.text[:_MOST_TEXT],
            url=item.url,
            unit_id=item.unit_id,
            once_key=item.once_key,
        )
        for item in items
        for pk in sorted(set(item.users))
        if (pk, Channel.PORTAL) not in muted
    ]
    notices.sort(key=lambda notice: notice.user_id)
    Notice.objects.bulk_create(notices, ignore_conflicts=keyed, batch_size=_BATCH)
    messages = []
    for channel in (channel for channel in open_channels() if channel in what.channels):
        to = {pk for pk in reachable(channel, ids) if (pk, channel) not in muted}
        messages += _messages(kind, what, channel, items, to)
    messages.sort(key=lambda message: (message.user_id, message.channel, message.once_key))
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=_BATCH)
    return len(notices)


def _messages(kind: str, what: Kind, channel: Channel, items: Sequence[Item], to: set[int]) -> list[Message]:
    """One message for each person and group."""
    together: dict[tuple[int, str], list[Item]] = {}
    for item in items:
        key = item.group or item.once_key or secrets.token_hex(16)
        for pk in set(item.users) & to:
            together.setdefault((pk, key), []).append(item)
    make = _letter if channel == Channel.EMAIL else _sms
    give_up_at = timezone.now() + GIVE_UP_AFTER
    return [
        Message(
            user_id=pk,
            channel=channel,
            kind=kind,
            unit_id=told[0].unit_id,
            once_key=key,
            give_up_at=give_up_at,
            **make(what, told),
        )
        for (pk, key), told in together.items()
    ]


def _letter(what: Kind, told: list[Item]) -> dict:
    first = told[0]
    if len(told) == 1:
        return {
            "subject": _subject(first.subject or what.label),
            "body": first.text,
            "lines": [list(line) for line in first.lines],
            "url": first.url,
        }
    return {
        "subject": _subject(first.subject or f"{what.label} ({len(told)})"),
        "body": f"Đồng chí có {len(told)} việc:",
        "lines": [[item.text, item.url] for item in told],
        "url": "",
    }


def _sms(what: Kind, told: list[Item]) -> dict:
    short = told[0].short or told[0].text
    return {"subject": _subject(what.label), "body": sms_text(short), "url": told[0].url}


def _subject(text: str) -> str:
    """One line; nothing typed by anybody can begin a second header."""
    return " ".join(text.split())[:_MOST_SUBJECT]

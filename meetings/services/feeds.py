"""The secret address of a member's own calendar. It tells kind, hour and place; only its hash is kept; it is dead as
soon as he belongs to no branch, cannot sign in, or wishes it."""

import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from members.enums import COUNTED
from members.models import Member

from ..models import CalendarFeed

_LETTERS = 43  # of 32 random bytes


@transaction.atomic
def make_feed(*, member: Member, actor: User) -> str:
    """A new address; the one before is dead. The secret is given back once and kept nowhere."""
    if member.account_id != actor.pk or not _lives(member):
        raise PermissionDenied
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.filter(member=member).delete()
    CalendarFeed.objects.create(member=member, secret_hash=_hash(secret))
    record("meeting.feed_made", actor=actor, target=member, unit=member.branch_id)
    return secret


@transaction.atomic
def end_feed(*, member: Member, actor: User) -> None:
    if member.account_id != actor.pk:
        raise PermissionDenied
    if CalendarFeed.objects.filter(member=member).delete()[0]:
        record("meeting.feed_ended", actor=actor, target=member, unit=member.branch_id)


def feed_of(secret: str) -> CalendarFeed | None:
    """Nothing for a wrong or dead secret. The day of the last reading is kept for its owner."""
    if len(secret) != _LETTERS:
        return None
    rows = CalendarFeed.objects.select_related("member__account")
    feed = rows.filter(secret_hash=_hash(secret)).first()
    if feed is None or not _lives(feed.member):
        return None
    today = timezone.localdate()
    if feed.last_read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=today)
    return feed


def _lives(member: Member) -> bool:
    return member.status in COUNTED and member.account.is_active


def _hash(secret: str) -> str:
    # A random secret of 256 bits needs no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()

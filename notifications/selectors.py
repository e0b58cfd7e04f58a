from dataclasses import dataclass
from functools import lru_cache

from django.db.models import IntegerField, Q, QuerySet, Subquery

from accounts.models import User
from common.prepared import Prepared
from orgtree.enums import Reach, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import holdings_of, living

from .channels import addresses_of, open_channels, reachable
from .enums import Channel, HelpState
from .kinds import KINDS
from .models import HelpRequest, MutedKind, Notice

# Who answers difficulties in a unit: the first of these roles that somebody holds there.
RESPONSIBLE = (Role.HANDBOOK_OFFICER, Role.SECRETARY, Role.ORG_DEPARTMENT)
_ANSWERING = (*RESPONSIBLE, Role.DEPUTY_SECRETARY)


class _CountOf(Subquery):
    """How many rows a query finds, inside another one."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Waiting:
    """What the header counts: unread notices, and difficulties that wait for this reader's answer."""

    unread: int = 0
    problems: int = 0


@dataclass(frozen=True)
class Responsible:
    """To whom a difficulty goes: a unit, and those in it who are told."""

    unit_id: int
    unit_name: str
    users: tuple[int, ...]
    names: tuple[str, ...]


def notices_of(user: User, *, only_unread: bool = False, kind: str = "") -> QuerySet[Notice]:
    """The user's own inbox, unread first, newest first."""
    notices = Notice.objects.filter(user_id=user.pk).annotate(is_read=Q(read_at__isnull=False))
    if only_unread:
        notices = notices.filter(read_at=None)
    if kind:
        notices = notices.filter(kind=kind)
    return notices.order_by("is_read", "-id")


def kinds_in_inbox(user: User) -> list[tuple[str, str]]:
    """Kinds that stand in the user's inbox, with their words."""
    kinds = Notice.objects.filter(user_id=user.pk).order_by().values_list("kind", flat=True).distinct()
    return sorted(((kind, label_of(kind)) for kind in kinds), key=lambda pair: pair[1])


def label_of(kind: str) -> str:
    """The words of a kind; one that no app registers any more is called a notice."""
    return KINDS[kind].label if kind in KINDS else "Thông báo"


def muted_kinds(user: User) -> set[tuple[str, str]]:
    """Pairs of kind and way."""
    return set(MutedKind.objects.filter(user_id=user.pk).values_list("kind", "channel"))


@dataclass(frozen=True)
class Way:
    """How a person is reached on a way that is open: `to` is his own address, shown to himself alone; empty: he has
    none. `rests`: it was refused three times."""

    channel: Channel
    to: str
    rests: bool


def ways_of(user: User) -> list[Way]:
    ways = []
    for channel in open_channels():
        to = addresses_of(channel, [user.pk]).get(user.pk, "")
        ways.append(Way(channel, to, bool(to) and not reachable(channel, [user.pk])))
    return ways


@lru_cache(maxsize=16)
def _counts(units: int) -> Prepared:
    """Unread notices, and open difficulties told by others to so many units."""

    def make(user_id: int, **answering: int) -> QuerySet:
        problems = HelpRequest.objects.filter(state=HelpState.OPEN, unit_id__in=list(answering.values()))
        return User.objects.filter(pk=user_id).values_list(
            _CountOf(Notice.objects.filter(user_id=user_id, read_at=None).order_by().values("pk")),
            _CountOf(problems.exclude(sender_id=user_id).order_by().values("pk")),
        )

    return Prepared(make, user_id=int, **{f"unit_{number}": int for number in range(units)})


def waiting_for(user: User) -> Waiting:
    """One query, kept on the user object, which lives for one request."""
    kept = user.__dict__.get("_waiting")
    if kept is None:
        units = _own_answering_units(user)
        rows = _counts(len(units)).rows(user_id=user.pk, **{f"unit_{n}": pk for n, pk in enumerate(units)})
        kept = Waiting(*(number or 0 for number in rows[0])) if rows else Waiting()
        user.__dict__["_waiting"] = kept
    return kept


def _own_answering_units(user: User) -> list[int]:
    return [holding.unit_id for holding in holdings_of(user) if holding.role in _ANSWERING]


def may_answer_anywhere(user: User) -> bool:
    return bool(_own_answering_units(user))


def answers_below(user: User) -> bool:
    """Has units under those in which the user answers."""
    return any(
        holding.role in _ANSWERING and holding.reach == Reach.SUBTREE and holding.rght - holding.lft > 1
        for holding in holdings_of(user)
    )


def responsible_for(unit: OrgUnit, *, but: User) -> Responsible | None:
    """The nearest unit upward, from `unit` itself, in which somebody other than `but` holds a responsible role."""
    rows = (
        living(Grant.objects.filter(unit_id__in=[*unit.ancestor_ids, unit.pk], role__in=RESPONSIBLE))
        .exclude(user_id=but.pk)
        .order_by("-unit__level", "user__full_name", "user_id")
        .values_list("unit_id", "unit__name", "role", "user_id", "user__full_name")
    )
    rows = list(rows)
    if not rows:
        return None
    nearest = [row for row in rows if row[0] == rows[0][0]]
    role = next(role for role in RESPONSIBLE if any(row[2] == role for row in nearest))
    told = [row for row in nearest if row[2] == role]
    return Responsible(rows[0][0], rows[0][1], tuple(row[3] for row in told), tuple(row[4] for row in told))


def help_sent_by(user: User) -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(sender_id=user.pk).select_related("unit", "answered_by")


def help_to_answer(user: User, *, below: bool = False) -> QuerySet[HelpRequest]:
    """Difficulties told to the units in which the user answers; with `below`, those told to the units under them."""
    area = Q(pk__in=[])
    for holding in holdings_of(user):
        if holding.role not in _ANSWERING:
            continue
        if not below:
            area |= Q(unit_id=holding.unit_id)
        elif holding.reach == Reach.SUBTREE:
            area |= Q(unit__tree_id=holding.tree_id, unit__lft__gt=holding.lft, unit__rght__lt=holding.rght)
    return HelpRequest.objects.filter(area).exclude(sender_id=user.pk).select_related("unit", "sender")


def help_visible_to(user: User) -> QuerySet[HelpRequest]:
    """Of the sender, of those who answer it and of their superiors."""
    ids = [
        help_sent_by(user).order_by().values("pk"),
        help_to_answer(user).order_by().values("pk"),
        help_to_answer(user, below=True).order_by().values("pk"),
    ]
    return HelpRequest.objects.filter(Q(pk__in=ids[0]) | Q(pk__in=ids[1]) | Q(pk__in=ids[2])).select_related(
        "unit", "sender", "answered_by"
    )

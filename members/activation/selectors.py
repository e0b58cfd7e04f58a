"""How far the members of a unit are, and who waits for a code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from common.addresses import numbered
from common.text import search_key
from orgtree.enums import Right
from orgtree.models import Grant, OrgUnit
from orgtree.rights import living, units_where

from ..enums import COUNTED, Status
from ..models import Member
from .enums import TAKES_PART, TONES, State
from .policies import living_roles, may_hand_code

# "Sắp hết hạn".
SOON = timedelta(days=3)
_WAITS = Q(status__in=TAKES_PART, account__activated_at=None)
VALUES = (
    "id",
    "account_id",
    "full_name",
    "birth_date",
    "phone",
    "no_smartphone",
    "status",
    "branch_id",
    "branch__name",
    "account__activated_at",
    "account__activation_closes_at",
    "account__identity_confirmed_at",
)


def condition(state: State, now: datetime) -> Q:
    return {
        State.ACTIVATED: Q(status__in=TAKES_PART, account__activated_at__isnull=False),
        State.OPEN: _WAITS & Q(account__activation_closes_at__gt=now),
        State.RAN_OUT: _WAITS & Q(account__activation_closes_at__lte=now),
        State.NOT_OPENED: _WAITS & Q(account__activation_closes_at=None),
        State.EXEMPT: Q(status=Status.EXEMPT),
    }[state]


def state_of(row: Mapping, now: datetime) -> State:
    """Of one row of VALUES; the same as `condition`."""
    closes_at = row["account__activation_closes_at"]
    if row["status"] == Status.EXEMPT:
        return State.EXEMPT
    if row["account__activated_at"] is not None:
        return State.ACTIVATED
    if closes_at is None:
        return State.NOT_OPENED
    return State.OPEN if closes_at > now else State.RAN_OUT


def members_to_activate(user: User, unit: OrgUnit) -> QuerySet[Member]:
    """Those of the unit and of all below whose records the reader keeps."""
    inside = units_where(user, Right.MANAGE_MEMBERS)
    inside = inside.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    return Member.objects.filter(branch__in=inside.values("pk"), status__in=COUNTED)


def counts_of(members: QuerySet[Member]) -> dict[State, int]:
    """How many are in each state. One query."""
    now = timezone.now()
    return members.order_by().aggregate(**{state.name: Count("pk", filter=condition(state, now)) for state in State})


def chosen_of(members: QuerySet[Member], state: str, text: str) -> QuerySet[Member]:
    """Narrowed by state and by the words of a name, in the order of the tree and of names."""
    if state in State.values:
        members = members.filter(condition(State(state), timezone.now()))
    for word in search_key(text).split():
        members = members.filter(search_key__contains=word)
    return members.order_by("branch__tree_id", "branch__lft", "name_sort", "pk")


def rows_of(user: User, found: Iterable[Mapping]) -> list[dict]:
    """Rows of `.values(*VALUES)` as the list shows them. One query, for the roles that rest."""
    found, now = list(found), timezone.now()
    unconfirmed = [row["account_id"] for row in found if row["account__identity_confirmed_at"] is None]
    roles = living_roles(unconfirmed)
    rows = []
    for row in found:
        state, held = state_of(row, now), roles.get(row["account_id"], [])
        rests = bool(held) and row["account__activated_at"] is not None
        rows.append(
            {
                "id": row["id"],
                "url": numbered("members:member", row["id"]),
                "name": row["full_name"],
                "branch": row["branch__name"],
                "phone": row["phone"],
                "no_smartphone": row["no_smartphone"],
                "state": state,
                "label": state.label,
                "tone": TONES[state],
                "activated_at": row["account__activated_at"],
                "closes_at": row["account__activation_closes_at"],
                "waits": state in (State.OPEN, State.RAN_OUT, State.NOT_OPENED),
                "soon": state == State.OPEN and row["account__activation_closes_at"] < now + SOON,
                "rests": rests,
                "code_url": numbered("activation:hand_code", row["account_id"])
                if rests and may_hand_code(user, row["account_id"], held)
                else "",
            }
        )
    return rows


@dataclass(frozen=True)
class Resting:
    """Somebody whose roles wait for a code handed over in person."""

    account: User
    member: Member | None
    roles: tuple[Grant, ...]

    @property
    def words(self) -> str:
        return "; ".join(f"{grant.get_role_display()}, {grant.unit.name}" for grant in self.roles)


def resting_below(user: User) -> list[Resting]:
    """To whom the reader may hand a code: who holds a role in his area or right below it, and was never confirmed. Two
    queries."""
    near = Q(unit__in=units_where(user, Right.MANAGE_MEMBERS).values("pk")) | Q(
        unit__parent__in=units_where(user, Right.DELEGATE).values("pk")
    )
    waiting = living(Grant.objects.filter(near, user__identity_confirmed_at=None)).exclude(user_id=user.pk)
    return _resting(user, waiting.values("user_id"))


def resting_person(user: User, account_id: int) -> Resting | None:
    """One of them; nobody where the reader may not hand him a code."""
    return next(iter(_resting(user, [account_id])), None)


def _resting(user: User, account_ids) -> list[Resting]:
    accounts = User.objects.filter(pk__in=account_ids, identity_confirmed_at=None, is_active=True)
    people = list(accounts.select_related("member__branch").order_by("member__name_sort", "pk"))
    roles = living_roles(one.pk for one in people)
    return [
        Resting(one, getattr(one, "member", None), tuple(roles[one.pk]))
        for one in people
        if one.pk in roles and may_hand_code(user, one.pk, roles[one.pk])
    ]

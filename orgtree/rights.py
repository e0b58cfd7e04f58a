"""The two questions, never mixed: may I (`has_right`), and is it there for me (`units_where`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Protocol

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from common.prepared import Prepared

from .enums import HELD_AFTER_RESET, NEVER_INHERITED, ROLES, Reach, Rest, Right, Role
from .models import Grant, OrgUnit


class Placed(Protocol):
    """A unit, or any row that carries its place in the tree."""

    pk: int
    tree_id: int
    lft: int
    rght: int


@dataclass(frozen=True)
class Holding:
    """A living grant with the interval of its unit, read once per request."""

    grant_id: int
    unit_id: int
    unit_name: str
    kind_id: int
    tree_id: int
    lft: int
    rght: int
    role: Role
    reach: Reach
    rights: frozenset[Right]

    @property
    def is_top(self) -> bool:
        """Held on the top unit of a tree, which alone has the first edge."""
        return self.lft == 1

    def covers(self, unit: Placed, right: Right) -> bool:
        if right not in self.rights:
            return False
        if unit.pk == self.unit_id:
            return True
        if self.reach == Reach.UNIT or right in NEVER_INHERITED:
            return False
        return self.tree_id == unit.tree_id and self.lft < unit.lft and unit.rght < self.rght

    def area(self, right: Right) -> Q | None:
        """The units where this holding yields `right`, as a condition on OrgUnit."""
        if right not in self.rights:
            return None
        if self.reach == Reach.UNIT or right in NEVER_INHERITED:
            return Q(pk=self.unit_id)
        return Q(tree_id=self.tree_id, lft__gte=self.lft, rght__lte=self.rght)


def living(grants: QuerySet[Grant] | None = None, *, today: date | None = None) -> QuerySet[Grant]:
    """Grants in force today: begun, not ended, not taken back, on an open unit, of an active account."""
    today = today or timezone.localdate()
    grants = Grant.objects.all() if grants is None else grants
    return grants.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        begins_on__lte=today,
        revoked_at=None,
        unit__closed_on=None,
        user__is_active=True,
    )


def held_or_to_begin(grants: QuerySet[Grant] | None = None, *, today: date | None = None) -> QuerySet[Grant]:
    """Grants on open units that are in force or will be, whether their holder may sign in or not."""
    grants = Grant.objects.all() if grants is None else grants
    not_over = Q(ends_on=None) | Q(ends_on__gte=today or timezone.localdate())
    return grants.filter(not_over, revoked_at=None, unit__closed_on=None)


_HOLDINGS = Prepared(
    lambda user_id, today: (
        living(Grant.objects.filter(user_id=user_id), today=today)
        .order_by("unit__tree_id", "unit__lft", "role")
        .values_list(
            "pk",
            "unit_id",
            "unit__name",
            "unit__kind_id",
            "unit__tree_id",
            "unit__lft",
            "unit__rght",
            "role",
            "reach",
            "given_at",
        )
    ),
    user_id=int,
    today=date,
)


def holdings_of(user: User) -> tuple[Holding, ...]:
    """The user's living grants: one query, kept on the user object, which lives for one request. A grant taken
    back is therefore dead at the next request."""
    if not user.is_authenticated or not user.is_active:
        return ()
    kept = user.__dict__.get("_holdings")
    if kept is None:
        rows = _HOLDINGS.rows(user_id=user.pk, today=timezone.localdate())
        held = HELD_AFTER_RESET if user.decisions_are_held else frozenset()
        kept = tuple(Holding(*row[:7], Role(row[7]), Reach(row[8]), ROLES[row[7]].rights - held) for row in rows)
        user.__dict__["_factor_due"] = _factor_due(user, min(row[9] for row in rows)) if kept else None
        user.__dict__["_rest"] = _rest(user) if kept else None
        user.__dict__["_holdings"] = kept
    return () if user.__dict__["_rest"] else kept


def why_roles_rest(user: User) -> Rest | None:
    """Why the user's roles have no effect at present; None when they have, or when he has none."""
    holdings_of(user)
    return user.__dict__.get("_rest")


def resting_holdings(user: User) -> tuple[Holding, ...]:
    """What would come into effect once the reason of `why_roles_rest` is gone."""
    return user.__dict__["_holdings"] if why_roles_rest(user) else ()


def second_factor_due(user: User) -> datetime | None:
    """Until when a holder of roles may still do without a second factor; None when he has one or needs none. No
    query after that of the holdings."""
    holdings_of(user)
    return user.__dict__.get("_factor_due")


def needs_second_factor(user: User) -> bool:
    """Whether the account's roles rest without one (SECOND_FACTOR_NEEDED)."""
    return settings.SECOND_FACTOR == "roles" and bool(holdings_of(user) or resting_holdings(user))


def _factor_due(user: User, held_since: datetime) -> datetime | None:
    """The grace runs from the oldest role, the activation or the day the rule came, whichever is latest; its last day
    is a whole one."""
    if settings.SECOND_FACTOR != "roles" or user.second_factor_since is not None:
        return None
    begins = timezone.localtime(max(held_since, user.activated_at or held_since)).date()
    begins = max(begins, settings.SECOND_FACTOR_FROM or begins)
    ends = begins + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS + 1)
    return datetime.combine(ends, time(), tzinfo=timezone.get_current_timezone())


def _rest(user: User) -> Rest | None:
    if user.identity_confirmed_at is None:
        return Rest.IDENTITY
    due = user.__dict__["_factor_due"]
    return Rest.SECOND_FACTOR if due is not None and timezone.now() >= due else None


def forget_holdings(user: User | None) -> None:
    """After a lock was taken or the tree was written, the intervals read before may be old."""
    if user is not None:
        user.__dict__.pop("_holdings", None)
        user.__dict__.pop("_rest", None)
        user.__dict__.pop("_factor_due", None)


def has_right(user: User, right: Right, unit: Placed | None) -> bool:
    """May `user` do `right` on `unit`? Compares intervals in memory; costs no query after the first."""
    if unit is None:
        return False
    return any(holding.covers(unit, right) for holding in holdings_of(user))


def has_right_anywhere(user: User, right: Right) -> bool:
    return any(right in holding.rights for holding in holdings_of(user))


def units_where(user: User, right: Right) -> QuerySet[OrgUnit]:
    """The same as a queryset, for lists: every unit on which `has_right` says yes."""
    areas = [area for holding in holdings_of(user) if (area := holding.area(right)) is not None]
    if not areas:
        return OrgUnit.objects.none()
    return OrgUnit.objects.filter(reduce(or_, areas))


def people_with(right: Right, unit: OrgUnit) -> QuerySet[User]:
    """Accounts that hold `right` on `unit` now, by a grant there or above."""
    roles = [role for role, rule in ROLES.items() if right in rule.rights]
    here = Q(grants__unit_id=unit.pk)
    if right not in NEVER_INHERITED:
        here |= Q(grants__unit_id__in=unit.ancestor_ids, grants__reach=Reach.SUBTREE)
    today = timezone.localdate()
    return User.objects.filter(
        here,
        Q(grants__ends_on=None) | Q(grants__ends_on__gte=today),
        grants__role__in=roles,
        grants__begins_on__lte=today,
        grants__revoked_at=None,
        grants__unit__closed_on=None,
        is_active=True,
    ).distinct()


def rights_on(user: User, unit: Placed) -> frozenset[Right]:
    """All rights the user has on the unit."""
    return frozenset(right for right in Right if has_right(user, right, unit))


def roles_with(rights: Iterable[Right]) -> list[Role]:
    wanted = set(rights)
    return [role for role, rule in ROLES.items() if wanted & rule.rights]

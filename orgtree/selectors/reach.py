"""Whether somebody has more rights than another (who could get into his account would have them too), and who holds a
right on a unit itself."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone

from accounts.models import User

from ..enums import NEVER_INHERITED, ROLES, Reach, Right, Role
from ..models import Grant
from ..rights import Holding, holdings_of, living, roles_with


def grants_out_of_reach(actor: User, user: User) -> list[Grant]:
    """Grants of `user` that yield a right which `actor` does not have there as far down: in force, resting or to begin
    yet. One query, beside the actor's own holdings."""
    grants = Grant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()),
        user_id=user.pk,
        revoked_at=None,
        unit__closed_on=None,
    )
    held = holdings_of(actor)
    found = grants.select_related("unit").order_by("unit__level", "pk")
    return [grant for grant in found if not all(_reaches(held, grant, right) for right in ROLES[grant.role].rights)]


def reaches_already(user: User, grant: Grant) -> bool:
    """Would this grant, not made yet, add nothing to what `user` can do now?"""
    held = holdings_of(user)
    return all(_reaches(held, grant, right) for right in ROLES[Role(grant.role)].rights)


def _reaches(held: tuple[Holding, ...], grant: Grant, right: Right) -> bool:
    if right in NEVER_INHERITED:
        return any(holding.covers(grant.unit, right) or _hands_down(holding, grant) for holding in held)
    return any(
        holding.covers(grant.unit, right) and (grant.reach == Reach.UNIT or holding.reach == Reach.SUBTREE)
        for holding in held
    )


def _hands_down(holding: Holding, grant: Grant) -> bool:
    """What belongs to a unit itself is held by nobody above it: there it counts that he stands above the unit and
    hands on this very role (a committee's secretary and the branch's meeting)."""
    above = holding.tree_id == grant.unit.tree_id and holding.lft < grant.unit.lft and grant.unit.rght < holding.rght
    return (
        above
        and holding.reach == Reach.SUBTREE
        and Right.DELEGATE in holding.rights
        and Role(grant.role) in ROLES[holding.role].may_give
    )


def holders_of(right: Right, unit_ids: Iterable[int], *, day: date) -> dict[int, set[int]]:
    """Unit → users with a grant of the right on that unit itself: all who have it where it is never inherited. One
    query."""
    grants = living(Grant.objects.filter(unit_id__in=list(unit_ids), role__in=roles_with([right])), today=day)
    found = defaultdict(set)
    for unit_id, user_id in grants.values_list("unit_id", "user_id"):
        found[unit_id].add(user_id)
    return found

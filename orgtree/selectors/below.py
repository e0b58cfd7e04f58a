"""Units that a reader follows with all below them: what boards begin at."""

from accounts.models import User

from ..enums import Reach, Right
from ..models import OrgUnit
from ..rights import holdings_of, units_where


def followed_unit(user: User, pk: int | None) -> OrgUnit | None:
    """The unit asked for, where the reader sees it and all below it; without one his own highest. At most one query."""
    wide = [one for one in holdings_of(user) if Right.VIEW in one.rights and one.reach == Reach.SUBTREE]
    if pk is None:
        highest = max(wide, key=lambda one: one.rght - one.lft, default=None)
        if highest is None or highest.rght - highest.lft == 1:
            return None
        return OrgUnit.objects.select_related("kind").get(pk=highest.unit_id)
    unit = units_where(user, Right.VIEW).select_related("kind").filter(pk=pk).first()
    if unit is None or not any(one.covers(unit, Right.VIEW) for one in wide):
        return None
    return unit


def units_to_follow(user: User) -> list[tuple[int, str]]:
    """Units of the user's own with units below, of which he sees all: no query after the first."""
    found = {}
    for holding in holdings_of(user):
        if Right.VIEW in holding.rights and holding.reach == Reach.SUBTREE and holding.rght - holding.lft > 1:
            found[holding.unit_id] = holding.unit_name
    return list(found.items())


def unit_opened(unit: OrgUnit, pk: int | None) -> OrgUnit | None:
    """One below `unit`, to which the tree is opened. At most one query."""
    if pk is None:
        return None
    return OrgUnit.objects.filter(tree_id=unit.tree_id, lft__gt=unit.lft, rght__lt=unit.rght, pk=pk).first()

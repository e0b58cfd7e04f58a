"""Units that a reader follows with all below them: what boards begin at."""

from accounts.models import User

from ..enums import Reach, Right
from ..models import OrgUnit
from ..rights import holdings_of, units_where


def followed_unit(user: User, pk: int | None) -> OrgUnit | None:
    """The unit asked for, where the reader sees it and all below it; without one his own highest. At most one query."""
    return followed_and_opened(user, pk, None)[0]


def followed_and_opened(user: User, pk: int | None, opened: int | None) -> tuple[OrgUnit | None, OrgUnit | None]:
    """`followed_unit`, and with it the one below to which the tree is opened. At most one query."""
    wide = [one for one in holdings_of(user) if Right.VIEW in one.rights and one.reach == Reach.SUBTREE]
    if pk is None:
        highest = max(wide, key=lambda one: one.rght - one.lft, default=None)
        if highest is None or highest.rght - highest.lft == 1:
            return None, None
        pk = highest.unit_id
    found = units_where(user, Right.VIEW).select_related("kind").in_bulk([pk] if opened is None else [pk, opened])
    unit, below = found.get(pk), found.get(opened)
    if unit is None or not any(one.covers(unit, Right.VIEW) for one in wide):
        return None, None
    if below and not (below.tree_id == unit.tree_id and unit.lft < below.lft and below.rght < unit.rght):
        below = None
    return unit, below


def units_to_follow(user: User) -> list[tuple[int, str]]:
    """Units of the user's own with units below, of which he sees all: no query after the first."""
    found = {}
    for holding in holdings_of(user):
        if Right.VIEW in holding.rights and holding.reach == Reach.SUBTREE and holding.rght - holding.lft > 1:
            found[holding.unit_id] = holding.unit_name
    return list(found.items())

"""What of the tree is there for a reader. Names are no secret inside a tree that is his; figures, grants and posts are
there where VIEW is held; a member sees, besides, the pages of his own branch and of the units above it in outline."""

from enum import Enum
from functools import reduce
from operator import or_

from django.db.models import Q

from accounts.models import User

from ..enums import Right
from ..models import OrgUnit
from ..panels import home_units
from ..rights import has_right, holdings_of


class Sight(Enum):
    """FULL: all of the page; OUTLINE: name, kind, path and who leads."""

    FULL = "full"
    OUTLINE = "outline"


def sight_of(user: User, unit: OrgUnit) -> Sight | None:
    """None: the unit's page is not there for the reader."""
    if has_right(user, Right.VIEW, unit):
        return Sight.FULL
    return Sight.OUTLINE if unit.pk in outlined_ids(user) else None


def outlined_ids(user: User) -> frozenset[int]:
    """The reader's own branch and the units above it."""
    return frozenset(pk for own, _, above in _homes(user) for pk in (own, *above))


def readable_trees(user: User) -> frozenset[int]:
    """The trees in which the reader holds a role or is a member."""
    held = {holding.tree_id for holding in holdings_of(user)}
    return frozenset(held | {tree_id for _, tree_id, _ in _homes(user)})


def openable(user: User) -> Q:
    """The units whose page is there for the reader, as a condition on OrgUnit."""
    areas = [area for holding in holdings_of(user) if (area := holding.area(Right.VIEW)) is not None]
    return reduce(or_, areas, Q(pk__in=outlined_ids(user)))


def _homes(user: User) -> list[tuple[int, int, list[int]]]:
    """Read once per request, like the holdings."""
    kept = user.__dict__.get("_home_units")
    if kept is None:
        kept = user.__dict__["_home_units"] = home_units(user)
    return kept


def unit_for(user: User, pk: int) -> tuple[OrgUnit, Sight]:
    """Raises OrgUnit.DoesNotExist where there is nothing for this reader."""
    unit = OrgUnit.objects.select_related("kind", "parent__kind", "merged_into").get(pk=pk)
    sight = sight_of(user, unit)
    if sight is None:
        raise OrgUnit.DoesNotExist
    return unit, sight

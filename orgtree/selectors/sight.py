"""What of the tree is there for a reader. Names are no secret inside a tree that is his; figures, grants and posts are
there where VIEW is held; besides, a member sees the pages of his own branch and of the units above it in outline, an
officer those above the unit of his role. So whoever opens a page may open all pages above it."""

from enum import Enum
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from accounts.models import User

from ..enums import Right
from ..models import OrgUnit, UnitKind
from ..panels import home_units
from ..rights import Placed, has_right, holdings_of


class Sight(Enum):
    """FULL: all of the page; OUTLINE: name, kind, path and who leads."""

    FULL = "full"
    OUTLINE = "outline"


def sight_of(user: User, unit: OrgUnit) -> Sight | None:
    """None: the unit's page is not there for the reader."""
    if has_right(user, Right.VIEW, unit):
        return Sight.FULL
    return Sight.OUTLINE if is_outlined(user, unit) else None


def is_outlined(user: User, unit: Placed) -> bool:
    """The unit is the reader's own branch, or stands above it or above the unit of a role of his."""
    for holding in holdings_of(user):
        if holding.tree_id == unit.tree_id and unit.lft < holding.lft and holding.rght < unit.rght:
            return True
    return any(unit.pk == own or unit.pk in above for own, _, above in _homes(user))


def readable_trees(user: User) -> frozenset[int]:
    """The trees in which the reader holds a role or is a member."""
    held = {holding.tree_id for holding in holdings_of(user)}
    return frozenset(held | {tree_id for _, tree_id, _ in _homes(user)})


def openable(user: User) -> Q:
    """The units whose page is there for the reader, as a condition on OrgUnit."""
    holdings = holdings_of(user)
    areas = [area for holding in holdings if (area := holding.area(Right.VIEW)) is not None]
    areas += [Q(tree_id=one.tree_id, lft__lt=one.lft, rght__gt=one.rght) for one in holdings]
    own = {pk for own, _, above in _homes(user) for pk in (own, *above)}
    return reduce(or_, areas, Q(pk__in=own))


def _homes(user: User) -> list[tuple[int, int, list[int]]]:
    """Read once per request, like the holdings."""
    kept = user.__dict__.get("_home_units")
    if kept is None:
        kept = user.__dict__["_home_units"] = home_units(user)
    return kept


def unit_for(user: User, pk: int) -> tuple[OrgUnit, Sight]:
    """With `may_hold_units`: some kind may stand below. Raises OrgUnit.DoesNotExist where there is nothing for this
    reader."""
    child_kinds = UnitKind.objects.filter(legal_parents=OuterRef("kind_id"))
    units = OrgUnit.objects.select_related("kind", "parent__kind", "merged_into")
    unit = units.annotate(may_hold_units=Exists(child_kinds)).get(pk=pk)
    sight = sight_of(user, unit)
    if sight is None:
        raise OrgUnit.DoesNotExist
    return unit, sight

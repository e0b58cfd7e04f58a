"""Who may change the tree. A move needs the right at all three places (features A5)."""

from accounts.models import User

from .enums import Reach, Right
from .models import OrgUnit
from .rights import has_right, holdings_of


def may_view(user: User, unit: OrgUnit) -> bool:
    return has_right(user, Right.VIEW, unit)


def may_create_below(user: User, parent: OrgUnit) -> bool:
    return has_right(user, Right.MANAGE_UNIT, parent)


def may_edit(user: User, unit: OrgUnit) -> bool:
    """A unit's own secretary may not rename or close what gives him his right: that comes from above, for the
    top unit from its organisation department."""
    if unit.parent_id is None:
        return has_right(user, Right.MANAGE_UNIT, unit)
    return has_right(user, Right.MANAGE_UNIT, unit) and has_right(user, Right.MANAGE_UNIT, unit.parent)


def may_move(user: User, unit: OrgUnit, new_parent: OrgUnit) -> bool:
    return (
        unit.parent is not None
        and may_edit(user, unit)
        and has_right(user, Right.MANAGE_UNIT, unit.parent)
        and has_right(user, Right.MANAGE_UNIT, new_parent)
    )


def may_receive(user: User, target: OrgUnit) -> bool:
    """Merging asks `may_edit` of each that ends, and this of the one that takes them up."""
    return has_right(user, Right.MANAGE_UNIT, target)


def may_import_units(user: User) -> bool:
    """A list speaks of a whole tree: the right is asked on its top unit. Each row is asked again by itself."""
    return any(
        holding.is_top and holding.reach == Reach.SUBTREE and Right.MANAGE_UNIT in holding.rights
        for holding in holdings_of(user)
    )


def may_read_kinds(user: User) -> bool:
    return may_import_units(user)

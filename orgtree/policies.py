"""Who may change the tree. A move needs the right at all three places (features A5)."""

from accounts.models import User

from .enums import NEVER_INHERITED, ROLES, Reach, Right, Role
from .models import Grant, OrgUnit
from .rights import Holding, has_right, holdings_of, rights_on


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


def may_vouch_for(user: User, grant: Grant) -> bool:
    """May `user` hand a code to the holder of this role, which lets him in or wakes the role? Only who might have
    given it, or holds all that it contains himself: else the code would be a way to rights that he has not. Asks for
    the user's own roles alone, which are none while they rest: two whom nobody has confirmed confirm nobody."""
    if user.pk == grant.user_id or user.decisions_are_held:
        return False
    return any(_vouches(holding, grant) for holding in holdings_of(user))


def _vouches(holding: Holding, grant: Grant) -> bool:
    role = ROLES[Role(grant.role)]
    gives = grant.role in ROLES[holding.role].may_give
    if holding.unit_id == grant.unit_id:
        if gives and holding.is_top and Right.DELEGATE in holding.rights:
            return True
        wide_enough = holding.reach == Reach.SUBTREE or grant.reach == Reach.UNIT
        return Right.MANAGE_MEMBERS in holding.rights and role.rights <= holding.rights and wide_enough
    if holding.unit_id == grant.unit.parent_id and gives and Right.DELEGATE in holding.rights:
        return True
    # Further up only the organisation department gives, in the place of those between.
    gives = gives and holding.role == Role.ORG_DEPARTMENT and Right.DELEGATE in holding.rights
    above = holding.covers(grant.unit, Right.MANAGE_MEMBERS)
    return above and (gives or role.rights - NEVER_INHERITED <= holding.rights)


def may_end_by_record(user: User, grant: Grant) -> bool:
    """May `user` change a record in a way that ends this role of its member, or shuts him out of it? Who keeps the
    records above the unit, or on it and holds all that the role contains or gives it there: else an officer would be
    rid of the secretary whom he helps, and a secretary of who inspects him, neither of whom he may take back. Asks for
    the user's own roles alone; `grant` with its unit and the unit above."""
    unit, role = grant.unit, Role(grant.role)
    if unit.parent is not None and has_right(user, Right.MANAGE_MEMBERS, unit.parent):
        return True
    gives = unit.parent_id is None and any(
        one.unit_id == unit.pk and Right.DELEGATE in one.rights and role in ROLES[one.role].may_give_beside
        for one in holdings_of(user)
    )
    return has_right(user, Right.MANAGE_MEMBERS, unit) and (gives or ROLES[role].rights <= rights_on(user, unit))


def may_import_units(user: User) -> bool:
    """A list speaks of a whole tree: the right is asked on its top unit. Each row is asked again by itself."""
    return any(
        holding.is_top and holding.reach == Reach.SUBTREE and Right.MANAGE_UNIT in holding.rights
        for holding in holdings_of(user)
    )


def may_read_kinds(user: User) -> bool:
    return may_import_units(user)

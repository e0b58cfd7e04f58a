"""Who may hand down and take back. The rules of the grant itself stand in `orgtree.services.grants`."""

from accounts.models import User
from orgtree.enums import Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right_anywhere
from orgtree.services.grants import Giving, giving

from .steps import NO_STEP, step_of


def may_give_anywhere(user: User) -> bool:
    return has_right_anywhere(user, Right.DELEGATE)


def roles_to_give(user: User, unit: OrgUnit) -> dict[Role, Giving]:
    """What `user` may hand out in the unit, and by which right of his. One query at most."""
    if not unit.is_open or step_of(unit) == NO_STEP:
        return {}
    return giving(user, unit)


def may_give_in(user: User, unit: OrgUnit) -> bool:
    return bool(roles_to_give(user, unit))


def may_change(user: User, grant: Grant) -> bool:
    """Take back, hand over, set another last day: who could give it there, and nobody his own."""
    if grant.revoked_at is not None or grant.user_id == user.pk:
        return False
    return Role(grant.role) in giving(user, grant.unit)

"""Who may do what with a task."""

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right

from .models import Assignment


def may_give(user: User, unit: OrgUnit) -> bool:
    return has_right(user, Right.ASSIGN_TASKS, unit)


def may_report(user: User, assignment: Assignment) -> bool:
    """Say that it is done: its owner."""
    return user.pk == assignment.owner_id and user.is_active


def may_confirm(user: User, assignment: Assignment) -> bool:
    """See that it is done, return or drop it; nobody confirms his own."""
    return user.pk != assignment.owner_id and may_give(user, assignment.unit)


def may_see(user: User, assignment: Assignment) -> bool:
    return user.pk == assignment.owner_id or has_right(user, Right.VIEW, assignment.unit)

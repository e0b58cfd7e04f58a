"""Which tasks."""

from django.db.models import QuerySet

from accounts.models import User
from orgtree.models import OrgUnit

from .enums import AssignmentState
from .models import Assignment

UNFINISHED = (AssignmentState.OPEN, AssignmentState.DONE)


def unfinished_in(unit: OrgUnit) -> QuerySet[Assignment]:
    """What the next agenda opens with."""
    return Assignment.objects.filter(unit=unit, state__in=UNFINISHED).select_related("owner").order_by("due_on", "id")


def assignments_of(user: User) -> QuerySet[Assignment]:
    """What waits for the user himself."""
    return Assignment.objects.filter(owner=user, state=AssignmentState.OPEN).select_related("unit")

"""Which tasks."""

from django.db.models import Case, Q, QuerySet, When

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import units_where

from .enums import AssignmentState
from .models import Assignment

UNFINISHED = (AssignmentState.OPEN, AssignmentState.DONE)


def unfinished_in(unit: OrgUnit) -> QuerySet[Assignment]:
    """What the next agenda opens with."""
    return Assignment.objects.filter(unit=unit, state__in=UNFINISHED).select_related("owner").order_by("due_on", "id")


def assignments_of(user: User) -> QuerySet[Assignment]:
    """What waits for the user himself."""
    return Assignment.objects.filter(owner=user, state=AssignmentState.OPEN).select_related("unit")


def all_of(user: User) -> QuerySet[Assignment]:
    """Given to the user, the unfinished first, then by day."""
    return _ordered(Assignment.objects.filter(owner=user))


def to_follow(user: User) -> QuerySet[Assignment]:
    """Given out by the user, as far as he still sees them, or of units where he may confirm."""
    seen, units = (units_where(user, right).values("pk") for right in (Right.VIEW, Right.ASSIGN_TASKS))
    given = Q(given_by=user, unit__in=seen)
    return _ordered(Assignment.objects.filter(given | Q(unit__in=units)).exclude(owner=user))


def _ordered(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    rank = Case(When(state=AssignmentState.DONE, then=0), When(state=AssignmentState.OPEN, then=1), default=2)
    return rows.select_related("unit", "owner").annotate(rank=rank).order_by("rank", "due_on", "id")

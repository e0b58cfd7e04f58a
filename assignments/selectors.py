"""Which tasks."""

from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

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
    """Given out by the user, or of units where he may confirm."""
    units = units_where(user, Right.ASSIGN_TASKS).values("pk")
    return _ordered(Assignment.objects.filter(Q(given_by=user) | Q(unit__in=units)).exclude(owner=user))


def _ordered(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    rank = Case(When(state=AssignmentState.DONE, then=0), When(state=AssignmentState.OPEN, then=1), default=2)
    return rows.select_related("unit", "owner").annotate(rank=rank).order_by("rank", "due_on", "id")


def counts_for(user: User, today: date) -> tuple[int, int, int]:
    """Mine that are late, mine that are open, given out by me and reported done."""
    mine = Q(owner=user, state=AssignmentState.OPEN)
    done = Q(given_by=user, state=AssignmentState.DONE) & ~Q(owner=user)
    rows = Assignment.objects.filter(mine | done).aggregate(
        late=Count("pk", filter=mine & Q(due_on__lt=today)),
        mine=Count("pk", filter=mine),
        done=Count("pk", filter=done),
    )
    return rows["late"], rows["mine"], rows["done"]

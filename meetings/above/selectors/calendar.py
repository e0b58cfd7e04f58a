"""The calendar of a reader: his branch's meetings, and those of all units that he follows. From above it says which
kind of meeting, when and where; what it is about is read when it was held (policies.may_read)."""

from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from members.models import Member
from orgtree.models import OrgUnit

from ...enums import OF_THE_COMMITTEE, MeetingState
from ...models import Attendee, Meeting
from .board import Month

SHOWN = tuple(state for state in MeetingState if state != MeetingState.DRAFT)


def own_branch(user: User) -> OrgUnit | None:
    member = Member.objects.filter(account=user).select_related("branch__kind").first()
    return member.branch if member is not None else None


def of_month(month: Month) -> Q:
    zone = timezone.get_current_timezone()
    begins = datetime.combine(month.first, time(), tzinfo=zone)
    return Q(starts_at__gte=begins, starts_at__lt=datetime.combine(month.after.first, time(), tzinfo=zone))


def meetings_below(unit: OrgUnit, month: Month) -> QuerySet[Meeting]:
    """Of the unit and all below it, in the order of the days."""
    return _ordered(
        Meeting.objects.filter(
            of_month(month),
            state__in=SHOWN,
            unit__tree_id=unit.tree_id,
            unit__lft__gte=unit.lft,
            unit__rght__lte=unit.rght,
        )
    )


def meetings_of_mine(user: User, branch: OrgUnit | None, month: Month) -> QuerySet[Meeting]:
    """Of my branch, and those that I am called to elsewhere; the committee's only where I am called."""
    called = Exists(Attendee.objects.filter(meeting_id=OuterRef("pk"), member__account=user))
    mine = called
    if branch is not None:
        mine |= Q(unit_id=branch.pk) & ~Q(kind__in=OF_THE_COMMITTEE)
    return _ordered(Meeting.objects.filter(of_month(month), mine, state__in=SHOWN))


def _ordered(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    meetings = meetings.exclude(from_paper=True, state=MeetingState.MINUTES)
    return meetings.select_related("unit").order_by("starts_at", "pk")

"""Which meetings are there for a reader, and what next month's would be."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from members.enums import PostCode
from members.models import Member, Post
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import holdings_of

from ..enums import OF_THE_COMMITTEE, Duty, MeetingState
from ..models import AgendaItem, Attendee, Habit, Meeting
from ..rules.catalogue import rules_of
from ..rules.habits import day_in, habit_of_day, month_after

GONE = (MeetingState.CANCELLED,)
_USUAL_HOUR = time(14, 0)


def units_held(user: User) -> list[int]:
    """Where the user calls meetings."""
    return [one.unit_id for one in holdings_of(user) if Right.HOLD_MEETINGS in one.rights]


def meetings_of(user: User, *, own_branch_id: int | None) -> QuerySet[Meeting]:
    """The reader's own: those he prepares, runs, is called to, and those of his branch. What he reads from above stands
    on the pages of those who look from above."""
    mine = Attendee.objects.filter(meeting=OuterRef("pk"), member__account=user)
    told = Q(Exists(mine)) | Q(chair__account=user) | Q(clerk__account=user)
    if own_branch_id:
        told |= Q(unit_id=own_branch_id) & ~Q(kind__in=OF_THE_COMMITTEE)
    not_yet = Q(state=MeetingState.DRAFT) | Q(from_paper=True, state=MeetingState.MINUTES)
    return (
        Meeting.objects.filter(Q(unit_id__in=units_held(user)) | (~not_yet & told))
        .select_related("unit")
        .order_by("starts_at", "pk")
    )


def own_record(user: User) -> Member | None:
    return Member.objects.select_related("branch__kind").filter(account=user).first()


def lines_of(user: User, meetings: list[Meeting]) -> dict[int, Attendee]:
    """The user's own line of each meeting."""
    rows = Attendee.objects.filter(meeting__in=[one.pk for one in meetings], member__account=user)
    return {line.meeting_id: line for line in rows}


def waits_for_answer(line: Attendee | None) -> bool:
    return line is not None and line.duty in {Duty.CALLED, Duty.INVITED}


@dataclass(frozen=True)
class Proposal:
    """What a form for the next meeting begins with. `like`: the last one of the kind, whose agenda can be taken."""

    kind: str
    starts_at: datetime
    minutes: int
    place: str
    like: Meeting | None
    habit: Habit | None

    @property
    def month(self) -> int:
        return timezone.localtime(self.starts_at).month


def propose(unit: OrgUnit, kind: str, *, now: datetime | None = None) -> Proposal:
    """The next month that has no meeting of the kind, on the branch's habit; without one on the weekday of the last
    meeting. Two queries."""
    now = now or timezone.now()
    habit = Habit.objects.filter(unit=unit, kind=kind).first()
    held = Meeting.objects.filter(unit=unit, kind=kind).exclude(state__in=GONE)
    items = AgendaItem.objects.filter(meeting=OuterRef("pk"))
    latest = held.order_by("-starts_at", "-pk").values("pk")[:1]
    known = held.filter(Q(starts_at__gte=_month_of(now)) | Q(pk__in=latest)).annotate(has_items=Exists(items))
    rows = list(known.order_by("-starts_at", "-pk"))
    last = rows[0] if rows else None
    like = last if last is None or last.has_items else None
    taken = {(day.year, day.month) for day in (timezone.localtime(one.starts_at) for one in rows)}
    year, month = timezone.localtime(now).year, timezone.localtime(now).month
    for _ in range(24):
        day = _day(habit, last, year, month)
        at = habit.at if habit else (timezone.localtime(last.starts_at).time() if last else _USUAL_HOUR)
        starts_at = datetime.combine(day, at, tzinfo=timezone.get_current_timezone())
        if (year, month) not in taken and starts_at > now:
            break
        year, month = month_after(year, month)
    asked = rules_of(kind, starts_at.date())
    return Proposal(
        kind=kind,
        starts_at=starts_at,
        minutes=habit.minutes if habit else (last.minutes if last else asked.minutes_at_least or 60),
        place=habit.place if habit else (last.place if last else _usual_place(unit)),
        like=like,
        habit=habit,
    )


def _usual_place(unit: OrgUnit) -> str:
    """Where it met last, for whatever."""
    places = Meeting.objects.filter(unit=unit).order_by("-starts_at", "-pk").values_list("place", flat=True)
    return places.first() or ""


def _month_of(now: datetime) -> datetime:
    return timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class _LikeLast:
    week: int
    weekday: int
    day: int | None = None


def _day(habit: Habit | None, last: Meeting | None, year: int, month: int) -> date:
    if habit is not None:
        return day_in(habit, year, month)
    if last is not None:
        return day_in(_LikeLast(*habit_of_day(last.day)), year, month)
    # Branches meet in the first days of the month.
    return day_in(_LikeLast(1, 2), year, month)


def chair_proposed(unit: OrgUnit) -> int | None:
    """Whom the records name as the unit's secretary: read anew each time, never copied."""
    posts = Post.objects.filter(unit=unit, code=PostCode.SECRETARY, ends_on=None)
    return posts.values_list("member_id", flat=True).first()


def secretary_of(unit: OrgUnit) -> str:
    """His name; nothing where the records name nobody, or more than one."""
    posts = Post.objects.filter(unit=unit, code=PostCode.SECRETARY, ends_on=None)
    names = list(posts.values_list("member__full_name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def days_between(begin: date, end: date, meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    zone = timezone.get_current_timezone()
    return meetings.filter(
        starts_at__gte=datetime.combine(begin, time(), tzinfo=zone),
        starts_at__lt=datetime.combine(end + timedelta(days=1), time(), tzinfo=zone),
    )

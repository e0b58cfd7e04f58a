"""A branch's year: its meetings, who came, the grades, the book of minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone

from orgtree.models import OrgUnit

from ...enums import HELD, HERE, MEMBERS_OF_THE_MEETING, OF_THE_COMMITTEE, Duty, MeetingKind, MeetingState, Presence
from ...minutes.evidence import up_at
from ...models import Attendee, Meeting
from ...rules import punctuality
from ...rules.catalogue import rules_of
from ...rules.counting import Count, count, percent

# Mark and word in the grid.
MARKS = {
    Presence.PRESENT: ("x", "Có mặt"),
    Presence.ONLINE: ("tt", "Dự trực tuyến"),
    Presence.EXCUSED: ("P", "Vắng có lý do"),
    Presence.UNEXCUSED: ("K", "Vắng không lý do"),
    Presence.UNKNOWN: ("", "Chưa điểm danh"),
}
DUTY_MARKS = {
    Duty.MAY_COME: ("M", "Miễn sinh hoạt"),
    Duty.AWAY: ("N", "Sinh hoạt tạm thời nơi khác"),
    Duty.SUSPENDED: ("Đ", "Bị đình chỉ sinh hoạt"),
}


def within_year(year: int) -> Q:
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(date(one, 1, 1), time(), tzinfo=zone) for one in (year, year + 1))
    return Q(starts_at__gte=begins, starts_at__lt=ends)


def meetings_of_year(
    unit: OrgUnit, year: int, *, with_committee: bool, with_prepared: bool, with_waiting: bool
) -> QuerySet[Meeting]:
    """The oldest first. Drafts are in no year."""
    meetings = Meeting.objects.filter(within_year(year), unit=unit)
    meetings = meetings.exclude(state=MeetingState.DRAFT)
    if not with_committee:
        meetings = meetings.exclude(kind__in=OF_THE_COMMITTEE)
    if not with_prepared:
        meetings = meetings.filter(state__in=HELD)
    if not with_waiting:
        meetings = meetings.exclude(from_paper=True, state=MeetingState.MINUTES)
    return meetings.select_related("unit__kind", "unit__parent", "chair", "clerk", "record", "score").order_by(
        "starts_at", "pk"
    )


@dataclass
class Row:
    """A meeting in the year's table."""

    meeting: Meeting
    counted: Count | None
    # From paper: what was typed from it.
    expected: int = 0
    here: int = 0
    on_time: bool | None = None
    on_time_words: str = ""

    @property
    def percent(self) -> str:
        return percent(self.here, self.expected)


@dataclass
class Person:
    name: str
    cells: list[tuple[str, str]] = field(default_factory=list)
    came: int = 0
    due: int = 0


def rows_of(meetings: Sequence[Meeting], now: datetime) -> tuple[list[Row], list[Person]]:
    """The table and the grid, members in the order of their names. One query."""
    lists: dict[int, list[Attendee]] = {meeting.pk: [] for meeting in meetings}
    for one in Attendee.objects.filter(
        meeting__in=[meeting.pk for meeting in meetings if meeting.state in HELD and not meeting.from_paper],
        capacity__in=MEMBERS_OF_THE_MEETING,
    ).order_by("name_sort", "pk"):
        lists[one.meeting_id].append(one)
    rows = [_row(meeting, lists[meeting.pk], now) for meeting in meetings]
    # The grid is of the branch's own meetings: at the committee's few are called.
    columns = [m for m in meetings if m.state in HELD and not m.from_paper and not m.is_of_the_committee]
    people: dict[tuple, Person] = {}
    sort: dict[tuple, bytes] = {}
    at = {meeting.pk: place for place, meeting in enumerate(columns)}
    for meeting in columns:
        for one in lists[meeting.pk]:
            person = people.setdefault((one.member_id,), Person(one.full_name, [("", "")] * len(columns)))
            sort[(one.member_id,)] = bytes(one.name_sort)
            here = one.presence in HERE
            if not here and one.duty in DUTY_MARKS:
                person.cells[at[meeting.pk]] = DUTY_MARKS[Duty(one.duty)]
                continue
            person.cells[at[meeting.pk]] = MARKS[Presence(one.presence)]
            if one.presence != Presence.UNKNOWN:
                person.due += 1
                person.came += here
    return rows, [people[key] for key in sorted(people, key=lambda key: (sort[key], key))]


def grid_columns(rows: Sequence[Row]) -> list[Meeting]:
    return [
        row.meeting
        for row in rows
        if row.meeting.state in HELD and not row.meeting.from_paper and not row.meeting.is_of_the_committee
    ]


def _row(meeting: Meeting, people: list[Attendee], now: datetime) -> Row:
    record = getattr(meeting, "record", None)
    if meeting.from_paper:
        counts = record.content.get("counts", {}) if record is not None else {}
        return Row(meeting, None, counts.get("expected", 0), counts.get("here", 0))
    if meeting.state not in HELD:
        return Row(meeting, None)
    counted = count(people)
    rules = rules_of(meeting.kind, timezone.localdate(meeting.starts_at))
    judged = punctuality.minutes_after(meeting.ended_at, up_at(record), rules, now)
    return Row(meeting, counted, counted.expected, counted.here, judged.on_time, judged.sentence)


def missed_months(
    meetings: Sequence[Meeting], year: int, today: date, *, founded_on: date | None = None
) -> tuple[list[int], list[int]]:
    """Months without a regular meeting and quarters without a thematic one, of those that are over and that the branch
    has seen."""
    held = [m for m in meetings if m.state in HELD]
    regular = [timezone.localdate(m.starts_at) for m in held if m.kind == MeetingKind.REGULAR]
    thematic = [timezone.localdate(m.starts_at) for m in held if m.kind == MeetingKind.THEMATIC or m.with_thematic]
    every = {kind: rules_of(kind, today).every_months for kind in (MeetingKind.REGULAR, MeetingKind.THEMATIC)}

    def missed(days: list[date], months: int) -> list[int]:
        since = (founded_on.year, founded_on.month) if founded_on else (0, 0)
        found = punctuality.missed_periods(days, months, year, today)
        return [number for number in found if (year, number * months) >= since]

    return missed(regular, every[MeetingKind.REGULAR]), missed(thematic, every[MeetingKind.THEMATIC])

"""What the pages of a meeting that is being held show."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assignments.models import Assignment
from assignments.selectors import unfinished_in
from orgtree.enums import Right
from orgtree.rights import units_where

from ..enums import HERE, Capacity, Duty, MeetingState, Presence, SpeechState
from ..minutes.content import last_minutes
from ..models import AgendaItem, Attendee, Meeting, SpeechRequest
from ..rules.catalogue import rules_of
from ..rules.counting import Count as Figures
from ..rules.counting import Quorum, count, in_the_room, quorum


def meetings_of(user: User) -> QuerySet[Meeting]:
    """Of those that the user is called to, chairs, writes up or holds."""
    mine = Q(attendees__member__account=user) | Q(chair__account=user) | Q(clerk__account=user)
    held = Q(unit__in=units_where(user, Right.HOLD_MEETINGS).values("pk"))
    rows = Meeting.objects.filter(pk__in=Meeting.objects.filter(mine | held).values("pk"))
    return rows.select_related("unit")


def now_of(user: User) -> list[Meeting]:
    return list(meetings_of(user).filter(state=MeetingState.IN_PROGRESS).order_by("-began_at"))


def next_of(user: User) -> Meeting | None:
    soon = meetings_of(user).filter(state=MeetingState.ANNOUNCED)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return soon.filter(starts_at__gte=today).order_by("starts_at").first()


@dataclass(frozen=True)
class Roll:
    """Figures of the list, for everybody; a few grouped rows, however many are on it. Who has gone home was here, and
    is not counted in the quorum."""

    figures: Figures
    quorum: Quorum
    self_marked: int
    people: int


def roll_of(meeting: Meeting) -> Roll:
    groups = list(
        meeting.attendees.order_by()
        .values_list("capacity", "duty", "presence", "left_at")
        .annotate(many=Count("pk"), self_marked=Count("pk", filter=Q(self_marked=True)))
    )

    def people() -> Iterator[SimpleNamespace]:
        for capacity, duty, presence, left_at, many, _ in groups:
            for _ in range(many):
                yield SimpleNamespace(capacity=capacity, duty=duty, presence=presence, left_at=left_at)

    figures = count(people())
    held = meeting.state == MeetingState.IN_PROGRESS
    staying = count(in_the_room(people(), meeting.began_at, timezone.now())) if held else figures
    return Roll(
        figures,
        quorum(staying, rules_of(meeting.kind, timezone.localdate(meeting.starts_at))),
        sum(group[5] for group in groups),
        sum(group[4] for group in groups),
    )


_MOST_TASKS = 30


@dataclass(frozen=True)
class Agenda:
    items: list[AgendaItem]
    now: AgendaItem | None
    number: int
    following: AgendaItem | None

    @cached_property
    def tasks(self) -> list[Assignment]:
        """What was given out before and is not done: the item that looks back opens with it."""
        if self.now is None or self.now.marks != "tasks":
            return []
        return list(unfinished_in(self.now.meeting.unit)[:_MOST_TASKS])

    @cached_property
    def last_minutes_url(self) -> str:
        """The meeting begins with the minutes of the last one."""
        if self.number != 1:
            return ""
        record = last_minutes(self.now.meeting)
        if record is None:
            return ""
        last = record.meeting
        return last.get_absolute_url() if last.from_paper else reverse("meetings:minutes", args=[last.pk])

    @property
    def documents(self) -> list:
        return list(self.now.documents.all()) if self.now else []


def agenda_of(meeting: Meeting) -> Agenda:
    items = list(meeting.items.select_related("speaker"))
    for number, item in enumerate(items, start=1):
        item.meeting = meeting
        item.number = number
        item.is_now = item.pk == meeting.current_item_id
        item.is_over = item.began_at is not None and not item.is_now
    at = next((at for at, item in enumerate(items) if item.is_now), None)
    if at is None:
        return Agenda(items, None, 0, None)
    return Agenda(items, items[at], at + 1, items[at + 1] if at + 1 < len(items) else None)


@dataclass(frozen=True)
class Speeches:
    """Who has the word, who waits for it, who has spoken to the item of now."""

    speaking: SpeechRequest | None
    waiting: list[SpeechRequest]
    spoken: list[SpeechRequest]
    own: SpeechRequest | None


def speeches_of(meeting: Meeting, own: Attendee | None) -> Speeches:
    rows = meeting.speeches.exclude(state=SpeechState.WITHDRAWN).select_related("attendee").order_by("pk")
    speeches = list(rows.filter(~Q(state=SpeechState.DONE) | Q(item=meeting.current_item_id)))
    waiting = [speech for speech in speeches if speech.state == SpeechState.ASKED]
    open_ones = [speech for speech in speeches if speech.state != SpeechState.DONE]
    return Speeches(
        next((speech for speech in speeches if speech.state == SpeechState.CALLED), None),
        waiting,
        [speech for speech in speeches if speech.state == SpeechState.DONE],
        next((speech for speech in open_ones if own is not None and speech.attendee_id == own.pk), None),
    )


def lines_of(meeting: Meeting) -> list[Attendee]:
    """The list as the roll is called: members, then the superior's representative and guests."""
    order = list(Capacity)
    lines = sorted(
        meeting.attendees.order_by("name_sort", "pk"),
        key=lambda line: line.capacity in {Capacity.GUEST, Capacity.SUPERIOR} and order.index(Capacity(line.capacity)),
    )
    for number, line in enumerate(lines, start=1):
        line.number = number
        line.tone = tone_of(line)
    return lines


def tone_of(line: Attendee) -> str:
    if line.self_marked:
        return "wait"
    return {
        Presence.PRESENT: "ok",
        Presence.ONLINE: "ok",
        Presence.EXCUSED: "info",
        Presence.UNEXCUSED: "late",
    }.get(Presence(line.presence), "idle")


def may_be_asked(line: Attendee) -> bool:
    """Somebody whose attendance is waited for."""
    return line.duty in {Duty.CALLED, Duty.INVITED} and line.presence not in HERE

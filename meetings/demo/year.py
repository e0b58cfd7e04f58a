"""A branch's year: what was called, held, voted, written up and numbered, in the order in which it happened. Minutes
and evidence are drawn by the functions that draw those of a typed meeting."""

import calendar
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from types import SimpleNamespace

from django.utils import timezone

from assignments.enums import AssignmentState
from assignments.models import Assignment
from members.enums import PostCode
from orgtree.models import CommitteeTerm
from orgtree.services.terms import UNNAMED

from ..enums import HERE, Answer, Capacity, Change, Duty, MeetingKind, MeetingState, Presence
from ..minutes.content import (
    composed,
    conclusion_of,
    digest_of,
    item_of,
    last_of,
    score_of,
    subject_of,
    task_of,
    vote_of,
)
from ..minutes.enums import DocumentType, MinutesState, ScoreState
from ..minutes.evidence import MOST_RUNS, Evidence
from ..minutes.models import Conclusion, IssuedDocument, Minutes, Remark, Score
from ..minutes.services.issuing import drawn
from ..minutes.services.scoring import point_of
from ..models import Habit, Meeting
from ..rules.catalogue import matters, rules_of, template_of
from ..rules.counting import count, quorum
from ..rules.habits import day_in
from ..rules.scoring import sheet_on
from ..services.preparing import default_title
from ..votes.enums import BallotKind, Choice, Counting, VoteState
from ..votes.models import Vote
from ..votes.services import election, yes_or_no
from . import words
from .ground import COMMITTEE, Branch, Person

_HOURS = (time(7, 30), time(8, 0), time(14, 0), time(15, 0), time(16, 30), time(19, 30))
# Chances in a thousand.
_MISSED, _MISSED_BY_THE_SLOW, _CANCELLED, _LATE, _NEVER = 30, 240, 12, 90, 14
_MOST_ALIKE = 3
# Minutes into a regular meeting: the agenda has come to the vote.
_BEFORE_THE_VOTE = 78
# What is older than that has been done, and written up, by whoever is looked at more closely.
_BY_NOW = timedelta(days=60)


class Today(Enum):
    """What a branch that is shown does on the day of loading."""

    TALKING = "in the middle of its meeting"
    VOTING = "at the vote of its meeting"
    ELECTING = "at a secret ballot of its meeting"
    LATER = "meets some hours later"


_AT_THE_VOTE = {Today.VOTING, Today.ELECTING}


@dataclass(slots=True)
class Line:
    """A row of the list, with what `count` and the minutes read."""

    pk: int
    meeting_id: int
    person: Person
    capacity: str
    duty: str
    answer: str = Answer.NONE.value
    answer_reason: str = ""
    answered_at: datetime | None = None
    presence: str = Presence.UNKNOWN.value
    absence_reason: str = ""
    arrived_at: time | None = None
    left_at: time | None = None
    self_marked: bool = False
    about: str = ""

    @property
    def full_name(self) -> str:
        return self.person.full_name

    @property
    def member_id(self) -> int:
        return self.person.pk


@dataclass(slots=True)
class Item:
    """A point of the agenda, as far as it is written."""

    pk: int
    meeting_id: int
    position: int
    part: str
    title: str
    minutes: int
    marks: str
    draft: str
    speaker_id: int | None = None
    notes: str = ""
    notes_revision: int = 0
    notes_by_id: int | None = None
    conclusion: str = ""
    began_at: datetime | None = None


@dataclass
class Held:
    """A meeting with what hangs on it, until it is written."""

    meeting: Meeting
    month: words.Month
    people: list[Line]
    items: list[Item] = field(default_factory=list)
    said: dict[int, list[tuple[Line, str]]] = field(default_factory=dict)
    votes: list[tuple[Vote, list[dict], list[dict]]] = field(default_factory=list)
    conclusions: list[tuple[str, Assignment | None, str]] = field(default_factory=list)
    record: Minutes | None = None
    score: Score | None = None
    papers_at: list[datetime] = field(default_factory=list)

    @property
    def here(self) -> list[Line]:
        return [one for one in self.people if one.presence in HERE and one.capacity in _MEMBERS]

    def item(self, mark: str) -> Item | None:
        return next((one for one in self.items if one.marks == mark), None)


_MEMBERS = {Capacity.OFFICIAL.value, Capacity.PROBATIONARY.value, Capacity.TEMPORARY.value}


class Told(Evidence):
    """Evidence from what is at hand."""

    def __init__(self, held: Held, year: "Year") -> None:
        super().__init__(held.meeting)
        meeting, before = held.meeting, year.held
        self.held, self.year = held, year
        self.people = held.people
        day = timezone.localdate(meeting.starts_at)
        committee = [
            one.meeting
            for one in before
            if one.meeting.kind == MeetingKind.CELL_COMMITTEE and year.day_of(one.meeting) >= day - timedelta(days=31)
        ]
        last = year.last_completed(meeting)
        self.facts = SimpleNamespace(
            drafts=[one.pk for one in held.items if one.draft],
            written=[one.pk for one in held.items if one.conclusion],
            concluded=held.conclusions,
            papers_at=held.papers_at,
            spoken=[],
            opined=[line.pk for lines in held.said.values() for line, _ in lines],
            has_committee=year.has_committee,
            committee_at=committee[-1].starts_at if committee else None,
            committee_state=committee[-1].state if committee else None,
            last_at=last.meeting.starts_at if last else None,
        )
        held.meeting.record = held.record

    def excused_before(self, people: set[int]) -> Counter:
        ordinary = [one for one in self.year.held if not one.meeting.is_of_the_committee]
        return Counter(
            line.member_id
            for one in ordinary[-MOST_RUNS:]
            for line in one.people
            if line.member_id in people and line.presence == Presence.EXCUSED and line.duty == Duty.CALLED
        )

    def due_done_at(self) -> list[datetime | None]:
        until = timezone.localdate(self.meeting.starts_at)
        last = self.facts.last_at
        since = timezone.localdate(last) if last else until - timedelta(days=31)
        return [task.done_at for task, _ in self.year.tasks if since < task.due_on <= until]


class Year:
    """`rows` takes what is to be written; `shown` branches are told in more detail. `trying`: accounts that somebody
    will try the handbook with."""

    def __init__(
        self,
        branch: Branch,
        rows,
        now: datetime,
        *,
        shown: bool,
        does: Today | None = None,
        trying: Collection[int] = (),
    ) -> None:
        self.branch, self.rows, self.now = branch, rows, now
        self.zone = timezone.get_current_timezone()
        self.today = now.astimezone(self.zone).date()
        self.shown, self.does, self.trying = shown, does, trying
        self.meets_now = does in {Today.TALKING, *_AT_THE_VOTE}
        self.rng = Random(f"meetings {branch.unit.code}")
        self.work = words.work_of(branch.unit.name, branch.committee)
        self.place = words.place_of(branch.unit.name, branch.committee)
        self.held: list[Held] = []
        self.tasks: list[tuple[Assignment, str]] = []
        self.numbered: list[IssuedDocument] = []
        self.chair, self.clerk = branch.leaders[:2]
        self.has_committee = any(PostCode.CELL_COMMITTEE_MEMBER in one.posts for one in branch.people)
        self.is_slow = not shown and self.rng.random() < 0.1
        self.combines = self.rng.random() < 0.5 and does != Today.VOTING
        self.long_away = self._long_away()

    # ---- what happens when --------------------------------------------------------------------------------------

    def tell(self) -> None:
        rng = self.rng
        day = rng.choice((3, 4, 5, 5, 6, 8, 10, 15, 18, 20, 22, 24, 25, 25, 26, 27, 28))
        habit = Habit(
            unit=self.branch.unit, kind=MeetingKind.REGULAR, at=rng.choice(_HOURS), minutes=90, place=self.place
        )
        if rng.random() < 0.6:
            habit.day = day
        else:
            habit.week, habit.weekday = min((day - 1) // 7 + 1, 5), rng.choice((3, 4, 5))
        self.rows.habits.append(habit)
        self.habit = habit
        for year, month in _months(self.today):
            self._tell_month(year, month)
        self._number()

    def _tell_month(self, year: int, month: int) -> None:
        rng, day = self.rng, day_in(self.habit, year, month)
        combined = self.combines and month % 3 == 2
        is_now = (year, month) == (self.today.year, self.today.month)
        starts = self._at(day, self.habit.at)
        if is_now and self.does:
            starts = self._today_at()
        elif rng.randrange(1000) < (_MISSED_BY_THE_SLOW if self.is_slow else _MISSED):
            starts = None
        if starts is not None and not self._is_far(starts):
            if self.shown and self.has_committee:
                self._meet(MeetingKind.CELL_COMMITTEE, self._the_day_before(starts), month)
            elif is_now and self.does == Today.VOTING:
                # So that minutes wait to be written there too.
                self._meet(MeetingKind.THEMATIC, self._the_day_before(starts), month)
            self._meet(MeetingKind.REGULAR, starts, month, combined=combined)
        if is_now and self.does == Today.VOTING:
            self._prepare_the_next(month)
            return
        apart = not self.combines and month % 3 == 2 and rng.random() < 0.85
        later = min(day.day + 9, calendar.monthrange(year, month)[1])
        starts = self._at(date(year, month, later), self.habit.at)
        if (
            apart
            and not self._is_far(starts)
            and starts > (self.held[-1].meeting.ended_at if self.held else starts - timedelta(1))
        ):
            self._meet(MeetingKind.THEMATIC, starts, month)

    def _the_day_before(self, starts: datetime) -> datetime:
        return self._at(starts.astimezone(self.zone).date() - timedelta(days=1), self.habit.at)

    def _today_at(self) -> datetime:
        """When the meeting of today begins."""
        if self.does == Today.TALKING:
            return _on_the(5, self.now - timedelta(minutes=self.rng.randint(20, 60)))
        if self.does in _AT_THE_VOTE:
            return _on_the(5, self.now - timedelta(minutes=_BEFORE_THE_VOTE + 2))
        later = _on_the(30, self.now + timedelta(minutes=self.rng.randint(60, 200))).astimezone(self.zone)
        if later.date() == self.today and later.time() <= _HOURS[-1]:
            return later
        # In the evening: in the morning of the next day.
        return self._at(self.today + timedelta(days=1), _HOURS[self.rng.randrange(3)])

    def _prepare_the_next(self, month: int) -> None:
        """A meeting to answer to, and one that is not announced yet."""
        soon, later = (self._at(_workday(self.today + timedelta(days=days)), self.habit.at) for days in (2, 8))
        kinds = (MeetingKind.EXTRAORDINARY, MeetingKind.ENLARGED)
        if self.has_committee:
            kinds = (MeetingKind.THEMATIC, MeetingKind.CELL_COMMITTEE)
        self._meet(kinds[0], soon, month)
        self._meet(kinds[1], later, month, draft=True)

    def _is_far(self, starts: datetime) -> bool:
        """Nobody prepares what is more than a fortnight away."""
        return starts > self.now + timedelta(days=14)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.zone)

    def _awake(self, moment: datetime) -> datetime:
        """The same, or the next morning: nobody signs at night."""
        local = moment.astimezone(self.zone)
        if 7 <= local.hour < 21:
            return moment
        day = local.date() + timedelta(days=local.hour >= 21)
        return self._at(day, time(7, local.minute))

    def day_of(self, meeting: Meeting) -> date:
        return meeting.starts_at.astimezone(self.zone).date()

    def _long_away(self) -> dict[int, tuple[date, date, str]]:
        """Some are away for months."""
        found = {}
        for person in self.branch.people:
            if person not in (self.chair, self.clerk) and self.rng.random() < 0.015:
                begins = self.today - timedelta(days=self.rng.randint(60, 330))
                found[person.pk] = (
                    begins,
                    begins + timedelta(days=self.rng.randint(80, 170)),
                    self.rng.choice(words.LONG_LEAVE),
                )
        return found

    # ---- one meeting --------------------------------------------------------------------------------------------

    def _meet(
        self, kind: MeetingKind, starts: datetime, month: int, *, combined: bool = False, draft: bool = False
    ) -> None:
        rng, month_of = self.rng, words.MONTHS[month]
        thematic = kind == MeetingKind.THEMATIC or combined
        announced = self._announced(starts)
        made = (self.now if draft else announced) - timedelta(minutes=rng.randint(8, 200))
        if made > self.now:
            return
        meeting = Meeting(
            pk=self.rows.meeting_key(),
            unit=self.branch.unit,
            kind=kind.value,
            with_thematic=combined,
            title=default_title(kind, starts.astimezone(self.zone))[:200],
            topic=month_of.topic if thematic else "",
            state=MeetingState.DRAFT.value,
            starts_at=starts,
            minutes=120 if combined else 60 if kind == MeetingKind.CELL_COMMITTEE else 90,
            place=self.place,
            chair_id=self.chair.pk,
            clerk_id=self.clerk.pk,
            announced_at=announced if announced <= self.now and not draft else None,
            made_by_id=self.chair.account_id,
            made_at=made,
        )
        held = Held(meeting, month_of, self._called(meeting))
        self._story(meeting, Change.MADE, made)
        self._agenda(held)
        self.rows.meetings.append(held)
        if meeting.announced_at:
            meeting.state = MeetingState.ANNOUNCED.value
            self._story(meeting, Change.ANNOUNCED, announced)
            self._answers(held)
            self._papers(held)
        if starts > self.now:
            return
        if not self.meets_now and kind == MeetingKind.REGULAR and rng.randrange(1000) < _CANCELLED:
            meeting.state, meeting.reason = MeetingState.CANCELLED.value, rng.choice(words.PUT_OFF)
            self._story(meeting, Change.CANCELLED, starts - timedelta(hours=rng.randint(3, 20)), meeting.reason)
            return
        is_now = self.meets_now and kind == MeetingKind.REGULAR and starts > self.now - timedelta(hours=2)
        meeting.began_at = min(starts + timedelta(minutes=rng.randint(0, 6)), self.now)
        if is_now and self.does in _AT_THE_VOTE:
            meeting.began_at = self.now - timedelta(minutes=_BEFORE_THE_VOTE)
        ended = meeting.began_at + timedelta(minutes=meeting.minutes + rng.choice((-16, -4, 0, 2, 4, 6, 8, 12, 15, 21)))
        self._story(meeting, Change.BEGUN, meeting.began_at)
        if ended > self.now or is_now:
            self._in_progress(held)
            return
        meeting.state, meeting.ended_at = MeetingState.MINUTES.value, ended
        self._roll(held)
        self._speak(held)
        self._vote(held)
        self._story(meeting, Change.ENDED, ended)
        self._conclude(held)
        self._write_up(held)
        self.held.append(held)

    def _announced(self, starts: datetime) -> datetime:
        day = starts.astimezone(self.zone).date() - timedelta(days=self.rng.randint(3, 6))
        return self._at(day, time(self.rng.randint(8, 16), self.rng.randint(0, 59)))

    def _story(self, meeting: Meeting, kind: Change, when: datetime, text: str = "", who: int | None = None) -> None:
        self.rows.events.append((meeting.pk, kind.value, who or self.chair.account_id, when, text))

    def _called(self, meeting: Meeting) -> list[Line]:
        day, key = self.day_of(meeting), self.rows.line_key
        if meeting.is_of_the_committee:
            found = [one for one in self.branch.people if {*one.posts} & {*COMMITTEE}]
        else:
            found = self.branch.people
        people = [(one, capacity, one.duty(day)) for one in found if (capacity := one.capacity(day)) is not None]
        if not meeting.is_of_the_committee:
            staying = [one for one, since in self.branch.staying if since <= day]
            people += [(one, Capacity.TEMPORARY.value, Duty.CALLED.value) for one in staying]
            people.sort(key=lambda row: (row[0].name_sort, row[0].pk))
        return [Line(key(), meeting.pk, one, capacity, duty) for one, capacity, duty in people]

    def _agenda(self, held: Held) -> None:
        meeting = held.meeting
        for at, item in enumerate(template_of(meeting.kind).items, start=1):
            draft = held.month.direction if item.marks == "resolution" else ""
            made = Item(
                pk=self.rows.item_key(),
                meeting_id=meeting.pk,
                position=at,
                part=item.part.value,
                title=item.title,
                minutes=item.minutes,
                marks=item.marks,
                draft=draft,
            )
            if item.part == "main" and item.title.startswith(("Thông tin", "Đánh giá", "Phương hướng", "Trình bày")):
                made.speaker_id = self.chair.pk
            held.items.append(made)

    def _answers(self, held: Held) -> None:
        """Before the meeting; who is away for long has asked leave each time."""
        rng, meeting, day = self.rng, held.meeting, self.day_of(held.meeting)
        for line in held.people:
            if line.duty != Duty.CALLED:
                continue
            when = meeting.announced_at + timedelta(minutes=rng.randint(5, 2600))
            away = self.long_away.get(line.person.pk)
            reason = away[2] if away and away[0] <= day <= away[1] else ""
            if not reason and not self._is_sure(line) and rng.random() < 0.055:
                reason = rng.choice(words.LEAVE)
            if when > self.now or not (reason or rng.random() < 0.6):
                continue
            line.answered_at = when
            line.answer, line.answer_reason = (Answer.EXCUSED.value if reason else Answer.COMES.value), reason

    def _papers(self, held: Held) -> None:
        """What the superior sent for the month lies beside the item of news; seldom too late."""
        if held.meeting.is_of_the_committee or self.rng.random() < 0.25:
            return
        item = held.items[3] if held.meeting.kind == MeetingKind.REGULAR else held.items[1]
        late = self.rng.random() < 0.08
        when = held.meeting.starts_at - timedelta(hours=self.rng.randint(2, 20) if late else self.rng.randint(26, 60))
        when = max(when, held.meeting.announced_at)
        if when <= self.now:
            held.papers_at.append(when)
            self.rows.paper(item.pk, self.day_of(held.meeting), when, self.chair.account_id)

    def _is_sure(self, line: Line) -> bool:
        """Comes each time: who runs the meeting, and who tries the handbook."""
        return line.person in (self.chair, self.clerk) or line.person.account_id in self.trying

    def _roll(self, held: Held, *, sure: float = 1.0) -> None:
        rng, began = self.rng, held.meeting.began_at.astimezone(self.zone)
        for line in held.people:
            if line.duty == Duty.MAY_COME:
                if rng.random() < 0.2:
                    line.presence = Presence.PRESENT.value
                continue
            if line.duty != Duty.CALLED:
                continue
            if self._is_sure(line):
                line.presence = Presence.PRESENT.value
                continue
            if rng.random() > sure:
                continue
            if line.answer == Answer.EXCUSED:
                line.presence, line.absence_reason = Presence.EXCUSED.value, line.answer_reason
                continue
            dice = rng.random()
            if dice < 0.955:
                line.presence = Presence.PRESENT.value
            elif dice < 0.967:
                line.presence = Presence.ONLINE.value if self.shown else Presence.PRESENT.value
            elif dice < 0.985:
                line.presence = Presence.PRESENT.value
                line.arrived_at = (
                    (began + timedelta(minutes=rng.randint(8, 25))).time().replace(second=0, microsecond=0)
                )
            elif dice < 0.995:
                line.presence, line.absence_reason = Presence.EXCUSED.value, rng.choice(words.LEAVE)
            else:
                line.presence = Presence.UNEXCUSED.value
        if self.branch.above and not held.meeting.is_of_the_committee and rng.random() < 0.1:
            person, post = rng.choice(self.branch.above)
            if all(person.pk != line.person.pk for line in held.people):
                line = Line(
                    self.rows.line_key(), held.meeting.pk, person, Capacity.SUPERIOR.value, Duty.INVITED.value,
                    presence=Presence.PRESENT.value, about=f"{post}, {self.branch.unit.parent.name}"[:200],
                )  # fmt: skip
                held.people.append(line)
                held.people.sort(key=lambda one: (one.person.name_sort, one.pk))

    def _speak(self, held: Held) -> None:
        """The discussion, taken down; what the secretary writes to each item."""
        rng, noted = self.rng, _Noted(self, held)
        for item in held.items:
            item.notes, item.conclusion = noted.of(item)
            if item.notes or item.conclusion:
                item.notes_revision, item.notes_by_id = rng.randint(1, 4), self.clerk.account_id
        self._discuss(held)

    def _discuss(self, held: Held) -> None:
        rng, meeting, here = self.rng, held.meeting, held.here
        target = next((one for one in held.items if one.title.startswith(("Thảo luận", "Nội dung sinh hoạt"))), None)
        if target is None:
            return
        speakers = [one for one in here if one.person is not self.chair]
        speakers = rng.sample(speakers, min(len(speakers), rng.randint(2, 6)))
        texts = words.opinions(rng, self.work, held.month, len(speakers))
        held.said[target.pk] = list(zip(speakers, texts, strict=False))
        for line, text in held.said[target.pk]:
            self.rows.opinions.append((target.pk, line.pk, text, meeting.began_at + timedelta(minutes=45), False))

    def _vote(self, held: Held) -> None:
        meeting, item = held.meeting, held.item("vote")
        counted = count(held.people)
        enough = quorum(counted, rules_of(meeting.kind, self.day_of(meeting)))
        if item is None or enough.bars or not counted.here_official:
            return
        if meeting.is_of_the_committee:
            return
        day = self.day_of(meeting)
        named = self.shown and (self.today - day).days < 62
        vote = self._question(held, Counting.BY_NAME if named else Counting.TOTALS)
        self._close(held, vote, item, counted, minutes=14)
        if self.shown and meeting.kind == MeetingKind.REGULAR and counted.here_official >= 5:
            self._vote_secretly(held, item, counted, day)

    def _question(self, held: Held, counting: Counting) -> Vote:
        meeting, day = held.meeting, self.day_of(held.meeting)
        what = f"nghị quyết tháng {day.month}/{day.year} của chi bộ"
        if meeting.kind == MeetingKind.THEMATIC:
            what = f"kết luận chuyên đề “{meeting.topic}”"
        return Vote(
            title=f"Thông qua {what}"[:300],
            text=held.month.direction,
            matter="resolution" if meeting.kind == MeetingKind.REGULAR else "conclusion",
            ballot=BallotKind.OPEN.value,
            counting=counting.value,
        )

    def _close(self, held: Held, vote: Vote, item: Item, counted, *, minutes: int) -> None:
        meeting = held.meeting
        roll = self._put(held, vote, item, counted, meeting.ended_at - timedelta(minutes=minutes))
        vote.state = VoteState.CLOSED.value
        vote.closed_at = vote.opened_at + timedelta(minutes=2)
        vote.closed_by_id = self.chair.account_id
        standing, cast, choices = [], [], [Choice.AGREE.value] * len(roll)
        if vote.ballot != BallotKind.ELECTION and len(roll) > 4 and self.rng.random() < 0.12:
            choices[-1] = self.rng.choice((Choice.OTHER.value, Choice.DISAGREE.value))
        totals = {choice: choices.count(choice) for choice in Choice.values}
        ballots: list[str] = []
        if vote.ballot == BallotKind.OPEN:
            named = vote.counting == Counting.BY_NAME
            vote.result = yes_or_no(vote, totals, electronic=len(roll) if named else 0, papers=0)
            if named:
                self.rng.shuffle(choices)
                cast = [
                    {"name": line.full_name, "choice": choice, "opinion": "", "on_word": False}
                    for line, choice in zip(roll, choices, strict=True)
                ]
            else:
                vote.paper = {choice: n for choice, n in totals.items() if n}
        elif vote.ballot == BallotKind.SECRET:
            ballots = choices
            more = {"electronic": len(roll), "papers": 0, "papers_given": 0, "invalid": 0, "small": len(roll) < 5}
            vote.result = yes_or_no(vote, totals, **more)
        else:
            standing, ballots = self._elect(vote, roll)
        vote.result["official"] = sum(one.capacity == Capacity.OFFICIAL for one in held.people)
        held.votes.append((vote, standing, cast))
        self.rows.vote(vote, roll, standing, [one["choice"] for one in cast], ballots, self.day_of(meeting))

    def _put(self, held: Held, vote: Vote, item: Item, counted, when: datetime) -> list[Line]:
        """Opened; returns its roll."""
        vote.pk, vote.meeting_id, vote.item_id = self.rows.vote_key(), held.meeting.pk, item.pk
        roll = [one for one in held.people if one.capacity == Capacity.OFFICIAL and one.presence in HERE]
        vote.here = len(roll)
        vote.base = max(counted.base(matters()[vote.matter].base), len(roll))
        vote.opened_at, vote.opened_by_id = when, self.chair.account_id
        return roll

    def _vote_now(self, held: Held) -> None:
        """The resolution is being voted on, half have done so; a secret vote comes after it."""
        item, counted = held.item("vote"), count(held.people)
        enough = quorum(counted, rules_of(held.meeting.kind, self.today))
        if item is None or enough.bars or not counted.here_official:
            return
        electing = self.does == Today.ELECTING
        vote = _by_election() if electing else self._question(held, Counting.BY_NAME)
        roll = self._put(held, vote, item, counted, self.now - timedelta(minutes=1))
        vote.state = VoteState.OPEN.value
        waiting = {*self.trying, self.chair.account_id}
        cast = [one for one in roll if one.person.account_id not in waiting][::2]
        if electing:
            standing = _paper(self._standing(roll))
            self.rows.open_vote(vote, roll, cast, standing, [self.rng.choice("12") for _ in cast], self.today)
            return
        self.rows.open_vote(vote, roll, cast)
        named = [one for one in roll if one.person not in (self.chair, self.clerk)][:1]
        if named:
            title = f"Giới thiệu đồng chí {named[0].full_name} vào quy hoạch Phó Bí thư chi bộ nhiệm kỳ tới"
            text = "Đồng ý hoặc không đồng ý giới thiệu; kết quả gửi Đảng ủy cấp trên tham khảo."
            self.rows.prepared.append(
                Vote(
                    pk=self.rows.vote_key(), meeting_id=held.meeting.pk, item_id=item.pk, title=title, text=text,
                    matter="opinion_poll", ballot=BallotKind.SECRET.value,
                )
            )  # fmt: skip

    def _vote_secretly(self, held: Held, item: Item, counted, day: date) -> None:
        board = [one.full_name for one in held.here if one.person not in (self.chair, self.clerk)][:3]
        if day.month == 12:
            vote = Vote(
                title=f"Xếp loại chi bộ năm {day.year}: hoàn thành tốt nhiệm vụ",
                text=f"Đề nghị Đảng ủy cấp trên xếp loại chi bộ năm {day.year} ở mức hoàn thành tốt nhiệm vụ.",
                matter="yearly_grading",
                ballot=BallotKind.SECRET.value,
            )
        elif day.month == 3 and counted.here_official >= 7 and self.rng.random() < 0.6:
            vote = _by_election()
        else:
            return
        vote.counting, vote.counting_board = Counting.BY_NAME.value, "; ".join(board)
        self._close(held, vote, item, counted, minutes=9)

    def _elect(self, vote: Vote, roll: Sequence[Line]) -> tuple[list[dict], list[str]]:
        standing = self._standing(roll)
        ballots = [self.rng.choice("1112") for _ in roll]
        if ballots.count("1") * 2 <= vote.base:
            ballots = ["1"] * len(roll)
        names = {at: one.full_name for at, one in enumerate(standing, start=1)}
        counts = {"electronic": len(roll), "papers": 0, "papers_given": 0, "invalid": 0, "small": len(roll) < 5}
        vote.result = election(vote, ballots, lambda marks: True, {}, counts, names)
        return _paper(standing), ballots

    def _standing(self, roll: Sequence[Line]) -> list[Line]:
        found = sorted((one for one in roll if one.person is not self.chair), key=lambda one: one.person.rank)[-2:]
        return sorted(found, key=lambda one: (one.person.name_sort, one.pk))

    def _conclude(self, held: Held) -> None:
        """One conclusion for all, and tasks."""
        rng, meeting = self.rng, held.meeting
        item = held.item("vote")
        held.conclusions.append((held.month.direction, None, ""))
        able = [one for one in held.here if one.duty == Duty.CALLED and one.capacity != Capacity.TEMPORARY]
        titles = [held.month.task, rng.choice(words.TASKS)][: rng.choice((1, 2, 2))]
        if meeting.kind != MeetingKind.REGULAR:
            titles = []
        given, day = meeting.ended_at - timedelta(minutes=4), self.day_of(meeting)
        owners = rng.sample(able, min(len(able), len(titles)))
        # Who tries the handbook has something to do.
        own = [one for one in able if one.person.account_id in self.trying and one.person is not self.chair][:1]
        own = own if self.does in _AT_THE_VOTE and self.now - meeting.ended_at < _BY_NOW else []
        owners[: len(own)] = own[: len(owners)]
        for line, title in zip(owners, titles, strict=False):
            task = Assignment(
                pk=self.rows.task_key(),
                unit_id=self.branch.unit.pk,
                owner_id=line.person.account_id,
                title=title[:300],
                due_on=day + timedelta(days=rng.randint(18, 26)),
                state=AssignmentState.OPEN.value,
                given_by_id=self.chair.account_id,
                given_at=given,
            )
            done = self._at(task.due_on, time(rng.randint(8, 17), rng.randint(0, 59)))
            done += timedelta(days=rng.choice((-6, -4, -3, -2, -1, -1, 0, 0, 3, 12)))
            if done < self.now - _BY_NOW:
                done = max(done, given + timedelta(days=1))
            if line in own:
                task.due_on = self.today + timedelta(days=5)
            elif (rng.random() < 0.93 or done < self.now - _BY_NOW) and given < done < self.now:
                task.state, task.done_at = AssignmentState.DONE.value, done
                task.report = rng.choice(words.RESULTS)
            self.tasks.append((task, line.full_name))
            held.conclusions.append((title, task, line.full_name))
        for text, task, _ in held.conclusions:
            self.rows.conclusions.append(
                Conclusion(meeting_id=meeting.pk, item_id=item.pk if item else None, text=text, assignment=task)
            )

    def last_completed(self, meeting: Meeting) -> Held | None:
        return next(
            (
                one
                for one in reversed(self.held)
                if one.meeting.state == MeetingState.COMPLETED
                and one.meeting.is_of_the_committee == meeting.is_of_the_committee
            ),
            None,
        )

    # ---- minutes, points, numbers -------------------------------------------------------------------------------

    def _write_up(self, held: Held) -> None:
        rng, meeting = self.rng, held.meeting
        record = held.record = Minutes(meeting_id=meeting.pk, state=MinutesState.WRITING.value, revision=1)
        record.opening = (
            f"Đồng chí {self.chair.full_name} tuyên bố lý do; hội nghị cử đồng chí {self.clerk.full_name} ghi biên bản."
        )
        self.rows.minutes.append(record)
        # What was reported done is confirmed when the branch looks at it.
        for task, _ in self.tasks:
            if task.state == AssignmentState.DONE and task.done_at < meeting.began_at:
                task.state, task.confirmed_by_id = AssignmentState.CONFIRMED.value, self.chair.account_id
                task.confirmed_at = meeting.began_at + timedelta(minutes=25)
        late, never = rng.randrange(1000) < _LATE, rng.randrange(1000) < _NEVER
        never = never and not (self.shown and meeting.ended_at < self.now - _BY_NOW)
        hours = rng.randint(60, 130) if late else rng.choice((2, 4, 18, 22, 26, 36))
        up = self._awake(meeting.ended_at + timedelta(hours=hours))
        waits = self.does == Today.VOTING and meeting.ended_at > self.now - timedelta(days=2)
        if up > self.now or never or waits:
            return
        record.state, record.circulated_at = MinutesState.CIRCULATED.value, up
        record.remarks_until = up + timedelta(hours=24)
        self._story(meeting, Change.CIRCULATED, up)
        self._remark(held)
        self._score(held, up)
        first = self._awake(record.remarks_until + timedelta(hours=rng.randint(1, 9)))
        second = self._awake(first + timedelta(hours=rng.randint(1, 14)))
        if first > self.now:
            return
        record.clerk_signed_by_id, record.clerk_signed_at = self.clerk.account_id, first
        record.content = self._content(held)
        record.digest = digest_of(record.content)
        if second > self.now:
            return
        record.chair_signed_by_id, record.chair_signed_at = self.chair.account_id, second
        record.state, meeting.state = MinutesState.APPROVED.value, MeetingState.COMPLETED.value
        self._story(meeting, Change.COMPLETED, second)
        self._issue(held, second)

    def _remark(self, held: Held) -> None:
        if not self.shown or self.rng.random() > 0.3:
            return
        speakers = [line for lines in held.said.values() for line, _ in lines]
        if speakers:
            text, reply = self.rng.choice(words.REMARKS)
            when = held.record.circulated_at + timedelta(hours=2)
            if when < self.now:
                self.rows.remarks.append(
                    Remark(
                        minutes_id=held.meeting.pk, attendee_id=speakers[0].pk, text=text, made_at=when, reply=reply,
                        replied_by_id=self.clerk.account_id,
                    )
                )  # fmt: skip

    def _score(self, held: Held, up: datetime) -> None:
        rng, meeting = self.rng, held.meeting
        sheet = sheet_on(self.day_of(meeting), meeting.kind, with_thematic=meeting.with_thematic)
        if sheet is None:
            return
        found = Told(held, self).of(sheet)
        points = {}
        for item in sheet.items:
            known = found.get(item.key)
            given = known.points if known else None
            if given is None:
                given = item.most - (1 if item.most > 1 and rng.random() < 0.25 else 0)
            if item.options and given not in {one.points for one in item.options}:
                given = item.options[0].points
            points[item.key] = point_of(given, known, "")
        total = Decimal(sum(row["points"] for row in points.values()))
        score = held.score = Score(
            meeting_id=meeting.pk,
            sheet=sheet.key,
            state=ScoreState.CONFIRMED.value,
            points=points,
            total=total,
            grade=sheet.grade_of(total).key,
            confirmed_by_id=self.chair.account_id,
            confirmed_at=up + timedelta(minutes=15),
        )
        self.rows.scores.append(score)
        decided = self._awake(score.confirmed_at + timedelta(days=rng.randint(3, 9)))
        if self.branch.decider in {None, score.confirmed_by_id} or decided > self.now or rng.random() < 0.06:
            return
        score.decided_by_id, score.decided_at = self.branch.decider, decided
        is_back = (self.now - decided).days < 20 and rng.random() < 0.05
        score.state = (ScoreState.RETURNED if is_back else ScoreState.AGREED).value
        score.reason = words.RETURNED if is_back else ""

    def _content(self, held: Held) -> dict:
        meeting, record = held.meeting, held.record
        last = self.last_completed(meeting)
        settled = last.meeting.ended_at if last else meeting.began_at
        waiting = [
            (task, owner)
            for task, owner in self.tasks
            if task.given_at < meeting.began_at and (task.confirmed_at is None or task.confirmed_at > settled)
        ]
        waiting.sort(key=lambda pair: (pair[0].due_on, pair[0].pk))
        sheet = held.score and sheet_on(self.day_of(meeting), meeting.kind, with_thematic=meeting.with_thematic)
        speakers = {self.chair.pk: self.chair}
        return composed(
            meeting,
            record,
            held.people,
            chair={"name": self.chair.full_name, "post": self.chair.post},
            clerk={"name": self.clerk.full_name, "post": self.clerk.post},
            last=last_of(last.meeting.title, last.meeting.starts_at, last.record.digest) if last else None,
            items=[
                item_of(
                    item,
                    speakers.get(item.speaker_id),
                    [[line.full_name, text, False] for line, text in held.said.get(item.pk, ())],
                )
                for item in held.items
            ],
            votes=[vote_of(*row) for row in held.votes],
            tasks=[task_of(task, owner, meeting.ended_at) for task, owner in waiting],
            conclusions=[conclusion_of(*row) for row in held.conclusions],
            score=score_of(sheet, held.score.total, held.score.grade) if held.score else None,
        )

    def _issue(self, held: Held, when: datetime) -> None:
        meeting, day = held.meeting, timezone.localdate(held.meeting.began_at)
        content = {"minutes": held.record.digest}
        self._document(held, DocumentType.MINUTES, subject_of(meeting), day, content, when)
        carried = [vote for vote, _, _ in held.votes if vote.matter == "resolution" and vote.result["carried"]]
        if not carried or not (self.shown or day.month % 3 == 0):
            return
        issued = self._awake(when + timedelta(minutes=self.rng.randint(20, 600)))
        if issued > self.now:
            return
        subject = f"nhiệm vụ tháng {day.month % 12 + 1}/{day.year + day.month // 12}"
        # `drawn` reads the chair's name.
        signer = SimpleNamespace(unit=meeting.unit, unit_id=meeting.unit_id, title=meeting.title, chair=self.chair)
        content = drawn(
            meeting=signer,
            kind=DocumentType.RESOLUTION.value,
            subject=subject,
            day=day,
            place=words.town_of(self.branch.unit.name, self.branch.committee),
            parts=[
                ("Đánh giá kết quả", self.work.done),
                ("Phương hướng, nhiệm vụ", f"{held.month.direction}\n{self.work.asked}"),
                ("Tổ chức thực hiện", "Chi ủy phân công, đôn đốc; chi bộ kiểm tra kết quả tại kỳ sinh hoạt sau."),
            ],
            vote=carried[0],
            recipients=["Đảng ủy cấp trên", "Đảng viên trong chi bộ", "Lưu chi bộ"],
            post=self.chair.post,
        )
        self._document(held, DocumentType.RESOLUTION, subject, day, content, issued)

    def _document(self, held: Held, kind: DocumentType, subject: str, day: date, content: dict, when: datetime) -> None:
        self.numbered.append(
            IssuedDocument(
                unit_id=self.branch.unit.pk,
                term=self._term(day),
                type=kind.value,
                subject=subject[:300],
                day=day,
                meeting_id=held.meeting.pk,
                content=content,
                digest=digest_of(content),
                issued_by_id=self.chair.account_id,
                issued_at=when,
            )
        )

    def _term(self, day: date) -> CommitteeTerm:
        """As `orgtree.services.term_on`; one that ran before the first on record is made up."""
        begun = [term for term in self.branch.terms if term.begins_on <= day]
        if begun:
            return begun[-1]
        until = self.branch.terms[0].begins_on if self.branch.terms else None
        first = day.replace(month=1, day=1)
        term = CommitteeTerm(
            pk=self.rows.term_key(), unit_id=self.branch.unit.pk, name=UNNAMED, begins_on=first, ends_on=until
        )
        self.rows.terms.append(term)
        self.branch.terms.insert(0, term)
        return term

    def _number(self) -> None:
        """In the order in which they were signed."""
        numbers: Counter = Counter()
        for one in sorted(self.numbered, key=lambda document: document.issued_at):
            numbers[one.term.pk, one.type] += 1
            one.number = numbers[one.term.pk, one.type]
            self.rows.documents.append(one)
        self.rows.tasks += [task for task, _ in self.tasks]

    # ---- now ----------------------------------------------------------------------------------------------------

    def _in_progress(self, held: Held) -> None:
        """Most are there, some have told so themselves, of some nothing is known yet."""
        rng, meeting = self.rng, held.meeting
        meeting.state, meeting.check_in_key = MeetingState.IN_PROGRESS.value, f"{rng.getrandbits(128):032x}"
        self._roll(held, sure=1.0 if self.does in _AT_THE_VOTE else 0.9)
        if self.does in _AT_THE_VOTE:
            # Of one nothing is known yet.
            sought = [one for one in held.people if one.duty == Duty.CALLED and not self._is_sure(one)]
            if len(sought) > 1:
                sought[0].presence, sought[0].absence_reason = Presence.UNKNOWN.value, ""
                sought[0].arrived_at = None
        present = [one for one in held.people if one.presence == Presence.PRESENT and one.duty == Duty.CALLED]
        for line in present[-2:]:
            line.self_marked = line.person not in (self.chair, self.clerk)
        if self.does in _AT_THE_VOTE:
            self._discuss(held)
        at, minutes = meeting.began_at, int((self.now - meeting.began_at).total_seconds() // 60)
        noted = _Noted(self, held)
        for item in held.items:
            if minutes < 0:
                break
            item.began_at, meeting.current_item_id = at, item.pk
            at, minutes = at + timedelta(minutes=item.minutes), minutes - item.minutes
            item.notes, _ = noted.of(item) if minutes > 0 else ("", "")
            if item.notes:
                item.notes_revision, item.notes_by_id = 1, self.clerk.account_id
        asking = [one for one in present if one.person is not self.chair][:2]
        if self.does in _AT_THE_VOTE:
            self._vote_now(held)
            return
        for line in asking:
            self.rows.speeches.append((meeting.pk, line.pk, meeting.current_item_id, "asked", self.now))


class _Noted:
    """What the clerk writes to an item: (notes, conclusion)."""

    def __init__(self, year: Year, held: Held) -> None:
        self.year, self.held = year, held

    def of(self, item: Item) -> tuple[str, str]:
        month, work, meeting = self.held.month, self.year.work, self.held.meeting
        match item.marks:
            case "roll":
                dues = " Đảng phí tháng đã thu đủ." if "đảng phí" in item.title else ""
                return f"Điểm danh: {count(self.held.people).here} đồng chí có mặt.{dues}", ""
            case "tasks":
                return work.done, ""
            case "resolution":
                return f"Đồng chí {self.year.chair.full_name} trình bày dự thảo.", f"{month.direction} {work.asked}"
            case "vote":
                return "", month.direction if meeting.kind != MeetingKind.REGULAR else ""
            case "minutes":
                return words.PASSED, ""
        if item.title.startswith("Thông tin"):
            return month.news, ""
        if item.title.startswith("Thông qua nội dung"):
            return words.CONDUCT, ""
        if item.title.startswith("Trình bày"):
            return f"Chuyên đề: {month.topic}. {month.news}", ""
        if item.title.startswith("Đại biểu") and any(one.capacity == Capacity.SUPERIOR for one in self.held.people):
            return words.SUPERIOR, ""
        return "", ""


def _months(today: date) -> list[tuple[int, int]]:
    """The twelve months that end with this one."""
    first = today.year * 12 + today.month - 12
    return [(at // 12, at % 12 + 1) for at in range(first, first + 12)]


def _by_election() -> Vote:
    return Vote(title="Bầu bổ sung Chi ủy viên", matter="election", ballot=BallotKind.ELECTION.value, seats=1)


def _paper(standing: Sequence[Line]) -> list[dict]:
    return [{"number": at, "name": one.full_name, "member": one.person.pk} for at, one in enumerate(standing, start=1)]


def _on_the(minutes: int, moment: datetime) -> datetime:
    """The last so many minutes that are full."""
    return moment.replace(minute=moment.minute - moment.minute % minutes, second=0, microsecond=0)


def _workday(day: date) -> date:
    """Sundays are for the family."""
    return day + timedelta(days=1) if day.weekday() == 6 else day

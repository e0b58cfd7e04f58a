"""All that the years of the branches leave behind, and how it is written."""

import hashlib
import io
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from random import SystemRandom

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from docx import Document

from assignments.models import Assignment
from common.uploads.keeping import FileState
from orgtree.models import CommitteeTerm

from ..minutes.models import Conclusion, IssuedDocument, Minutes, Remark, Score
from ..models import (
    AgendaItem,
    Attendee,
    Habit,
    ItemDocument,
    Meeting,
    MeetingEvent,
    Opinion,
    SpeechRequest,
)
from ..votes import secrecy
from ..votes.enums import BallotKind, Choice, VoteState
from ..votes.models import Ballot, Candidate, Entitled, OpenBallot, Participation, Receipt, Vote
from . import words
from .rows import Keys, write, write_objects

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LINE = (
    "id", "meeting_id", "member_id", "full_name", "name_sort", "about", "capacity", "duty", "answer", "answer_reason",
    "answered_at", "presence", "absence_reason", "arrived_at", "left_at", "self_marked",
)  # fmt: skip


_ITEM = (
    "id", "meeting_id", "position", "part", "title", "minutes", "marks", "draft", "speaker_id", "notes",
    "notes_revision", "notes_by_id", "conclusion", "began_at",
)  # fmt: skip
_item = attrgetter("pk", *_ITEM[1:])


class Rows:
    """What is to be written."""

    def __init__(self) -> None:
        self.meeting_key, self.line_key, self.item_key = Keys(Meeting), Keys(Attendee), Keys(AgendaItem)
        self.vote_key, self.task_key, self.term_key = Keys(Vote), Keys(Assignment), Keys(CommitteeTerm)
        self.meetings: list = []
        self.habits: list[Habit] = []
        self.events: list[tuple] = []
        self.opinions: list[tuple] = []
        self.speeches: list[tuple] = []
        self.minutes: list[Minutes] = []
        self.remarks: list[Remark] = []
        self.scores: list[Score] = []
        self.tasks: list[Assignment] = []
        self.conclusions: list[Conclusion] = []
        self.documents: list[IssuedDocument] = []
        self.terms: list[CommitteeTerm] = []
        # Counted by hands; and those with ballots, which are cast before they are closed.
        self._by_hands: list[Vote] = []
        self._cast: list[tuple] = []
        self._open: list[tuple] = []
        self.prepared: list[Vote] = []
        self._entitled: list[tuple[int, int, bool]] = []
        self._papers: dict[tuple[int, int], list[tuple]] = defaultdict(list)

    def vote(
        self, vote: Vote, roll: Sequence, standing: list[dict], choices: list[str], ballots: list[str], day: date
    ) -> None:
        if choices or ballots:
            self._cast.append((vote, roll, standing, choices, ballots, day))
        else:
            self._by_hands.append(vote)
            self._entitled += [(vote.pk, line.pk, False) for line in roll]

    def open_vote(
        self,
        vote: Vote,
        roll: Sequence,
        cast: Sequence,
        standing: Sequence[dict] = (),
        ballots: Sequence[str] = (),
        day: date | None = None,
    ) -> None:
        """Who of the roll has voted so far: all in favour, or with these secret ballots."""
        self._open.append((vote, roll, cast, standing, ballots, day))

    def paper(self, item: int, day: date, when: datetime, who: int) -> None:
        self._papers[day.year, day.month].append((item, when, who))

    def write(self) -> None:
        """All at once: what a trigger plans for an empty table it keeps for this connection, and would go through every
        meeting for each row of a second round."""
        with connection.cursor() as cursor:
            # Said outright: where nothing is said, each trigger tries and fails to read it, and the database then looks
            # through all rows whose keys it is still to check. 200 seconds instead of 10.
            cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")
        self._write()
        # Whoever writes next goes on behind them.
        for keys in vars(self).values():
            if isinstance(keys, Keys):
                keys.close()

    def _write(self) -> None:
        Habit.objects.bulk_create(self.habits, batch_size=500)
        write_objects(CommitteeTerm, self.terms)
        write_objects(Assignment, self.tasks)
        write(AgendaItem, _ITEM, (_item(item) for held in self.meetings for item in held.items))
        write(Attendee, _LINE, (_values(line) for held in self.meetings for line in held.people))
        write(Opinion, ("item_id", "attendee_id", "text", "made_at", "before_meeting"), self.opinions)
        write(SpeechRequest, ("meeting_id", "attendee_id", "item_id", "state", "asked_at"), self.speeches)
        write_objects(Conclusion, self.conclusions)
        self._write_papers()
        # The roll first: nobody comes onto that of a vote which is closed.
        write(Entitled, ("vote_id", "attendee_id", "on_paper"), self._entitled)
        write_objects(Vote, self._by_hands)
        # What is planned from here on is planned for tables that are full.
        _analyze(AgendaItem, Attendee, Vote, Entitled)
        for row in self._cast:
            _cast(*row)
        for row in self._open:
            _leave_open(*row)
        write_objects(Vote, self.prepared)
        # The meetings themselves now, and what is only there with them.
        write_objects(Meeting, [held.meeting for held in self.meetings])
        self.events.sort(key=lambda event: event[3])
        write(MeetingEvent, ("meeting_id", "kind", "made_by_id", "made_at", "text"), self.events)
        write_objects(Minutes, self.minutes)
        write_objects(Remark, self.remarks)
        write_objects(Score, self.scores)
        write_objects(IssuedDocument, self.documents)
        _analyze(Meeting, MeetingEvent, Minutes, Score, IssuedDocument, Opinion, Conclusion, Assignment, ItemDocument)

    def _write_papers(self) -> None:
        """One file for what the superior sent all branches in a month."""
        rows = []
        for month, lines in self._papers.items():
            title = f"Tài liệu sinh hoạt tháng {month[1]}/{month[0]}"
            name, size, digest = _file(title, words.MONTHS[month[1]], min(when for _, when, _ in lines))
            rows += [
                ItemDocument(
                    item_id=item, title=title, suffix="docx", file=name, content_type=_DOCX, size=size,
                    digest=digest, state=FileState.CLEAN, added_by_id=who, added_at=when,
                )
                for item, when, who in lines
            ]  # fmt: skip
        write_objects(ItemDocument, rows)


def _analyze(*models) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def _values(line) -> tuple:
    person = line.person
    return (
        line.pk, line.meeting_id, person.pk, person.full_name, person.name_sort, line.about, line.capacity, line.duty,
        line.answer, line.answer_reason, line.answered_at, line.presence, line.absence_reason, line.arrived_at,
        line.left_at, line.self_marked,
    )  # fmt: skip


def _file(title: str, month: words.Month, when: datetime) -> tuple[str, int, str]:
    """Its name, size and digest."""
    paper, out = Document(), io.BytesIO()
    paper.add_heading(title, level=1)
    for heading, text in (("Thông tin", month.news), ("Nhiệm vụ", month.direction), ("Gợi ý chuyên đề", month.topic)):
        paper.add_heading(heading, level=2)
        paper.add_paragraph(text)
    paper.save(out)
    body = out.getvalue()
    name = default_storage.save(f"{ItemDocument.clean_folder(when)}/{secrets.token_hex(16)}.docx", ContentFile(body))
    return name, len(body), hashlib.sha256(body).hexdigest()


def _leave_open(
    vote: Vote, roll: Sequence, cast: Sequence, standing: Sequence[dict], ballots: Sequence[str], day: date | None
) -> None:
    vote.state = VoteState.PREPARED
    vote.save(force_insert=True)
    _write_candidates(vote, standing)
    entitled = Entitled.objects.bulk_create(Entitled(vote=vote, attendee_id=line.pk) for line in roll)
    vote.state = VoteState.OPEN
    vote.save(update_fields=["state"])
    voted = [(one, line) for one, line in zip(entitled, roll, strict=True) if line in cast]
    if vote.ballot == BallotKind.OPEN:
        OpenBallot.objects.bulk_create(
            OpenBallot(entitled=one, choice=Choice.AGREE, entered_by_id=line.person.account_id) for one, line in voted
        )
        return
    secrecy.lay_out(vote)
    for (one, _), marks in zip(voted, ballots, strict=True):
        secrecy.cast(one, marks, day)


def _write_candidates(vote: Vote, standing: Sequence[dict]) -> None:
    Candidate.objects.bulk_create(
        Candidate(vote=vote, number=one["number"], full_name=one["name"], member_id=one["member"]) for one in standing
    )


def _cast(vote: Vote, roll: Sequence, standing: list[dict], choices: list[str], ballots: list[str], day: date) -> None:
    """Opened, voted in, closed: the database looks at each of the three. Nobody cast these ballots; they are as many
    as the result says, in random order."""
    closed = {name: getattr(vote, name) for name in ("result", "closed_at", "closed_by_id")}
    vote.state, vote.result, vote.closed_at, vote.closed_by_id = VoteState.PREPARED, {}, None, None
    vote.save(force_insert=True)
    _write_candidates(vote, standing)
    entitled = Entitled.objects.bulk_create(Entitled(vote=vote, attendee_id=line.pk) for line in roll)
    vote.state = VoteState.OPEN
    vote.save(update_fields=["state"])
    if vote.ballot == BallotKind.OPEN:
        OpenBallot.objects.bulk_create(
            OpenBallot(entitled=one, choice=choice, entered_by_id=line.person.account_id)
            for one, line, choice in zip(entitled, roll, choices, strict=True)
        )
    else:
        Participation.objects.bulk_create(Participation(vote=vote, entitled=one, day=day) for one in entitled)
        SystemRandom().shuffle(ballots)
        Ballot.objects.bulk_create(Ballot(vote=vote, marks=marks) for marks in ballots)
        codes = sorted(secrecy.new_code() for _ in ballots)
        Receipt.objects.bulk_create(Receipt(vote=vote, code=code) for code in codes)
    vote.state = VoteState.CLOSED
    for name, value in closed.items():
        setattr(vote, name, value)
    vote.save(update_fields=["state", "result", "closed_at", "closed_by"])

"""The demo's year is as true as if people had called, held and written it up."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from django.utils import timezone

from accounts.models import User
from assignments.models import Assignment
from meetings.demo import SHOWN, load_meetings
from meetings.enums import HELD, Duty, MeetingState, Presence
from meetings.minutes.content import content_of, digest_of
from meetings.minutes.enums import MinutesState, ScoreState
from meetings.minutes.evidence import Evidence
from meetings.minutes.models import IssuedDocument, Minutes, Score
from meetings.minutes.services.scoring import missing_in, sheet_of
from meetings.models import Attendee, ItemDocument, Meeting, Opinion
from meetings.rules.counting import count
from meetings.votes.enums import SECRET_KINDS, VoteState
from meetings.votes.models import Ballot, OpenBallot, Participation, Receipt, Vote
from members.enums import PostCode, Standing
from members.models import Post, TemporaryStay
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit
from orgtree.services import give_grant
from tests.cast import make_member, make_unit

GIVEN = ("An", "Bình", "Chiến", "Dũng", "Giang", "Hải", "Khánh", "Lâm", "Minh", "Nam", "Oanh", "Phúc")


@pytest.fixture
def meetings(world, monkeypatch) -> list[Meeting]:
    monkeypatch.setattr("meetings.demo.SHOWN", (world.branch.code,))
    for number in range(6):
        make_unit(world.company, f"T{number}", f"Chi bộ Ga số {number}", "cell")
    for at, branch in enumerate(OrgUnit.objects.filter(kind__holds_members=True)):
        for number, given in enumerate(GIVEN[: 7 + at % 6]):
            born = date(1966 + 2 * number, 3, 14)
            standing = Standing.PROBATIONARY if number == 6 else Standing.OFFICIAL
            one = make_member(branch, f"Ngô Văn {given}", birth_date=born, standing=standing)
            if number < 3 and not Post.objects.filter(unit=branch, code=PostCode.SECRETARY).exists():
                Post.objects.create(member=one, unit=branch, code=PostCode.SECRETARY)
            elif number < 3:
                Post.objects.create(member=one, unit=branch, code=PostCode.CELL_COMMITTEE_MEMBER)
        if not Grant.objects.filter(unit=branch).exists():
            User.objects.filter(pk=one.account_id).update(activated_at=timezone.now())
            give_grant(user=one.account, unit=branch, role=Role.SECRETARY, actor=None)
    load_meetings(top=OrgUnit.objects.get(pk=world.top.pk), now=timezone.now(), secretary=world.secretary.pk)
    return list(Meeting.objects.select_related("unit__parent", "chair", "clerk").order_by("starts_at"))


def test_minutes_say_what_the_meeting_left_behind(meetings):
    """Word for word what a typed meeting's would."""
    compared = 0
    for record in Minutes.objects.exclude(digest="").select_related("meeting__unit__parent", "meeting__chair"):
        drawn = content_of(record.meeting, record)
        if Score.objects.filter(meeting=record.meeting, state=ScoreState.RETURNED).exists():
            drawn["score"] = record.content["score"]
        assert drawn == record.content
        assert digest_of(record.content) == record.digest
        compared += 1
    assert compared > 30


def test_points_are_those_that_the_handbook_finds(meetings):
    for score in Score.objects.select_related("meeting__unit", "meeting__record"):
        sheet = sheet_of(score.meeting, score)
        found = Evidence(score.meeting).of(sheet)
        for key, known in found.items():
            row = score.points[key]
            assert (row["found"], row["evidence"]) == (known.points, known.evidence)
        assert missing_in(score, sheet) == []
        assert score.total == sum(row["points"] for row in score.points.values())
        assert score.grade == sheet.grade_of(score.total).key


def test_a_year_of_every_branch_with_all_states(meetings, world):
    states = Counter(one.state for one in meetings)
    assert states[MeetingState.COMPLETED] > 30
    assert states[MeetingState.IN_PROGRESS] == 1
    running = next(one for one in meetings if one.state == MeetingState.IN_PROGRESS)
    assert running.unit == world.branch
    assert count(running.attendees.all()).here > 3
    assert all(one.unit.meetings.filter(state__in=HELD).count() > 3 for one in meetings)
    now = timezone.now()
    for one in meetings:
        events = list(one.events.order_by("pk"))
        assert all(first.made_at <= then.made_at for first, then in pairwise(events))
        assert all(event.made_at <= now for event in events)
        if one.state in HELD:
            assert one.began_at <= now
        if one.state in {MeetingState.MINUTES, MeetingState.COMPLETED}:
            roll = one.attendees.filter(duty=Duty.CALLED)
            assert not roll.filter(presence=Presence.UNKNOWN).exists()
            assert one.chair_id != one.clerk_id
        if one.state == MeetingState.COMPLETED:
            assert one.record.state == MinutesState.APPROVED


def test_votes_add_up_and_name_nobody_where_they_are_secret(meetings):
    unfinished = Vote.objects.exclude(state=VoteState.CLOSED)
    assert {vote.meeting.state for vote in unfinished} == {MeetingState.IN_PROGRESS}
    for vote in Vote.objects.filter(ballot__in=SECRET_KINDS, state=VoteState.CLOSED):
        many = Participation.objects.filter(vote=vote).count()
        assert many == Ballot.objects.filter(vote=vote).count() == Receipt.objects.filter(vote=vote).count()
        assert many == vote.result["electronic"] == vote.roll.count()
    assert Vote.objects.filter(ballot__in=SECRET_KINDS).exists()
    assert OpenBallot.objects.exists()


def test_who_tries_it_finds_a_vote_that_waits_for_him(meetings, world):
    running = next(one for one in meetings if one.state == MeetingState.IN_PROGRESS)
    states = dict(running.votes.values_list("state", "ballot"))
    assert states == {VoteState.OPEN: "open", VoteState.PREPARED: "secret"}
    vote = running.votes.get(state=VoteState.OPEN)
    assert running.current_item == vote.item
    own = vote.roll.get(attendee__member__account=world.secretary)
    assert not OpenBallot.objects.filter(entitled=own).exists()
    assert 0 < OpenBallot.objects.filter(entitled__vote=vote).count() < vote.roll.count() == vote.here
    ahead = {one.state: one for one in meetings if one.unit == running.unit and one.starts_at > timezone.now()}
    assert {MeetingState.ANNOUNCED} <= set(ahead) <= {MeetingState.ANNOUNCED, MeetingState.DRAFT}


def test_documents_are_numbered_on_from_one(meetings):
    numbers: dict = {}
    for one in IssuedDocument.objects.order_by("issued_at", "number"):
        numbers.setdefault((one.unit_id, one.term_id, one.type), []).append(one.number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert {kind for _, _, kind in numbers} == {"BB", "NQ"}


def test_the_next_row_goes_on_behind_them_and_a_second_load_adds_nothing(meetings, world):
    again = load_meetings(top=world.top, now=timezone.now(), secretary=world.secretary.pk)
    assert again == 0
    assert Meeting.objects.count() == len(meetings)
    for model in (Meeting, Attendee, Assignment, Vote):
        last = model.objects.latest("pk").pk
        with pytest.MonkeyPatch.context():
            from meetings.demo.rows import Keys

            assert Keys(model)() > last
    assert Opinion.objects.exists()
    assert all(one.file.storage.exists(one.file.name) for one in ItemDocument.objects.all()[:5])
    assert TemporaryStay.objects.count() <= len(meetings)
    assert SHOWN

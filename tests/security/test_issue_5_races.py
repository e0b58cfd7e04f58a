"""Two at once in a meeting: each pair of acts of which only one may come through (issue 5)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from common.errors import RuleViolation
from meetings.enums import MeetingState
from meetings.minutes.content import content_of, digest_of
from meetings.minutes.models import Minutes
from meetings.minutes.policies import CHAIR, CLERK
from meetings.minutes.services import circulate, sign, write_minutes
from meetings.models import Meeting, MeetingEvent
from meetings.services import begin, end
from meetings.votes.models import Entitled, OpenBallot, Participation, Vote
from meetings.votes.services import (
    cast_on_word,
    cast_open,
    cast_secret,
    close_vote,
    give_paper,
    open_vote,
    prepare_vote,
)
from tests.cast import World, build_world
from tests.meetings.sessions import announced, in_progress
from tests.meetings.written import written

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db) -> World:
    return build_world()


def at_once(*acts) -> list:
    """What each gave back, or how it was refused; all begin together."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(10)
            return act()
        except RuleViolation as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results: list) -> int:
    return sum(isinstance(one, RuleViolation) for one in results)


def a_vote(world, meeting, matter="resolution") -> Vote:
    return prepare_vote(meeting=meeting, title="Thông qua", matter=matter, actor=world.secretary)


def test_two_who_open_the_same_meeting(world):
    meeting = announced(world)
    results = at_once(*[lambda who=who: begin(meeting=meeting, actor=who) for who in (world.secretary, world.member)])
    assert refused(results) == 1
    assert MeetingEvent.objects.filter(meeting=meeting, kind="begun").count() == 1


def test_two_who_open_two_votes_and_the_same_one(world):
    meeting = in_progress(world)
    votes = [a_vote(world, meeting), a_vote(world, meeting, "discipline")]
    results = at_once(*[lambda vote=vote: open_vote(vote=vote, actor=world.secretary) for vote in votes])
    assert refused(results) == 1
    opened = Vote.objects.get(state="open")
    assert Entitled.objects.filter(vote=opened).count() == opened.here == Entitled.objects.count()
    close_vote(vote=opened, paper={}, actor=world.secretary)
    third = a_vote(world, meeting)
    results = at_once(*[lambda who=who: open_vote(vote=third, actor=who) for who in (world.secretary, world.member)])
    assert refused(results) == 1
    third.refresh_from_db()
    assert third.roll.count() == third.here


def test_two_who_close_the_same_vote(world):
    meeting = in_progress(world)
    vote = open_vote(vote=a_vote(world, meeting, "discipline"), actor=world.secretary)
    cast_secret(vote=vote, choice="agree", actor=world.member)
    results = at_once(*[lambda who=who: close_vote(vote=vote, actor=who) for who in (world.secretary, world.member)])
    assert refused(results) == 1
    assert Vote.objects.get(pk=vote.pk).result["totals"]["agree"] == 1


def test_the_end_of_the_meeting_and_the_opening_of_a_vote(world):
    meeting = in_progress(world)
    vote = a_vote(world, meeting)
    results = at_once(
        lambda: end(meeting=meeting, actor=world.member), lambda: open_vote(vote=vote, actor=world.secretary)
    )
    assert refused(results) == 1
    over = Meeting.objects.get(pk=meeting.pk).state == MeetingState.MINUTES
    assert over != (Vote.objects.get(pk=vote.pk).state == "open")


def test_ones_own_vote_and_one_on_his_word(world):
    meeting = in_progress(world)
    vote = open_vote(vote=a_vote(world, meeting), actor=world.secretary)
    entitled = Entitled.objects.select_related("vote__meeting", "attendee").get(
        vote=vote, attendee__member__account=world.member
    )
    at_once(
        lambda: cast_open(vote=vote, choice="disagree", actor=world.member),
        lambda: cast_on_word(entitled=entitled, choice="agree", actor=world.secretary),
    )
    ballot = OpenBallot.objects.get(entitled=entitled)
    assert (ballot.choice, ballot.on_word) == ("disagree", False)


def test_a_paper_given_while_its_taker_votes(world):
    meeting = in_progress(world)
    vote = open_vote(vote=a_vote(world, meeting, "discipline"), actor=world.secretary)
    entitled = Entitled.objects.select_related("vote__meeting").get(vote=vote, attendee__member__account=world.member)
    results = at_once(
        lambda: cast_secret(vote=vote, choice="agree", actor=world.member),
        lambda: give_paper(entitled=entitled, on_paper=True, actor=world.secretary),
    )
    assert refused(results) == 1
    entitled.refresh_from_db()
    assert entitled.on_paper != Participation.objects.filter(entitled=entitled).exists()


def test_a_sentence_slipped_in_while_the_second_signs(world):
    meeting = circulate(meeting=written(world), hours=0, actor=world.secretary).meeting
    meeting = Meeting.objects.select_related("chair", "clerk", "unit__parent", "unit__kind").get(pk=meeting.pk)
    record = Minutes.objects.get(meeting=meeting)
    read = digest_of(content_of(meeting, record))
    sign(meeting=meeting, as_what=CHAIR, digest=read, actor=world.secretary)
    given = {"closing": None, "revision": record.revision, "items": {}}
    at_once(
        lambda: sign(meeting=meeting, as_what=CLERK, digest=read, actor=world.member),
        lambda: write_minutes(meeting=meeting, opening="Lén sửa", **given, actor=world.secretary),
    )
    record.refresh_from_db()
    locked = record.state == "approved"
    assert locked == (record.opening != "Lén sửa")
    assert not locked or (record.digest == read and digest_of(record.content) == read)
    assert timezone.now() >= record.remarks_until

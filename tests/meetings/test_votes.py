"""Votes: who may, what is frozen, what is counted."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from meetings.enums import Presence
from meetings.models import Attendee
from meetings.services import end, mark
from meetings.votes.enums import BallotKind, Choice, Counting, VoteState
from meetings.votes.models import Ballot, BallotBox, Entitled, OpenBallot, Participation, Receipt, Vote
from meetings.votes.services import (
    ALREADY,
    cast_on_word,
    cast_open,
    cast_secret,
    close_vote,
    give_paper,
    next_round,
    open_vote,
    prepare_vote,
    void_vote,
)
from members.models import Member

from .sessions import official_accounts

pytestmark = pytest.mark.django_db


def opened(world, meeting, matter="resolution", **given) -> Vote:
    vote = prepare_vote(
        meeting=meeting, title="Thông qua nghị quyết tháng 12", matter=matter, actor=world.secretary, **given
    )
    return open_vote(vote=vote, actor=world.secretary)


def election(world, meeting, seats=3, many=5) -> Vote:
    candidates = list(Member.objects.filter(branch=world.branch).order_by("pk")[2 : 2 + many])
    return opened(world, meeting, "election", seats=seats, candidates=candidates)


def test_the_roll_is_frozen_on_who_is_here_and_official(world, meeting):
    late = meeting.attendees.filter(full_name="Vương Thị Oanh").get()
    Attendee.objects.filter(pk=late.pk).update(presence=Presence.UNKNOWN)
    vote = opened(world, meeting)
    names = set(vote.roll.values_list("attendee__full_name", flat=True))
    assert len(names) == vote.here == 11
    assert "Trịnh Văn Dự" not in names
    assert vote.base == 12
    mark(attendee=late, presence=Presence.PRESENT, actor=world.secretary)
    with pytest.raises(PermissionDenied):
        cast_open(vote=vote, choice=Choice.AGREE, actor=late.member.account)


def test_probationary_members_and_others_have_no_vote(world, meeting):
    vote = opened(world, meeting)
    probationary = Member.objects.get(full_name="Trịnh Văn Dự").account
    for user in (probationary, world.outsider, world.other_secretary, world.org_department, world.inspector):
        with pytest.raises(PermissionDenied):
            cast_open(vote=vote, choice=Choice.AGREE, actor=user)


def test_an_open_vote_counts_the_last_word(world, meeting):
    vote = opened(world, meeting)
    people = official_accounts(meeting)
    for user in people[:7]:
        cast_open(vote=vote, choice=Choice.DISAGREE, actor=user)
    for user in people[:7]:
        cast_open(vote=vote, choice=Choice.AGREE, actor=user)
    cast_open(vote=vote, choice=Choice.OTHER, opinion="Đề nghị làm rõ tiến độ", actor=people[7])
    vote = close_vote(vote=vote, actor=world.secretary)
    assert vote.result["totals"] == {"agree": 7, "disagree": 0, "other": 1}
    assert vote.result["not_voted"] == 4
    assert vote.result["carried"]
    assert vote.result["sentence"].startswith("7/12 số đảng viên chính thức phải dự tán thành (58,33%)")
    with pytest.raises(RuleViolation):
        cast_open(vote=vote, choice=Choice.AGREE, actor=people[8])


def test_who_has_no_telephone_votes_by_the_secretary(world, meeting):
    vote = opened(world, meeting)
    own = official_accounts(meeting)[0]
    cast_open(vote=vote, choice=Choice.AGREE, actor=own)
    line = Entitled.objects.exclude(attendee__member__account=own).filter(vote=vote).first()
    assert cast_on_word(entitled=line, choice=Choice.AGREE, actor=world.secretary).on_word
    theirs = Entitled.objects.get(vote=vote, attendee__member__account=own)
    with pytest.raises(RuleViolation, match="tự biểu quyết"):
        cast_on_word(entitled=theirs, choice=Choice.DISAGREE, actor=world.secretary)
    with pytest.raises(PermissionDenied):
        cast_on_word(entitled=line, choice=Choice.AGREE, actor=world.other_secretary)


def test_three_totals_by_show_of_hands(world, meeting):
    vote = opened(world, meeting, counting=Counting.TOTALS)
    with pytest.raises(RuleViolation, match="nhiều hơn 12"):
        close_vote(vote=vote, paper={"agree": 12, "other": 1}, actor=world.secretary)
    vote = close_vote(vote=vote, paper={"agree": 10, "disagree": 2}, actor=world.secretary)
    assert vote.result["carried"]


def test_a_binding_vote_needs_more_than_half(world, meeting):
    Attendee.objects.filter(meeting=meeting).update(presence=Presence.UNEXCUSED)
    few = meeting.attendees.filter(capacity="official")[:6]
    Attendee.objects.filter(pk__in=[line.pk for line in few]).update(presence=Presence.PRESENT)
    vote = prepare_vote(meeting=meeting, title="Nghị quyết", matter="resolution", actor=world.secretary)
    with pytest.raises(RuleViolation, match="6/12"):
        open_vote(vote=vote, actor=world.secretary)
    other = prepare_vote(meeting=meeting, title="Thông qua biên bản", matter="conclusion", actor=world.secretary)
    assert open_vote(vote=other, actor=world.secretary).base == 6


def test_one_vote_at_a_time_and_none_left_open(world, meeting):
    opened(world, meeting)
    with pytest.raises(RuleViolation, match="chưa kết thúc"):
        opened(world, meeting)
    with pytest.raises(RuleViolation, match="đang mở"):
        end(meeting=meeting, actor=world.secretary)


def test_only_who_runs_the_meeting_runs_its_votes(world, meeting):
    vote = prepare_vote(meeting=meeting, title="Nghị quyết", matter="resolution", actor=world.member)  # its clerk
    for user in (world.other_secretary, world.committee, world.org_department, world.inspector, world.outsider):
        with pytest.raises(PermissionDenied):
            open_vote(vote=vote, actor=user)


def test_a_secret_vote_from_box_to_list(world, meeting):
    vote = opened(world, meeting, "discipline")
    people = official_accounts(meeting)
    codes = [
        cast_secret(vote=vote, choice=Choice.AGREE if at < 8 else Choice.DISAGREE, actor=user)
        for at, user in enumerate(people)
    ]
    assert len(set(codes)) == 12
    with pytest.raises(RuleViolation, match=ALREADY):
        cast_secret(vote=vote, choice=Choice.AGREE, actor=people[0])
    assert not Ballot.objects.exists()
    vote = close_vote(vote=vote, actor=world.secretary)
    assert vote.result["totals"] == {"agree": 8, "disagree": 4, "other": 0}
    assert vote.result["carried"]
    assert sorted(Receipt.objects.values_list("code", flat=True)) == sorted(codes)
    assert Participation.objects.filter(vote=vote).count() == Ballot.objects.filter(vote=vote).count() == 12
    assert not BallotBox.objects.exists()


def test_a_cast_leaves_no_line_in_the_record(world, meeting):
    vote = opened(world, meeting, "discipline")
    before = Entry.objects.count()
    for user in official_accounts(meeting):
        cast_secret(vote=vote, choice=Choice.AGREE, actor=user)
    assert Entry.objects.count() == before
    close_vote(vote=vote, actor=world.secretary)
    line = Entry.objects.latest("pk")
    assert line.action == "vote.closed"
    assert "12/12" in line.detail["sentence"]


def test_whoever_took_paper_does_not_vote_twice(world, meeting):
    vote = opened(world, meeting, "discipline")
    people = official_accounts(meeting)
    lines = {line.attendee.member.account_id: line for line in vote.roll.select_related("attendee__member")}
    give_paper(entitled=lines[people[0].pk], on_paper=True, actor=world.secretary)
    with pytest.raises(RuleViolation, match="phiếu giấy"):
        cast_secret(vote=vote, choice=Choice.AGREE, actor=people[0])
    cast_secret(vote=vote, choice=Choice.AGREE, actor=people[1])
    with pytest.raises(RuleViolation, match="đã bỏ phiếu trên Sổ tay"):
        give_paper(entitled=lines[people[1].pk], on_paper=True, actor=world.secretary)
    with pytest.raises(RuleViolation, match="1 phiếu đã phát"):
        close_vote(vote=vote, paper={"returned": 2, "agree": 2}, actor=world.secretary)
    with pytest.raises(RuleViolation, match="không bằng 1"):
        close_vote(vote=vote, paper={"returned": 1, "agree": 2}, actor=world.secretary)
    vote = close_vote(vote=vote, paper={"returned": 1, "disagree": 1}, actor=world.secretary)
    assert vote.result["totals"] == {"agree": 1, "disagree": 1, "other": 0}
    assert vote.result["small"]
    assert (vote.result["electronic"], vote.result["papers"]) == (1, 1)


def test_an_election_of_three_of_five(world, meeting):
    vote = election(world, meeting)
    people = official_accounts(meeting)
    for user in people[:8]:
        cast_secret(vote=vote, numbers=[3, 1, 2], actor=user)
    for user in people[8:11]:
        cast_secret(vote=vote, numbers=[4], actor=user)
    cast_secret(vote=vote, numbers=[], actor=people[11])
    with pytest.raises(RuleViolation, match="nhiều nhất 3"):
        cast_secret(vote=vote, numbers=[1, 2, 3, 4], actor=people[0])
    vote = close_vote(vote=vote, actor=world.secretary)
    assert vote.result["votes"] == {"1": 8, "2": 8, "3": 8, "4": 3, "5": 0}
    assert vote.result["invalid"] == 1
    assert vote.result["valid"] == 11
    assert sorted(vote.result["elected"]) == [1, 2, 3]
    assert vote.result["seats_left"] == 0


def test_candidates_stand_in_the_order_of_given_names(world, meeting):
    vote = election(world, meeting)
    given = [name.split()[-1] for name in vote.candidates.values_list("full_name", flat=True)]
    assert given == ["Ảnh", "Bình", "Chiến", "Dung", "Đạt"]


def test_a_further_round_between_those_who_were_level(world, meeting):
    vote = election(world, meeting, seats=1, many=2)
    people = official_accounts(meeting)
    for at, user in enumerate(people):
        cast_secret(vote=vote, numbers=[1 + at % 2], actor=user)
    vote = close_vote(vote=vote, actor=world.secretary)
    assert vote.result["elected"] == []
    following = next_round(vote=vote, candidates=[1, 2], actor=world.secretary)
    assert following.round_no == 2
    assert following.candidates.count() == 2
    with pytest.raises(RuleViolation, match="Đã lập"):
        next_round(vote=vote, candidates=[1, 2], actor=world.secretary)


def test_a_void_vote_is_gone_unread(world, meeting):
    vote = opened(world, meeting, "discipline")
    cast_secret(vote=vote, choice=Choice.AGREE, actor=official_accounts(meeting)[0])
    vote = void_vote(vote=vote, reason="Nhầm nội dung", actor=world.secretary)
    assert vote.state == VoteState.VOID
    assert not BallotBox.objects.exists()
    assert not Ballot.objects.exists()


def test_held_decisions_have_no_vote(world, meeting):
    vote = opened(world, meeting, "discipline")
    user = official_accounts(meeting)[0]
    user.decisions_held_until = timezone.now() + timezone.timedelta(hours=3)
    user.save()
    with pytest.raises(RuleViolation, match="24 giờ"):
        cast_secret(vote=vote, choice=Choice.AGREE, actor=user)


def refused(write) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


def test_the_database_itself_refuses(world, meeting):
    vote = opened(world, meeting, "discipline")
    line = vote.roll.first()
    refused(lambda: Vote.objects.filter(pk=vote.pk).update(state="closed", result={"x": 1}, closed_at=timezone.now()))
    refused(lambda: OpenBallot.objects.create(entitled=line, choice="agree"))
    cast_secret(vote=vote, choice=Choice.AGREE, actor=line.attendee.member.account)
    refused(lambda: Participation.objects.all().delete())
    refused(lambda: Participation.objects.update(day="2020-01-01"))
    vote = close_vote(vote=vote, actor=world.secretary)
    refused(lambda: Ballot.objects.update(marks="disagree"))
    refused(lambda: Ballot.objects.all().delete())
    refused(lambda: Receipt.objects.all().delete())
    refused(lambda: Vote.objects.filter(pk=vote.pk).update(title="Khác"))
    refused(lambda: Participation.objects.create(vote=vote, entitled=vote.roll.last(), day="2026-01-01"))


def test_a_ballot_missing_from_the_box_is_noticed_at_the_closing(world, meeting):
    vote = opened(world, meeting, "discipline")
    for user in official_accounts(meeting)[:3]:
        cast_secret(vote=vote, choice=Choice.AGREE, actor=user)
    box = BallotBox.objects.get(vote=vote)
    BallotBox.objects.filter(vote=vote).update(sealed=box.sealed[:2])
    refused(lambda: close_vote(vote=vote, actor=world.secretary))
    assert Vote.objects.get(pk=vote.pk).state == VoteState.OPEN


def test_prepared_questions_are_checked(world, meeting):
    for given, words in (
        ({"matter": "nothing"}, "loại việc"),
        ({"title": " "}, "nội dung"),
        (
            {"matter": "election", "ballot": BallotKind.ELECTION, "seats": 2, "candidates": ["Một người"]},
            "cần bầu là 2",
        ),
    ):
        with pytest.raises(RuleViolation, match=words):
            prepare_vote(**{"meeting": meeting, "title": "A", "matter": "resolution", "actor": world.secretary} | given)

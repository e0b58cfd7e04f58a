"""Meetings that are over, with their minutes in the states that they are looked at in."""

from datetime import timedelta

from django.utils import timezone

from meetings.minutes.content import content_of, digest_of
from meetings.minutes.policies import CHAIR, CLERK
from meetings.minutes.services import (
    Typed,
    begin_score,
    circulate,
    conclude,
    confirm_score,
    save_points,
    sign,
    write_minutes,
)
from meetings.minutes.services.scoring import sheet_of
from meetings.models import Meeting
from meetings.services import end
from meetings.votes.enums import Choice
from meetings.votes.services import cast_open, close_vote, on_roll, open_vote, prepare_vote
from tests.cast import World

from .sessions import in_progress


def ended(world: World, many: int = 10, *, vote: bool = False) -> Meeting:
    """Held for 95 minutes from a moment ago; everybody was there."""
    meeting = in_progress(world, many)
    if vote:
        carried(world, meeting)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() - timedelta(minutes=96), began_at=timezone.now() - timedelta(minutes=95)
    )
    return end(meeting=meeting, actor=world.secretary)


def carried(world: World, meeting: Meeting, title: str = "Thông qua nghị quyết tháng 12"):
    """A resolution that all agree to but one."""
    vote = open_vote(
        vote=prepare_vote(meeting=meeting, title=title, matter="resolution", actor=world.secretary),
        actor=world.secretary,
    )
    people = [one.member.account for one in on_roll(vote)]
    for user in people[:-1]:
        cast_open(vote=vote, choice=Choice.AGREE, actor=user)
    cast_open(vote=vote, choice=Choice.OTHER, opinion="Đề nghị làm rõ tiến độ", actor=people[-1])
    return close_vote(vote=vote, actor=world.secretary)


def written(world: World, **given) -> Meeting:
    """With a discussion, a conclusion and a task."""
    meeting = ended(world, **given)
    item = meeting.items.get(position=6)
    write_minutes(
        meeting=meeting,
        opening="Đồng chí Trần Văn Cam tuyên bố lý do.",
        closing=None,
        revision=0,
        items={item.pk: Typed(0, "Đồng chí Ngô Văn Hải đề nghị tăng cường kiểm tra đường ngang.", "Nhất trí.")},
        actor=world.secretary,
    )
    conclude(
        meeting=meeting,
        text="Kiểm tra đường ngang Km 319",
        owner=meeting.attendees.get(member=world.people["member"]),
        due_on=timezone.localdate() + timedelta(days=20),
        actor=world.secretary,
    )
    conclude(meeting=meeting, text="Phê bình việc đi muộn.", actor=world.secretary)
    return meeting


def circulated(world: World, hours: int = 24, **given) -> Meeting:
    meeting = written(world, **given)
    circulate(meeting=meeting, hours=hours, actor=world.secretary)
    return again(meeting)


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("unit__kind", "unit__parent", "chair", "clerk", "record").get(pk=meeting.pk)


def digest(meeting: Meeting) -> str:
    meeting = again(meeting)
    return digest_of(content_of(meeting, meeting.record))


def signed(world: World, **given) -> Meeting:
    """Locked: the secretary was in the chair, the member wrote the minutes."""
    meeting = circulated(world, hours=0, **given)
    sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)
    return again(meeting)


def scored(world: World, meeting: Meeting | None = None) -> Meeting:
    """The branch gave itself what the handbook found, and all that it cannot know."""
    meeting = meeting or ended(world)
    score = begin_score(meeting=meeting, actor=world.secretary)
    sheet = sheet_of(meeting, score)
    points = {item.key: item.most for item in sheet.items}
    reasons = {item.key: "Theo sổ giấy của chi bộ" for item in sheet.items}
    save_points(meeting=meeting, points=points, reasons=reasons, actor=world.secretary)
    confirm_score(meeting=meeting, actor=world.secretary)
    return again(meeting)

"""What the home page says of meetings, minutes and scores that wait for the reader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from meetings.above.services import lock_paper
from meetings.enums import Presence
from meetings.minutes.models import Minutes
from meetings.minutes.policies import CLERK
from meetings.minutes.services import agree_score, remark, reply, sign
from meetings.models import Attendee, Meeting
from meetings.todo import todos
from orgtree.enums import Role
from orgtree.services import give_grant

from .papers_of_old import waiting
from .sessions import in_progress
from .written import circulated, digest, ended, scored

INTO = "Vào cuộc họp"


def titles(client) -> list[str]:
    return [task["title"] for task in client.get("/").context["tasks"]]


def test_a_meeting_that_is_held_stands_above_all_and_leads_into_it(world, client_of):
    meeting = in_progress(world)
    for user in (world.member, world.secretary):
        page = client_of(user).get("/")
        html = page.content.decode()
        assert html.index(INTO) < html.index('id="don-vi"')
        assert 'href="/sinh-hoat/dang-hop/"' in html
        assert not any(task["main"] for task in page.context["tasks"])
    for user in (world.committee, world.other_secretary, world.outsider):
        assert INTO not in client_of(user).get("/").content.decode()
    landed = client_of(world.member).get("/sinh-hoat/dang-hop/")
    assert landed.headers["Location"] == f"/sinh-hoat/{meeting.pk}/dang-hop/"


def test_who_is_elsewhere_is_not_called_into_it(world, client_of):
    meeting = in_progress(world)
    Attendee.objects.filter(meeting=meeting, member=world.people["member"]).update(duty="away")
    assert INTO not in client_of(world.member).get("/").content.decode()


def test_minutes_from_writing_to_signature(world, client_of):
    meeting = ended(world)
    writers, member = [client_of(world.secretary), client_of(world.member)], client_of(world.other_secretary)
    for client in writers:
        assert "1 biên bản chưa gửi lấy ý kiến" in titles(client)
    assert not any("biên bản" in title for title in titles(member))
    Meeting.objects.filter(pk=meeting.pk).update(
        began_at=timezone.now() - timedelta(hours=27), ended_at=timezone.now() - timedelta(hours=25)
    )
    pressing = next(one for one in todos(world.secretary) if "chưa gửi" in one.title)
    assert pressing.urgency == "now"


def test_remarks_wait_for_those_who_were_there_until_they_have_said_theirs(world, client_of):
    meeting = circulated(world)
    there = Attendee.objects.filter(meeting=meeting).exclude(
        member__in=[world.people["secretary"], world.people["member"]]
    )
    one, two = there.select_related("member__account")[:2]
    two.presence = Presence.EXCUSED
    two.save()
    asked = "1 biên bản chờ đồng chí góp ý"
    assert asked in titles(client_of(one.member.account))
    assert asked not in titles(client_of(two.member.account))
    # Who writes them has no remark to make.
    assert asked not in titles(client_of(world.secretary))
    said = remark(meeting=meeting, text="Ghi thiếu ý kiến của tôi.", actor=one.member.account)
    assert asked not in titles(client_of(one.member.account))
    answer = "1 biên bản có góp ý chờ trả lời"
    assert answer in titles(client_of(world.secretary))
    reply(remark=said, text="Đã bổ sung.", actor=world.secretary)
    assert answer not in titles(client_of(world.secretary))
    # The time runs: nobody can sign yet.
    assert not any("chờ đồng chí ký" in title for title in titles(client_of(world.secretary)))


def test_each_signs_once(world, client_of):
    meeting = circulated(world, hours=0)
    asked = "1 biên bản chờ đồng chí ký"
    assert asked in titles(client_of(world.secretary))
    assert asked in titles(client_of(world.member))
    sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    assert asked in titles(client_of(world.secretary))
    assert asked not in titles(client_of(world.member))
    bystander = Attendee.objects.filter(meeting=meeting).exclude(
        member__in=[world.people["secretary"], world.people["member"]]
    )[0]
    assert asked not in titles(client_of(bystander.member.account))


@pytest.fixture
def superior(world):
    give_grant(user=world.committee, unit=world.section, role=Role.SECRETARY, actor=None)
    return world.committee


def test_scores_wait_for_the_committee_right_above(world, client_of, superior):
    meeting = scored(world)
    asked = "1 phiếu chấm điểm sinh hoạt chờ cấp trên đồng ý"
    assert asked in titles(client_of(superior))
    for user in (world.secretary, world.member, world.org_department, world.inspector):
        assert asked not in titles(client_of(user))
    agree_score(meeting=meeting, actor=superior)
    assert asked not in titles(client_of(superior))


def test_it_costs_no_more_queries(world, client_of):
    client = client_of(world.secretary)
    client.get("/")
    with CaptureQueriesContext(connection) as before:
        client.get("/")
    circulated(world, hours=0)
    assert Minutes.objects.count() == 1
    with CaptureQueriesContext(connection) as after:
        assert client.get("/").status_code == 200
    assert len(after) == len(before) <= 12


def test_minutes_from_paper_wait_until_they_are_in_the_book(world, client_of):
    meeting = waiting(world)
    (todo,) = [one for one in todos(world.secretary) if "biên bản giấy" in one.title]
    assert (todo.count, todo.url) == (1, reverse("meetings:old_minutes", args=[meeting.pk]))
    assert not [one for one in todos(world.member) if "biên bản giấy" in one.title]
    lock_paper(meeting=meeting, looked_at=True, actor=world.secretary)
    assert not [one for one in todos(User.objects.get(pk=world.secretary.pk)) if "biên bản giấy" in one.title]

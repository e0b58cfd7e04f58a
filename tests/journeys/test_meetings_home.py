"""Home while a meeting is held, the secretary's page, signing in another's place."""

import pytest
from django.utils import timezone

from meetings.enums import Presence
from meetings.minutes.policies import CLERK
from meetings.minutes.services import sign
from meetings.services import ask_to_speak
from members.models import Member
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import make_member
from tests.meetings.sessions import accounts, announced, in_progress
from tests.meetings.test_above_counts import at, held
from tests.meetings.test_stand_in import dies
from tests.meetings.written import circulated, digest

from .conftest import DESKTOP, PHONE


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_home_leads_into_the_meeting_and_the_secretary_sees_who_is_here(world, open_page, sign_in, look_at, width):
    meeting = in_progress(world)
    for user in accounts(meeting)[2:5]:
        ask_to_speak(meeting=meeting, actor=user)
    page = open_page(width)
    sign_in(page, world.secretary)
    page.goto("/")
    look_at(page, "meetings-home")
    page.get_by_role("link", name="Vào cuộc họp").click()
    page.goto(f"/sinh-hoat/{meeting.pk}/dieu-hanh/")
    look_at(page, "meetings-run")
    notes = page.locator("#ghi").bounding_box()
    for above in (".quorum", "#hang-pb"):
        assert page.locator(above).bounding_box()["y"] < notes["y"] + (0 if width == PHONE else 900)
    if width == PHONE:
        assert page.locator(".steps").first.bounding_box()["y"] > notes["y"]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_signed_in_the_place_of_who_cannot(world, open_page, sign_in, look_at, width):
    Member.objects.update(activated_at=timezone.now())
    deputy = make_member(world.branch, "Lý Văn Phó", activated_at=timezone.now())
    give_grant(user=deputy.account, unit=world.branch, role=Role.DEPUTY_SECRETARY, actor=None)
    meeting = circulated(world, hours=0)
    Member.objects.update(activated_at=timezone.now())
    dies(world)
    sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    page = open_page(width)
    sign_in(page, deputy.account)
    page.goto("/")
    look_at(page, "meetings-home-deputy")
    page.goto(f"/sinh-hoat/{meeting.pk}/bien-ban/")
    page.get_by_role("link", name="Ký thay chủ trì").click()
    look_at(page, "meetings-stand-in")
    page.get_by_role("button", name="Ký biên bản").click()
    look_at(page, "meetings-signed")
    assert page.get_by_text("ký thay đồng chí Trần Văn Cam").first.is_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_who_is_away_often(world, open_page, sign_in, look_at, width):
    people = {world.people["secretary"]: Presence.PRESENT, world.people["member"]: Presence.EXCUSED}
    for month in (8, 9, 10):
        held(world.branch, at(2026, month, 5), people)
    meeting = announced(world)
    meeting.attendees.filter(member=world.people["member"]).update(answer="asks_leave", answer_reason="Trực ban")
    page = open_page(width)
    sign_in(page, world.secretary)
    page.goto(f"/sinh-hoat/{meeting.pk}/thanh-phan/")
    look_at(page, "meetings-people")
    for guide in ("dang-vien", "chi-bo", "dang-bo"):
        page.goto(f"/huong-dan/{guide}/")
        look_at(page, f"meetings-guide-{guide}")

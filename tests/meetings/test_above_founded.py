"""Branches that were founded later owe nothing for the time before; those above read once a week how it stands."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from meetings.above.selectors.board import Month, board_of, branches_behind, number_of, sheet_of_branches
from meetings.above.services import remind_all
from meetings.enums import Capacity, MeetingKind, MeetingState, Presence
from meetings.models import Attendee, Meeting
from meetings.selectors.pages import absence_hints
from notifications.models import Notice
from orgtree.models import Grant, OrgUnit

from .sessions import announced
from .test_above_counts import at, held

MARCH, APRIL = Month(date(2026, 3, 1)), Month(date(2026, 4, 1))
KIND = "meetings.below"


def found(world, day: date) -> None:
    OrgUnit.objects.filter(pk=world.branch.pk).update(founded_on=day)


@pytest.mark.parametrize(
    ("day", "in_march", "in_april"),
    [
        (None, (3, 3, 3), (3, 3, 3)),
        (date(2026, 3, 31), (3, 3, 3), (3, 3, 3)),
        (date(2026, 4, 1), (2, 2, 2), (3, 3, 3)),
        (date(2026, 5, 4), (2, 2, 2), (2, 2, 3)),
    ],
)
def test_the_board_of_a_month_asks_only_who_was_there(world, day, in_march, in_april):
    found(world, day)
    company = OrgUnit.objects.get(pk=world.company.pk)
    for month, (called, held_, thematic) in ((MARCH, in_march), (APRIL, in_april)):
        whole = board_of(company, month).whole
        assert (whole.not_called, whole.not_held, whole.no_thematic) == (called, held_, thematic)
        # Each figure is the length of the list behind it.
        for which in ("tat-ca", "chua-thong-bao", "chua-hop", "chua-chuyen-de"):
            assert branches_behind(company, month, which).count() == number_of(whole, which)
        assert len(list(sheet_of_branches(company, month))) == whole.branches


def test_the_running_month_costs_no_query_for_it(world, django_assert_num_queries):
    company = OrgUnit.objects.get(pk=world.company.pk)
    running = Month(timezone.localdate().replace(day=1))
    with django_assert_num_queries(2):
        board_of(company, running)
    with django_assert_num_queries(3):
        board_of(company, running.before)


def test_the_year_of_a_new_branch_misses_nothing_before_it(world, client_of):
    found(world, date(2026, 8, 20))
    missed = client_of(world.secretary).get(f"/sinh-hoat/nam/{world.branch.pk}/2026/").context["missed"]
    assert "tháng 8, 9, 10." in missed[0]
    assert "quý III." in missed[1]
    assert client_of(world.secretary).get(f"/sinh-hoat/nam/{world.branch.pk}/2025/").context["missed"] == []


# The week's message


@pytest.fixture
def since_long(world):
    Grant.objects.update(begins_on=date(2025, 1, 1))


def told(user) -> list[Notice]:
    return list(Notice.objects.filter(user=user, kind=KIND).order_by("pk"))


def test_those_above_are_told_once_a_week_what_is_missing(world, since_long):
    # Monday the 13th: the running month.
    Meeting.objects.create(
        unit=world.near_branch, kind=MeetingKind.REGULAR, title="Sinh hoạt", state=MeetingState.ANNOUNCED,
        starts_at=at(2026, 4, 28), place="Phòng họp",
    )  # fmt: skip
    held(world.sister, at(2026, 4, 9), {world.people["other_secretary"]: Presence.PRESENT})
    day = date(2026, 4, 13)
    for _ in range(7):
        remind_all(day)
        remind_all(day)
        day += timedelta(days=1)
    (notice,) = told(world.committee)
    assert notice.text == (
        f"Sinh hoạt tháng 4/2026 dưới {world.company.name}: 1 chi bộ chưa thông báo họp; "
        "1 chi bộ đã họp, chưa khóa biên bản."
    )
    assert notice.url == f"/sinh-hoat/theo-doi/?don_vi={world.company.pk}&thang=2026-04"
    for user in (world.secretary, world.member, world.inspector, world.outsider):
        assert told(user) == []
    remind_all(date(2026, 4, 20))
    assert len(told(world.committee)) == 2


def test_a_monday_on_which_no_worker_ran_is_made_up(world, since_long):
    remind_all(date(2026, 4, 16))
    assert len(told(world.committee)) == 1
    remind_all(date(2026, 4, 17))
    assert len(told(world.committee)) == 1


def test_in_the_first_days_the_month_before_is_looked_at(world, since_long):
    found(world, date(2026, 4, 2))
    remind_all(date(2026, 4, 6))
    assert told(world.committee)[0].text == f"Sinh hoạt tháng 3/2026 dưới {world.company.name}: 2 chi bộ chưa họp."


def test_where_all_is_well_nobody_is_told(world, since_long):
    for unit, who in ((world.branch, "member"), (world.sister, "other_secretary"), (world.near_branch, "committee")):
        held(unit, at(2026, 3, 10), {world.people[who]: Presence.PRESENT})
    Meeting.objects.update(state=MeetingState.COMPLETED)
    remind_all(date(2026, 4, 6))
    assert told(world.committee) == []


# Who is away often


def test_who_prepares_sees_who_was_away_often(world, client_of):
    people = {world.people["secretary"]: Presence.PRESENT, world.people["member"]: Presence.EXCUSED}
    for month in (8, 9, 10):
        held(world.branch, at(2026, month, 5), people)
    meeting = announced(world)
    hint = "vắng 3 kỳ liền, 3 lần vắng có lý do trong 12 tháng"
    assert absence_hints(meeting) == {world.people["member"].pk: hint}
    assert hint in client_of(world.secretary).get(f"/sinh-hoat/{meeting.pk}/thanh-phan/").content.decode()
    Attendee.objects.filter(meeting=meeting, capacity=Capacity.OFFICIAL, member=world.people["member"]).update(
        answer="asks_leave", answer_reason="Trực ban"
    )
    assert (
        f"Đồng chí này {hint}."
        in client_of(world.secretary).get(f"/sinh-hoat/{meeting.pk}/thanh-phan/").content.decode()
    )

"""The sums that those above read: exact whatever path wrote the meetings."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from meetings.above.counting_sql import ABSENT, measure, month_of, quarter_of
from meetings.above.models import BranchPeriod, LongAbsence
from meetings.above.services import recount_periods
from meetings.enums import Capacity, Duty, MeetingKind, MeetingState, Presence
from meetings.models import Attendee, Meeting
from members.enums import Status
from members.models import Member
from orgtree.models import OrgUnit
from orgtree.selectors import figures
from orgtree.services import close_unit, fold_figures, move_unit
from tests.cast import make_unit

from .sessions import announced, draft, fellows
from .written import ended, signed


def held(unit: OrgUnit, when: datetime, people: dict[Member, str], **given) -> Meeting:
    """A meeting that is over, written past the services."""
    given = {"kind": MeetingKind.REGULAR, "state": MeetingState.MINUTES} | given
    meeting = Meeting.objects.create(
        unit=unit, title="Sinh hoạt", starts_at=when, began_at=when, ended_at=when + timedelta(minutes=95),
        place="Phòng họp", chair=next(iter(people)), **given,
    )  # fmt: skip
    Attendee.objects.bulk_create(
        Attendee(
            meeting=meeting, member=member, full_name=member.full_name, name_sort=b"", capacity=Capacity.OFFICIAL,
            duty=Duty.CALLED, presence=presence, absence_reason="ốm" if presence == Presence.EXCUSED else "",
        )
        for member, presence in people.items()
    )  # fmt: skip
    return meeting


def at(year: int, month: int, day: int, hour: int = 14, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=timezone.get_current_timezone())


def below(unit: OrgUnit, name: str) -> int:
    return figures([unit.pk], [name])[unit.pk, name][1]


def this_month(name: str) -> str:
    return measure(month_of(timezone.localdate()), name)


def test_the_branches_below_are_counted(world):
    assert below(world.top, "branches") == 5
    assert below(world.company, "branches") == 3
    make_unit(world.section, "T.02.B1.09", "Chi bộ Ga Chợ Sy", "cell")
    fold_figures()
    assert below(world.company, "branches") == 4
    close_unit(unit=OrgUnit.objects.get(code="T.02.B1.09"), effective_on=timezone.localdate(), reason="Thử", actor=None)
    assert below(world.company, "branches") == 3
    assert recount_periods() == []


def test_a_meeting_on_its_way_is_counted_step_by_step(world):
    month = lambda: [below(world.company, this_month(name)) for name in ("called", "held", "written")]  # noqa: E731
    draft(world, starts_at=timezone.now() + timedelta(minutes=5))
    assert month() == [0, 0, 0]
    Meeting.objects.update(state=MeetingState.CANCELLED, reason="Thử")
    announced(world, starts_at=timezone.now() + timedelta(minutes=5))
    assert month() == [1, 0, 0]
    Meeting.objects.filter(state=MeetingState.ANNOUNCED).update(state=MeetingState.CANCELLED, reason="Thử")
    assert month() == [0, 0, 0]
    meeting = ended(world)
    assert month() == [1, 1, 0]
    here = meeting.attendees.count()
    assert below(world.top, this_month("expected")) == below(world.top, this_month("here")) == here
    fold_figures()
    meeting.attendees.filter(member=world.people["member"]).update(presence=Presence.UNEXCUSED)
    assert below(world.top, this_month("here")) == here - 1
    assert recount_periods() == []


def test_written_up_when_the_minutes_are_closed(world):
    signed(world)
    assert below(world.top, this_month("written")) == 1


def test_a_month_ends_at_midnight_in_vietnam(world):
    people = {world.people["secretary"]: Presence.PRESENT}
    held(world.branch, at(2025, 3, 31, 23, 30), people)
    assert below(world.top, measure("2025-03", "held")) == 1
    assert below(world.top, measure("2025-04", "held")) == 0
    Meeting.objects.update(starts_at=at(2025, 4, 1, 0, 10))
    assert below(world.top, measure("2025-03", "held")) == 0
    assert below(world.top, measure("2025-04", "held")) == 1


def test_a_quarter_has_its_thematic_meeting_once(world):
    people = {world.people["secretary"]: Presence.PRESENT}
    held(world.branch, at(2025, 4, 5), people, kind=MeetingKind.THEMATIC)
    held(world.branch, at(2025, 6, 5), people, with_thematic=True)
    assert below(world.top, measure("2025-Q2", "thematic")) == 1
    assert below(world.top, measure("2025-04", "held")) == 0
    assert below(world.top, measure("2025-06", "held")) == 1


@pytest.mark.parametrize("kind", [MeetingKind.CELL_COMMITTEE, MeetingKind.COMMITTEE])
def test_meetings_of_the_committee_are_no_duty_of_the_branch(world, kind):
    held(world.branch, at(2025, 4, 5), {world.people["secretary"]: Presence.PRESENT}, kind=kind)
    for name in ("called", "held", "expected"):
        assert below(world.top, measure("2025-04", name)) == 0


def test_two_meetings_of_a_month_are_written_up_when_both_are(world):
    people = {world.people["secretary"]: Presence.PRESENT}
    held(world.branch, at(2025, 4, 5), people)
    Meeting.objects.update(state=MeetingState.COMPLETED)
    assert below(world.top, measure("2025-04", "written")) == 1
    held(world.branch, at(2025, 4, 25), people)
    assert below(world.top, measure("2025-04", "written")) == 0
    assert below(world.top, measure("2025-04", "held")) == 1


class TestThreeAbsences:
    def _months(self, world, presences: list[str], **given) -> None:
        """The member's presences, the oldest first, up to last month; the secretary always comes."""
        for ago, presence in zip(range(len(presences), 0, -1), presences, strict=True):
            day = timezone.now() - timedelta(days=30 * ago)
            held(world.branch, day, {world.people["secretary"]: "present", world.people["member"]: presence}, **given)

    def _kept(self) -> list[tuple]:
        return list(LongAbsence.objects.values_list("member__full_name", "times", "unexcused"))

    def test_three_in_a_row(self, world):
        self._months(world, ["present", "excused", "unexcused", "excused"])
        assert self._kept() == [("Nguyễn Thị Bưởi", 3, 1)]
        assert below(world.top, ABSENT) == 1

    def test_two_are_not(self, world):
        self._months(world, ["excused", "present", "excused", "excused"])
        assert self._kept() == []

    def test_who_comes_again_is_off_the_list(self, world):
        self._months(world, ["excused"] * 4)
        assert self._kept() == [("Nguyễn Thị Bưởi", 4, 0)]
        Attendee.objects.filter(meeting=Meeting.objects.first(), member=world.people["member"]).update(
            presence="online"
        )
        assert self._kept() == []
        assert below(world.top, ABSENT) == 0

    def test_the_exempt_and_those_elsewhere_need_not_come(self, world):
        self._months(world, ["unknown"] * 3)
        assert self._kept() == []
        Attendee.objects.filter(member=world.people["member"]).update(duty=Duty.MAY_COME, presence="excused")
        assert self._kept() == []

    def test_the_committees_meetings_do_not_count(self, world):
        self._months(world, ["unexcused"] * 3, kind=MeetingKind.CELL_COMMITTEE)
        assert self._kept() == []

    def test_who_has_left_is_forgotten_at_the_next_count(self, world):
        self._months(world, ["unexcused"] * 3)
        Member.objects.filter(pk=world.people["member"].pk).update(status=Status.DECEASED)
        recount_periods()
        assert self._kept() == []
        assert below(world.top, ABSENT) == 0


def test_a_closed_branch_is_in_no_sum_and_comes_back_with_its_own(world):
    branch = make_unit(world.section, "T.02.B1.09", "Chi bộ Ga Chợ Sy", "cell")
    held(branch, at(2025, 4, 5), {world.people["secretary"]: Presence.PRESENT})
    fold_figures()
    assert below(world.company, measure("2025-04", "held")) == 1
    close_unit(unit=branch, effective_on=timezone.localdate(), reason="Thử", actor=None)
    assert below(world.company, measure("2025-04", "held")) == 0
    assert recount_periods() == []
    from orgtree.services import reopen_unit

    reopen_unit(unit=branch, reason="Thử", actor=None)
    assert below(world.company, measure("2025-04", "held")) == 1


def test_the_sums_go_along_with_a_branch_that_moves(world):
    fellows(world, 2)
    held(world.branch, at(2025, 4, 5), {world.people["secretary"]: Presence.PRESENT})
    fold_figures()
    move_unit(unit=world.branch, new_parent=world.company, effective_on=timezone.localdate(), reason="Thử", actor=None)
    assert below(world.section, measure("2025-04", "held")) == 0
    assert below(world.company, measure("2025-04", "held")) == 1
    assert recount_periods() == []


def test_a_recount_finds_and_mends(world):
    held(world.branch, at(2025, 4, 5), {world.people["secretary"]: Presence.PRESENT})
    BranchPeriod.objects.filter(period="2025-04").delete()  # as a restored copy might lack it
    fold_figures()
    from orgtree.models import Figure

    Figure.objects.filter(measure=measure("2025-04", "held"), unit=world.top).update(below=7)
    assert recount_periods()
    assert below(world.top, measure("2025-04", "held")) == 1
    assert recount_periods() == []


def test_the_quarter_of_a_day():
    assert [quarter_of(at(2025, month, 1).date()) for month in (1, 3, 4, 12)] == [
        "2025-Q1",
        "2025-Q1",
        "2025-Q2",
        "2025-Q4",
    ]

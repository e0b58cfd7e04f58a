"""What secretaries are reminded of, day by day, and never twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from meetings.above.services import remind_all
from meetings.above.services import reminders as rounds
from meetings.enums import MeetingKind, MeetingState, Presence
from meetings.models import Meeting
from members.enums import PostCode
from members.models import Post
from notifications.models import Notice
from orgtree.models import Grant

from .papers_of_old import waiting
from .test_above_counts import at, held


@pytest.fixture(autouse=True)
def _roles_since_the_beginning(world):
    Grant.objects.update(begins_on=date(2025, 1, 1))


def told(user, words: str = "") -> list[str]:
    rows = Notice.objects.filter(user=user, kind=rounds.KIND, text__contains=words)
    return list(rows.order_by("pk").values_list("text", flat=True))


def through(first: date, last: date) -> None:
    while first <= last:
        remind_all(first)
        remind_all(first)
        first += timedelta(days=1)


def test_a_month_that_nobody_calls(world):
    through(date(2025, 4, 1), date(2025, 4, 30))
    assert len(told(world.secretary, "chưa thông báo cuộc sinh hoạt thường kỳ tháng 4/2025")) == 3
    assert told(world.member) == []
    assert told(world.committee) == []


def test_a_called_meeting_ends_it(world):
    through(date(2025, 4, 1), date(2025, 4, 12))
    assert len(told(world.secretary)) == 1
    Meeting.objects.create(
        unit=world.branch, kind=MeetingKind.REGULAR, title="Sinh hoạt", state=MeetingState.ANNOUNCED,
        starts_at=at(2025, 4, 28), place="Phòng họp",
    )  # fmt: skip
    through(date(2025, 4, 13), date(2025, 4, 30))
    assert len(told(world.secretary)) == 1
    assert len(told(world.other_secretary)) == 3


def test_a_day_on_which_no_worker_ran_is_made_up(world):
    remind_all(date(2025, 4, 12))
    assert len(told(world.secretary)) == 1
    remind_all(date(2025, 4, 13))
    assert len(told(world.secretary)) == 1


def test_where_nobody_holds_the_role_who_leads_hears_of_it_without_a_page(world):
    Post.objects.create(member=world.people["committee"], unit=world.near_branch, code=PostCode.SECRETARY)
    remind_all(date(2025, 4, 10))
    notice = Notice.objects.get(user=world.committee, kind=rounds.KIND)
    assert notice.url == ""
    assert "Chi bộ Đội Kiến trúc" in notice.text


def test_the_last_month_of_a_quarter_asks_for_its_thematic_meeting(world):
    held(world.sister, at(2025, 5, 5), {world.people["other_secretary"]: Presence.PRESENT}, kind=MeetingKind.THEMATIC)
    through(date(2025, 4, 1), date(2025, 6, 30))
    assert len(told(world.secretary, "Quý II/2025")) == 2
    assert told(world.other_secretary, "Quý II/2025") == []


def test_a_thematic_meeting_on_its_way_is_enough(world):
    Meeting.objects.create(
        unit=world.branch, kind=MeetingKind.REGULAR, with_thematic=True, title="Sinh hoạt", place="Phòng họp",
        state=MeetingState.ANNOUNCED, starts_at=at(2025, 6, 25),
    )  # fmt: skip
    through(date(2025, 6, 1), date(2025, 6, 24))
    assert told(world.secretary, "chuyên đề") == []


def test_minutes_that_are_due(world):
    """Ended on the 10th: two days are the 12th."""
    meeting = held(world.branch, at(2025, 4, 10), {world.people["secretary"]: Presence.PRESENT})
    Meeting.objects.filter(pk=meeting.pk).update(clerk=world.people["member"])
    through(date(2025, 4, 10), date(2025, 5, 9))
    minutes = told(world.member, "Biên bản")
    assert [words.split(";")[-1] if "hôm nay" in words else words.split(",")[-1] for words in minutes] == [
        " đến hạn hôm nay, 15:35 12/04/2025.",
        " quá hạn 1 ngày (hạn 15:35 12/04/2025).",
        " quá hạn 3 ngày (hạn 15:35 12/04/2025).",
        " quá hạn 7 ngày (hạn 15:35 12/04/2025).",
    ]
    assert len(told(world.secretary, "Biên bản")) == 4


def test_minutes_in_the_book_and_paper_ask_for_nothing(world):
    held(world.branch, at(2026, 3, 10), {world.people["secretary"]: Presence.PRESENT})
    Meeting.objects.update(state=MeetingState.COMPLETED)
    waiting(world)
    through(date(2026, 3, 1), date(2026, 3, 20))
    assert told(world.secretary, "Biên bản") == []


def test_a_round_that_was_killed_goes_on(world, monkeypatch):
    monkeypatch.setattr(rounds, "_AT_ONCE", 1)
    real, calls = rounds.remind, []

    def killed(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(rounds, "remind", killed)
    with pytest.raises(KeyboardInterrupt):
        remind_all(date(2025, 4, 10))
    monkeypatch.setattr(rounds, "remind", real)
    remind_all(date(2025, 4, 10))
    assert len(told(world.secretary)) == len(told(world.other_secretary)) == 1


def test_the_task_takes_the_day_of_vietnam(world, monkeypatch):
    from meetings.tasks import remind

    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 4, 9, 18, tzinfo=UTC))
    remind()
    assert len(told(world.secretary)) == 1

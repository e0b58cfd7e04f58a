"""What becomes of meetings when their unit ends, merges, splits or moves, and when people leave it between the call and
the meeting."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from meetings.above.services import remind_all
from meetings.enums import Answer, MeetingState, Presence
from meetings.minutes.policies import CHAIR, CLERK
from meetings.minutes.services import sign
from meetings.models import Attendee, Meeting
from meetings.services import announce, ask_leave, begin, check_in, decide_leave, feed_of, make_feed, mark
from members.enums import Status
from members.services import move_member
from members.services import set_status as change_status
from notifications.models import Notice
from orgtree.followers import blockers_of, follower_previews
from orgtree.services import close_unit, merge_units, move_unit
from tests.cast import make_member

from .sessions import announced, draft, fellows, in_progress
from .written import again, circulated, digest, signed


def told(user, words: str) -> int:
    return Notice.objects.filter(user=user, text__contains=words).count()


def moved_away(world, member) -> None:
    """To the branch beside, by who keeps the records of both."""
    move_member(member=member, branch=world.sister, on=timezone.localdate(), actor=world.committee)


def set_status(world, member, status: Status) -> None:
    change_status(member=member, status=status, on=timezone.localdate(), actor=world.secretary)


# The unit


def test_a_branch_that_is_merged_away_calls_off_what_it_had_planned(world):
    one, two = announced(world), draft(world, starts_at=timezone.now() + timedelta(days=40))
    merge_units(sources=[world.branch], target=world.sister, actor=None)
    for meeting in (one, two):
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.CANCELLED
        assert "Chi bộ Ga Bến Thủy sáp nhập vào Chi bộ Ga Quán Hành" in meeting.reason
    # Those called are told once, of the one that they knew of.
    assert told(world.member, "Hủy Sinh hoạt") == told(world.secretary, "Hủy Sinh hoạt") == 1
    assert told(world.member, "không còn trong thành phần") == 0
    assert Entry.objects.filter(action="meeting.cancelled").count() == 2


def test_what_will_be_called_off_stands_on_the_check_page(world):
    announced(world)
    circulated(world)
    lines = follower_previews(world.branch)
    assert "1 cuộc họp chưa diễn ra, sẽ bị hủy kèm lý do" in lines
    assert "1 biên bản chưa ký xong, chủ trì và thư ký vẫn hoàn thành được" in lines
    assert not any("cuộc họp" in line or "biên bản" in line for line in follower_previews(world.near_branch))


def test_a_branch_that_is_dissolved_calls_off_with_the_reason_given(world):
    meeting = draft(world)
    for member in world.branch.members.all():
        moved_away(world, member)
    close_unit(unit=world.branch, reason="Sắp xếp lại tổ chức", actor=None)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason) == (MeetingState.CANCELLED, "Sắp xếp lại tổ chức")


def test_nothing_ends_while_its_meeting_is_going_on(world):
    meeting = in_progress(world)
    assert "1 cuộc họp đang diễn ra, chưa bế mạc" in blockers_of(world.branch)
    with pytest.raises(RuleViolation, match="đang diễn ra, chưa bế mạc"):
        merge_units(sources=[world.branch], target=world.sister, actor=None)
    world.branch.refresh_from_db()
    assert world.branch.is_open
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.IN_PROGRESS
    assert world.people["member"].branch_id == world.branch.pk


def test_past_minutes_are_read_above_and_by_officers_of_the_branch_that_took_it_in(world, client_of):
    meeting = signed(world)
    newcomer = make_member(world.sister, "Lý Văn Mới")
    pages = [f"/sinh-hoat/{meeting.pk}/bien-ban/", f"/sinh-hoat/nam/{world.branch.pk}/{meeting.day.year}/"]

    def answers(user) -> list[int]:
        return [client_of(user).get(page).status_code for page in pages]

    assert answers(world.other_secretary) == [404, 404]
    merge_units(sources=[world.branch], target=world.sister, actor=None)
    assert answers(world.other_secretary) == [200, 200]
    assert answers(world.committee) == answers(world.inspector) == [200, 200]
    assert answers(newcomer.account) == answers(world.outsider) == [404, 404]
    # Who was there reads what he was at; the year was his branch's.
    assert answers(world.member)[0] == 200


def test_minutes_that_wait_are_signed_though_the_branch_is_gone(world):
    meeting = circulated(world, hours=0)
    merge_units(sources=[world.branch], target=world.sister, actor=None)
    sign(meeting=meeting, as_what=CLERK, digest=digest(meeting), actor=world.member)
    sign(meeting=meeting, as_what=CHAIR, digest=digest(meeting), actor=world.secretary)
    assert again(meeting).state == MeetingState.COMPLETED


def test_who_signs_is_reminded_though_the_branch_is_gone(world):
    meeting = circulated(world, hours=0)
    merge_units(sources=[world.branch], target=world.sister, actor=None)
    before = timezone.now() - timedelta(days=3)
    Meeting.objects.filter(pk=meeting.pk).update(ended_at=before, began_at=before - timedelta(hours=2))
    remind_all(timezone.localdate())
    assert told(world.member, "chưa có đủ chữ ký") == 1


def test_a_branch_that_moves_keeps_what_it_has_planned(world):
    meeting = announced(world)
    move_unit(unit=world.branch, new_parent=world.company, actor=None)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ANNOUNCED
    assert meeting.attendees.filter(member=world.people["member"]).exists()


# People


def test_who_moves_away_between_call_and_meeting_is_told_and_off_the_list(world, client_of):
    (fellow,) = fellows(world, 1)
    meeting = announced(world)
    moved_away(world, fellow)
    assert not meeting.attendees.filter(member=fellow).exists()
    assert told(fellow.account, "không còn trong thành phần dự") == 1
    assert client_of(fellow.account).get(meeting.get_absolute_url()).status_code == 404


def test_who_has_died_hears_nothing(world):
    (fellow,) = fellows(world, 1)
    announced(world)
    set_status(world, fellow, Status.DECEASED)
    assert told(fellow.account, "không còn trong thành phần dự") == 0


def test_a_chair_who_has_left_runs_nothing_any_more(world):
    (fellow,) = fellows(world, 1)
    meeting = announce(meeting=draft(world, chair=fellow), actor=world.secretary)
    item = meeting.items.first()
    item.speaker = fellow
    item.save()
    moved_away(world, fellow)
    meeting.refresh_from_db()
    item.refresh_from_db()
    assert (meeting.chair, item.speaker) == (None, None)
    assert told(world.secretary, f"Đồng chí {fellow.full_name} (chủ trì) không còn trong thành phần dự") == 1
    with pytest.raises(PermissionDenied):
        begin(meeting=meeting, actor=fellow.account)
    with pytest.raises(RuleViolation, match="chọn người chủ trì"):
        begin(meeting=meeting, actor=world.secretary)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ANNOUNCED


def test_a_suspended_chair_is_not_in_the_chair(world):
    (fellow,) = fellows(world, 1)
    meeting = announce(meeting=draft(world, chair=fellow), actor=world.secretary)
    set_status(world, fellow, Status.SUSPENDED)
    meeting.refresh_from_db()
    assert meeting.chair is None


def test_the_calendar_dies_with_the_membership(world, client):
    secret = make_feed(member=world.people["member"], actor=world.member)
    announced(world)
    address = f"/sinh-hoat/lich/{secret}.ics"
    assert client.get(address).status_code == 200
    set_status(world, world.people["member"], Status.LEFT)
    assert feed_of(secret) is None
    assert client.get(address).status_code == 404


def test_a_called_off_meeting_is_called_off_in_the_calendar(world, client):
    secret = make_feed(member=world.people["member"], actor=world.member)
    announced(world)
    merge_units(sources=[world.branch], target=world.sister, actor=None)
    assert "STATUS:CANCELLED" in client.get(f"/sinh-hoat/lich/{secret}.ics").content.decode()


# Leave


def on_leave(world) -> Meeting:
    meeting = announced(world)
    ask_leave(meeting=meeting, reason="Trực ban", actor=world.member)
    line = Attendee.objects.get(meeting=meeting, member=world.people["member"])
    decide_leave(attendee=line, accepted=True, actor=world.secretary)
    return begin(meeting=meeting, actor=world.secretary)


def test_leave_that_was_given_stands_on_the_roll_when_the_meeting_begins(world):
    line = Attendee.objects.get(meeting=on_leave(world), member=world.people["member"])
    assert (line.presence, line.absence_reason) == (Presence.EXCUSED, "Trực ban")


def test_leave_that_was_only_asked_for_is_the_secretarys_to_judge(world):
    meeting = announced(world)
    ask_leave(meeting=meeting, reason="Trực ban", actor=world.member)
    begin(meeting=meeting, actor=world.secretary)
    line = Attendee.objects.get(meeting=meeting, member=world.people["member"])
    assert (line.presence, line.answer) == (Presence.UNKNOWN, Answer.ASKS_LEAVE)


def test_who_comes_after_all_marks_himself_here(world):
    meeting = on_leave(world)
    line = check_in(meeting=meeting, code=None, actor=world.member)
    assert (line.presence, line.self_marked, line.absence_reason) == (Presence.PRESENT, True, "")


def test_what_the_secretary_has_marked_stays(world):
    meeting = on_leave(world)
    line = Attendee.objects.get(meeting=meeting, member=world.people["member"])
    mark(attendee=line, presence=Presence.UNEXCUSED, actor=world.secretary)
    with pytest.raises(RuleViolation):
        check_in(meeting=meeting, code=None, actor=world.member)

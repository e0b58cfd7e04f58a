"""The services of a meeting that is being held."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from meetings import services
from meetings.enums import Answer, Duty, MeetingState, Presence, SpeechState
from meetings.models import AgendaItem, Attendee, Meeting
from meetings.rules.check_in import code_at, is_code_of
from meetings.selectors.holding import roll_of
from meetings.services.place import version_of
from tests.cast import make_member
from tests.meetings import sessions


def line_of(meeting, who) -> Attendee:
    return meeting.attendees.get(member__account=who)


@pytest.fixture
def empty_room(world):
    """Begun, nobody marked."""
    return sessions.in_progress(world, 4, all_here=False)


def test_one_touch_marks_and_keeps_what_others_have(world, empty_room):
    line = services.mark(attendee=line_of(empty_room, world.member), presence=Presence.PRESENT, actor=world.secretary)
    assert line.presence == Presence.PRESENT
    assert empty_room.attendees.filter(presence=Presence.UNKNOWN).count() == empty_room.attendees.count() - 1


def test_excused_needs_a_reason_and_the_answer_of_before_is_one(world, empty_room):
    line = line_of(empty_room, world.member)
    with pytest.raises(RuleViolation, match="lý do"):
        services.mark(attendee=line, presence=Presence.EXCUSED, actor=world.secretary)
    Attendee.objects.filter(pk=line.pk).update(answer=Answer.ASKS_LEAVE, answer_reason="Đi tàu")
    line = services.mark(attendee=line, presence=Presence.EXCUSED, actor=world.secretary)
    assert line.absence_reason == "Đi tàu"
    assert not services.mark(attendee=line, presence=Presence.PRESENT, actor=world.secretary).absence_reason


def test_hours_are_of_who_is_here_and_in_order(world, empty_room):
    line = line_of(empty_room, world.member)
    with pytest.raises(RuleViolation, match="có mặt"):
        services.note_times(attendee=line, arrived_at=time(14, 5), left_at=None, actor=world.secretary)
    services.mark(attendee=line, presence=Presence.PRESENT, actor=world.secretary)
    with pytest.raises(RuleViolation, match="sau giờ đến"):
        services.note_times(attendee=line, arrived_at=time(15), left_at=time(14), actor=world.secretary)
    services.note_times(attendee=line, arrived_at=time(14, 5), left_at=time(15), actor=world.secretary)
    # Who turns out to be absent has no hours.
    assert services.mark(attendee=line, presence=Presence.UNEXCUSED, actor=world.secretary).arrived_at is None


def test_all_here_leaves_what_is_marked_who_has_leave_and_who_is_not_called(world, empty_room):
    lines = list(empty_room.attendees.filter(capacity="official"))
    services.mark(attendee=lines[0], presence=Presence.UNEXCUSED, actor=world.secretary)
    Attendee.objects.filter(pk=lines[1].pk).update(answer=Answer.EXCUSED, answer_reason="Ốm")
    Attendee.objects.filter(pk=lines[2].pk).update(duty=Duty.AWAY)
    here, excused = services.all_here(meeting=empty_room, actor=world.secretary)
    found = dict(empty_room.attendees.values_list("pk", "presence"))
    assert found[lines[0].pk] == Presence.UNEXCUSED
    assert found[lines[1].pk] == Presence.EXCUSED
    assert found[lines[2].pk] == Presence.UNKNOWN
    assert (here, excused) == (len(found) - 3, 1)
    assert Attendee.objects.get(pk=lines[1].pk).absence_reason == "Ốm"


def test_only_who_runs_the_meeting_marks(world, empty_room):
    line = line_of(empty_room, world.secretary)
    fellow = sessions.accounts(empty_room)[-1]
    for nobody in (fellow, world.committee, world.outsider):
        with pytest.raises(PermissionDenied):
            services.mark(attendee=line, presence=Presence.PRESENT, actor=nobody)
        with pytest.raises(PermissionDenied):
            services.all_here(meeting=empty_room, actor=nobody)


# ---- check-in --------------------------------------------------------------------------------------------------------


def test_the_code_changes_every_half_minute_and_the_one_before_still_holds():
    now = timezone.now().replace(second=10, microsecond=0)
    code = code_at("key", now)
    assert len(code) == 6
    assert code == code_at("key", now + timedelta(seconds=15))
    assert code != code_at("key", now + timedelta(seconds=30)) or code != code_at("key", now + timedelta(seconds=60))
    assert is_code_of("key", f"{code[:3]} {code[3:]}", now)
    assert is_code_of("key", code, now + timedelta(seconds=30))
    assert not is_code_of("key", code, now + timedelta(seconds=60))
    assert not is_code_of("another", code, now)
    assert not is_code_of("", code_at("", now), now)
    assert not is_code_of("key", "", now)


def test_who_reads_the_code_marks_himself_until_the_secretary_confirms(world, empty_room):
    code = code_at(empty_room.check_in_key, timezone.now())
    line = services.check_in(meeting=empty_room, code=code, actor=world.member)
    assert (line.presence, line.self_marked) == (Presence.PRESENT, True)
    assert services.confirm_marks(meeting=empty_room, actor=world.secretary) == 1
    line.refresh_from_db()
    assert (line.presence, line.self_marked) == (Presence.PRESENT, False)
    assert Entry.objects.filter(action="meeting.attendance_confirmed").count() == 1


def test_what_the_secretary_marked_is_not_overturned_by_the_code(world, empty_room):
    services.mark(attendee=line_of(empty_room, world.member), presence=Presence.UNEXCUSED, actor=world.secretary)
    code = code_at(empty_room.check_in_key, timezone.now())
    with pytest.raises(RuleViolation, match="Thư ký đã ghi"):
        services.check_in(meeting=empty_room, code=code, actor=world.member)


def test_the_code_is_not_guessed(world, empty_room):
    right = code_at(empty_room.check_in_key, timezone.now())
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(10):
        with pytest.raises(RuleViolation, match="Mã đã đổi"):
            services.check_in(meeting=empty_room, code=wrong, actor=world.member)
    with pytest.raises(RuleViolation, match="nhiều lần"):
        services.check_in(meeting=empty_room, code=code_at(empty_room.check_in_key, timezone.now()), actor=world.member)


def test_nobody_from_elsewhere_checks_in(world, empty_room):
    code = code_at(empty_room.check_in_key, timezone.now())
    for stranger in (world.other_secretary, world.committee):
        with pytest.raises(PermissionDenied):
            services.check_in(meeting=empty_room, code=code, actor=stranger)


# ---- notes -----------------------------------------------------------------------------------------------------------


def write(item, text, revision, actor, page="", conclusion=""):
    return services.write_notes(item=item, notes=text, conclusion=conclusion, revision=revision, page=page, actor=actor)


def test_two_who_write_at_once_overwrite_nothing_silently(world, meeting):
    item = meeting.items.first()
    write(item, "Của bí thư", 0, world.secretary, page="a")
    with pytest.raises(services.Crossed) as crossing:
        write(item, "Của thư ký", 0, world.member, page="b")
    assert crossing.value.item.notes == "Của bí thư"
    assert "Trần Văn Cam" in str(crossing.value)
    assert AgendaItem.objects.get(pk=item.pk).notes == "Của bí thư"
    # After he has seen both he decides.
    saved = write(item, "Của cả hai", crossing.value.item.notes_revision, world.member, page="b")
    assert (saved.notes, saved.notes_revision, saved.notes_by) == ("Của cả hai", 2, world.member)


def test_an_answer_that_was_lost_on_the_way_does_not_stop_the_writer(world, meeting):
    item = meeting.items.first()
    write(item, "Một", 0, world.member, page="p")
    assert write(item, "Một hai", 0, world.member, page="p").notes_revision == 2
    write(item, "Khác", 2, world.secretary, page="q")
    with pytest.raises(services.Crossed):
        write(item, "Một hai ba", 2, world.member, page="p")


def test_the_same_text_twice_is_nothing_new(world, meeting):
    item = meeting.items.first()
    write(item, "Một", 0, world.member)
    assert write(item, "Một", 0, world.secretary).notes_revision == 1


def test_who_sits_in_the_meeting_writes_no_notes(world, meeting):
    fellow = sessions.accounts(meeting)[-1]
    with pytest.raises(PermissionDenied):
        write(meeting.items.first(), "Một", 0, fellow)


# ---- the agenda, the word, the end -----------------------------------------------------------------------------------


def test_the_first_item_is_on_when_the_meeting_begins_and_the_chair_moves_on(world, meeting):
    first, second = meeting.items.all()[:2]
    assert meeting.current_item == first
    assert AgendaItem.objects.get(pk=first.pk).began_at == meeting.began_at
    speech = services.ask_to_speak(meeting=meeting, actor=world.member)
    services.decide_speech(speech=speech, state=SpeechState.CALLED, actor=world.secretary)
    moved = services.move_to(item=second, actor=world.secretary)
    assert moved.current_item == second
    speech.refresh_from_db()
    assert (speech.state, speech.item) == (SpeechState.DONE, first)
    services.move_to(item=first, actor=world.secretary)
    again = services.move_to(item=second, actor=world.secretary).current_item
    assert again.began_at == moved.current_item.began_at


def test_one_after_the_other_has_the_word(world, meeting):
    fellow = next(user for user in sessions.official_accounts(meeting) if user not in {world.member, world.secretary})
    mine = services.ask_to_speak(meeting=meeting, actor=world.member)
    assert services.ask_to_speak(meeting=meeting, actor=world.member) == mine
    his = services.ask_to_speak(meeting=meeting, attendee=line_of(meeting, fellow), actor=world.secretary)
    with pytest.raises(PermissionDenied):
        services.ask_to_speak(meeting=meeting, attendee=line_of(meeting, world.secretary), actor=fellow)
    for speech in (mine, his):
        services.decide_speech(speech=speech, state=SpeechState.CALLED, actor=world.secretary)
    mine.refresh_from_db()
    his.refresh_from_db()
    assert (mine.state, his.state) == (SpeechState.DONE, SpeechState.CALLED)
    with pytest.raises(PermissionDenied):
        services.decide_speech(speech=his, state=SpeechState.DONE, actor=fellow)
    waiting = services.ask_to_speak(meeting=meeting, actor=world.member)
    services.withdraw_speech(meeting=meeting, actor=world.member)
    waiting.refresh_from_db()
    assert waiting.state == SpeechState.WITHDRAWN


def test_who_is_not_here_does_not_speak(world, empty_room):
    with pytest.raises(RuleViolation, match="điểm danh"):
        services.ask_to_speak(meeting=empty_room, actor=world.member)


def test_it_ends_at_the_hour_that_is_said_and_nothing_goes_on_after(world, meeting):
    services.ask_to_speak(meeting=meeting, actor=world.member)
    with pytest.raises(RuleViolation, match="sau giờ khai mạc"):
        services.end(meeting=meeting, at=meeting.began_at - timedelta(minutes=1), actor=world.secretary)
    with pytest.raises(RuleViolation, match="hiện tại"):
        services.end(meeting=meeting, at=timezone.now() + timedelta(minutes=10), actor=world.secretary)
    ended = services.end(meeting=meeting, actor=world.secretary)
    assert ended.state == MeetingState.MINUTES
    assert ended.check_in_key == ""
    assert not meeting.speeches.filter(state__in=[SpeechState.ASKED, SpeechState.CALLED]).exists()
    with pytest.raises(RuleViolation):
        services.move_to(item=meeting.items.last(), actor=world.secretary)
    # The roll is put right while the minutes are written.
    services.mark(attendee=line_of(meeting, world.member), presence=Presence.UNEXCUSED, actor=world.secretary)


def test_it_may_have_begun_before_the_touch(world):
    announced = sessions.announced(world)
    early = timezone.now() - timedelta(minutes=20)
    with pytest.raises(RuleViolation, match="hiện tại"):
        services.begin(meeting=announced, at=timezone.now() + timedelta(minutes=10), actor=world.secretary)
    assert services.begin(meeting=announced, at=early, actor=world.secretary).began_at == early


def test_open_pages_learn_of_what_everybody_sees_and_not_of_notes(world, meeting, django_capture_on_commit_callbacks):
    def moves(act) -> bool:
        before = version_of(meeting.pk)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return version_of(meeting.pk) != before

    item = meeting.items.last()
    line = line_of(meeting, world.member)
    assert moves(lambda: services.move_to(item=item, actor=world.secretary))
    assert moves(lambda: services.mark(attendee=line, presence=Presence.ONLINE, actor=world.secretary))
    assert moves(lambda: services.ask_to_speak(meeting=meeting, actor=world.member))
    assert not moves(lambda: write(item, "Một", 0, world.secretary))


def test_a_member_of_later_is_not_on_the_list_of_a_meeting_that_has_begun(world, meeting):
    many = meeting.attendees.count()
    make_member(world.branch, "Người Đến Sau")
    assert meeting.attendees.count() == many


def test_who_has_gone_home_was_here_and_is_no_longer_in_the_quorum(world):
    meeting = sessions.in_progress(world, 4)
    before = roll_of(meeting)
    now = timezone.localtime()
    Meeting.objects.filter(pk=meeting.pk).update(began_at=now - timedelta(minutes=30))
    meeting.refresh_from_db()
    gone = (now - timedelta(minutes=10)).time().replace(second=0, microsecond=0)
    meeting.attendees.filter(pk=line_of(meeting, world.member).pk).update(left_at=gone)
    after = roll_of(meeting)
    assert (after.quorum.here, after.quorum.of) == (before.quorum.here - 1, before.quorum.of)
    assert after.figures == before.figures

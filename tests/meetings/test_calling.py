"""Before the meeting: proposed, announced, changed, put off, answered."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from common.uploads.keeping import FileState
from meetings.counts import waiting_meetings
from meetings.enums import Answer, Change, Duty, MeetingKind, MeetingState
from meetings.models import AgendaItem, DocumentRead, Habit, Meeting, Opinion
from meetings.rules.habits import day_in
from meetings.selectors.meetings import propose
from meetings.services import (
    add_item,
    announce,
    ask_leave,
    attach,
    begin,
    cancel,
    change_item,
    change_meeting,
    confirm_paper,
    decide_leave,
    follow_all,
    invite,
    keep_habit,
    leave_out,
    make_meeting,
    move_item,
    note_read,
    postpone,
    remove_item,
    remove_paper,
    say_comes,
    say_opinion,
    take_back,
)
from members.enums import PostCode, Status
from members.models import Member, TemporaryStay
from members.services import begin_stay, end_stay, give_post, set_status
from notifications.models import Notice
from tests.cast import make_member
from tests.documents import docx, scan, uploaded

from .sessions import announced, draft

NEXT = timedelta(days=3)


def edited(meeting: Meeting, **given) -> dict:
    values = {
        name: getattr(meeting, name)
        for name in ("starts_at", "place", "title", "minutes", "chair", "clerk", "topic", "online_link", "note")
    }
    return values | {"meeting": meeting, "revision": meeting.revision} | given


def notices(user, kind: str) -> list[str]:
    return list(Notice.objects.filter(user=user, kind=kind).order_by("pk").values_list("text", flat=True))


def line_of(meeting: Meeting, member: Member):
    return meeting.attendees.get(member=member)


# Habit and proposal


@pytest.mark.parametrize(
    ("habit", "month", "day"),
    [
        ({"day": 5}, (2026, 2), date(2026, 2, 5)),
        ({"day": 31}, (2026, 2), date(2026, 2, 28)),
        ({"week": 1, "weekday": 0}, (2026, 6), date(2026, 6, 1)),
        ({"week": 1, "weekday": 6}, (2026, 6), date(2026, 6, 7)),
        ({"week": 2, "weekday": 2}, (2026, 11), date(2026, 11, 11)),
        ({"week": 5, "weekday": 4}, (2026, 11), date(2026, 11, 27)),
    ],
)
def test_the_day_of_a_habit(habit, month, day):
    assert day_in(Habit(**habit), *month) == day


def test_next_month_is_proposed_on_the_habit(world):
    keep_habit(
        unit=world.branch, kind="regular", week=1, weekday=2, at=time(14), place=" Ga  Bến Thủy ", actor=world.secretary
    )
    now = datetime(2026, 11, 10, 3, tzinfo=UTC)
    proposal = propose(world.branch, "regular", now=now)
    assert timezone.localtime(proposal.starts_at) == datetime(2026, 12, 2, 14, tzinfo=timezone.get_current_timezone())
    assert (proposal.place, proposal.minutes, proposal.like) == ("Ga Bến Thủy", 90, None)
    # The running month comes first as long as its day has not gone by.
    assert propose(world.branch, "regular", now=datetime(2026, 11, 2, tzinfo=UTC)).starts_at.day == 4


def test_a_month_that_has_its_meeting_is_passed_over(world):
    meeting = draft(world)
    proposal = propose(world.branch, "regular")
    assert timezone.localtime(proposal.starts_at).month != timezone.localtime(meeting.starts_at).month
    assert proposal.like == meeting
    assert timezone.localtime(proposal.starts_at).weekday() == timezone.localtime(meeting.starts_at).weekday()
    cancel(meeting=meeting, reason="Nhầm", actor=world.secretary)
    assert propose(world.branch, "regular").like is None


def test_like_last_month_takes_agenda_and_speakers_and_no_rights(world):
    first = draft(world)
    item = first.items.first()
    change_item(
        item=item,
        title="Nội dung riêng",
        minutes=7,
        part=item.part,
        speaker=world.people["member"],
        draft="Dự thảo",
        actor=world.secretary,
    )
    gone = first.items.last()
    leaving = make_member(world.branch, "Hà Thị Đi")
    follow = first.items.count()
    first.attendees.create(member=leaving, full_name=leaving.full_name, name_sort=b"", capacity="official")
    change_item(item=gone, title=gone.title, minutes=2, part=gone.part, speaker=leaving, actor=world.secretary)
    invite(meeting=first, capacity="superior", member=world.people["committee"], actor=world.secretary)
    set_status(member=leaving, status=Status.DECEASED, on=timezone.localdate(), actor=world.committee)
    second = make_meeting(
        unit=world.branch,
        kind="regular",
        starts_at=timezone.now() + timedelta(days=33),
        place="Ga",
        like=first,
        actor=world.secretary,
    )
    assert second.copied_from == first
    assert (second.chair, second.clerk) == (None, None)
    items = list(second.items.all())
    assert len(items) == follow
    assert (items[0].title, items[0].minutes, items[0].speaker, items[0].draft) == (
        "Nội dung riêng",
        7,
        world.people["member"],
        "",
    )
    assert items[-1].speaker is None
    assert not second.attendees.filter(duty=Duty.INVITED).exists()
    assert second.events.get().kind == Change.COPIED


def test_another_units_agenda_is_not_to_be_had(world):
    theirs = make_meeting(
        unit=world.sister, kind="regular", starts_at=timezone.now() + NEXT, place="Ga", actor=world.other_secretary
    )
    with pytest.raises(PermissionDenied):
        make_meeting(
            unit=world.branch,
            kind="regular",
            starts_at=timezone.now() + NEXT,
            place="Ga",
            like=theirs,
            actor=world.secretary,
        )


@pytest.mark.parametrize(("unit", "kind"), [("branch", "committee"), ("company", "regular")])
def test_a_unit_meets_in_its_own_kinds(world, unit, kind):
    who = world.secretary if unit == "branch" else world.committee
    with pytest.raises(RuleViolation, match="không tổ chức"):
        make_meeting(unit=getattr(world, unit), kind=kind, starts_at=timezone.now() + NEXT, place="Ga", actor=who)


def test_chair_and_clerk_are_of_those_called(world):
    with pytest.raises(RuleViolation, match="thành phần dự họp"):
        draft(world, chair=world.people["outsider"])


# Announcing and what follows


def test_announcing_tells_those_called_and_nobody_else(world):
    away = make_member(world.branch, "Lê Văn Xa", status=Status.TEMP_AWAY)
    exempt = make_member(world.branch, "Lê Văn Cao", status=Status.EXEMPT)
    meeting = draft(world)
    assert not Notice.objects.filter(kind__startswith="meetings.").exists()
    announce(meeting=meeting, actor=world.secretary)
    told = set(Notice.objects.filter(kind="meetings.called").values_list("user_id", flat=True))
    assert told == {world.member.pk, exempt.account_id}
    assert away.account_id not in told
    text = notices(world.member, "meetings.called")[0]
    assert f"{timezone.localtime(meeting.starts_at):%H:%M ngày %d/%m/%Y}" in text
    assert Entry.objects.filter(action="meeting.announced").exists()


def test_a_day_is_that_of_vietnam(world):
    """A stay that ends the day before the meeting does not call him, though it is still that day in UTC."""
    day = timezone.localdate() + timedelta(days=5)
    TemporaryStay.objects.create(
        member=world.people["outsider"],
        branch=world.branch,
        begins_on=timezone.localdate(),
        ends_on=day - timedelta(days=1),
    )
    early = datetime.combine(day, time(6), tzinfo=timezone.get_current_timezone())
    meeting = draft(world, starts_at=early)
    assert not meeting.attendees.filter(member=world.people["outsider"]).exists()


def test_a_new_hour_is_told_and_asks_again(world):
    meeting = announced(world)
    say_comes(meeting=meeting, actor=world.member)
    meeting.refresh_from_db()
    later = meeting.starts_at + timedelta(days=1)
    change_meeting(**edited(meeting, starts_at=later), actor=world.secretary)
    assert line_of(meeting, world.people["member"]).answer == Answer.NONE
    text = notices(world.member, "meetings.changed")[0]
    assert f"{timezone.localtime(later):%d/%m/%Y}" in text
    assert "trả lời lại" in text


def test_a_draft_is_changed_in_silence(world):
    meeting = draft(world)
    change_meeting(**edited(meeting, place="Nơi khác"), actor=world.secretary)
    assert not Notice.objects.filter(kind="meetings.changed").exists()


def test_the_second_of_two_is_told(world):
    meeting = draft(world)
    change_meeting(**edited(meeting, place="Nơi khác"), actor=world.secretary)
    with pytest.raises(RuleViolation, match="vừa sửa"):
        change_meeting(**edited(meeting, place="Nơi thứ ba"), actor=world.secretary)


def test_taken_back_until_the_day(world):
    meeting = announced(world)
    say_comes(meeting=meeting, actor=world.member)
    meeting = take_back(meeting=meeting, actor=world.secretary)
    assert (meeting.state, meeting.announced_at) == (MeetingState.DRAFT, None)
    assert "chờ thông báo mới" in notices(world.member, "meetings.changed")[0]
    assert line_of(meeting, world.people["member"]).answer == Answer.NONE
    today = announce(meeting=meeting, actor=world.secretary)
    Meeting.objects.filter(pk=today.pk).update(starts_at=timezone.now() + timedelta(minutes=1))
    if timezone.localdate() == timezone.localdate(timezone.now() + timedelta(minutes=1)):
        with pytest.raises(RuleViolation, match="hoãn hoặc hủy"):
            take_back(meeting=today, actor=world.secretary)


def test_put_off_to_a_new_day_is_announced_at_once(world):
    meeting = announced(world)
    later = meeting.starts_at + timedelta(days=7)
    meeting = postpone(meeting=meeting, reason="Bão số 9", starts_at=later, actor=world.secretary)
    assert (meeting.state, meeting.starts_at, meeting.reason) == (MeetingState.ANNOUNCED, later, "")
    assert [event.kind for event in meeting.events.all()[:2]] == [Change.ANNOUNCED, Change.POSTPONED]
    assert "Bão số 9" in notices(world.member, "meetings.changed")[0]
    assert len(notices(world.member, "meetings.called")) == 2


def test_put_off_without_a_day_waits_for_one(world):
    meeting = postpone(meeting=announced(world), reason="Bão số 9", actor=world.secretary)
    assert meeting.state == MeetingState.POSTPONED
    with pytest.raises(RuleViolation):
        begin(meeting=meeting, actor=world.secretary)
    meeting = change_meeting(**edited(meeting, starts_at=meeting.starts_at + timedelta(days=7)), actor=world.secretary)
    assert announce(meeting=meeting, actor=world.secretary).state == MeetingState.ANNOUNCED


def test_a_cancelled_meeting_stays_so_and_has_its_reason(world):
    with pytest.raises(RuleViolation, match="lý do"):
        cancel(meeting=announced(world), reason="  ", actor=world.secretary)
    meeting = Meeting.objects.get()
    cancel(meeting=meeting, reason="Lập nhầm", actor=world.secretary)
    for act in (announce, take_back):
        with pytest.raises(RuleViolation):
            act(meeting=meeting, actor=world.secretary)
    assert "Lập nhầm" in notices(world.member, "meetings.changed")[0]


@pytest.mark.parametrize("who", ["member", "other_secretary", "committee", "org_department"])
def test_only_who_holds_the_branchs_meetings_prepares_them(world, who):
    """A superior does not call a branch's meeting; its clerk runs it and does not change it."""
    meeting, user = announced(world), world.user(who)
    for act in (announce, take_back):
        with pytest.raises(PermissionDenied):
            act(meeting=meeting, actor=user)
    with pytest.raises(PermissionDenied):
        cancel(meeting=meeting, reason="x", actor=user)
    with pytest.raises(PermissionDenied):
        change_meeting(**edited(meeting), actor=user)
    with pytest.raises(PermissionDenied):
        add_item(meeting=meeting, title="Khác", actor=user)


def test_the_list_follows_the_records(world):
    meeting = announced(world)
    new = make_member(world.branch, "Mới Về")
    follow_all(now=timezone.now())
    assert line_of(meeting, new).duty == Duty.CALLED
    assert len(notices(new.account, "meetings.called")) == 1
    follow_all(now=timezone.now())
    assert len(notices(new.account, "meetings.called")) == 1
    set_status(member=new, status=Status.EXEMPT, on=timezone.localdate(), actor=world.committee)
    assert line_of(meeting, new).duty == Duty.MAY_COME
    set_status(member=new, status=Status.DECEASED, on=timezone.localdate(), actor=world.committee)
    assert not meeting.attendees.filter(member=new).exists()


def test_a_committees_list_follows_the_posts(world):
    meeting = make_meeting(
        unit=world.branch,
        kind=MeetingKind.CELL_COMMITTEE,
        starts_at=timezone.now() + NEXT,
        place="Ga",
        actor=world.secretary,
    )
    assert not meeting.attendees.exists()
    give_post(
        member=world.people["member"],
        unit=world.branch,
        code=PostCode.CELL_COMMITTEE_MEMBER,
        begins_on=None,
        actor=world.committee,
    )
    follow_all(now=timezone.now())
    assert not meeting.attendees.exists(), "a draft is written when it is looked at or announced"
    Meeting.objects.filter(pk=meeting.pk).update(chair=world.people["member"])
    announce(meeting=meeting, actor=world.secretary)
    assert [line.member for line in meeting.attendees.all()] == [world.people["member"]]


# Answers


def test_leave_is_asked_and_decided(world):
    meeting = announced(world)
    with pytest.raises(RuleViolation, match="lý do"):
        ask_leave(meeting=meeting, reason=" ", actor=world.member)
    line = ask_leave(meeting=meeting, reason="Trực ban chạy tàu", actor=world.member)
    assert "Trực ban" in notices(world.secretary, "meetings.leave")[0]
    line = decide_leave(attendee=line, accepted=True, actor=world.secretary)
    assert line.answer == Answer.EXCUSED
    assert "được phép vắng" in notices(world.member, "meetings.leave")[0]
    assert say_comes(meeting=meeting, actor=world.member).answer == Answer.COMES


def test_nobody_excuses_himself(world):
    meeting = announced(world)
    line = ask_leave(meeting=meeting, reason="Ốm", actor=world.secretary)
    with pytest.raises(PermissionDenied):
        decide_leave(attendee=line, accepted=True, actor=world.secretary)
    # The clerk runs the meeting and may.
    assert decide_leave(attendee=line, accepted=False, actor=world.member).answer == Answer.REFUSED


def test_who_is_not_called_answers_nothing(world):
    away = make_member(world.branch, "Lê Văn Xa", status=Status.TEMP_AWAY)
    meeting = announced(world)
    for user in (away.account, world.outsider):
        with pytest.raises(PermissionDenied):
            say_comes(meeting=meeting, actor=user)


def test_a_meeting_that_has_begun_takes_no_answers(world):
    meeting = begin(meeting=announced(world), actor=world.secretary)
    with pytest.raises(RuleViolation, match="đã bắt đầu"):
        say_comes(meeting=meeting, actor=world.member)


def test_one_opinion_on_an_item_which_may_change(world):
    item = announced(world).items.first()
    say_opinion(item=item, text="Nên bàn kỹ", actor=world.member)
    say_opinion(item=item, text="Nên bàn kỹ hơn", actor=world.member)
    assert Opinion.objects.get().text == "Nên bàn kỹ hơn"
    assert say_opinion(item=item, text=" ", actor=world.member) is None
    assert not Opinion.objects.exists()


# Agenda


def titles(meeting: Meeting) -> list[str]:
    return list(AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("title", flat=True))


def test_items_are_added_moved_and_taken_out(world):
    meeting = draft(world)
    before = titles(meeting)
    item = add_item(meeting=meeting, title="Xét kết nạp", minutes=15, actor=world.secretary)
    after = titles(meeting)
    assert set(after) - set(before) == {"Xét kết nạp"}
    at = after.index("Xét kết nạp")
    assert [one.part for one in meeting.items.all()][at : at + 2] == ["main", "closing"]
    move_item(item=item, up=True, actor=world.secretary)
    assert titles(meeting).index("Xét kết nạp") == at - 1
    first = meeting.items.first()
    move_item(item=first, up=True, actor=world.secretary)
    assert titles(meeting)[0] == first.title
    remove_item(item=item, actor=world.secretary)
    assert titles(meeting) == before
    assert list(meeting.items.values_list("position", flat=True)) == list(range(1, len(before) + 1))


def test_at_the_edge_of_a_part_an_item_goes_into_the_next(world):
    meeting = draft(world)
    last_main = meeting.items.filter(part="main").last()
    order = titles(meeting)
    move_item(item=last_main, up=False, actor=world.secretary)
    last_main.refresh_from_db()
    assert last_main.part == "closing"
    assert titles(meeting) == order


def test_agenda_changes_are_told_once_a_day(world):
    meeting = announced(world)
    for title in ("Một", "Hai", "Ba"):
        add_item(meeting=meeting, title=title, actor=world.secretary)
    assert len(notices(world.member, "meetings.changed")) == 1


def test_a_finished_agenda_stays(world):
    meeting = announced(world)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.IN_PROGRESS, began_at=timezone.now())
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.MINUTES, ended_at=timezone.now())
    with pytest.raises(RuleViolation, match="không sửa chương trình"):
        add_item(meeting=meeting, title="Thêm", actor=world.secretary)


# Papers


def test_a_paper_that_was_read_is_there_at_once(world):
    meeting, content = announced(world), docx()
    document = attach(item=meeting.items.first(), file=uploaded(content, "Báo cáo tháng.docx"), actor=world.secretary)
    assert (document.state, document.title, document.suffix) == (FileState.CLEAN, "Báo cáo tháng", "docx")
    assert document.file.name.startswith("meetings/")
    line = line_of(meeting, world.people["member"])
    note_read(document=document, attendee=line)
    note_read(document=document, attendee=line)
    note_read(document=document, attendee=None)
    assert DocumentRead.objects.count() == 1
    with pytest.raises(RuleViolation, match="đã có"):
        attach(item=meeting.items.first(), file=uploaded(content, "Khác.docx"), actor=world.secretary)


def test_a_scan_waits_for_somebody_who_looks(world):
    meeting = announced(world)
    document = attach(item=meeting.items.first(), file=uploaded(scan()), actor=world.secretary)
    if document.state == FileState.READING:
        pytest.skip("this machine reads scans")
    assert document.file.name.startswith("meetings/quarantine/")
    document = confirm_paper(document=document, actor=world.secretary)
    assert (document.state, document.confirmed_by) == (FileState.CLEAN, world.secretary)
    assert document.file.name.startswith("meetings/")
    remove_paper(document=document, actor=world.secretary)
    assert not meeting.items.first().documents.exists()


def test_a_secret_is_refused(world):
    meeting = draft(world)
    with pytest.raises(RuleViolation, match="độ mật"):
        attach(item=meeting.items.first(), file=uploaded(docx("ĐẢNG BỘ", "TỐI MẬT", "BÁO CÁO")), actor=world.secretary)


# Guests


def test_guests_by_name_and_one_from_above_who_is_told(world):
    meeting = announced(world)
    guest = invite(meeting=meeting, capacity="guest", full_name="  Vũ Thị Khách ", actor=world.secretary)
    above = invite(meeting=meeting, capacity="superior", member=world.people["committee"], actor=world.secretary)
    assert (guest.full_name, guest.member) == ("Vũ Thị Khách", None)
    assert len(notices(world.committee, "meetings.called")) == 1
    assert say_comes(meeting=meeting, actor=world.committee).answer == Answer.COMES
    with pytest.raises(RuleViolation, match="đã có tên"):
        invite(meeting=meeting, capacity="superior", member=world.people["committee"], actor=world.secretary)
    with pytest.raises(RuleViolation, match="theo hồ sơ"):
        leave_out(attendee=line_of(meeting, world.people["member"]), actor=world.secretary)
    leave_out(attendee=above, actor=world.secretary)
    follow_all(now=timezone.now())
    assert meeting.attendees.filter(pk=guest.pk).exists()
    assert not meeting.attendees.filter(pk=above.pk).exists()


def test_a_branch_without_a_meeting_this_month(world, monkeypatch):
    def lacks() -> int:
        return waiting_meetings(User.objects.get(pk=world.secretary.pk))["missing"]

    monkeypatch.setattr("meetings.counts._LATE_IN_THE_MONTH", 1)
    assert lacks() == 1
    meeting = announced(world, starts_at=timezone.now() + timedelta(minutes=5))
    if meeting.day.month == timezone.localdate().month:
        assert lacks() == 0
    cancel(meeting=meeting, reason="Bão", actor=world.secretary)
    assert lacks() == 1
    monkeypatch.setattr("meetings.counts._LATE_IN_THE_MONTH", 32)
    assert lacks() == 0


# Sinh hoạt tạm thời


def test_a_member_of_elsewhere_is_taken_in_and_called(world):
    meeting = announced(world)
    stay = begin_stay(
        member=world.people["outsider"], branch=world.branch, begins_on=timezone.localdate(), actor=world.secretary
    )
    line = line_of(meeting, world.people["outsider"])
    assert (line.capacity, line.duty) == ("temporary", Duty.CALLED)
    with pytest.raises(RuleViolation, match="đang sinh hoạt tạm thời"):
        begin_stay(
            member=world.people["outsider"],
            branch=world.sister,
            begins_on=timezone.localdate(),
            actor=world.other_secretary,
        )
    end_stay(stay=stay, on=timezone.localdate(), actor=world.secretary)
    assert not meeting.attendees.filter(member=world.people["outsider"]).exists()


@pytest.mark.parametrize("who", ["member", "other_secretary", "inspector", "outsider"])
def test_only_who_keeps_the_records_takes_in(world, who):
    with pytest.raises(PermissionDenied):
        begin_stay(
            member=world.people["outsider"],
            branch=world.branch,
            begins_on=timezone.localdate(),
            actor=world.user(who),
        )

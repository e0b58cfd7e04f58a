"""Pages before the meeting: what they cost, what they show to whom; giấy mời and calendars."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from audit.models import Entry
from meetings.enums import MeetingState
from meetings.models import CalendarFeed, Meeting, Minutes
from meetings.services import attach, cancel, invite, keep_habit, make_feed, make_meeting, say_opinion
from members.enums import Status
from members.models import Member
from members.services import move_member, set_status
from tests.cast import make_member
from tests.documents import docx, scan, uploaded
from tests.pdf import pages_of, text_of

from .sessions import announced, draft, fellows

MOST = 12


def address(name: str, *args) -> str:
    return reverse(f"meetings:{name}", args=args)


def full(world, many: int) -> Meeting:
    """A meeting with papers, guests, answers and opinions."""
    fellows(world, many)
    meeting = announced(world, starts_at=timezone.now() + timedelta(days=5))
    for number, item in enumerate(meeting.items.all()[:many]):
        attach(item=item, file=uploaded(docx("BÁO CÁO", f"số {number}"), f"Tệp {number}.docx"), actor=world.secretary)
        say_opinion(item=item, text=f"Ý kiến {number}", actor=world.member)
        invite(meeting=meeting, capacity="guest", full_name=f"Khách Thứ {number}", actor=world.secretary)
    meeting.attendees.filter(capacity="official").exclude(member=world.people["secretary"]).update(
        answer="asks_leave", answer_reason="Trực ban"
    )
    return meeting


@pytest.mark.parametrize("many", [1, 8])
@pytest.mark.parametrize("who", ["secretary", "member"])
def test_pages_cost_the_same_for_one_and_for_many(world, client_of, who, many, django_assert_max_num_queries):
    meeting = full(world, many)
    for number in range(many):
        make_meeting(
            unit=world.branch,
            kind="extraordinary",
            starts_at=timezone.now() + timedelta(days=2, hours=number),
            place="Ga",
            actor=world.secretary,
        )
    item = meeting.items.first().pk
    pages = [address("list"), address("calendar"), address("meeting", meeting.pk), address("item", meeting.pk, item)]
    pages.append(address("people", meeting.pk))
    if who == "secretary":
        pages += [address("agenda", meeting.pk), address("papers", meeting.pk, item), address("new")]
        pages += [address("edit", meeting.pk), address("guest_add", meeting.pk), address("item_add", meeting.pk)]
        pages += [address("habits", world.branch.pk)]
        pages += [reverse("members:stays", args=[world.branch.pk])]
    for page in pages:
        client = client_of(world.user(who))
        client.get(reverse("notifications:inbox"))
        with django_assert_max_num_queries(MOST):
            answer = client.get(page)
        assert answer.status_code == 200, page


def test_the_check_page_costs_the_same_for_one_and_for_many(world, client_of, django_assert_max_num_queries):
    fellows(world, 12)
    meeting = draft(world)
    client = client_of(world.secretary)
    client.get(reverse("notifications:inbox"))
    with django_assert_max_num_queries(MOST):
        page = client.get(address("announce", meeting.pk)).content.decode()
    assert "chưa kích hoạt tài khoản" in page
    assert page.count("<li>") > 12


def test_home_has_what_waits(world, client_of):
    meeting = full(world, 2)
    page = client_of(world.secretary).get("/").content.decode()
    assert "đồng chí xin vắng" in page
    assert address("people", meeting.pk) in page
    newcomer = make_member(world.branch, "Mới Về")
    announced(world, starts_at=timezone.now() + timedelta(hours=30))
    page = client_of(newcomer.account).get("/").content.decode()
    assert "cuộc họp chờ đồng chí trả lời" in page


def test_members_see_no_draft_and_the_committees_meetings_are_its_own(world, client_of):
    client = client_of(world.member)
    meeting = draft(world)
    assert meeting.title not in client.get(address("list")).content.decode()
    committee = make_meeting(
        unit=world.branch,
        kind="cell_committee",
        starts_at=timezone.now() + timedelta(days=4),
        place="Ga",
        title="Họp riêng của chi ủy",
        actor=world.secretary,
    )
    Meeting.objects.filter(pk=committee.pk).update(state=MeetingState.ANNOUNCED)
    assert "Họp riêng của chi ủy" not in client.get(address("list")).content.decode()
    assert client.get(address("meeting", committee.pk)).status_code == 404


def test_a_form_that_is_wrong_keeps_what_was_typed(world, client_of):
    client = client_of(world.secretary)
    given = {"day": "31/02/2026", "at": "14h30", "minutes": "90", "place": "Nhà văn hóa ga Bến Thủy"}
    page = client.post(f"{address('new')}?don-vi={world.branch.pk}&loai=regular", given).content.decode()
    assert "Ngày họp phải là một ngày có thật" in page
    assert "Nhà văn hóa ga Bến Thủy" in page
    given["day"] = f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}"
    answer = client.post(f"{address('new')}?don-vi={world.branch.pk}&loai=regular", given)
    assert answer.status_code == 302
    assert f"{timezone.localtime(Meeting.objects.get().starts_at):%H:%M}" == "14:30"


def test_a_meeting_of_another_unit_is_not_copied(world, client_of):
    theirs = make_meeting(
        unit=world.sister,
        kind="regular",
        starts_at=timezone.now() + timedelta(days=3),
        place="Nơi bí mật",
        title="Cuộc họp của người khác",
        actor=world.other_secretary,
    )
    page = client_of(world.secretary).get(f"{address('new')}?don-vi={world.branch.pk}&loai=regular&nhu={theirs.pk}")
    assert "của người khác" not in page.content.decode()


def test_leave_without_a_reason_is_asked_for_one(world, client_of):
    meeting = announced(world)
    page = client_of(world.member).post(address("answer", meeting.pk), {"tra_loi": "vang", "reason": ""})
    assert "Chưa nhập lý do xin vắng." in page.content.decode()


def test_others_opinions_are_for_who_prepares(world, client_of):
    other = make_member(world.branch, "Hồ Văn Khác")
    meeting = announced(world)
    item = meeting.items.first()
    say_opinion(item=item, text="Ý riêng của tôi", actor=world.member)
    page = address("item", meeting.pk, item.pk)
    assert "Ý riêng của tôi" in client_of(world.secretary).get(page).content.decode()
    assert "Ý riêng của tôi" not in client_of(other.account).get(page).content.decode()


def test_a_scan_is_no_members_until_it_was_looked_at(world, client_of):
    other = make_member(world.branch, "Hồ Văn Khác")
    meeting = announced(world)
    document = attach(item=meeting.items.first(), file=uploaded(scan()), title="Bản quét", actor=world.secretary)
    client = client_of(other.account)
    assert "Bản quét" not in client.get(address("meeting", meeting.pk)).content.decode()
    assert client.get(address("paper", meeting.pk, document.pk)).status_code == 404
    client_of(world.secretary).post(address("paper_confirm", meeting.pk, document.pk))
    answer = client.get(address("paper", meeting.pk, document.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    people = client_of(world.secretary).get(address("people", meeting.pk)).content.decode()
    assert "1/1 đã mở" in people


# Giấy mời


def test_giay_moi_for_all_and_for_one(world, client_of):
    pytest.importorskip("weasyprint")
    meeting = full(world, 2)
    client = client_of(world.secretary)
    text = text_of(client.get(address("invitations", meeting.pk)).content)
    assert text.count("GIẤY MỜI") == meeting.attendees.count()
    assert "Khách Thứ 1" in text
    assert "Phòng họp ga Bến Thủy" in text
    assert Entry.objects.filter(action="meeting.invitations_printed").count() == 1
    assert pages_of(client.get(address("invitations", meeting.pk)).content) == meeting.attendees.count()
    line = meeting.attendees.get(full_name="Khách Thứ 1")
    text = text_of(client.get(address("invitations", meeting.pk), {"nguoi": line.pk}).content)
    assert text.count("GIẤY MỜI") == 1
    assert client.get(address("invitations", meeting.pk), {"nguoi": "x"}).status_code == 404


def test_a_member_prints_his_own_alone(world, client_of):
    other = make_member(world.branch, "Hồ Văn Khác")
    meeting = announced(world)
    wanted = meeting.attendees.get(member=world.people["secretary"]).pk
    text = text_of(client_of(other.account).get(address("invitations", meeting.pk), {"nguoi": wanted}).content)
    assert text.count("GIẤY MỜI") == 1
    assert "Hồ Văn Khác" in text


# Calendars


def events_of(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_meeting_goes_into_the_telephones_calendar(world, client_of):
    meeting = announced(world)
    answer = client_of(world.member).get(address("ics", meeting.pk))
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = events_of(answer.content)
    assert event.decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    assert event.decoded("dtend") == meeting.starts_at.replace(microsecond=0) + timedelta(minutes=90)
    assert str(event["summary"]) == meeting.title


def test_the_feed_tells_kind_hour_and_place_alone(world, client_of):
    meeting = announced(
        world, title="Xét kỷ luật đồng chí A", note="Chuẩn bị ý kiến", online_link="https://x.vn/bi-mat"
    )
    secret = make_feed(member=world.people["member"], actor=world.member)
    answer = client_of(None).get(address("feed_file", secret))
    (event,) = events_of(answer.content)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "SEQUENCE", "STATUS"}
    assert (str(event["summary"]), str(event["location"])) == ("Sinh hoạt thường kỳ", "Phòng họp ga Bến Thủy")
    assert event.decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    said = answer.content.decode()
    for hidden in ("kỷ luật", "Chuẩn bị", "bi-mat", "Bưởi", "Cam", f"/{meeting.pk}/"):
        assert hidden not in said
    assert "sessionid" not in answer.cookies
    assert answer["Cache-Control"] == "private, no-store"


def test_a_cancelled_meeting_is_crossed_out_in_the_feed(world, client_of):
    meeting = announced(world)
    draft(world, kind="extraordinary")
    secret = make_feed(member=world.people["member"], actor=world.member)
    cancel(meeting=meeting, reason="Bão", actor=world.secretary)
    (event,) = events_of(client_of(None).get(address("feed_file", secret)).content)
    assert str(event["status"]) == "CANCELLED"


def test_the_secret_is_kept_nowhere(world, client_of):
    page = client_of(world.member).post(address("feed")).content.decode()
    secret = re.search(r"/lich/([\w-]{43})\.ics", page)[1]
    feed = CalendarFeed.objects.get()
    assert secret not in feed.secret_hash
    assert not Entry.objects.filter(detail__icontains=secret).exists()
    assert secret not in client_of(world.member).get(address("feed")).content.decode()
    assert client_of(None).get(address("feed_file", secret)).status_code == 200
    feed.refresh_from_db()
    assert feed.last_read_on == timezone.localdate()


def test_a_new_address_and_the_wish_end_the_old_one(world, client_of):
    first = make_feed(member=world.people["member"], actor=world.member)
    second = make_feed(member=world.people["member"], actor=world.member)
    client = client_of(None)
    assert client.get(address("feed_file", first)).status_code == 404
    assert client.get(address("feed_file", second)).status_code == 200
    client_of(world.member).post(address("feed_end"))
    assert client.get(address("feed_file", second)).status_code == 404


@pytest.mark.parametrize("status", [Status.TRANSFERRED_OUT, Status.LEFT, Status.DECEASED])
def test_the_feed_dies_with_the_membership(world, client_of, status):
    secret = make_feed(member=world.people["member"], actor=world.member)
    set_status(member=world.people["member"], status=status, on=timezone.localdate(), actor=world.committee)
    assert client_of(None).get(address("feed_file", secret)).status_code == 404


def test_who_was_moved_reads_his_new_branchs_meetings_alone(world, client_of):
    announced(world)
    secret = make_feed(member=world.people["member"], actor=world.member)
    client = client_of(None)
    assert len(events_of(client.get(address("feed_file", secret)).content)) == 1
    move_member(member=world.people["member"], branch=world.near_branch, on=timezone.localdate(), actor=world.committee)
    assert events_of(client.get(address("feed_file", secret)).content) == []


# Habits and stays


def test_a_habit_is_kept_and_proposed(world, client_of):
    client = client_of(world.secretary)
    given = {"way": "week", "week": "1", "weekday": "2", "at": "14:00", "minutes": "90", "place": "Ga Bến Thủy"}
    assert client.post(address("habit", world.branch.pk, "regular"), given).status_code == 302
    page = client.get(address("list")).content.decode()
    assert "thứ Tư đầu tiên của tháng" in page
    given |= {"way": "day", "day": ""}
    page = client.post(address("habit", world.branch.pk, "regular"), given).content.decode()
    assert "Chưa nhập ngày trong tháng." in page
    assert client.get(address("habit", world.branch.pk, "extraordinary")).status_code == 404
    keep_habit(unit=world.branch, kind="thematic", day=20, at="08:00", place="Ga", actor=world.secretary)
    assert "ngày 20 hằng tháng" in client.get(address("habits", world.branch.pk)).content.decode()


def test_the_letter_of_introduction_names_number_and_name(world, client_of):
    client = client_of(world.secretary)
    outsider: Member = world.people["outsider"]
    page = reverse("members:stay_add", args=[world.branch.pk])
    given = {
        "code_of_citizen": outsider.account.citizen_id,
        "full_name": "Tên Khác Hẳn",
        "begins_on": f"{timezone.localdate():%d/%m/%Y}",
    }
    wrong_name = client.post(page, given).content.decode()
    given["code_of_citizen"] = "001099999999"
    nobody = client.post(page, given).content.decode()
    said = "Không có đảng viên nào đúng cả số định danh và họ tên này."
    assert said in wrong_name
    assert said in nobody
    given |= {"code_of_citizen": outsider.account.citizen_id, "full_name": "vu thi hong"}
    assert client.post(page, given).status_code == 302
    assert "Vũ Thị Hồng" in client.get(world.branch.get_absolute_url()).content.decode()
    assert not Entry.objects.filter(detail__icontains=outsider.account.citizen_id).exists()


def test_guessing_at_letters_is_slowed_down(world, client_of):
    client = client_of(world.secretary)
    page = reverse("members:stay_add", args=[world.branch.pk])
    for number in range(6):
        given = {
            "code_of_citizen": f"00109999999{number}",
            "full_name": "Ai Đó",
            "begins_on": f"{timezone.localdate():%d/%m/%Y}",
        }
        last = client.post(page, given).content.decode()
    assert "thử lại sau" in last


def test_what_came_out_of_it_is_there_for_whom_it_is_for(world, client_of):
    """The minutes while they are written: who runs the meeting; circulated: who was there; approved: the branch."""
    absent = make_member(world.branch, "Hồ Văn Vắng")
    meeting = announced(world)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.IN_PROGRESS, began_at=timezone.now())
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.MINUTES, ended_at=timezone.now())
    meeting.attendees.exclude(member=absent).update(presence="present")
    link = address("minutes", meeting.pk)

    def sees(user) -> bool:
        return link in client_of(user).get(address("meeting", meeting.pk)).content.decode()

    there = make_member(world.branch, "Hồ Văn Đến")
    meeting.attendees.create(
        member=there, full_name=there.full_name, name_sort=b"x", capacity="official", presence="present"
    )
    assert (sees(world.secretary), sees(there.account), sees(absent.account)) == (True, False, False)
    Minutes.objects.create(meeting=meeting, state="circulated", remarks_until=timezone.now() + timedelta(days=2))
    assert (sees(world.secretary), sees(there.account), sees(absent.account)) == (True, True, False)

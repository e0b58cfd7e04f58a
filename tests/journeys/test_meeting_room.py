"""A meeting is held: the member's telephone, the secretary's desk, the screen of the room."""

from django.urls import reverse
from django.utils import timezone

from meetings import services
from meetings.enums import Presence
from meetings.models import AgendaItem, Meeting
from meetings.rules.check_in import code_at
from members.models import Member
from tests.meetings import sessions

from .conftest import DESKTOP, PHONE


def url(name: str, meeting: Meeting, *more) -> str:
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def test_what_one_does_the_others_see(world, open_page, sign_in):
    meeting = sessions.in_progress(world, 4)
    first, second = meeting.items.all()[:2]
    member, desk = open_page(PHONE), open_page(DESKTOP)
    sign_in(member, world.member)
    sign_in(desk, world.secretary)
    member.goto(reverse("meetings:now"))
    desk.goto(url("run", meeting))
    notes = desk.get_by_label("Diễn biến, ý kiến")
    notes.fill("Một ý kiến.")
    desk.get_by_text("Đã lưu lúc").wait_for()
    # The same page goes on after its own saving.
    with desk.expect_response(lambda answer: answer.url.endswith("/ghi/")):
        notes.fill("Một ý kiến. Hai ý kiến.")
    assert AgendaItem.objects.get(pk=first.pk).notes == "Một ý kiến. Hai ý kiến."

    member.get_by_role("button", name="Xin phát biểu").click()
    asked = desk.get_by_role("button", name="Mời phát biểu")
    asked.wait_for()
    asked.click()
    member.locator(".chip", has_text="Mời đồng chí phát biểu").wait_for()

    desk.get_by_role("button", name="Chuyển sang nội dung tiếp theo").click()
    member.locator("#nd-nay", has_text=second.title).wait_for()

    desk.goto(url("roll", meeting))
    line = desk.locator(".person-roll").nth(1)
    line.get_by_role("button", name="Trực tuyến").click()
    line.locator(".chip", has_text="Dự trực tuyến").wait_for()

    services.end(meeting=meeting, actor=world.secretary)
    member.get_by_text("Đã bế mạc").first.wait_for()


def test_nothing_typed_is_lost_when_the_browser_dies_or_the_session_ends(world, open_page, sign_in):
    meeting = sessions.in_progress(world, 2)
    desk = open_page(DESKTOP)
    sign_in(desk, world.secretary)
    desk.goto(url("run", meeting))
    notes = desk.get_by_label("Diễn biến, ý kiến")
    notes.fill("Đã lưu rồi.")
    desk.get_by_text("Đã lưu lúc").wait_for()
    # Not sent yet, but kept in this browser.
    desk.route("**/ghi/", lambda route: route.abort())
    notes.fill("Đã lưu rồi. Chưa kịp lưu.")
    desk.wait_for_timeout(600)
    again = desk.context.new_page()
    desk.close()
    again.goto(url("run", meeting))
    assert again.get_by_label("Diễn biến, ý kiến").input_value() == "Đã lưu rồi. Chưa kịp lưu."
    # The session ends while it is typed: signed in again, the text stands there.
    again.context.clear_cookies(name="sessionid")
    again.get_by_label("Diễn biến, ý kiến").fill("Viết lúc hết phiên.")
    again.wait_for_url("**/dang-nhap/**")
    sign_in(again, world.secretary)
    again.goto(url("run", meeting))
    assert again.get_by_label("Diễn biến, ý kiến").input_value() == "Viết lúc hết phiên."


def test_every_page_is_clear_on_a_phone_and_at_a_desk(world, open_page, sign_in, look_at):
    Member.objects.filter(pk=world.people["member"].pk).update(full_name="Nguyễn Phúc Công Tằng Tôn Nữ Thị Hồng Bưởi")
    meeting = sessions.in_progress(world, 6, all_here=False)
    marks = (Presence.PRESENT, Presence.EXCUSED, Presence.ONLINE, Presence.UNEXCUSED)
    others = meeting.attendees.exclude(member__account=world.member)
    for line, presence in zip(others, marks, strict=False):
        services.mark(attendee=line, presence=presence, reason="Đi tàu, trực ban", actor=world.secretary)
    services.ask_to_speak(meeting=meeting, attendee=others[0], actor=world.secretary)
    title = "Sinh hoạt chuyên đề quý IV về học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh"
    early = sessions.announced(world, title=title)
    item = meeting.items.first()
    for number, width in enumerate((PHONE, DESKTOP)):
        desk = open_page(width)
        sign_in(desk, world.secretary)
        for name in ("run", "roll", "room_code", "projector", "end", "roll_sheet"):
            desk.goto(url(name, meeting))
            look_at(desk, f"holding-{name}")
        for name in ("now_of", "begin", "roll_sheet"):
            desk.goto(url(name, early))
            look_at(desk, f"holding-early-{name}")
        # Two write at once.
        desk.goto(url("run", meeting))
        item.refresh_from_db()
        services.write_notes(
            item=item, notes=f"Ý kiến thứ {number}.", conclusion="", revision=item.notes_revision, actor=world.member
        )
        desk.get_by_label("Diễn biến, ý kiến").fill("Ý kiến khác.")
        desk.get_by_text("chưa lưu").wait_for()
        desk.get_by_role("button", name="Lưu phần ghi").click()
        desk.get_by_text(f"Ý kiến thứ {number}.").wait_for()
        look_at(desk, "holding-crossed")
        member = open_page(width)
        sign_in(member, world.member)
        for name in ("now_of", "check_in"):
            member.goto(url(name, meeting))
            look_at(member, f"holding-{name}")
        member.get_by_role("button", name="Tôi đang có mặt").click()
        look_at(member, "holding-check-in-wrong")


def test_without_scripts_by_the_code_in_the_room(world, open_page, sign_in):
    meeting = sessions.in_progress(world, 2, all_here=False)
    member = open_page(PHONE, javascript=False)
    sign_in(member, world.member)
    member.goto(url("now_of", meeting))
    member.get_by_role("link", name="Điểm danh", exact=True).last.click()
    member.get_by_label("Mã đang hiện trong phòng họp").fill(code_at(meeting.check_in_key, timezone.now()))
    member.get_by_role("button", name="Tôi đang có mặt").click()
    member.locator(".chip", has_text="chờ thư ký xác nhận").wait_for()
    services.move_to(item=meeting.items.last(), actor=world.secretary)
    member.get_by_role("link", name="Xem diễn biến mới").click()
    member.locator("#nd-nay", has_text=meeting.items.last().title).wait_for()

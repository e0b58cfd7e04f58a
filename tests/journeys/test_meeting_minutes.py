"""Minutes as they are written: sessions that end, two who write at once; the score sheet between a branch and its
superior; tasks that came out of the meeting."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment
from meetings.minutes.enums import ScoreState
from meetings.minutes.models import Minutes, Score
from meetings.minutes.services import circulate, remark
from meetings.models import AgendaItem, Meeting
from members.models import Member
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.meetings import sessions
from tests.meetings.written import again, ended, written

from .conftest import DESKTOP, PASSWORD, PHONE

LONG = "Nguyễn Phúc Công Tằng Tôn Nữ Thị Hồng Bưởi"
FIRST = "Đồng chí Ngô Văn Hải: đề nghị sửa mái che sân ga trước mùa mưa."
THEN = "Đồng chí Phan Thị Lan: chi đoàn nhận dọn vệ sinh kho."


@pytest.fixture
def look(look_at):
    """At the page as it stands, on a telephone and at a desk."""

    def at_both(page, name: str) -> None:
        for width, height in ((DESKTOP, 900), (PHONE, 844)):
            page.set_viewport_size({"width": width, "height": height})
            look_at(page, name)

    return at_both


def url(name: str, meeting: Meeting, *more) -> str:
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def end_sessions() -> None:
    Session.objects.all().delete()
    cache.clear()


def enter_again(page, user) -> None:
    page.get_by_role("heading", name="Đăng nhập").wait_for()
    page.get_by_label("Số định danh cá nhân").fill(user.citizen_id)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda address: "dang-nhap" not in address)


def press(page, name, *, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).first.click()


def notes_of(meeting: Meeting, position: int = 1) -> str:
    return meeting.items.get(position=position).notes


def test_a_session_ended_by_the_server_in_the_middle_of_a_note(world, open_page, sign_in):
    """What was saved is in the meeting, what was typed since stands in the box again, and is saved."""
    meeting = sessions.in_progress(world, 2)
    desk = open_page(DESKTOP)
    sign_in(desk, world.secretary)
    desk.goto(url("run", meeting))
    desk.get_by_label("Diễn biến, ý kiến").fill(FIRST)
    desk.get_by_text("Đã lưu lúc").wait_for()
    assert notes_of(meeting) == FIRST
    end_sessions()
    desk.get_by_label("Diễn biến, ý kiến").fill(f"{FIRST}\n{THEN}")
    desk.wait_for_url("**/dang-nhap/**")
    enter_again(desk, world.secretary)
    notes = desk.get_by_label("Diễn biến, ý kiến")
    assert notes.input_value() == f"{FIRST}\n{THEN}"
    press(desk, "Lưu phần ghi")
    desk.wait_for_load_state()
    assert notes_of(meeting) == f"{FIRST}\n{THEN}"


def test_a_telephone_that_dies_has_lost_nothing_it_saved(world, open_page, sign_in):
    """Another machine goes on from what the last few seconds brought, also in the minutes."""
    meeting = sessions.in_progress(world, 2)
    phone = open_page(PHONE)
    sign_in(phone, world.secretary)
    phone.goto(url("run", meeting))
    phone.get_by_label("Diễn biến, ý kiến").fill(FIRST)
    phone.get_by_text("Đã lưu lúc").wait_for()
    phone.context.close()
    desk = open_page(DESKTOP)
    sign_in(desk, world.secretary)
    desk.goto(url("run", meeting))
    assert desk.get_by_label("Diễn biến, ý kiến").input_value() == FIRST


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_the_session_ends_while_the_minutes_are_written(world, open_page, sign_in, javascript):
    meeting = ended(world, many=2)
    desk = open_page(DESKTOP, javascript=javascript)
    sign_in(desk, world.secretary)
    desk.goto(url("minutes_write", meeting))
    desk.get_by_label("Diễn biến, ý kiến").nth(5).fill(FIRST)
    if javascript:
        desk.get_by_text("Đã lưu lúc").wait_for()
        assert notes_of(meeting, 6) == FIRST
    end_sessions()
    desk.get_by_label("Mở đầu").fill(THEN)
    if not javascript:
        press(desk, "Lưu biên bản")
    desk.wait_for_url("**/dang-nhap/**")
    enter_again(desk, world.secretary)
    assert desk.url.endswith(url("minutes_write", meeting))
    assert desk.get_by_label("Mở đầu").input_value() == THEN
    assert desk.get_by_label("Diễn biến, ý kiến").nth(5).input_value() == FIRST
    press(desk, "Lưu biên bản")
    desk.get_by_text("Đã lưu biên bản").wait_for()
    assert Minutes.objects.get(meeting=meeting).opening == THEN
    assert notes_of(meeting, 6) == FIRST


def test_two_secretaries_write_the_same_note(world, open_page, sign_in):
    """Whoever comes second sees both texts side by side, and decides."""
    meeting = sessions.in_progress(world, 2)
    chair, clerk = open_page(PHONE), open_page(DESKTOP)
    sign_in(chair, world.secretary)
    sign_in(clerk, world.member)
    for page in (chair, clerk):
        page.goto(url("run", meeting))
    chair.get_by_label("Diễn biến, ý kiến").fill(FIRST)
    chair.get_by_text("Đã lưu lúc").wait_for()
    clerk.get_by_label("Diễn biến, ý kiến").fill(THEN)
    clerk.get_by_text("Phần đồng chí đang gõ chưa lưu").wait_for()
    assert notes_of(meeting) == FIRST
    press(clerk, "Lưu phần ghi")
    clerk.get_by_text("Có đồng chí khác vừa ghi").wait_for()
    assert clerk.get_by_role("group", name="Phần đang lưu").inner_text() == FIRST
    assert clerk.get_by_label("Phần đồng chí gõ").input_value() == THEN
    assert notes_of(meeting) == FIRST
    clerk.get_by_label("Phần đồng chí gõ").fill(f"{FIRST}\n{THEN}")
    press(clerk, "Lưu phần của tôi, thay phần đang lưu")
    clerk.get_by_label("Diễn biến, ý kiến").wait_for()
    assert notes_of(meeting) == f"{FIRST}\n{THEN}"


def test_two_secretaries_write_the_minutes(world, open_page, sign_in, look):
    Member.objects.filter(pk=world.people["member"].pk).update(full_name=LONG)
    meeting = written(world)
    item = meeting.items.get(position=6)
    page, other = open_page(PHONE), open_page(DESKTOP)
    sign_in(page, world.secretary)
    sign_in(other, world.member)
    for one in (page, other):
        one.goto(url("minutes_write", meeting))
    other.get_by_label("Diễn biến, ý kiến").nth(5).fill(FIRST)
    other.get_by_text("Đã lưu lúc").wait_for()
    look(page, "minutes-write")
    page.get_by_label("Diễn biến, ý kiến").nth(5).fill(THEN)
    page.get_by_label("Mở đầu").fill("Đồng chí Trần Văn Cam nêu lý do cuộc họp.")
    page.get_by_text("Phần đồng chí đang gõ ở mục ấy chưa lưu").wait_for()
    # The part that nobody else touched is saved all the same.
    assert Minutes.objects.get(meeting=meeting).opening == "Đồng chí Trần Văn Cam nêu lý do cuộc họp."
    press(page, "Lưu biên bản")
    page.get_by_text("Có đồng chí khác vừa ghi").wait_for()
    # Straight to the item.
    assert page.get_by_role("link", name=f"6. {item.title}").get_attribute("href") == f"#muc-{item.pk}"
    assert page.locator(".theirs", has_text="Diễn biến đang có").inner_text().endswith(FIRST)
    assert page.get_by_label("Diễn biến, ý kiến").nth(5).input_value() == THEN
    look(page, "minutes-crossed")
    assert AgendaItem.objects.get(pk=item.pk).notes == FIRST
    press(page, "Lưu biên bản")
    page.get_by_text("Đã lưu biên bản").wait_for()
    assert AgendaItem.objects.get(pk=item.pk).notes == THEN


def test_minutes_and_what_comes_of_them(world, open_page, sign_in, look):
    meeting = written(world)
    page = open_page(PHONE)
    sign_in(page, world.secretary)
    page.goto(url("minutes", meeting))
    look(page, "minutes-writing")
    page.get_by_role("link", name="Kết luận, nhiệm vụ").first.click()
    page.get_by_label("Kết luận").fill("Sửa mái che sân ga trước ngày 30 tháng 4, báo cáo chi ủy từng tuần.")
    page.get_by_label("Thời hạn").fill("31/02/2027")
    press(page, "Ghi kết luận")
    look(page, "minutes-conclusions-errors")
    circulate(meeting=meeting, hours=24, actor=world.secretary)
    remark(meeting=meeting, text="Đề nghị ghi rõ lý trình Km 319 + 200.", actor=sessions.accounts(meeting)[0])
    page.goto(url("minutes", meeting))
    look(page, "minutes-circulated")
    Minutes.objects.update(remarks_until=timezone.now())
    page.get_by_role("link", name="Trả lời 1 góp ý").click()
    page.get_by_label("Tiếp thu, giải trình").fill("Đã ghi rõ.")
    press(page, re.compile("^Trả lời"))
    page.get_by_text("Đã trả lời góp ý").wait_for()
    look(page, "minutes-answered")
    page.get_by_role("link", name="Ký biên bản").click()
    look(page, "minutes-sign")
    page.goto(url("issue", meeting, "thong-bao"))
    look(page, "minutes-issue")


def test_the_score_goes_up_comes_back_and_goes_up_again(world, open_page, sign_in, look):
    meeting = again(ended(world, many=2))
    above = world.people["committee"].account
    give_grant(user=above, unit=world.section, role=Role.SECRETARY, actor=None)
    branch, superior = open_page(PHONE), open_page(PHONE)
    sign_in(branch, world.secretary)
    sign_in(superior, above)
    branch.goto(url("score", meeting))
    look(branch, "score-first")
    press(branch, "Lưu và thống nhất điểm")
    branch.get_by_text("Chưa chấm:").first.wait_for()
    look(branch, "score-errors")
    for box in branch.locator("select[name^='p-']").all():
        box.select_option(index=1)
    closed = branch.locator("details:not([open]):has(input[name^='r-']) > summary")
    while closed.count():
        closed.first.click()
    for box in branch.locator("input[name^='r-']").all():
        box.fill("Theo sổ giấy của chi bộ")
    press(branch, "Lưu và thống nhất điểm")
    assert branch.get_by_text("100/100").count() == 1
    look(branch, "score-check")
    press(branch, "Chi bộ đã thống nhất")
    branch.get_by_text("Đã gửi phiếu chấm điểm lên cấp trên").wait_for()

    superior.goto(url("score", meeting))
    look(superior, "score-above")
    superior.get_by_role("link", name="Trả lại").click()
    press(superior, "Trả lại")
    superior.get_by_label("Lý do trả lại").fill("Tỷ lệ dự họp chưa khớp danh sách điểm danh.")
    press(superior, "Trả lại")
    superior.get_by_text("Đã trả lại phiếu chấm điểm").wait_for()
    assert Score.objects.get().state == ScoreState.RETURNED

    branch.goto(url("score", meeting))
    branch.get_by_text("Tỷ lệ dự họp chưa khớp").first.wait_for()
    look(branch, "score-returned")
    press(branch, "Lưu và thống nhất điểm")
    press(branch, "Chi bộ đã thống nhất")
    superior.goto(url("score", meeting))
    superior.get_by_role("link", name="Đồng ý").click()
    press(superior, "Đồng ý")
    superior.get_by_text("Đã đồng ý với điểm của chi bộ").wait_for()
    assert Score.objects.get().state == ScoreState.AGREED


def test_tasks_from_given_to_confirmed(world, open_page, sign_in, look):
    meeting = written(world)
    long = "Kiểm tra toàn bộ đường ngang từ Km 315 đến Km 322, lập danh sách, đề xuất làm cần chắn trong quý I năm sau"
    Assignment.objects.update(title=long)
    owner, chair = open_page(PHONE), open_page(PHONE)
    sign_in(owner, world.member)
    sign_in(chair, world.secretary)
    chair.goto(reverse("assignments:mine"))
    look(chair, "tasks-none")
    chair.goto(f"{reverse('assignments:mine')}?phan=giao")
    look(chair, "tasks-given")
    owner.goto(reverse("assignments:mine"))
    look(owner, "tasks-mine")
    owner.get_by_role("link", name=long).click()
    look(owner, "task-open")
    owner.get_by_label("Kết quả thực hiện").fill("Đã kiểm tra 7 đường ngang, 2 nơi cần làm cần chắn.")
    press(owner, "Báo xong")
    look(owner, "task-done")
    task = Assignment.objects.get()
    chair.goto(reverse("assignments:task", args=[task.pk]))
    look(chair, "task-to-confirm")
    chair.get_by_role("link", name="Cần làm tiếp").click()
    chair.get_by_label("Lý do").fill("Chưa có danh sách kèm theo.")
    look(chair, "task-give-back")
    press(chair, "Trả lại")
    chair.get_by_text("Đã trả lại nhiệm vụ").wait_for()
    owner.reload()
    owner.get_by_text("Chưa có danh sách kèm theo").wait_for()
    # What was said before need not be typed again.
    assert owner.get_by_label("Kết quả thực hiện").input_value().startswith("Đã kiểm tra 7 đường ngang")
    press(owner, "Báo xong")
    chair.reload()
    chair.get_by_role("link", name="Xác nhận hoàn thành").click()
    look(chair, "task-confirm")
    press(chair, "Xác nhận hoàn thành")
    chair.get_by_text("Đã xác nhận hoàn thành").wait_for()
    assert meeting.conclusions.filter(assignment=task).exists()
    assert Assignment.objects.get().confirmed_by == world.secretary

"""A secretary prepares next month's meeting on a phone; a member answers; every page at both widths."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.services import ask_leave, attach, change_item, invite, keep_habit
from members.enums import Status
from tests.cast import build_world, make_member
from tests.documents import docx, uploaded
from tests.journeys.conftest import DESKTOP, PHONE, Touches
from tests.meetings.sessions import announced, draft, fellows

LONG = "Nguyễn Phước Bảo Quỳnh Thượng Uyển Nhi Trần Đoàn Phương Thảo"
MOST_TOUCHES = 12


@pytest.fixture
def world(transactional_db):
    made = build_world()
    fellows(made, 10)
    make_member(made.branch, LONG)
    make_member(made.branch, "Lê Văn Xa", status=Status.TEMP_AWAY)
    make_member(made.branch, "Lê Thị Cao", status=Status.EXEMPT)
    return made


def test_like_last_month_in_few_touches(world, open_page, sign_in, look_at):
    keep_habit(
        unit=world.branch,
        kind="regular",
        week=1,
        weekday=2,
        at="14:00",
        place="Phòng họp ga Bến Thủy",
        actor=world.secretary,
    )
    last = draft(world)
    change_item(
        item=last.items.first(),
        title="Nội dung riêng của chi bộ",
        minutes=5,
        part="opening",
        speaker=world.people["member"],
        actor=world.secretary,
    )
    page, touches = open_page(PHONE), Touches()
    sign_in(page, world.secretary)
    touches.on(page.locator(".dock").get_by_role("link", name="Sinh hoạt"))
    look_at(page, "sinh-hoat-cua-bi-thu")
    touches.on(page.get_by_role("link", name="Như tháng trước"))
    look_at(page, "lap-nhu-thang-truoc")
    touches.choose(page.get_by_label("Chủ trì"), "Trần Văn Cam")
    touches.choose(page.get_by_label("Thư ký"), "Nguyễn Thị Bưởi")
    touches.on(page.get_by_role("button", name="Lập cuộc họp"))
    look_at(page, "cuoc-hop-dang-chuan-bi")
    touches.on(page.get_by_role("link", name="Kiểm tra và thông báo"))
    look_at(page, "kiem-tra-truoc-khi-thong-bao")
    touches.on(page.get_by_role("button", name="Thông báo", exact=True))
    look_at(page, "cuoc-hop-da-thong-bao")
    made = Meeting.objects.latest("pk")
    assert (made.state, made.copied_from) == (MeetingState.ANNOUNCED, last)
    assert made.items.first().title == "Nội dung riêng của chi bộ"
    assert touches.count <= MOST_TOUCHES


def _full(world) -> Meeting:
    meeting = announced(world, starts_at=timezone.now() + timedelta(days=6))
    items = list(meeting.items.all())
    change_item(
        item=items[4],
        title="Đánh giá việc thực hiện nghị quyết tháng trước và nhiệm vụ trọng tâm của từng đồng chí được phân công",
        minutes=15,
        part="main",
        speaker=world.people["secretary"],
        draft="Chi bộ đã hoàn thành 5/6 nhiệm vụ.\n\nNhiệm vụ còn lại chuyển sang tháng sau.",
        actor=world.secretary,
    )
    attach(
        item=items[4],
        file=uploaded(docx(), "Báo cáo kết quả thực hiện nghị quyết tháng 11 của chi bộ ga Bến Thủy.docx"),
        actor=world.secretary,
    )
    invite(
        meeting=meeting, capacity="guest", full_name="Vũ Thị Khách", about="Chủ tịch Công đoàn", actor=world.secretary
    )
    ask_leave(meeting=meeting, reason="Trực ban chạy tàu", actor=world.member)
    return meeting


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pages_of_the_secretary(world, open_page, sign_in, look_at, width):
    meeting = _full(world)
    page = open_page(width)
    sign_in(page, world.secretary)
    look_at(page, "trang-chu-co-cuoc-hop")
    item = meeting.items.all()[4].pk
    for address, name in (
        (f"/sinh-hoat/{meeting.pk}/", "cuoc-hop-bi-thu"),
        (f"/sinh-hoat/{meeting.pk}/sua/", "sua-cuoc-hop"),
        (f"/sinh-hoat/{meeting.pk}/hoan/", "hoan"),
        (f"/sinh-hoat/{meeting.pk}/rut-thong-bao/", "rut-thong-bao"),
        (f"/sinh-hoat/{meeting.pk}/chuong-trinh/", "chuong-trinh"),
        (f"/sinh-hoat/{meeting.pk}/chuong-trinh/them/", "them-noi-dung"),
        (f"/sinh-hoat/{meeting.pk}/chuong-trinh/{item}/", "noi-dung-bi-thu"),
        (f"/sinh-hoat/{meeting.pk}/chuong-trinh/{item}/tai-lieu/", "tai-lieu"),
        (f"/sinh-hoat/{meeting.pk}/thanh-phan/", "thanh-phan"),
        (f"/sinh-hoat/{meeting.pk}/thanh-phan/moi/", "moi-khach"),
        (f"/sinh-hoat/don-vi/{world.branch.pk}/nep/", "nep"),
        (f"/sinh-hoat/don-vi/{world.branch.pk}/nep/regular/", "ghi-nep"),
        ("/sinh-hoat/lap/?loai=thematic", "lap-chuyen-de"),
        (f"/sinh-hoat/lich/?thang={meeting.day:%Y-%m}", "lich-thang"),
        ("/sinh-hoat/lich/?thang=2024-01", "lich-thang-trong"),
        (f"/to-chuc/{world.branch.pk}/", "trang-chi-bo"),
        (f"/dang-vien/sinh-hoat-tam-thoi/{world.branch.pk}/", "sinh-hoat-tam-thoi"),
        (f"/dang-vien/sinh-hoat-tam-thoi/{world.branch.pk}/tiep-nhan/", "tiep-nhan"),
    ):
        page.goto(address)
        look_at(page, name)
    page.goto("/sinh-hoat/lap/?loai=thematic")
    page.get_by_label("Ngày họp").fill("31/02/2026")
    page.get_by_role("button", name="Lập cuộc họp").click()
    look_at(page, "lap-co-loi")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pages_of_a_member(world, open_page, sign_in, look_at, width):
    page = open_page(width)
    who = world.branch.members.get(full_name=LONG).account
    sign_in(page, who)
    page.goto("/sinh-hoat/")
    look_at(page, "sinh-hoat-trong")
    meeting = _full(world)
    page.goto("/sinh-hoat/")
    look_at(page, "sinh-hoat-cua-dang-vien")
    page.get_by_role("link", name=meeting.title).click()
    look_at(page, "cuoc-hop-dang-vien")
    page.get_by_text("Xin vắng", exact=True).click()
    page.get_by_role("button", name="Gửi đề nghị xin vắng").click()
    look_at(page, "xin-vang-thieu-ly-do")
    page.get_by_role("button", name="Tôi sẽ dự").click()
    look_at(page, "cuoc-hop-se-du")
    page.get_by_role("link", name="Đánh giá việc thực hiện").click()
    page.get_by_label("Ý kiến của đồng chí").fill("Đề nghị bàn kỹ nhiệm vụ thứ sáu.")
    look_at(page, "noi-dung-dang-vien")
    page.get_by_role("button", name="Gửi ý kiến").click()
    assert page.get_by_text("Đã gửi ý kiến.").is_visible()
    page.goto("/sinh-hoat/lich/dien-thoai/")
    page.get_by_role("button", name="Lập địa chỉ lịch").click()
    look_at(page, "lich-dien-thoai")


def test_a_member_without_scripts(world, open_page, sign_in):
    meeting = _full(world)
    page = open_page(PHONE, javascript=False)
    sign_in(page, world.branch.members.get(full_name=LONG).account)
    page.goto(f"/sinh-hoat/{meeting.pk}/")
    page.get_by_text("Xin vắng", exact=True).click()
    page.get_by_label("Lý do xin vắng").fill("Con ốm")
    page.get_by_role("button", name="Gửi đề nghị xin vắng").click()
    assert page.get_by_text("Đã gửi đề nghị xin vắng").is_visible()

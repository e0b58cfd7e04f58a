"""Home, search, guides, help, notices, jobs and the record in a real browser, phone and desktop."""

import pytest
from django.test import Client
from django.utils import timezone

from jobs import progress as progresses
from jobs.enums import JobState
from jobs.models import Job
from members.enums import Standing, Status
from members.models import Member
from notifications.services import answer_help, ask_for_help, notify
from orgtree.models import OrgUnit
from tests.cast import World, build_world, make_member, make_unit
from tests.journeys.conftest import DESKTOP, PHONE

LONG_UNIT = "Đảng bộ bộ phận Xí nghiệp Đầu máy và Toa xe khách Hà Nội – Công ty Cổ phần Vận tải Đường sắt miền Bắc"
LONG_PERSON = "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Diệu Thiên Hương"


@pytest.fixture
def enter(open_page):
    """A page on which the user is signed in already."""

    def make(user, width, **options):
        page = open_page(width, **options)
        client = Client()
        client.force_login(user, backend="accounts.backends.SignInBackend")
        base = page.context.new_page()
        base.goto("/healthz")
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base.url}
        page.context.add_cookies([session])
        base.close()
        return page

    return make


def _full_world() -> World:
    """Long names, several units below, work in every state."""
    world = build_world()
    OrgUnit.objects.filter(pk=world.section.pk).update(name=LONG_UNIT)
    for number in range(14):
        unit = make_unit(world.company, f"K{number}", f"Chi bộ Cung đường số {number} và các tổ công tác", "cell")
        for _ in range(number % 5 + 1):
            make_member(unit, "Lý Văn Bơ", standing=Standing.PROBATIONARY, official_date=None)
    make_member(world.branch, LONG_PERSON, status=Status.EXEMPT)
    Member.objects.filter(pk=world.people["secretary"].pk).update(activated_at=timezone.now())
    for number in range(3):
        ask_for_help(
            text="Tôi mở trang danh sách đảng viên trên điện thoại nhưng chữ nhỏ, không đọc được. " * (number + 1),
            page="/dang-vien/",
            phone="0912 345 678",
            branch=world.branch,
            actor=world.member,
        )
    told = world.member.help_requests.first()
    answer_help(request=told, answer="Đồng chí bấm A++ ở góc trên.\n\nChữ sẽ to lên.", actor=world.secretary)
    for state in JobState:
        closed = {} if state in ("queued", "running") else {"finished_at": timezone.now()}
        Job.objects.create(
            owner=world.committee,
            kind="test.work",
            title=f"Nhập danh sách đảng viên của {LONG_UNIT}",
            state=state,
            total=7852,
            done=123,
            result="Đã nhập 7.840 dòng, 12 dòng lỗi." if state == "done" else "",
            error="Tệp không có trang tính nào." if state == "failed" else "",
            next_url="/huong-dan/" if state == "done" else "",
            **closed,
        )
    notify("help.asked", users=[world.committee], text=f"Đồng chí {LONG_PERSON} ({LONG_UNIT}) báo vướng mắc.", url="/")
    return world


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_full_pages(enter, look_at, width):
    world = _full_world()
    page = enter(world.committee, width)
    job = Job.objects.get(state=JobState.RUNNING)
    progresses.Progress(job.pk)(123, 7852, "Đang kiểm tra từng dòng")
    done, failed = Job.objects.get(state=JobState.DONE), Job.objects.get(state=JobState.FAILED)
    for name, path in {
        "home-committee": "/",
        "more": "/them/",
        "guides": "/huong-dan/",
        "guide-cell": "/huong-dan/chi-bo/",
        "guide-committee": "/huong-dan/dang-bo/",
        "guide-member": "/huong-dan/dang-vien/",
        "jobs": "/cong-viec/",
        "job-running": f"/cong-viec/{job.pk}/",
        "job-done": f"/cong-viec/{done.pk}/",
        "job-failed": f"/cong-viec/{failed.pk}/",
        "job-cancel": f"/cong-viec/{job.pk}/dung/",
        "inbox": "/thong-bao/",
        "preferences": "/thong-bao/tuy-chon/",
        "help": "/vuong-mac/",
        "help-inbox": "/vuong-mac/da-nhan/",
        "help-inbox-below": "/vuong-mac/da-nhan/?cap=duoi",
        "audit-own": "/nhat-ky/",
    }.items():
        page.goto(path)
        look_at(page, name)
    page.goto(f"/vuong-mac/{world.member.help_requests.first().pk}/")
    look_at(page, "help-answered")
    page.goto(f"/vuong-mac/{world.member.help_requests.last().pk}/")
    look_at(page, "help-to-answer")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_record_of_the_department(enter, look_at, width):
    world = _full_world()
    page = enter(world.org_department, width)
    page.goto("/")
    look_at(page, "home-department")
    page.goto("/nhat-ky/")
    look_at(page, "audit")
    if width == PHONE:
        page.locator("main").get_by_text("Lọc nhật ký", exact=True).click()
    page.locator("main").get_by_label("Đơn vị và cấp dưới").fill("chi bo")
    page.locator("main").get_by_role("button", name="Lọc").click()
    page.get_by_text("Có nhiều kết quả, đồng chí chọn một").wait_for()
    look_at(page, "audit-choices")
    page.get_by_role("link", name="Chi bộ Ga Bến Thủy", exact=True).first.click()
    page.get_by_text("Chi bộ Ga Bến Thủy và cấp dưới").wait_for()
    look_at(page, "audit-filtered")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_empty_pages_of_a_member(enter, look_at, width):
    world = build_world()
    page = enter(world.member, width)
    for name, path in {
        "home-member": "/",
        "jobs-empty": "/cong-viec/",
        "inbox-empty": "/thong-bao/",
        "help-empty": "/vuong-mac/",
        "audit-empty": "/nhat-ky/",
        "search": "/tim-kiem/",
    }.items():
        page.goto(path)
        look_at(page, name)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("javascript", [True, False])
def test_search_and_help_without_javascript_too(enter, look_at, width, javascript):
    world = build_world()
    page = enter(world.member, width, javascript=javascript)
    page.goto("/vuong-mac/?trang=/thong-bao/")
    page.get_by_role("button", name="Gửi vướng mắc").click()
    page.get_by_text("Có lỗi").first.wait_for()
    page.get_by_label("Vướng mắc của đồng chí").fill("Không thấy thông báo")
    page.get_by_role("button", name="Gửi vướng mắc").click()
    page.get_by_text("Cán bộ phụ trách đã nhận được.").wait_for()

    officer = enter(world.committee, width, javascript=javascript)
    officer.goto("/tim-kiem/")
    officer.locator("main").get_by_label("Tìm đảng viên, tổ chức đảng").fill("ben thuy")
    officer.locator("main").get_by_role("button", name="Tìm").click()
    officer.get_by_role("link", name="Chi bộ Ga Bến Thủy").wait_for()
    assert officer.url.endswith("/tim-kiem/")
    if javascript:
        look_at(officer, "search-found")


def test_the_bar_moves_by_itself_and_the_page_ends_with_the_result(enter):
    world = build_world()
    job = Job.objects.create(
        owner=world.member, kind="test.work", title="Nhập danh sách", state=JobState.RUNNING, total=7852, attempts=1
    )
    report = progresses.Progress(job.pk)
    report(123, 7852)
    page = enter(world.member, PHONE)
    page.goto(f"/cong-viec/{job.pk}/")
    page.get_by_text("123 / 7.852 dòng").wait_for()
    page.wait_for_timeout(400)
    report(7000, 7852)
    page.get_by_text("7.000 / 7.852 dòng").wait_for()
    Job.objects.filter(pk=job.pk).update(
        state=JobState.DONE, done=7852, finished_at=timezone.now(), result="Đã nhập 7.852 dòng."
    )
    page.get_by_text("Đã nhập 7.852 dòng.").wait_for()
    assert page.locator("[hx-get]").count() == 0


def test_the_unit_is_switched_on_a_phone(enter):
    world = build_world()
    page = enter(world.committee, PHONE)
    page.goto("/them/")
    page.locator("main").get_by_text("Đổi đơn vị").click()
    page.locator("main").get_by_role("button", name=world.near_branch.name).click()
    page.goto("/")
    assert "Chi bộ Đội Kiến trúc" in page.locator("main").inner_text()

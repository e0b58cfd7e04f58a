"""The organisation department gives all secretaries of a filter at once, and sees how far delegation has come."""

import pytest
from django.conf import settings

from delegation.models import ManyGiven
from jobs.services import run_job
from members.enums import PostCode, Standing
from members.imports.services import load_list
from members.models import Post
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.services import give_grant
from tests.cast import World, build_world, make_member, make_unit
from tests.journeys.conftest import DESKTOP, PHONE
from tests.members.lists_of_people import man, person, workbook

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])
LONG = "Chi bộ Trung tâm Điều hành Vận tải Đường sắt khu vực phía Nam và các ga liên vận quốc tế Sóng Thần, Trảng Bom"


@pytest.fixture
def sign_in(client_of, live_server):
    """With a session made here: the form of signing in has its own journey."""

    def enter(page, user) -> None:
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


def lead(unit, name, branch=None, **given):
    member = make_member(branch or unit, name, **given)
    Post.objects.create(member=member, unit=unit, code=PostCode.SECRETARY)
    return member


@pytest.fixture
def full(db) -> World:
    """Nobody has a role below the top but in one company; sixty branches wait, some with something in the way."""
    world = build_world()
    Grant.objects.exclude(role__in=[Role.ORG_DEPARTMENT, Role.INSPECTOR]).delete()
    lead(world.company, "Nguyễn Phúc Bửu Kỳ Quang Nhật Minh", branch=world.near_branch)
    lead(world.section, "Lê Văn Khu", branch=world.branch)
    for number in range(58):
        name = LONG if number == 3 else f"Chi bộ Cung đường số {number}"
        unit = make_unit(world.section, f"T.02.B1.S{number}", name, "cell")
        standing = Standing.PROBATIONARY if number == 5 else Standing.OFFICIAL
        lead(unit, f"Trần Văn {'Ánh' if number % 2 else 'Bưởi'}", standing=standing)
    give_grant(user=world.outsider, unit=world.other_company, role=Role.SECRETARY, actor=world.org_department)
    people = [
        person("Lê Văn Thư", "12345678901", world.sister.name, **{"Chức vụ Đảng": "Bí thư chi bộ"}),
        person("Nguyễn Văn Đúng", man(99), world.sister.name),
    ]
    load_list(workbook(people), world.section, actor=None)
    return world


@WIDTHS
def test_all_secretaries_of_a_filter_are_given_at_once(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.org_department)
    page.goto("/phan-quyen/goi-y/")
    look_at(page, "goi-y")
    if width == PHONE:
        page.get_by_text("Lọc danh sách", exact=True).click()
    page.get_by_label("Bước phân quyền").select_option("4")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="Bước phân quyền: Bước 4").wait_for()
    page.get_by_role("button", name="Giao tất cả 57 gợi ý phù hợp").click()
    page.get_by_role("heading", name="Giao 57 vai trò ở 57 đơn vị").wait_for()
    assert page.get_by_text("57 vai trò giao thay cấp dưới").is_visible()
    assert page.get_by_text("Là đảng viên dự bị").is_visible()
    look_at(page, "goi-y-kiem-tra")
    assert not Grant.objects.filter(unit__parent=full.section).exists()
    page.get_by_role("button", name="Giao 57 vai trò").click()
    page.get_by_role("heading", name="Đang giao vai trò").wait_for()
    look_at(page, "goi-y-dang-giao")
    many = ManyGiven.objects.get()
    run_job(many.job_id)
    page.goto(many.get_absolute_url())
    page.get_by_text("Đã giao 57 vai trò, 1 để lại").wait_for()
    look_at(page, "goi-y-ket-qua")
    page.get_by_role("link", name="Đã giao").click()
    look_at(page, "goi-y-ket-qua-da-giao")
    with page.expect_download() as download:
        page.get_by_role("link", name="Xuất Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert Grant.objects.filter(unit__parent=full.section, instead_of_below=True).count() == 57


@pytest.mark.parametrize("javascript", [True, False])
def test_one_is_given_by_its_own_button_and_two_by_ticks(full, open_page, sign_in, javascript):
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, full.org_department)
    page.goto("/phan-quyen/goi-y/?buoc=2")
    page.get_by_role("button", name="Giao vai trò Bí thư cho Nguyễn Phúc Bửu").click()
    page.get_by_role("button", name="Giao vai trò", exact=True).click()
    page.get_by_text("Đã giao 1 vai trò").wait_for()
    # His account is confirmed: what stands below him is his from now on.
    page.goto("/phan-quyen/goi-y/?buoc=3")
    page.get_by_text("Không có gợi ý nào như vậy").wait_for()
    page.goto("/phan-quyen/goi-y/")
    boxes = page.locator("input[name=pick]")
    for number in (0, 1):
        boxes.nth(number).check()
    page.get_by_role("button", name="Giao đã chọn").click()
    page.get_by_role("button", name="Giao 2 vai trò").click()
    page.get_by_text("Đã giao 2 vai trò").wait_for()


def test_nothing_ticked_is_told_and_nothing_left_says_so(full, open_page, sign_in, look_at):
    page = open_page(PHONE)
    sign_in(page, full.org_department)
    page.goto("/phan-quyen/goi-y/")
    page.get_by_role("button", name="Giao đã chọn").click()
    page.get_by_text("Đồng chí chưa chọn gợi ý nào").wait_for()
    sign_in(page, full.outsider)
    page.goto("/phan-quyen/goi-y/")
    page.get_by_text("Không còn gợi ý nào", exact=True).wait_for()
    look_at(page, "goi-y-khong-con")


@WIDTHS
def test_the_tree_of_progress_is_opened_and_read(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.org_department)
    page.goto("/phan-quyen/tien-do/")
    page.get_by_role("button", name=f"Mở các đơn vị trực thuộc {full.company.name}").click()
    page.get_by_role("button", name=f"Mở các đơn vị trực thuộc {full.section.name}").click()
    page.get_by_text(LONG).first.wait_for()
    assert f"mo={full.section.pk}" in page.url
    look_at(page, "tien-do")
    row = page.locator(f"#dv-{full.section.pk}")
    row.get_by_role("link", name="Còn lại").click()
    page.get_by_role("heading", name="Chưa giao vai trò Bí thư").wait_for()
    look_at(page, "tien-do-don-vi")
    page.get_by_role("link", name=full.section.name, exact=True).click()
    page.wait_for_url(f"**/to-chuc/{full.section.pk}/")


@WIDTHS
def test_refused_secretaries_are_read(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.org_department)
    page.goto("/phan-quyen/goi-y/")
    page.get_by_role("link", name="Xem lý do và cách sửa").click()
    page.get_by_text("Lê Văn Thư").first.wait_for()
    look_at(page, "bi-tu-choi")
    page.get_by_role("link", name="Sửa trong danh sách").click()
    page.get_by_text("11 chữ số").first.wait_for()

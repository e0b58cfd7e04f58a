"""A member of seventy signs in for the first time on a phone, the letter's way and with a slip; his branch opens it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, User
from members.activation.slips import print_slips
from members.models import Member
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import make_member
from tests.pdf import text_of

from .conftest import DESKTOP, PHONE

OWN = "con-tau-chay-qua-deo"
BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP])
SCRIPTS = pytest.mark.parametrize("javascript", [True, False])


@pytest.fixture
def newcomer(world) -> Member:
    member = make_member(world.branch, "Ngô Thị Phương Thảo")
    closes_at = timezone.now() + timedelta(days=10)
    User.objects.filter(pk=member.account_id).update(activation_closes_at=closes_at, identity_confirmed_at=None)
    return member


def _knock(page, member: Member, password: str = "") -> None:
    number = member.account.citizen_id
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label("Số định danh cá nhân").fill(f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}")
    page.get_by_label("Mật khẩu").fill(password or number)
    page.get_by_role("button", name="Đăng nhập").click()


def _date(page, label: str, *parts: str) -> None:
    boxes = page.get_by_role("group", name=label)
    for name, part in zip(("Ngày", "Tháng", "Năm"), parts, strict=True):
        boxes.get_by_label(name, exact=True).fill(part)


@SCRIPTS
def test_the_letter_s_way_after_wrong_tries(world, newcomer, open_page, look_at, javascript):
    page = open_page(PHONE, javascript=javascript)
    look = look_at if javascript else (lambda *_: None)
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_text("Đăng nhập lần đầu?").click()
    assert page.get_by_text("số định danh cá nhân vào cả hai ô").is_visible()
    look(page, "first-sign-in")
    _knock(page, newcomer, "sai-mat-khau")
    assert page.get_by_role("alert").is_visible()
    _knock(page, newcomer)
    page.wait_for_url("**/kich-hoat/xac-nhan/")
    look(page, "activation-dates")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("alert").get_by_text("Chưa nhập ngày sinh.").wait_for()
    _date(page, "Ngày sinh", "15", "3", "1985")
    _date(page, "Ngày vào Đảng", "19", "5", "2010")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("alert").get_by_text("chưa khớp với hồ sơ").wait_for()
    look(page, "activation-dates-wrong")
    _date(page, "Ngày sinh", "14", "3", "1985")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/kich-hoat/mat-khau/")
    look(page, "activation-password")
    page.get_by_label("Mật khẩu của đồng chí").fill("14031985")
    page.get_by_label("Nhập lại mật khẩu").fill("14031985")
    page.get_by_role("button", name="Hoàn thành").click()
    page.get_by_role("alert").get_by_text("dễ đoán").first.wait_for()
    look(page, "activation-password-refused")
    page.get_by_label("Mật khẩu của đồng chí").fill(OWN)
    if javascript:
        page.get_by_role("button", name="Hiện mật khẩu", exact=True).click()
        assert page.get_by_label("Mật khẩu của đồng chí").get_attribute("type") == "text"
    page.get_by_label("Nhập lại mật khẩu").fill(OWN)
    page.get_by_role("button", name="Hoàn thành").click()
    page.wait_for_url("**/kich-hoat/xong/")
    assert page.get_by_role("heading", level=1).inner_text() == "Chào mừng đồng chí Ngô Thị Phương Thảo"
    look(page, "activation-done")
    page.get_by_role("link", name="Vào trang chủ").click()
    page.get_by_text("Chào đồng chí Thảo").wait_for()


@SCRIPTS
def test_with_a_slip_after_a_wrong_try(world, newcomer, open_page, look_at, javascript):
    content = print_slips(
        unit=world.branch, member_ids=[newcomer.pk], address="http://x.vn/", actor=world.secretary
    ).content
    code = re.search(r"\d{4} \d{4} \d{4}", text_of(content))[0]
    page = open_page(PHONE, javascript=javascript)
    look = look_at if javascript else (lambda *_: None)
    page.goto("/")
    page.get_by_role("link", name="Kích hoạt lần đầu bằng mã").click()
    look(page, "activation-by-code")
    page.get_by_label("Số định danh cá nhân").fill(newcomer.account.citizen_id)
    page.get_by_label("Mã trên phiếu").fill("1111 2222 3333")
    _date(page, "Ngày sinh", "14/3/1985", "", "")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("alert").get_by_text("mã đã hết hạn").wait_for()
    look(page, "activation-by-code-wrong")
    page.get_by_label("Mã trên phiếu").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/kich-hoat/mat-khau/")
    page.get_by_label("Mật khẩu của đồng chí").fill(OWN)
    page.get_by_label("Nhập lại mật khẩu").fill(OWN)
    page.get_by_role("button", name="Hoàn thành").click()
    page.wait_for_url("**/kich-hoat/xong/")


def test_a_record_that_knows_too_little_sends_for_a_slip(world, newcomer, open_page, look_at):
    Member.objects.filter(pk=newcomer.pk).update(admission_date=None, official_date=None)
    page = open_page(PHONE)
    _knock(page, newcomer)
    page.get_by_text("Cần phiếu có mã kích hoạt").wait_for()
    look_at(page, "activation-code-needed")
    page.get_by_role("link", name="Tôi đã có phiếu").click()
    page.get_by_label("Mã trên phiếu").wait_for()


@BOTH
def test_roles_wake_with_a_code_handed_over(world, open_page, sign_in, look_at, width):
    User.objects.filter(pk=world.secretary.pk).update(identity_confirmed_at=None, activated_at=timezone.now())
    above = open_page(DESKTOP if width == PHONE else PHONE)
    sign_in(above, world.committee)
    above.goto("/kich-hoat/vai-tro/")
    look_at(above, "activation-waiting")
    above.get_by_role("link", name="Cấp mã").click()
    look_at(above, "activation-hand-code")
    above.get_by_role("button", name="Cấp mã").click()
    code = above.locator(".code-slip__code").inner_text()
    look_at(above, "activation-hand-code-done")

    page = open_page(width)
    sign_in(page, world.secretary)
    look_at(page, "home-roles-rest")
    page.get_by_role("link", name="Nhập mã").click()
    page.get_by_label("Mã vai trò").fill("1111 2222 3333")
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_role("alert").get_by_text("Mã chưa đúng").wait_for()
    look_at(page, "activation-role-code-wrong")
    page.get_by_label("Mã vai trò").fill(code)
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_text("Vai trò của đồng chí có hiệu lực từ bây giờ").wait_for()
    page.goto(f"/kich-hoat/don-vi/?unit={world.branch.pk}")
    assert page.get_by_role("heading", level=1).inner_text() == "Kích hoạt tài khoản"


@BOTH
def test_a_secretary_opens_activation_and_prints_slips(world, newcomer, open_page, sign_in, look_at, width):
    one = make_member(world.branch, "Ngô Văn Hết Hạn")
    User.objects.filter(pk=one.account_id).update(activation_closes_at=timezone.now() - timedelta(days=1))
    make_member(world.branch, "Ngô Văn Miễn", status="exempt")
    long = make_member(world.branch, "Công Tằng Tôn Nữ Nguyễn Thị Phương Thảo Hoàng Bảo Châu")
    User.objects.filter(pk=long.account_id).update(activated_at=timezone.now(), identity_confirmed_at=None)
    give_grant(user=long.account, unit=world.branch, role=Role.HANDBOOK_OFFICER, actor=None)
    page = open_page(width)
    sign_in(page, world.secretary)
    page.get_by_role("link", name=re.compile("Xem danh sách")).first.click()
    look_at(page, "activation-unit")
    page.get_by_label("Chọn Ngô Văn Hết Hạn").check()
    page.get_by_label("Chọn Nguyễn Thị Bưởi").check()
    page.get_by_role("button", name="Mở kích hoạt", exact=True).click()
    look_at(page, "activation-open-check")
    page.get_by_role("button", name="Mở kích hoạt").click()
    page.get_by_text("Đã mở kích hoạt cho 2 đồng chí.").wait_for()
    page.get_by_role("link", name=re.compile("Đang mở kích hoạt")).click()
    assert page.locator("tbody tr").count() == 3
    look_at(page, "activation-unit-open")
    page.get_by_role("button", name="In phiếu cả đơn vị").click()
    look_at(page, "activation-slips-check")
    with page.expect_download() as download:
        page.get_by_role("button", name="Lập tệp phiếu").click()
    content = download.value.path().read_bytes()
    assert len(re.findall(r"\d{4} \d{4} \d{4}", text_of(content))) == 3
    assert codes.open_code(newcomer.account, CodePurpose.ACTIVATION)


def test_a_committee_sees_its_branches(world, newcomer, open_page, sign_in, look_at):
    page = open_page(DESKTOP)
    sign_in(page, world.committee)
    page.goto("/kich-hoat/don-vi/")
    look_at(page, "activation-company")
    page.get_by_label("Đơn vị").select_option(label=f"– {world.section.name}")
    page.get_by_role("button", name="Xem đơn vị đã chọn").click()
    page.get_by_text(world.section.name).first.wait_for()

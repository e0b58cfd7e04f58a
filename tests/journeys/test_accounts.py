"""A person signs in, mistypes, changes the password and looks after the account, on a phone and on a desk."""

import pytest

from accounts.models import User
from accounts.throttle import ACCOUNT_AT_ADDRESS

from .conftest import DESKTOP, PASSWORD, PHONE

BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP])


@pytest.fixture
def person(transactional_db) -> User:
    return User.objects.create_user("001185004321", "Nguyễn Thị Bưởi", PASSWORD)


def _enter(page, back: str) -> None:
    page.goto(f"/tai-khoan/dang-nhap/?next={back}")
    _fill(page, PASSWORD)
    page.wait_for_url(f"**{back}")


def _fill(page, password: str) -> None:
    page.get_by_label("Số định danh cá nhân").fill("001 185 004 321")
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


@BOTH
def test_signing_in_after_a_wrong_try(person, open_page, look_at, width):
    page = open_page(width)
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/")
    look_at(page, "sign-in")

    _fill(page, "sai-mat-khau")
    assert page.get_by_role("alert").get_by_text("hoặc mật khẩu chưa đúng").is_visible()
    look_at(page, "sign-in-refused")

    page.get_by_role("button", name="Hiện mật khẩu").click()
    _fill(page, PASSWORD)
    page.wait_for_url("**/tai-khoan/")
    look_at(page, "account")
    page.get_by_role("button", name="Hiện số định danh cá nhân").click()
    page.get_by_text("001185004321").wait_for()


@BOTH
def test_after_many_wrong_tries_the_page_says_when_to_come_back(person, open_page, look_at, width):
    page = open_page(width)
    page.goto("/tai-khoan/dang-nhap/")
    for _ in range(ACCOUNT_AT_ADDRESS.most + 1):
        _fill(page, "sai-mat-khau")
    page.get_by_text("thử lại sau").first.wait_for()
    look_at(page, "sign-in-throttled")


@BOTH
def test_changing_the_password_signs_other_devices_out(person, open_page, look_at, width):
    other = open_page(DESKTOP)
    _enter(other, "/tai-khoan/")
    page = open_page(width)
    _enter(page, "/tai-khoan/thiet-bi/")
    page.get_by_text("Thiết bị này").wait_for()
    look_at(page, "devices")

    page.goto("/tai-khoan/mat-khau/")
    page.get_by_label("Mật khẩu đang dùng").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=True).fill("dangvien2026")
    page.get_by_label("Nhập lại mật khẩu mới").fill("dangvien2026")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    look_at(page, "password-refused")
    page.get_by_label("Mật khẩu đang dùng").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=True).fill("con-tau-chay-qua-deo")
    page.get_by_label("Nhập lại mật khẩu mới").fill("con-tau-chay-qua-deo")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    page.get_by_text("Đã đổi mật khẩu").wait_for()

    other.goto("/tai-khoan/")
    assert "/dang-nhap/" in other.url


@BOTH
def test_the_address_is_changed_after_the_password_was_given_once_more(person, open_page, look_at, width):
    page = open_page(width)
    _enter(page, "/tai-khoan/")
    page.get_by_role("link", name="Thêm thư điện tử").click()
    look_at(page, "confirm-password")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_label("Thư điện tử").fill("khong phai")
    page.get_by_role("button", name="Lưu").click()
    look_at(page, "email-refused")
    page.get_by_label("Thư điện tử").fill("buoi@donvi.vn")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("buoi@donvi.vn", exact=True).wait_for()


def test_signing_in_works_without_scripts(person, open_page):
    page = open_page(PHONE, javascript=False)
    _enter(page, "/tai-khoan/")

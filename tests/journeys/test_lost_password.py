"""A person of 70 who has lost the password, on a phone: by a letter, and by a code from the branch's secretary."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import letters
from accounts.models import User

from .conftest import DESKTOP, PASSWORD, PHONE

NEW = "con-tau-chay-qua-deo"
BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP])


@pytest.fixture(autouse=True)
def _reachable(settings, live_server, monkeypatch):
    settings.PUBLIC_ADDRESS = live_server.url
    monkeypatch.setattr(letters, "_hand_over", letters.send)


@pytest.fixture
def member(world):
    account = world.member
    account.set_password(PASSWORD)
    account.email, account.activated_at = "buoi@donvi.vn", timezone.now()
    account.save(update_fields=["password", "email", "activated_at"])
    return account


def set_new_password(page, password: str = NEW) -> None:
    page.get_by_label("Mật khẩu mới", exact=True).fill(password)
    page.get_by_label("Nhập lại mật khẩu mới").fill(password)


def enter(page, user: User, password: str) -> None:
    page.get_by_label("Số định danh cá nhân").fill(user.citizen_id)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


@BOTH
@pytest.mark.parametrize("javascript", [True, False])
def test_a_lost_password_by_letter(member, open_page, look_at, width, javascript):
    page = open_page(width, javascript=javascript)
    look = look_at if javascript else lambda *seen: None
    page.goto("/tai-khoan/dang-nhap/")
    look(page, "lost-sign-in")
    page.get_by_role("link", name="Quên mật khẩu?").click()
    look(page, "lost-password")
    page.get_by_label("Số định danh cá nhân").fill("12")
    page.get_by_role("button", name="Gửi thư cho tôi").click()
    look(page, "lost-password-refused")
    page.get_by_label("Số định danh cá nhân").fill(member.citizen_id)
    page.get_by_role("button", name="Gửi thư cho tôi").click()
    page.get_by_role("heading", name="Đã nhận đề nghị").wait_for()
    look(page, "lost-password-asked")

    link = re.search(r"http\S+", mail.outbox[0].body)[0]
    page.goto(link)
    look(page, "lost-password-new")
    set_new_password(page, "nguyenthibuoi")
    page.get_by_role("button", name="Đặt mật khẩu").click()
    look(page, "lost-password-new-refused")
    set_new_password(page)
    page.get_by_role("button", name="Đặt mật khẩu").click()
    page.get_by_text("Đã đặt mật khẩu mới").wait_for()
    look(page, "lost-password-done")
    enter(page, member, NEW)
    page.wait_for_url(lambda url: "dang-nhap" not in url)

    page.goto(link)
    page.get_by_role("heading", name="Địa chỉ này không còn dùng được").wait_for()
    look(page, "lost-password-old-link")


@BOTH
def test_a_lost_password_by_a_code_of_the_secretary(world, member, open_page, look_at, sign_in, width):
    desk = open_page(width)
    sign_in(desk, world.secretary)
    desk.goto(world.people["member"].get_absolute_url())
    look_at(desk, "code-member")
    desk.get_by_role("link", name="Cấp mã đặt lại mật khẩu").click()
    look_at(desk, "code-check")
    desk.get_by_role("button", name="Cấp mã").click()
    digits = desk.locator(".slip__code").inner_text()
    look_at(desk, "code-slip")

    page = open_page(width)
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_role("link", name="Quên mật khẩu?").click()
    page.get_by_role("link", name="Tôi đã có mã").click()
    look_at(page, "code-form")
    page.get_by_label("Số định danh cá nhân").fill(member.citizen_id)
    page.get_by_label("Mã đặt lại mật khẩu").fill("1111 2222 3333")
    set_new_password(page)
    page.get_by_role("button", name="Đặt lại mật khẩu").click()
    look_at(page, "code-refused")
    page.get_by_label("Mã đặt lại mật khẩu").fill(digits)
    set_new_password(page)
    page.get_by_role("button", name="Đặt lại mật khẩu").click()
    page.get_by_text("Đã đặt mật khẩu mới").wait_for()
    enter(page, member, NEW)
    page.get_by_text(f"bằng mã do đồng chí {world.secretary.full_name} cấp").wait_for()
    page.get_by_text("chưa biểu quyết, phê duyệt, phân quyền được").wait_for()
    look_at(page, "code-signed-in")
    page.goto("/thong-bao/")
    look_at(page, "code-notices")


@BOTH
def test_no_code_for_who_leads_above(world, open_page, look_at, sign_in, width):
    leader = world.people["committee"]
    world.committee.set_password(PASSWORD)
    world.committee.activated_at = timezone.now()
    world.committee.save(update_fields=["password", "activated_at"])
    leader.branch = world.branch
    leader.save(update_fields=["branch"])
    page = open_page(width)
    sign_in(page, world.secretary)
    page.goto(reverse("members:password_code", args=[leader.pk]))
    page.get_by_role("heading", name="Chưa cấp được mã").wait_for()
    look_at(page, "code-not-for-him")


@BOTH
def test_an_address_is_confirmed_from_its_letter(world, member, open_page, look_at, sign_in, width):
    User.objects.filter(pk=member.pk).update(email="")
    page = open_page(width)
    sign_in(page, member)
    page.goto("/tai-khoan/thu-dien-tu/")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_label("Thư điện tử").fill("nguyen.thi.buoi.sinh.nam.1955@truong-dai-hoc-giao-thong.edu.vn")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Thư điện tử chờ xác nhận").wait_for()
    look_at(page, "address-waits")
    page.goto(re.search(r"http\S+", mail.outbox[0].body)[0])
    look_at(page, "address-confirm")
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_text("Đã xác nhận địa chỉ thư điện tử").wait_for()
    look_at(page, "address-confirmed")
    page.goto("/tai-khoan/thu-dien-tu/xac-nhan/khong-dung/")
    look_at(page, "address-old-link")

"""A second factor is set up and used: an application, recovery codes, a passkey; and sign-on elsewhere."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from accounts.second_factor import services as factors
from handbook.sign_on import SignOn
from orgtree.models import Grant
from tests.accounts.provider import SECRET, Person, Provider

from .conftest import DESKTOP, PASSWORD, PHONE

BOTH = pytest.mark.parametrize("width", [PHONE, DESKTOP])
HOME = "/tai-khoan/xac-thuc-hai-lop/"


@pytest.fixture
def person(transactional_db) -> User:
    return User.objects.create_user("001185004321", "Nguyễn Thị Bưởi", PASSWORD)


def code(secret: str, steps: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def password_step(page: Page, person: User, back: str = "/tai-khoan/") -> None:
    page.goto(f"/tai-khoan/dang-nhap/?next={back}")
    page.get_by_label("Số định danh cá nhân").fill(person.citizen_id)
    page.get_by_label("Mật khẩu", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def confirm(page: Page) -> None:
    page.get_by_label("Mật khẩu", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Xác nhận").click()


@BOTH
def test_an_application_and_a_recovery_code(person, open_page, look_at, width):
    page = open_page(width)
    password_step(page, person)
    page.get_by_role("link", name="Xác thực hai lớp (chưa bật)").click()
    page.get_by_role("heading", name="Xác thực hai lớp").wait_for()
    look_at(page, "factors-none")
    page.get_by_role("link", name="Bật ứng dụng tạo mã").click()
    confirm(page)
    secret = "".join(page.locator(".secret").inner_text().split())
    look_at(page, "factors-application")

    page.get_by_label("Mã trong ứng dụng").fill("123 45")
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    page.get_by_role("alert").get_by_text("Mã chưa đúng").wait_for()
    look_at(page, "factors-application-refused")
    page.get_by_label("Mã trong ứng dụng").fill(code(secret, -1))
    page.get_by_role("button", name="Bật xác thực hai lớp").click()

    page.get_by_text("chỉ hiện trong vài phút").wait_for()
    look_at(page, "factors-codes")
    codes = page.locator(".codes li").all_inner_texts()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tải về").click()
    assert saved.value.suggested_filename == "ma-du-phong-so-tay.txt"
    assert codes[0] in Path(saved.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="Tôi đã cất mã").click()
    page.get_by_text("Tài khoản được bảo vệ bằng hai lớp").wait_for()
    look_at(page, "factors-on")

    again = open_page(width)
    password_step(again, person, "/tai-khoan/thiet-bi/")
    again.get_by_role("heading", name="Xác thực hai lớp").wait_for()
    look_at(again, "factors-step")
    again.get_by_label("Mã xác thực").fill("000000")
    again.get_by_role("button", name="Tiếp tục").click()
    again.get_by_role("alert").get_by_text("Mã chưa đúng").wait_for()
    look_at(again, "factors-step-refused")
    again.get_by_label("Mã xác thực").fill(code(secret, 0))
    again.get_by_role("button", name="Tiếp tục").click()
    again.wait_for_url("**/tai-khoan/thiet-bi/")

    lost = open_page(width)
    password_step(lost, person)
    lost.get_by_text("Mất điện thoại?").click()
    lost.get_by_text("Không còn mã dự phòng").wait_for()
    look_at(lost, "factors-step-lost")
    lost.get_by_label("Mã xác thực").fill(codes[2])
    lost.get_by_role("button", name="Tiếp tục").click()
    lost.wait_for_url("**/tai-khoan/")
    lost.get_by_text("Dùng mã dự phòng").wait_for()
    look_at(lost, "factors-activity")

    page.goto(HOME)
    page.get_by_role("link", name="Tạo lại mã dự phòng").click()
    look_at(page, "factors-codes-again")
    page.goto(HOME)
    page.get_by_role("link", name=re.compile("^Gỡ")).click()
    look_at(page, "factors-remove")
    page.get_by_role("button", name="Gỡ").click()
    page.get_by_text("Chưa bật").first.wait_for()


@pytest.fixture
def touch() -> Iterator[callable]:
    """Gives a page a device that keeps passkeys and asks for a finger."""

    def give(page: Page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        made = session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return session, made["authenticatorId"]

    return give


@BOTH
def test_a_passkey(person, open_page, look_at, touch, width):
    page = open_page(width)
    session, device = touch(page)
    password_step(page, person)
    page.goto(HOME)
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    confirm(page)
    page.get_by_label("Tên khóa truy cập").fill("Điện thoại của tôi")
    look_at(page, "factors-passkey-add")
    page.get_by_role("button", name="Tạo khóa trên thiết bị này").click()
    page.get_by_role("link", name="Tôi đã cất mã").click()
    page.get_by_role("rowheader", name="Điện thoại của tôi").wait_for()
    look_at(page, "factors-passkey-on")

    page.goto("/tai-khoan/dang-xuat/")
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/thiet-bi/")
    button = page.get_by_role("button", name="Dùng khóa truy cập")
    button.wait_for()
    look_at(page, "sign-in-with-passkey")
    button.click()
    page.get_by_role("heading", name="Thiết bị đang đăng nhập").wait_for()

    page.goto("/tai-khoan/dang-xuat/")
    page.get_by_role("button", name="Đăng xuất").click()
    password_step(page, person)
    page.get_by_role("button", name="Dùng khóa truy cập").wait_for()
    look_at(page, "factors-step-passkey")
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url("**/tai-khoan/")

    page.goto(f"{HOME}khoa/xac-nhan/?next={HOME}khoa/them/")
    look_at(page, "factors-passkey-confirm")
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_role("button", name="Tạo khóa trên thiết bị này").click()
    page.get_by_text("Thiết bị này đã có khóa truy cập").wait_for()
    look_at(page, "factors-passkey-twice")

    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})


def test_passkeys_are_not_offered_without_scripts(person, open_page):
    page = open_page(PHONE, javascript=False)
    page.goto("/tai-khoan/dang-nhap/")
    assert not page.get_by_role("button", name="Dùng khóa truy cập").is_visible()
    password_step(page, person)
    page.goto(f"{HOME}khoa/them/")
    confirm(page)
    page.get_by_text("Trình duyệt này chưa dùng được khóa truy cập").wait_for()
    page.get_by_role("link", name="dùng ứng dụng tạo mã").click()
    secret = "".join(page.locator(".secret").inner_text().split())
    page.get_by_label("Mã trong ứng dụng").fill(code(secret))
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    page.get_by_text("chỉ hiện trong vài phút").wait_for()


@BOTH
def test_the_holder_of_a_role_is_told_in_time_and_after(open_page, sign_in, look_at, settings, world, width):
    settings.SECOND_FACTOR, settings.SECOND_FACTOR_GRACE_DAYS = "roles", 14
    page = open_page(width)
    sign_in(page, world.committee)
    page.get_by_text("Bật xác thực hai lớp").first.wait_for()
    look_at(page, "standing-home")
    page.goto("/thong-bao/")
    page.get_by_text("đồng chí cần bật xác thực hai lớp").wait_for()
    look_at(page, "standing-grace")
    Grant.objects.update(given_at=timezone.now() - timedelta(days=20))
    page.goto("/thong-bao/")
    page.get_by_text("Vai trò của đồng chí đang tạm dừng").wait_for()
    look_at(page, "standing-resting")
    page.goto("/")
    look_at(page, "standing-resting-home")
    User.objects.filter(pk=world.committee.pk).update(
        identity_confirmed_at=None, decisions_held_until=timezone.now() + timedelta(hours=20)
    )
    page.goto("/thong-bao/")
    look_at(page, "standing-identity-and-held")


@pytest.fixture
def provider(settings, monkeypatch) -> Iterator[Provider]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    made = Provider()
    settings.SIGN_ON = SignOn(
        issuer=made.issuer,
        client_id="so-tay",
        client_secret=SECRET,
        name="tài khoản định danh VNeID",
        claim="citizen_id",
        scopes=("openid",),
        acr_values=(),
        second_factor_acr=(),
        confirms_identity=False,
        insecure=True,
    )
    yield made
    made.stop()


@BOTH
@pytest.mark.parametrize("javascript", [True, False])
def test_sign_on_elsewhere(person, provider, open_page, look_at, width, javascript):
    provider.person = Person("nguoi-1", {"citizen_id": person.citizen_id})
    page = open_page(width, javascript=javascript)
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/thiet-bi/")
    button = page.get_by_role("button", name="Đăng nhập bằng tài khoản định danh VNeID")
    if javascript:
        look_at(page, "sign-in-with-sign-on")
    button.click()
    page.get_by_role("heading", name="Thiết bị đang đăng nhập").wait_for()

    provider.person = Person("nguoi-2", {"citizen_id": person.citizen_id})
    other = open_page(width, javascript=javascript)
    other.goto("/tai-khoan/dang-nhap/")
    other.get_by_role("button", name="Đăng nhập bằng tài khoản định danh VNeID").click()
    other.get_by_role("heading", name="Chưa đăng nhập được").wait_for()
    if javascript:
        look_at(other, "sign-on-refused")


def test_the_codes_are_printed_without_the_page_around(person, open_page):
    factors.set_application(
        user=person, secret="JBSWY3DPEHPK3PXP" * 2, typed=code("JBSWY3DPEHPK3PXP" * 2, -1), session_key=""
    )
    page = open_page(DESKTOP)
    password_step(page, person)
    page.get_by_label("Mã xác thực").fill(code("JBSWY3DPEHPK3PXP" * 2))
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/tai-khoan/")
    page.goto(f"{HOME}ma-du-phong/")
    confirm(page)
    page.emulate_media(media="print")
    assert page.locator(".codes").is_visible()
    assert not page.get_by_role("link", name="Tải về").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()


def test_the_pages_in_large_letters_and_dark(person, open_page, look_at):
    User.objects.filter(pk=person.pk).update(text_size="larger", theme="dark")
    page = open_page(PHONE)
    password_step(page, person)
    page.goto(f"{HOME}ung-dung/")
    confirm(page)
    secret = "".join(page.locator(".secret").inner_text().split())
    look_at(page, "factors-application-dark")
    page.get_by_label("Mã trong ứng dụng").fill(code(secret))
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    page.get_by_text("chỉ hiện trong vài phút").wait_for()
    look_at(page, "factors-codes-dark")
    page.goto(HOME)
    look_at(page, "factors-on-dark")

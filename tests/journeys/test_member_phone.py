"""A member of seventy on a phone: large letters, his record, a question, his devices; the same without scripts."""

import pytest
from playwright.sync_api import expect

from notifications.models import HelpRequest
from notifications.services import answer_help
from tests.journeys.conftest import PASSWORD, PHONE

SCRIPTS = pytest.mark.parametrize("javascript", [True, False])


def _again(page, user) -> None:
    """Sign in once more, the number typed in groups as it stands on the card."""
    number = user.citizen_id
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label("Số định danh cá nhân").fill(f" {number[:3]} {number[3:6]} {number[6:9]} {number[9:]} ")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")


@SCRIPTS
def test_large_letters_stay_chosen_on_the_next_phone(world, open_page, sign_in, javascript):
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, world.member)
    page.goto("/tai-khoan/")
    with page.expect_response("**/tai-khoan/hien-thi/"):
        page.locator("main").get_by_role("button", name="Chữ rất to").click()
    other = open_page(PHONE, javascript=javascript)
    _again(other, world.member)
    assert other.locator("html").get_attribute("data-size") == "larger"


def test_every_page_of_a_member_fits_a_phone_in_very_large_letters(world, open_page, sign_in, look_at):
    page = open_page(PHONE)
    sign_in(page, world.member)
    page.emulate_media(color_scheme="dark")
    with page.expect_response("**/tai-khoan/hien-thi/"):
        page.locator("summary.round").click()
        page.get_by_role("button", name="Chữ rất to").first.click()
    member = world.people["member"].pk
    for name, address in {
        "home": "/",
        "more": "/them/",
        "record": "/dang-vien/toi/",
        "contact": "/dang-vien/toi/lien-he/",
        "correction": "/dang-vien/toi/dinh-chinh/",
        "access": f"/dang-vien/{member}/ai-xem-duoc/",
        "history": f"/dang-vien/{member}/lich-su/",
        "fellows": "/dang-vien/",
        "devices": "/tai-khoan/thiet-bi/",
        "password": "/tai-khoan/mat-khau/",
        "audit": "/nhat-ky/",
        "help": "/vuong-mac/?trang=/dang-vien/toi/",
    }.items():
        page.goto(address)
        assert not page.title().startswith("Lỗi"), name
        look_at(page, f"member-larger-{name}")


@SCRIPTS
def test_a_member_mends_his_phone_and_follows_his_request(world, open_page, sign_in, javascript):
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, world.member)
    page.goto("/dang-vien/toi/")
    page.get_by_role("link", name="Sửa số điện thoại").click()
    page.get_by_label("Số điện thoại").fill("123")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("alert").get_by_role("link", name="Số điện thoại gồm 10 chữ số").click()
    page.get_by_label("Số điện thoại").fill("0987 654 321")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã sửa: Số điện thoại.").wait_for()
    assert page.get_by_text("0987 654 321").is_visible()
    page.get_by_role("link", name="Đề nghị đính chính").click()
    page.get_by_label("Mục cần đính chính").select_option(label="Ngày sinh")
    page.get_by_label("Nội dung đúng").fill("1/2/1980")
    page.get_by_role("button", name="Gửi đề nghị").click()
    page.get_by_text("Đã gửi đề nghị").wait_for()
    assert page.locator("li").filter(has_text="Ngày sinh").get_by_text("Chờ xem xét").is_visible()


@SCRIPTS
def test_a_question_and_its_answer(world, open_page, sign_in, javascript):
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, world.member)
    page.goto("/dang-vien/toi/")
    page.locator("footer").get_by_role("link", name="Báo vướng mắc").click()
    page.get_by_label("Vướng mắc của đồng chí").fill("Chữ nhỏ quá, tôi không đọc được.")
    page.get_by_role("button", name="Gửi vướng mắc").click()
    page.wait_for_url("**/vuong-mac/*/")
    told = HelpRequest.objects.get()
    assert told.page == "/dang-vien/toi/"
    assert page.locator("dd").get_by_text("Hồ sơ của tôi").is_visible()
    answer_help(request=told, answer="Đồng chí bấm A++ ở góc trên.", actor=world.secretary)
    page.goto("/thong-bao/")
    page.locator("main .feed a").first.click()
    assert page.get_by_text("Đồng chí bấm A++ ở góc trên.").is_visible()


def test_one_of_two_devices_is_ended(world, open_page, sign_in):
    lost, page = open_page(PHONE), open_page(PHONE)
    sign_in(page, world.member)
    _again(lost, world.member)
    page.goto("/tai-khoan/thiet-bi/")
    page.locator("main td").get_by_role("button", name="Đăng xuất").click()
    page.get_by_text("Đã đăng xuất thiết bị đó.").wait_for()
    lost.goto("/thong-bao/")
    assert "/dang-nhap/" in lost.url


def test_the_keyboard_reaches_the_content_first_and_the_fault_at_once(world, open_page, sign_in):
    page = open_page(PHONE)
    sign_in(page, world.member)
    page.goto("/vuong-mac/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến nội dung chính"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.get_by_role("button", name="Gửi vướng mắc").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "text"
    page.goto("/")
    page.locator("summary.round").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Chữ rất to").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Chữ rất to").first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

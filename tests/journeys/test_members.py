"""The pages of members in a real browser, at phone and desktop width."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from members.enums import Gender, PostCode, Standing, Status
from members.models import CorrectionRequest, Member
from members.services import give_post, update_member
from tests.cast import World, build_world, make_member
from tests.journeys.conftest import DESKTOP, PHONE

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])
NAMES = [
    "Nguyễn Thị Minh Khai", "Đặng Văn Ánh", "Trần Văn Ân", "Lê Thị Bảo", "Phạm Dũng", "Hoàng Đức", "H'Hen Niê",
    "Y Ngông Niê Kdăm", "Nguyễn Phúc Bửu Kỳ Quang Nhật Minh", "Giàng A Páo",
]  # fmt: skip


@pytest.fixture
def sign_in(client_of, live_server):
    """With a session made here: the form of signing in has its own journey."""

    def enter(page, user) -> None:
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


@pytest.fixture
def full(db) -> World:
    """The branch with a page and a half of members, among them all that can look odd."""
    world = build_world()
    for number in range(44):
        make_member(
            world.branch,
            NAMES[number % len(NAMES)],
            gender=Gender.FEMALE if number % 3 == 0 else Gender.MALE,
            birth_date=date(1950 + number, 4, 30),
            birth_precision="year" if number % 7 == 0 else "day",
            standing=Standing.PROBATIONARY if number % 9 == 0 else Standing.OFFICIAL,
            official_date=None if number % 9 == 0 else date(2011, 5, 19),
            admission_date=timezone.localdate() - timedelta(days=330) if number % 9 == 0 else date(2010, 5, 19),
            status=Status.EXEMPT if number % 8 == 0 else Status.ACTIVE,
            activated_at=timezone.now() if number % 2 else None,
        )
    member, secretary = world.people["member"], world.people["secretary"]
    give_post(member=secretary, unit=world.branch, code=PostCode.SECRETARY, begins_on=date(2025, 4, 2), actor=None)
    give_post(member=secretary, unit=world.company, code=PostCode.COMMITTEE_MEMBER, actor=None)
    update_member(member=member, values={"ethnicity": "Thái", "card_number": "01234567"}, actor=world.secretary)
    Member.objects.filter(pk=member.pk).update(posts_unclear=True, posts_text="CUV phụ trách khối Đoàn thể, TTCĐ")
    CorrectionRequest.objects.create(member=member, unit=world.branch, field="birth", wanted="14/03/1984")
    return world


@WIDTHS
def test_the_officers_pages(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.secretary)
    member = full.people["member"].pk
    for name, address in {
        "dang-vien": f"/dang-vien/?unit={full.branch.pk}",
        "dang-vien-trang-2": f"/dang-vien/?unit={full.branch.pk}&trang=2&do_tuoi=tren-60",
        "dang-vien-khong-co": f"/dang-vien/?unit={full.branch.pk}&dan_toc=thieu-so&kich_hoat=co",
        "dang-vien-xuat": f"/dang-vien/xuat/?unit={full.branch.pk}",
        "dang-vien-ho-so": f"/dang-vien/{member}/",
        "dang-vien-sua": f"/dang-vien/{member}/sua/",
        "dang-vien-them": f"/dang-vien/them/?unit={full.branch.pk}",
        "dang-vien-tinh-trang": f"/dang-vien/{member}/tinh-trang/",
        "dang-vien-chuc-vu": f"/dang-vien/{member}/chuc-vu/",
        "dang-vien-lich-su": f"/dang-vien/{member}/lich-su/",
        "dang-vien-ai-xem": f"/dang-vien/{member}/ai-xem-duoc/",
        "dang-vien-chuc-vu-chua-ro": "/dang-vien/chuc-vu-chua-ro/",
        "dang-vien-bi-thu": "/dang-vien/bi-thu/",
        "dang-vien-dinh-chinh": "/dang-vien/dinh-chinh/",
        "dang-vien-tra-loi": f"/dang-vien/dinh-chinh/{CorrectionRequest.objects.get().pk}/",
        "dang-vien-danh-ba": f"/dang-vien/danh-ba/?unit={full.branch.pk}",
    }.items():
        page.goto(address)
        look_at(page, name)


@WIDTHS
def test_the_committees_list_of_all_below(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.committee)
    page.goto(f"/dang-vien/?unit={full.company.pk}&xep=chi-bo")
    look_at(page, "dang-vien-don-vi")


@WIDTHS
def test_a_member_sees_his_own_and_asks_for_a_correction(full, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, full.member)
    for name, address in {
        "ho-so-cua-toi": "/dang-vien/toi/",
        "chi-bo-cua-toi": "/dang-vien/",
        "ho-so-lien-he": "/dang-vien/toi/lien-he/",
        "ho-so-dinh-chinh": "/dang-vien/toi/dinh-chinh/",
    }.items():
        page.goto(address)
        look_at(page, name)
    page.get_by_label("Mục cần đính chính").select_option("card_number")
    page.get_by_label("Nội dung đúng").fill("12")
    page.get_by_role("button", name="Gửi đề nghị").click()
    look_at(page, "ho-so-dinh-chinh-loi")
    # The rest without JavaScript; axe needs it.
    page = open_page(width, javascript=False)
    sign_in(page, full.member)
    page.goto("/dang-vien/toi/dinh-chinh/")
    page.get_by_label("Mục cần đính chính").select_option("card_number")
    page.get_by_label("Nội dung đúng").fill("76543210")
    page.get_by_role("button", name="Gửi đề nghị").click()
    assert page.get_by_text("Đã gửi đề nghị").is_visible()


@WIDTHS
def test_searching_and_revealing_with_and_without_javascript(full, open_page, sign_in, width):
    member = full.people["member"]
    citizen_id = member.citizen_id
    for javascript in (True, False):
        page = open_page(width, javascript=javascript)
        sign_in(page, full.secretary)
        page.goto("/dang-vien/")
        page.get_by_label("Tìm đảng viên", exact=True).fill(citizen_id)
        page.get_by_role("button", name="Tìm", exact=True).last.click()
        page.wait_for_load_state()
        assert citizen_id not in page.url
        page.get_by_role("link", name=member.full_name, exact=True).click()
        assert page.get_by_text(citizen_id).count() == 0
        page.get_by_role("button", name="Hiện số định danh").click()
        page.get_by_text(citizen_id).wait_for()


@WIDTHS
def test_two_editors_at_once_lose_nothing(full, open_page, sign_in, look_at, width):
    member = full.people["member"]
    page = open_page(width)
    sign_in(page, full.secretary)
    page.goto(f"/dang-vien/{member.pk}/sua/")
    page.get_by_label("Dân tộc").fill("Tày")
    update_member(member=member, values={"card_number": "87654321", "ethnicity": "Mường"}, actor=full.committee)
    page.get_by_role("button", name="Lưu").click()
    assert page.get_by_label("Dân tộc").input_value() == "Tày"
    assert page.get_by_label("Số thẻ đảng viên").input_value() == "87654321"
    look_at(page, "dang-vien-sua-cung-luc")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url(f"**/dang-vien/{member.pk}/")
    member.refresh_from_db()
    assert (member.ethnicity, member.card_number) == ("Tày", "87654321")


def test_what_was_typed_outlives_the_session(full, open_page, sign_in):
    page, member = open_page(), full.people["member"]
    sign_in(page, full.secretary)
    page.goto(f"/dang-vien/{member.pk}/sua/")
    whole = page.get_by_label("Số định danh cá nhân").input_value()
    page.get_by_label("Dân tộc").fill("Mường")
    page.get_by_label("Giới tính").select_option("female")
    page.get_by_label("Số định danh cá nhân").fill("001080999999")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url("**/dang-nhap/**")
    sign_in(page, full.secretary)
    page.goto(f"/dang-vien/{member.pk}/sua/")
    assert page.get_by_label("Dân tộc").input_value() == "Mường"
    assert page.get_by_label("Giới tính").input_value() == "female"
    assert page.get_by_label("Số định danh cá nhân").input_value() == whole
    page.get_by_role("link", name="Quay lại, không lưu").click()
    page.goto(f"/dang-vien/{member.pk}/sua/")
    assert page.get_by_label("Dân tộc").input_value() == "Thái"

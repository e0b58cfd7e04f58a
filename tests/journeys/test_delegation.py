"""Rights go down the tree in the four steps of letter 001, by the form, and come back with all that hangs from them."""

import pytest
from django.utils import timezone

from delegation.services import give
from members.enums import PostCode
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.models import Grant
from tests.cast import make_member
from tests.journeys.conftest import DESKTOP, PHONE

LONG_NAME = "Nguyễn Hoàng Phương Thảo Nguyên Khánh Vy Anh Thư"


def led(unit, branch, name: str, post: PostCode = PostCode.SECRETARY, **given) -> Member:
    member = make_member(branch, name, **given)
    Post.objects.create(member=member, unit=unit, code=post)
    return member


def hand_down(page, unit, name: str, look_at=None, script: bool = True) -> None:
    """The five steps of the letter, from the menu to "Lưu"."""
    page.goto("/phan-quyen/")
    page.get_by_role("link", name="Thêm mới").first.click()
    page.get_by_label("Tài khoản", exact=True).fill(name)
    page.get_by_label("Đơn vị", exact=True).fill(unit.code)
    if look_at:
        look_at(page, "delegation-find")
    page.get_by_role("button", name="Tìm", exact=True).last.click()
    page.get_by_role("link", name=f"Chọn {name}").click()
    if look_at:
        look_at(page, "delegation-new")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_text("Điều sẽ xảy ra").wait_for()
    if look_at:
        look_at(page, "delegation-check")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã giao vai trò").wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_rights_go_down_to_the_last_branch_on_a_phone(world, open_page, sign_in, look_at, javascript):
    chief = led(world.empowered, world.other_branch, "Đinh Văn Sơn")
    base = led(world.other_company, world.other_branch, "Lý Thị Thu")
    last = led(world.other_branch, world.other_branch, LONG_NAME)
    section = led(world.section, world.branch, "Hà Văn Nam")
    look = look_at if javascript else None

    page = open_page(PHONE, javascript=javascript)
    sign_in(page, world.org_department)
    hand_down(page, world.empowered, "Đinh Văn Sơn", look)  # step 1
    if look:
        look(page, "delegation-list")
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, chief.account)
    hand_down(page, world.other_company, "Lý Thị Thu")  # step 2
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, world.committee)
    hand_down(page, world.section, "Hà Văn Nam")  # step 3
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, base.account)
    hand_down(page, world.other_branch, LONG_NAME)  # step 4
    page = open_page(PHONE, javascript=javascript)
    sign_in(page, last.account)
    page.goto("/phan-quyen/")
    assert page.get_by_role("link", name=LONG_NAME).is_visible()
    assert page.get_by_text("Bước 4 ·").is_visible()
    page.goto(f"/to-chuc/{world.other_branch.pk}/")
    assert page.get_by_text("giữ vai trò Bí thư, do đồng chí Lý Thị Thu giao").first.is_visible()
    chain = Grant.objects.get(user=last.account)
    assert [chain.given_under.user, chain.given_under.given_under.user] == [base.account, chief.account]
    assert Grant.objects.filter(user=section.account, given_under=world.grants["committee"]).exists()


def with_six(world) -> Grant:
    """A secretary of the section from whom six roles hang, two of them one step further down."""
    chief = led(world.section, world.branch, "Hà Văn Nam")
    (first,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    for number in range(1, 5):
        member = led(
            world.branch, world.branch, f"Nguyễn Văn {number} {LONG_NAME}"[:60], PostCode.CELL_COMMITTEE_MEMBER
        )
        give(member=member, unit=world.branch, roles=[Role.COMMITTEE_MEMBER], actor=chief.account)
    member = led(world.sister, world.sister, "Trần Thị Sáu", PostCode.DEPUTY_SECRETARY)
    give(
        member=member,
        unit=world.sister,
        roles=[Role.DEPUTY_SECRETARY, Role.HANDBOOK_OFFICER],
        ends_on=timezone.localdate(),
        actor=chief.account,
    )
    return first


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_role_is_taken_back_with_six_that_hang_from_it(world, open_page, sign_in, look_at, width):
    first = with_six(world)
    page = open_page(width)
    sign_in(page, world.committee)
    page.goto("/phan-quyen/?trang_thai=moi")
    look_at(page, "delegation-list-full")
    page.goto(f"/phan-quyen/{first.pk}/")
    look_at(page, "delegation-grant")
    page.get_by_role("link", name="Thu hồi").click()
    page.get_by_text("6 vai trò được giao theo vai trò này").wait_for()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("alert").get_by_role("link", name="Chưa nhập lý do").wait_for()
    look_at(page, "delegation-take-back-error")
    page.get_by_label("Thu hồi tất cả 6 vai trò phụ thuộc").check()
    page.get_by_label("Lý do").fill("Thôi giữ chức vụ Bí thư")
    page.get_by_role("button", name="Tiếp tục").click()
    look_at(page, "delegation-take-back-check")
    page.get_by_role("button", name="Thu hồi 7 vai trò").click()
    page.get_by_text("Đã thu hồi 7 vai trò (vai trò đã chọn và 6 vai trò phụ thuộc).").wait_for()
    look_at(page, "delegation-grant-taken")
    assert (
        not Grant.objects.filter(unit__in=[world.section, world.sister], revoked_at=None)
        .exclude(pk=world.grants["other_secretary"].pk)
        .exists()
    )


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_role_is_handed_over_and_what_hangs_goes_along(world, open_page, sign_in, look_at, width):
    first = with_six(world)
    led(world.section, world.sister, "Phan Thị Mai")
    page = open_page(width)
    sign_in(page, world.committee)
    page.goto(f"/phan-quyen/{first.pk}/")
    page.get_by_role("link", name="Bàn giao", exact=True).click()
    look_at(page, "delegation-hand-over-find")
    page.get_by_role("link", name="Chọn Phan Thị Mai").click()
    look_at(page, "delegation-hand-over")
    page.get_by_role("button", name="Tiếp tục").click()
    look_at(page, "delegation-hand-over-check")
    page.get_by_role("button", name="Bàn giao", exact=True).click()
    page.get_by_text("6 vai trò phụ thuộc chuyển theo").wait_for()
    page.goto(f"/to-chuc/{world.section.pk}/")
    look_at(page, "delegation-unit")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_form_tells_what_is_missing_and_the_empty_list_what_to_do(world, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, world.committee)
    page.goto("/phan-quyen/moi/")
    page.get_by_role("button", name="Tìm", exact=True).last.click()
    page.get_by_role("alert").wait_for()
    look_at(page, "delegation-find-error")
    page.get_by_label("Tài khoản", exact=True).fill("Nguyễn Thị Bưởi")
    page.get_by_role("button", name="Tìm", exact=True).last.click()
    page.get_by_role("link", name="Chọn Nguyễn Thị Bưởi").click()
    page.get_by_label("Chủ trì mọi công việc", exact=False).check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("alert").wait_for()
    look_at(page, "delegation-new-error")
    member = open_page(width)
    sign_in(member, world.member)
    member.goto("/phan-quyen/")
    look_at(member, "delegation-list-empty")

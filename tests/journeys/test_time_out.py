"""The session ends while somebody writes: after signing in again he is back on the page with what he typed, with
scripts and without; whoever else signs in there sees nothing of it."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse

from members.models import Member

from .conftest import DESKTOP, PASSWORD, PHONE

SAID = "Phiên làm việc đã hết hạn. Nội dung đồng chí đã nhập được giữ lại, mời kiểm tra và gửi lại."
TYPED = "Tôi mở danh sách của chi bộ thì không thấy đồng chí mới chuyển về.\nĐồng chí giúp tôi xem lại."
EACH = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])


def end_sessions() -> None:
    Session.objects.all().delete()
    cache.clear()


def enter_again(page, user) -> None:
    page.get_by_role("heading", name="Đăng nhập").wait_for()
    page.get_by_label("Số định danh cá nhân").fill(user.citizen_id)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)


@EACH
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_difficulty_is_not_typed_twice(world, open_page, look_at, sign_in, width, javascript):
    page = open_page(width, javascript=javascript)
    sign_in(page, world.member)
    page.goto(f"{reverse('portal:help')}?trang=/")
    page.get_by_label("Vướng mắc").fill(TYPED)
    end_sessions()
    page.get_by_role("button", name="Gửi vướng mắc").click()
    page.get_by_text("Nội dung đồng chí vừa nhập được giữ lại").wait_for()
    if javascript:
        look_at(page, "time-out-sign-in")
    enter_again(page, world.member)
    page.get_by_text(SAID).wait_for()
    assert page.get_by_label("Vướng mắc").input_value() == TYPED
    if javascript:
        look_at(page, "time-out-back")
    page.get_by_role("button", name="Gửi vướng mắc").click()
    page.get_by_text("Đã gửi").first.wait_for()
    page.goto(reverse("portal:help"))
    assert page.get_by_label("Vướng mắc").input_value() == ""
    assert page.get_by_text(SAID).count() == 0


@EACH
def test_somebody_else_at_the_same_machine_sees_nothing(world, open_page, sign_in, javascript):
    page = open_page(DESKTOP, javascript=javascript)
    sign_in(page, world.member)
    page.goto(reverse("portal:help"))
    page.get_by_label("Vướng mắc").fill(TYPED)
    world.secretary.set_password(PASSWORD)
    world.secretary.save(update_fields=["password"])
    end_sessions()
    page.get_by_role("button", name="Gửi vướng mắc").click()
    enter_again(page, world.secretary)
    page.goto(reverse("portal:help"))
    assert page.get_by_label("Vướng mắc").input_value() == ""
    assert page.get_by_text(SAID).count() == 0


@EACH
def test_a_long_record_comes_back_and_is_saved(world, open_page, sign_in, javascript):
    page = open_page(DESKTOP, javascript=javascript)
    sign_in(page, world.secretary)
    member = world.people["member"]
    page.goto(reverse("members:edit", args=[member.pk]))
    page.get_by_label("Dân tộc").fill("Thái")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    end_sessions()
    page.get_by_role("button", name="Lưu").click()
    enter_again(page, world.secretary)
    page.get_by_text(SAID).wait_for()
    assert page.get_by_label("Dân tộc").input_value() == "Thái"
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã sửa").first.wait_for()
    saved = Member.objects.get(pk=member.pk)
    assert (saved.ethnicity, saved.phone) == ("Thái", "0912345678")


def test_from_a_check_page_one_comes_back_to_the_form(world, open_page, sign_in):
    page = open_page(PHONE, javascript=False)
    sign_in(page, world.committee)
    page.goto(reverse("members:status", args=[world.people["member"].pk]))
    page.get_by_label("Miễn công tác và sinh hoạt").check()
    page.get_by_label("Căn cứ").fill("Theo đơn ngày 1/3, chi bộ đã họp")
    page.get_by_role("button", name="Tiếp tục").click()
    end_sessions()
    page.get_by_role("button", name="Xác nhận").click()
    enter_again(page, world.committee)
    page.get_by_text(SAID).wait_for()
    assert page.get_by_label("Căn cứ").input_value() == "Theo đơn ngày 1/3, chi bộ đã họp"
    assert page.get_by_label("Miễn công tác và sinh hoạt").is_checked()

"""Choosing what to receive, the outbox and late reports, as people see them on a phone and on a desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from congress_reports.services import escalate_unit, make_campaign, owed_by_letter_000, remind_all
from members.enums import PostCode
from members.models import Post
from notifications.enums import Channel, MessageState
from notifications.models import Message
from notifications.outbox import send_waiting
from notifications.services import notify
from tests.cast import make_member, make_unit
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.fixture
def late(world, settings):
    """A campaign some days over its last day; reminders on their ways, some of them stranded."""
    settings.SMS_BACKEND = "tests.notifications.adapters.Keeps"
    settings.SMS_QUIET_FROM = settings.SMS_QUIET_UNTIL = 0
    today = timezone.localdate()
    long_name = make_unit(
        world.company,
        "T.02.91",
        "Chi bộ Xí nghiệp Thông tin tín hiệu đường sắt khu vực Bắc Trung Bộ và Tây Nguyên",
        "cell",
    )
    elder = make_member(long_name, "Nguyễn Phúc Hoàng Thị Minh Nguyệt", no_smartphone=True)
    Post.objects.create(member=elder, unit=long_name, code=PostCode.SECRETARY)
    Post.objects.create(member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY)
    Post.objects.create(member=world.people["committee"], unit=world.near_branch, code=PostCode.SECRETARY)
    for who in ("committee", "secretary"):
        user = world.user(who)
        user.email = f"{who.replace('_', '.')}@donvi.example.vn"
        user.save(update_fields=["email"])
    make_campaign(
        top=world.top,
        name="Đại hội",
        term="2025-2030",
        opens_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=90),
        reference_date=today,
        owed=owed_by_letter_000(today - timedelta(days=4)),
        actor=None,
    )
    remind_all(today)
    send_waiting(Channel.EMAIL)
    settings.SMS_BACKEND = "tests.notifications.adapters.Busy"
    send_waiting(Channel.SMS, most=1)
    settings.SMS_BACKEND = "tests.notifications.adapters.Refuses"
    send_waiting(Channel.SMS, most=1)
    notify("reports.due", users=[world.secretary], text="Nhắc gửi báo cáo.", once_key="khac")
    Message.objects.filter(state=MessageState.WAITING, channel="sms").update(
        state=MessageState.UNCLEAR, last_error="Việc gửi bị ngắt giữa chừng, chưa rõ tin đã đi hay chưa."
    )
    settings.SMS_BACKEND = "tests.notifications.adapters.Keeps"
    notify("reports.due", users=[world.secretary], text="Nhắc gửi báo cáo.")
    escalate_unit(unit=world.near_branch, actor=world.committee)
    return world


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_choosing_what_to_receive(late, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, late.committee)
    page.goto("/thong-bao/tuy-chon/")
    look_at(page, "notices-preferences")
    weekly = page.get_by_role("group", name="Báo cáo quá hạn của cấp dưới (mỗi tuần một lần)")
    weekly.get_by_label("Thư điện tử").uncheck()
    page.get_by_role("button", name="Lưu lựa chọn").click()
    page.get_by_text("Đã lưu lựa chọn của đồng chí.").wait_for()
    assert not weekly.get_by_label("Thư điện tử").is_checked()
    assert weekly.get_by_label("Trên Sổ tay").is_checked()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_outbox_and_sending_again(late, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, late.org_department)
    page.goto("/nhat-ky/gui-di/")
    look_at(page, "notices-outbox")
    page.goto("/nhat-ky/gui-di/?tinh-trang=unclear")
    page.get_by_role("button", name="Gửi lại tất cả").click()
    look_at(page, "notices-outbox-check")
    page.get_by_role("button", name="Gửi lại", exact=True).click()
    page.get_by_text("được xếp hàng để gửi lại").wait_for()
    look_at(page, "notices-outbox-empty")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_late_reports_and_the_list_to_call_by(late, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, late.committee)
    page.goto("/quan-ly-bao-cao/qua-han/?pham-vi=tat-ca")
    look_at(page, "notices-late-all")
    page.get_by_role("link", name="Trực thuộc").click()
    look_at(page, "notices-late")
    page.get_by_role("link", name="Danh sách gọi điện").click()
    look_at(page, "notices-calls")
    assert page.locator("a[href^='tel:']").count() == 2
    page.goto("/thong-bao/")
    look_at(page, "notices-inbox")

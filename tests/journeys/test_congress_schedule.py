"""The organisation department sets up a campaign and plans its congresses; a committee follows; what others take
along."""

from datetime import timedelta

import pytest
from django.utils import timezone

from congress_reports.enums import CongressState
from congress_reports.models import Campaign, Congress, Report
from congress_reports.services import schedule_one
from tests.cast import make_unit
from tests.congress_reports.campaigns import letter_000
from tests.congress_reports.schedules import workbook

from .conftest import DESKTOP, PHONE

LONG = "Chi bộ Đội Quản lý hạ tầng và Thông tin tín hiệu đường sắt khu vực Đồng Hới – Minh Lễ – Lạc Sơn số 12"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_campaign_is_set_up_and_opened(world, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, world.org_department)
    page.goto("/quan-ly-bao-cao/dot/")
    look_at(page, "dot-trong")
    page.get_by_role("link", name="Lập đợt đại hội").click()
    look_at(page, "dot-lap")
    page.get_by_role("button", name="Lưu đợt").click()
    look_at(page, "dot-lap-loi")
    page.get_by_label("Tên đợt").fill("Đại hội chi bộ trực thuộc, nhiệm kỳ 2027–2030")
    page.get_by_label("Nhiệm kỳ").fill("2027–2030")
    page.get_by_label("Ngày bắt đầu").fill("01/01/2026")
    page.get_by_label("Ngày dự kiến kết thúc").fill("30/06/2027")
    page.get_by_label("Ngày tính tuổi").fill("01/04/2027")
    page.locator("summary", has_text="Chi bộ trực thuộc").click()
    cells = page.get_by_role("group", name="Chi bộ trực thuộc")
    cells.get_by_label("a) Kết quả đại hội").check()
    cells.get_by_label("Số ngày sau đại hội").fill("5")
    page.get_by_role("button", name="Lưu đợt").click()
    page.get_by_text("Đợt đang chuẩn bị").first.wait_for()
    look_at(page, "dot-chuan-bi")
    assert Report.objects.count() == 0
    page.get_by_role("link", name="Mở đợt").click()
    look_at(page, "dot-mo")
    page.get_by_role("button", name="Mở đợt").click()
    page.get_by_text("Đã mở đợt").wait_for()
    look_at(page, "dot")
    assert Report.objects.count() == 4
    page.get_by_role("link", name="a) Kết quả đại hội", exact=True).click()
    look_at(page, "dot-mau")
    campaign = Campaign.objects.get()
    page.goto(f"/quan-ly-bao-cao/dot/{campaign.pk}/dong/")
    page.get_by_label("Lý do").fill("Đã nhận đủ báo cáo của các chi bộ.")
    look_at(page, "dot-dong")
    page.get_by_role("button", name="Đóng đợt").click()
    page.get_by_text("Đã đóng đợt").wait_for()
    page.goto("/quan-ly-bao-cao/dot/")
    look_at(page, "dot-danh-sach")


def _planned(world) -> Campaign:
    """Some held, one postponed, one gone by, some on one day."""
    campaign = letter_000(world)
    today = timezone.localdate()
    Campaign.objects.update(opens_on=today - timedelta(days=60), ends_on=today + timedelta(days=90))
    campaign.refresh_from_db()
    make_unit(world.section, "T.02.B1.12", LONG, "cell")
    first = today.replace(day=1)
    for unit, values in (
        (world.branch, {"planned_on": today, "place": "Phòng họp Ga Bến Thủy", "form": "all_members"}),
        (world.near_branch, {"planned_on": first, "state": CongressState.HELD, "held_on": first}),
        (
            world.company,
            {
                "planned_on": today,
                "place": "Hội trường Công ty, 2 Quang Trung",
                "form": "delegates",
                "steering": "Đồng chí Phó Bí thư Thường trực Đảng ủy",
            },
        ),
        (
            world.sister,
            {"state": CongressState.POSTPONED, "reason": "Chờ kiện toàn nhân sự cấp ủy theo ý kiến của Đảng ủy."},
        ),
        (world.section, {"planned_on": today}),
        (world.base_cell, {"planned_on": today}),
        (world.other_company, {"planned_on": today}),
        (world.empowered, {"planned_on": today}),
        (world.other_branch, {"planned_on": first - timedelta(days=3)}),
    ):
        schedule_one(campaign=campaign, unit=unit, values=values, seen=None, actor=world.org_department)
    return campaign


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_schedule_is_planned_and_looked_at(world, open_page, sign_in, look_at, width):
    campaign = _planned(world)
    page = open_page(width)
    sign_in(page, world.org_department)
    here = "/quan-ly-bao-cao/lich-dai-hoi/"
    page.goto(here)
    look_at(page, "lich-truc-thuoc")
    page.goto(f"{here}?pham_vi=tat-ca")
    look_at(page, "lich-tat-ca")
    page.goto(f"{here}?pham_vi=tat-ca&tinh_trang=qua-ngay&loai=")
    look_at(page, "lich-loc")
    page.goto(f"{here}thang/?pham_vi=tat-ca")
    look_at(page, "lich-thang")
    page.goto(f"{here}so-do/?mo={world.section.pk}")
    look_at(page, "lich-cay")
    page.goto(f"{here}{campaign.pk}/{world.sister.pk}/")
    look_at(page, "lich-mot")
    page.get_by_label("Đã tổ chức").check()
    page.get_by_role("button", name="Lưu lịch").click()
    look_at(page, "lich-mot-loi")
    page.goto(f"{here}?don_vi={world.section.pk}")
    page.get_by_label(f"Chọn {LONG}").check()
    page.get_by_label(f"Chọn {world.sister.name}").check()
    page.get_by_role("button", name="Xếp lịch các đơn vị đã chọn").click()
    day = timezone.localdate() + timedelta(days=10)
    page.get_by_label("Ngày dự kiến").fill(f"{day:%d/%m/%Y}")
    page.get_by_label("Giờ khai mạc").fill("7h30")
    page.get_by_label("Địa điểm").fill("Hội trường Khối Cơ quan")
    look_at(page, "lich-nhieu")
    page.get_by_role("button", name="Xem lại").click()
    look_at(page, "lich-nhieu-kiem-tra")
    page.get_by_role("button", name="Ghi lịch").click()
    page.get_by_text("Đã ghi lịch đại hội của 2 đơn vị").wait_for()
    line = Congress.objects.get(unit=world.sister)
    assert (line.planned_on, line.state, line.reason) == (day, CongressState.PLANNED, "")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_workbook_goes_out_and_comes_in(world, open_page, sign_in, look_at, width):
    _planned(world)
    page = open_page(width)
    sign_in(page, world.committee)
    page.goto("/quan-ly-bao-cao/lich-dai-hoi/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Xuất Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="Nhập từ tệp").click()
    look_at(page, "lich-nhap")
    day = timezone.localdate() + timedelta(days=20)
    content = workbook(
        ["STT", "Đơn vị", "Thời gian", "Giờ khai mạc", "Địa điểm"],
        [1, world.sister.name, day, "7 giờ 30", "Nhà văn hóa"],
        [2, "Chi bộ không có thật", "32/13/2025", "", ""],
    )
    page.get_by_label("Tệp lịch đại hội").set_input_files(
        {"name": "Lịch đại hội tháng này.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Đọc tệp").click()
    page.get_by_text("1 đơn vị thay đổi").wait_for(timeout=3000)
    look_at(page, "lich-nhap-xem")
    page.get_by_role("button", name="Ghi vào lịch").click()
    page.get_by_text("Đã ghi lịch đại hội của 1 đơn vị").wait_for()
    assert Congress.objects.get(unit=world.sister).planned_on == day


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_branch_reads_its_own_line(world, open_page, sign_in, look_at, width):
    _planned(world)
    page = open_page(width)
    sign_in(page, world.secretary)
    page.goto("/quan-ly-bao-cao/lich-dai-hoi/")
    look_at(page, "lich-chi-bo")
    page.get_by_role("link", name=world.branch.name, exact=True).click()
    page.get_by_role("heading", name=world.branch.name).wait_for()
    assert page.get_by_role("button", name="Lưu lịch").count() == 0
    look_at(page, "lich-chi-bo-mot")

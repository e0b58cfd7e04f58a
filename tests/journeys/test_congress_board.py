"""Leaders look at the board and at the analysis, and go from a figure to the reports it is of."""

import pytest

from tests.congress_reports.many import a_campaign_in_its_middle

from .conftest import DESKTOP, PHONE


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_from_the_board_to_the_leaf_and_to_the_analysis(world, open_page, sign_in, look_at, width):
    a_campaign_in_its_middle(world)
    page = open_page(width)
    sign_in(page, world.org_department)
    page.goto("/quan-ly-bao-cao/tien-do/")
    look_at(page, "board")
    company = "Đảng bộ Chi nhánh Khai thác đường sắt Nghệ Tĩnh"
    page.get_by_role("button", name=f"Mở các đơn vị trực thuộc {company}").click()
    section = "Đảng bộ bộ phận Khối Vận tải Chi nhánh Khai thác đường sắt Nghệ Tĩnh"
    page.get_by_role("button", name=f"Mở các đơn vị trực thuộc {section}").click()
    page.get_by_text("Chi bộ Ga số 2").first.wait_for()
    look_at(page, "board-leaf")
    page.get_by_role("link", name=f"Phải nộp, {company}").click()
    page.get_by_role("heading", name="Phải nộp").wait_for()
    look_at(page, "board-reports")
    page.get_by_role("link", name="Về tiến độ").click()
    page.goto("/quan-ly-bao-cao/tien-do/in/?tat-ca=1")
    look_at(page, "board-print")
    page.goto("/quan-ly-bao-cao/phan-tich/")
    look_at(page, "analysis")
    page.get_by_role("link", name=f"Nữ, {company}").click()
    page.get_by_role("heading", name="Nữ, cấp ủy viên").wait_for()
    look_at(page, "analysis-reports")
    page.goto("/quan-ly-bao-cao/phan-tich/?ca_cho=on&xep=-2&nhom=secretary")
    look_at(page, "analysis-waiting")
    page.goto(f"/quan-ly-bao-cao/phan-tich/?don_vi={world.near_branch.pk}")
    look_at(page, "analysis-empty")

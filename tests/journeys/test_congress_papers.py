"""Files that go with a report, and the report as files, in a real browser; at phone and desktop width."""

import pytest
from django.conf import settings

from congress_reports.models import Attachment
from congress_reports.services import approve, attach, reject, save_answers, send
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import World, build_world, make_member, make_unit
from tests.congress_reports.campaigns import REASON, filled, letter_000, near_secretary, report_of, sent_by_branch
from tests.congress_reports.reports import changed, content_of_a_grassroots, quality_of_a_grassroots
from tests.documents import docx, pdf, scan, uploaded
from tests.journeys.conftest import DESKTOP, PHONE
from tests.pdf import text_of

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])
LONG = "Biên bản kiểm phiếu bầu Ban Chấp hành Chi bộ Cung đường sắt Khu gian Thanh Luyện – Minh Cầm, nhiệm kỳ 2025-2027"


@pytest.fixture
def sign_in(client_of, live_server):
    def enter(page, user) -> None:
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


@pytest.fixture
def world(db) -> World:
    world = build_world()
    letter_000(world)
    return world


@WIDTHS
def test_a_secretary_puts_files_in_and_the_committee_fetches_them(world, open_page, sign_in, look_at, width, tmp_path):
    author = near_secretary(world)
    report = filled(report_of(world.near_branch, "a"), author)
    here = f"/quan-ly-bao-cao/{report.pk}"
    page = open_page(width)
    sign_in(page, author)
    page.goto(f"{here}/nhap/")
    page.get_by_role("link", name="Tệp đính kèm: biên bản, nghị quyết").click()
    look_at(page, "tep-dinh-kem-trong")

    def choose(content: bytes, name: str, title: str = "") -> None:
        path = tmp_path / name
        path.write_bytes(content)
        page.get_by_label("Tên tài liệu").fill(title)
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_label("Tệp không chứa bí mật nhà nước").check()
        page.get_by_role("button", name="Đính kèm").click()

    choose(docx("TỐI MẬT", "NGHỊ QUYẾT"), "nghi-quyet.docx")
    page.get_by_text("Trang đầu của tệp có dấu chỉ độ mật").first.wait_for()
    look_at(page, "tep-dinh-kem-loi")
    choose(pdf(), "Biên bản đại hội.pdf")
    page.get_by_text("Đã đính kèm “Biên bản đại hội”").wait_for()
    choose(scan(), "quet.pdf", LONG)
    page.get_by_text("máy chưa đọc được").wait_for()
    look_at(page, "tep-dinh-kem")
    page.get_by_role("link", name="Xem và xác nhận").click()
    look_at(page, "tep-dinh-kem-xac-nhan")
    page.get_by_role("button", name="Tôi đã xem, tệp không có dấu mật").click()
    page.get_by_role("link", name="Bỏ tệp Biên bản đại hội").click()
    look_at(page, "tep-dinh-kem-bo")
    page.goto(f"{here}/nhap/")
    look_at(page, "nhap-co-tep")
    page.goto(f"{here}/gui/")
    look_at(page, "gui-co-tep")
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url(f"**{here}/")
    look_at(page, "bao-cao-da-gui")

    page = open_page(width)
    sign_in(page, world.committee)
    page.goto(f"{here}/")
    look_at(page, "bao-cao-co-tep")
    with page.expect_download() as fetched:
        page.get_by_role("link", name=LONG).click()
    assert fetched.value.suggested_filename == f"{LONG}.pdf"
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Báo cáo (.pdf)").click()
    assert "CHI BỘ ĐỘI KIẾN TRÚC" in text_of(fetched.value.path().read_bytes())
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Biên bản kiểm phiếu bầu cấp ủy").click()
    assert "kiểm phiếu" in text_of(fetched.value.path().read_bytes())
    page.get_by_role("link", name="Lần 1").click()
    look_at(page, "lan-gui-co-tep")
    page.goto(f"{here}/")
    page.get_by_role("button", name="Xem xét để phê duyệt").click()
    look_at(page, "xem-xet-co-tep")


@WIDTHS
def test_without_scripts_a_file_is_put_in(world, open_page, sign_in, width, tmp_path):
    author = near_secretary(world)
    report = filled(report_of(world.near_branch, "a"), author)
    page = open_page(width, javascript=False)
    sign_in(page, author)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/tep/")
    path = tmp_path / "Biên bản.pdf"
    path.write_bytes(pdf())
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_label("Tệp không chứa bí mật nhà nước").check()
    page.get_by_role("button", name="Đính kèm").click()
    page.get_by_text("Đã đính kèm “Biên bản”").wait_for()
    assert Attachment.objects.get().report_id == report.pk


@WIDTHS
def test_what_is_missing_below_and_what_is_shown_of_another_report(
    world, open_page, sign_in, look_at, width, monkeypatch
):
    for number in range(4):
        name = (
            "Chi bộ Cung đường sắt Khu gian Thanh Luyện – Minh Cầm và Đội tuần hầm Khe Nét"
            if number == 2
            else f"Chi bộ {number}"
        )
        make_unit(world.company, f"T.02.8{number}", name, "cell")
    approve(report=sent_by_branch(world), version=1, actor=world.committee)
    monkeypatch.setattr("congress_reports.services.way.judged", lambda report: [])
    for form, answers in (
        ("d", changed(quality_of_a_grassroots(), "groups.committee.female", 2)),
        ("e", content_of_a_grassroots()),
    ):
        report = report_of(world.company, form)
        report = save_answers(report=report, answers=answers, revision=0, actor=world.committee)
        if form == "e":
            page = open_page(width)
            sign_in(page, world.committee)
            page.goto(f"{report.get_absolute_url()}gui/")
            look_at(page, "gui-con-thieu")
        report = send(
            report=report, revision=report.revision, incomplete_reason="Cấp dưới gửi sau.", actor=world.committee
        )
    page.get_by_role("link", name="Xem các báo cáo đó").click()
    look_at(page, "cap-duoi-con-thieu")
    page.goto(report.get_absolute_url())
    look_at(page, "bao-cao-e")
    page.goto(f"{report_of(world.near_branch, 'a').get_absolute_url()}cap-duoi/")
    look_at(page, "cap-duoi-khong-con")


@WIDTHS
def test_a_report_that_was_sent_twice_keeps_the_files_of_each_time(world, open_page, sign_in, look_at, width):
    author = near_secretary(world)
    report = filled(report_of(world.near_branch, "a"), author)
    attach(report=report, file=uploaded(pdf()), title="Biên bản đại hội", actor=author)
    report.refresh_from_db()
    report = send(report=report, revision=report.revision, actor=author)
    report = reject(report=report, version=1, reason=REASON, actor=world.committee)
    page = open_page(width)
    sign_in(page, author)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/tep/")
    look_at(page, "tep-dinh-kem-bi-tu-choi")
    page.goto(report.get_absolute_url())
    look_at(page, "bao-cao-bi-tu-choi-co-tep")


@WIDTHS
def test_guides_of_the_reports(world, open_page, sign_in, look_at, width):
    officer = make_member(world.near_branch, "Phan Thị Sim").account
    give_grant(user=officer, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    page = open_page(width)
    sign_in(page, officer)
    for name in ("chi-bo", "dang-bo"):
        page.goto(f"/huong-dan/{name}/")
        look_at(page, f"huong-dan-{name}-bao-cao")

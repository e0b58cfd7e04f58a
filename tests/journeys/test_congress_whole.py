"""A congress from its campaign to the figures that leaders read: set up, planned, reported from a phone, refused by a
rule, rejected, mended, approved, summed, reported by the committee, approved above, read back from paper."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from congress_reports.enums import CongressState, ReportState
from congress_reports.models import Campaign, Congress, Report
from members.enums import Gender, PoliticalTheory, ProfessionalLevel
from orgtree.enums import Role
from orgtree.models import OrgUnit
from orgtree.services import give_grant
from tests.cast import World, make_member
from tests.pdf import text_of

from .conftest import DESKTOP, PHONE

NAME = "Đại hội chi bộ và đảng bộ cơ sở, nhiệm kỳ 2026–2031"
REASON = "Biên bản ghi một đồng chí vắng không lý do, số phiếu của đồng chí Bình là 8."
BELOW = "Hai chi bộ thuộc khối cơ quan đại hội sau, sẽ gửi bổ sung trong tháng."
BOARD, ANALYSIS = "/quan-ly-bao-cao/tien-do/", "/quan-ly-bao-cao/phan-tich/"
_NOT_EQUAL = "Có mặt 9 cộng vắng có lý do 1 cộng vắng không lý do 0 bằng 10, khác số được triệu tập 11."


@pytest.fixture
def secretary(world) -> User:
    """Of the branch right below the company; those who stand for election have records that speak."""
    for number, (name, gender) in enumerate(
        (("Đặng Quang An", "male"), ("Đặng Quang Bình", "female"), ("Đặng Quang Cường", "male"),
         ("Đặng Quang Dũng", "male"))
    ):  # fmt: skip
        make_member(world.near_branch, name, gender=Gender(gender), birth_date=date(1975 + 4 * number, 5, 6))
    for number, name in enumerate(("Ân", "Bách", "Chi", "Đức", "Giang", "Hà", "Khoa", "Lan", "Minh", "Nga")):
        make_member(
            world.near_branch,
            f"Lương Hữu {name}",
            gender=Gender.FEMALE if name in {"Chi", "Lan", "Nga"} else Gender.MALE,
            birth_date=date(1970 + 2 * number, 3, 1),
            professional_level=ProfessionalLevel.MASTER if number < 3 else ProfessionalLevel.UNIVERSITY,
            political_theory=PoliticalTheory.ADVANCED if number < 4 else PoliticalTheory.INTERMEDIATE,
        )
    user = make_member(world.near_branch, "Phan Thị Sim", gender=Gender.FEMALE).account
    give_grant(user=user, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    return user


def vi(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def fill(page: Page, **texts: str) -> None:
    for code, text in texts.items():
        page.locator(f"#o-{code}").fill(text)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def press(page: Page, name: str, *, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).click()


def of(unit: OrgUnit, form: str) -> Report:
    return Report.objects.get(unit=unit, duty__form__code=form)


def typed_votes(page: Page, votes: dict[str, int], seats: int) -> None:
    """Votes of each on the ballot; the first `seats` of them are elected."""
    for at, (name, number) in enumerate(votes.items()):
        person = page.locator("li.person", has_text=name)
        person.locator("[id$='-votes']").fill(str(number))
        person.get_by_label("Trúng cử").set_checked(at < seats)


def election(page: Page, elections: str, body: str, votes: dict[str, int], *, seats: int, ballots: int, find: str = ""):
    """A round of the body with people picked from the members' list, who are found by what is typed."""
    page.goto(elections)
    press(page, f"Thêm lần bầu {body}", exact=True)
    page.get_by_label("Tìm trong danh sách đảng viên").fill(find)
    page.locator("#ung-cu").get_by_role("button", name="Tìm", exact=True).click()
    for name in votes:
        page.get_by_role("checkbox", name=name).check()
    press(page, "Thêm vào danh sách bầu cử")
    page.get_by_text(f"{len(votes)} người, xếp theo vần tên").wait_for()
    start = page.locator("[id$='-seats']").first.get_attribute("id").removesuffix("seats")
    for code, text in (("seats", seats), ("cand_prepared", len(votes)), ("ballots_returned", ballots),
                       ("ballots_valid", ballots), ("ballots_invalid", 0)):  # fmt: skip
        page.locator(f"#{start}{code}").fill(str(text))
    typed_votes(page, votes, seats)
    go_on(page)


def line_of(page: Page, unit: OrgUnit) -> dict[str, str]:
    """The unit's figures on the board."""
    page.goto(BOARD)
    cells = page.locator(f"#dv-{unit.pk} td").all()
    return {one.get_attribute("data-label"): one.inner_text().split()[0] for one in cells}


def fetched(page: Page, name: str) -> bytes:
    with page.expect_download() as taken:
        page.get_by_role("link", name=name).first.click()
    return taken.value.path().read_bytes()


def sheets_of(content: bytes) -> dict[str, list[tuple]]:
    return {one.title: list(one.iter_rows(values_only=True)) for one in openpyxl.load_workbook(BytesIO(content))}


def row_of(rows: list[tuple], name: str) -> tuple:
    return next(row for row in rows if str(row[0]).strip() == name)


class Days:
    """The campaign began two months ago; the branch met a week ago, the company the day before yesterday."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.begins, self.ends = self.today - timedelta(days=60), self.today + timedelta(days=90)
        self.branch, self.company = self.today - timedelta(days=4), self.today - timedelta(days=2)


def opens_campaign(page: Page, days: Days, look_at) -> Campaign:
    page.goto("/quan-ly-bao-cao/dot/lap/")
    page.get_by_label("Tên đợt").fill(NAME)
    page.get_by_label("Nhiệm kỳ").fill("2026–2031")
    page.get_by_label("Ngày bắt đầu").fill(vi(days.begins))
    page.get_by_label("Ngày dự kiến kết thúc").fill(vi(days.ends))
    page.get_by_label("Ngày tính tuổi").fill(vi(days.begins))
    for kind, letters in (("Chi bộ trực thuộc", "a"), ("Đảng bộ cơ sở", "cde")):
        page.locator("summary", has_text=kind).first.click()
        boxes = page.get_by_role("group", name=kind, exact=True)
        for letter in letters:
            boxes.get_by_label(f"{letter}) ").check()
        boxes.get_by_label("Số ngày sau đại hội").fill("5")
    look_at(page, "hanh-trinh-lap-dot")
    press(page, "Lưu đợt")
    page.get_by_role("link", name="Mở đợt").click()
    look_at(page, "hanh-trinh-mo-dot")
    press(page, "Mở đợt")
    page.get_by_text("Đã mở đợt").wait_for()
    return Campaign.objects.get()


def plans(page: Page, unit: OrgUnit, day: date, place: str, form: str, look_at, name: str) -> None:
    """A line of the schedule, from the list."""
    page.goto("/quan-ly-bao-cao/lich-dai-hoi/")
    look_at(page, f"{name}-danh-sach")
    page.get_by_role("link", name=unit.name).first.click()
    page.get_by_label("Ngày dự kiến").fill(vi(day))
    page.get_by_label("Giờ khai mạc").fill("7h30")
    page.get_by_label("Địa điểm").fill(place)
    page.get_by_label("Hình thức").select_option(form)
    page.get_by_label("Đã tổ chức").check()
    page.get_by_label("Bế mạc ngày").fill(vi(day))
    look_at(page, name)
    press(page, "Lưu lịch")
    page.get_by_text("Đã ghi lịch").first.wait_for()


def branch_reports(page: Page, world: World, days: Days, look_at) -> Report:
    """On a phone: everything typed, one figure wrong, refused, mended, sent."""
    report = of(world.near_branch, "a")
    page.goto("/")
    look_at(page, "hanh-trinh-bi-thu-trang-chu")
    page.goto("/quan-ly-bao-cao/")
    look_at(page, "hanh-trinh-bi-thu-bao-cao")
    page.get_by_role("link", name="Lập báo cáo").or_(page.get_by_role("button", name="Lập báo cáo")).first.click()
    if page.get_by_role("link", name="Thông tin chung").count() == 0:
        press(page, "Lập báo cáo")
    page.get_by_role("link", name="Thông tin chung").click()
    # The schedule has said already when and where.
    assert page.locator("#o-closed_on").input_value() == vi(days.branch)
    assert page.locator("#o-place").input_value() == "Phòng họp Đội Kiến trúc"
    look_at(page, "hanh-trinh-thong-tin-chung")
    go_on(page)
    page.get_by_role("heading", name="Đảng viên dự đại hội").wait_for()
    fill(page, members_total="12", members_official="11", members_probationary="1", members_exempt="0", summoned="11",
         present="9", absent_excused="1", absent_unexcused="0", exempt_present="0", election_base="11")  # fmt: skip
    page.locator("#o-present-n").get_by_text(_NOT_EQUAL).wait_for()
    go_on(page)
    page.locator("#tom-tat").get_by_text(_NOT_EQUAL).wait_for()
    look_at(page, "hanh-trinh-v03")
    page.get_by_role("link", name="Để sau, sang phần tiếp theo").click()
    elections = f"/quan-ly-bao-cao/{report.pk}/nhap/elections/"
    for body, votes, seats, find in (
        ("Cấp ủy", {"Quang An": 9, "Quang Bình": 9, "Quang Cường": 7, "Quang Dũng": 1}, 3, "dang quang"),
        ("Bí thư", {"Quang An": 9}, 1, ""),
        ("Phó bí thư", {"Quang Bình": 8}, 1, ""),
    ):
        election(page, elections, body, votes, seats=seats, ballots=9, find=find)
    page.goto(f"{elections}0/")
    look_at(page, "hanh-trinh-lan-bau")
    page.goto(f"/quan-ly-bao-cao/{report.pk}/gui/")
    press(page, "Gửi báo cáo")
    page.get_by_role("link", name=_NOT_EQUAL).first.wait_for()
    look_at(page, "hanh-trinh-chua-gui-duoc")
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    page.get_by_role("link", name=_NOT_EQUAL).first.click()
    fill(page, present="10")
    go_on(page)
    # The ballots follow: ten were there.
    for at in range(3):
        page.goto(f"{elections}{at}/")
        for code in ("attending", "ballots_issued", "ballots_returned", "ballots_valid"):
            page.locator(f"#o-rounds-{at}-{code}").fill("10")
        go_on(page)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/gui/")
    page.get_by_text("Số liệu khớp nhau, báo cáo gửi được.").wait_for()
    look_at(page, "hanh-trinh-gui")
    press(page, "Gửi báo cáo")
    page.get_by_text("Đã gửi báo cáo").wait_for()
    look_at(page, "hanh-trinh-da-gui")
    return report


def committee_rejects(page: Page, world: World, look_at) -> None:
    page.goto("/quan-ly-bao-cao/phe-duyet-bao-cao")
    look_at(page, "hanh-trinh-cho-phe-duyet")
    page.get_by_role("link", name=world.near_branch.name, exact=True).click()
    press(page, "Xem xét để phê duyệt")
    page.get_by_label("Chưa đúng: Vắng không lý do").check()
    page.get_by_label("Chưa đúng: Đặng Quang Bình").first.check()
    page.get_by_label("Lý do từ chối").fill(REASON)
    look_at(page, "hanh-trinh-xem-xet")
    press(page, "Từ chối, trả lại đơn vị")
    look_at(page, "hanh-trinh-tu-choi")
    press(page, "Từ chối và trả lại đơn vị")
    page.get_by_text("Đã từ chối báo cáo").wait_for()


def branch_mends(page: Page, report: Report, look_at) -> None:
    page.goto("/")
    look_at(page, "hanh-trinh-bi-tu-choi-trang-chu")
    page.goto(report.get_absolute_url())
    page.get_by_text(REASON).first.wait_for()
    page.get_by_text("Cấp ủy, lần 1: đồng chí Đặng Quang Bình").wait_for()
    look_at(page, "hanh-trinh-bi-tu-choi")
    page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/participation/")
    marked = page.locator(".field--bad", has_text="Cấp trên đề nghị xem lại mục này.")
    assert marked.count() == 1
    assert marked.locator("#o-absent_unexcused").count() == 1
    look_at(page, "hanh-trinh-muc-can-sua")
    fill(page, absent_excused="0", absent_unexcused="1")
    go_on(page)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/elections/0/")
    look_at(page, "hanh-trinh-nguoi-can-sua")
    page.locator("li.person", has_text="Quang Bình").locator("[id$='-votes']").fill("8")
    go_on(page)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/gui/")
    press(page, "Gửi báo cáo")
    page.get_by_text("Đã gửi báo cáo").wait_for()
    look_at(page, "hanh-trinh-gui-lai")


def committee_approves(page: Page, report: Report, look_at) -> None:
    page.goto(report.get_absolute_url())
    changes = page.locator("section", has_text="Thay đổi so với bản bị từ chối").last
    assert "Vắng không lý do" in changes.inner_text()
    press(page, "Xem xét để phê duyệt")
    look_at(page, "hanh-trinh-gui-lai-xem-xet")
    page.get_by_role("link", name="Phê duyệt", exact=True).click()
    look_at(page, "hanh-trinh-phe-duyet")
    press(page, "Phê duyệt")
    look_at(page, "hanh-trinh-chuc-vu")


def committee_reports(page: Page, world: World, days: Days, look_at) -> None:
    """c is typed; d fills itself; e shows d."""
    base = f"/quan-ly-bao-cao/{of(world.company, 'c').pk}"
    page.goto(f"{base}/nhap/")
    press(page, "Lập báo cáo")
    page.get_by_role("link", name="Thông tin chung").first.click()
    assert page.locator("#o-closed_on").input_value() == vi(days.company)
    go_on(page)
    page.get_by_role("heading", name="Đảng viên dự đại hội").wait_for()
    fill(page, members_total="136", members_official="134", members_probationary="2", members_exempt="3",
         summoned="80", present="79", absent_excused="1", absent_unexcused="0", delegates_female="20",
         delegates_ex_officio="9", delegates_elected="71", delegates_appointed="0", exempt_present="0",
         election_base="80")  # fmt: skip
    look_at(page, "hanh-trinh-c-dai-bieu")
    go_on(page)
    people = ["Hữu Ân", "Hữu Bách", "Hữu Chi", "Hữu Đức", "Hữu Giang", "Hữu Hà", "Hữu Khoa", "Hữu Lan", "Hữu Minh"]
    for body, votes, seats, ballots, find in (
        ("Cấp ủy", {name: 78 - at for at, name in enumerate(people)} | {"Hữu Nga": 30}, 9, 79, "luong huu"),
        ("Ban Thường vụ", {"Hữu Ân": 9, "Hữu Bách": 9, "Hữu Chi": 8, "Hữu Đức": 1}, 3, 9, ""),
        ("Bí thư", {"Hữu Ân": 9}, 1, 9, ""),
        ("Phó bí thư", {"Hữu Bách": 8}, 1, 9, ""),
    ):
        election(page, f"{base}/nhap/elections/", body, votes, seats=seats, ballots=ballots, find=find)
    page.goto(f"{base}/nhap/elections/")
    look_at(page, "hanh-trinh-c-bau-cu")
    sends_with_reason(page, base, look_at, "c")

    base = f"/quan-ly-bao-cao/{of(world.company, 'd').pk}"
    page.goto(f"{base}/nhap/")
    press(page, "Lập báo cáo")
    page.goto(f"{base}/nhap/quality/committee/")
    assert page.locator("#o-groups-committee-n").input_value() == "9"
    assert page.locator("#o-groups-committee-female").input_value() == "2"
    assert page.locator("#o-groups-committee-pro_master").input_value() == "3"
    look_at(page, "hanh-trinh-d-cap-uy")
    page.goto(f"{base}/nhap/quality/")
    look_at(page, "hanh-trinh-d")
    sends_with_reason(page, base, look_at, "d")

    base = f"/quan-ly-bao-cao/{of(world.company, 'e').pk}"
    page.goto(f"{base}/nhap/")
    press(page, "Lập báo cáo")
    page.goto(f"{base}/nhap/content/")
    page.get_by_label("4 nội dung").check()
    go_on(page)
    for label in ("Tổng kết nhiệm kỳ, đề ra phương hướng", "Thảo luận dự thảo văn kiện của cấp trên",
                  "Bầu cấp ủy nhiệm kỳ mới", "Bầu đoàn đại biểu dự đại hội cấp trên"):  # fmt: skip
        page.get_by_label(label).check()
    fill(page, speeches_count="12")
    look_at(page, "hanh-trinh-e-dien-bien")
    go_on(page)
    page.get_by_role("heading", name="Phân tích chất lượng cấp ủy").wait_for()
    look_at(page, "hanh-trinh-e-chat-luong")
    assert page.locator("tr", has_text="Nữ").locator("td").first.inner_text().split() == ["2", "22,2%"]
    sends_with_reason(page, base, look_at, "e")


def sends_with_reason(page: Page, base: str, look_at, letter: str) -> None:
    """Two branches below have not reported: the reason goes along."""
    page.goto(f"{base}/gui/")
    page.get_by_label("Nếu vẫn gửi, đồng chí ghi lý do").fill(BELOW)
    look_at(page, f"hanh-trinh-{letter}-gui")
    press(page, "Gửi báo cáo")
    page.get_by_text("Đã gửi báo cáo").wait_for()
    look_at(page, f"hanh-trinh-{letter}-da-gui")


def top_approves(page: Page, world: World, look_at) -> None:
    page.goto("/quan-ly-bao-cao/phe-duyet-bao-cao")
    look_at(page, "hanh-trinh-tong-cong-ty-cho-phe-duyet")
    for letter in "cde":
        page.goto(of(world.company, letter).get_absolute_url())
        page.get_by_text(BELOW).first.wait_for()
        press(page, "Xem xét để phê duyệt")
        look_at(page, f"hanh-trinh-{letter}-xem-xet")
        page.get_by_role("link", name="Phê duyệt", exact=True).click()
        press(page, "Phê duyệt")
        page.get_by_text("Đã phê duyệt").first.wait_for()
        assert of(world.company, letter).state == ReportState.APPROVED


def paper_says(page: Page, world: World) -> None:
    """The reports as files, read back."""
    page.goto(of(world.company, "c").get_absolute_url())
    text = text_of(fetched(page, "Báo cáo (.pdf)"))
    for words in ("ĐẢNG CỘNG SẢN VIỆT NAM", "ĐẢNG BỘ CÔNG TY ĐƯỜNG SẮT SÔNG LAM", "Lương Hữu Ân", "136", BELOW):
        assert words in text or words.upper() in text.upper(), words
    assert "Dự thảo" not in text
    book = sheets_of(fetched(page, "Số liệu (.xlsx)"))
    figures = {row[1]: row[2] for row in book["Số liệu"]}
    assert (figures["Tổng số đảng viên"], figures["Có mặt"]) == (136, 79)
    votes = {row[1]: (row[3], row[6]) for row in book["Bầu cử"] if row[0] == "Cấp ủy"}
    assert votes["Lương Hữu Ân"] == (78, "Trúng cử")
    assert votes["Lương Hữu Nga"] in {(30, None), (30, "")}
    minutes = text_of(fetched(page, "Biên bản kiểm phiếu bầu cấp ủy"))
    assert "kiểm phiếu" in minutes
    assert "Lương Hữu Nga" in minutes
    page.goto(of(world.company, "e").get_absolute_url())
    assert "12" in text_of(fetched(page, "Báo cáo (.pdf)"))
    quality = {row[0]: row[1:] for row in sheets_of(fetched(page, "Số liệu (.xlsx)"))["Chất lượng"]}
    assert quality["Nữ"][0] == 2


def test_a_congress_from_the_campaign_to_its_figures(world, secretary, open_page, sign_in, look_at):
    days = Days()
    department = open_page(DESKTOP)
    sign_in(department, world.org_department)
    opens_campaign(department, days, look_at)
    assert Report.objects.count() == 10
    plans(department, world.company, days.company, "Hội trường Công ty, 2 Quang Trung", "delegates", look_at,
          "hanh-trinh-lich-cong-ty")  # fmt: skip
    committee = open_page(DESKTOP)
    sign_in(committee, world.committee)
    plans(committee, world.near_branch, days.branch, "Phòng họp Đội Kiến trúc", "all_members", look_at,
          "hanh-trinh-lich-chi-bo")  # fmt: skip
    assert Congress.objects.filter(state=CongressState.HELD).count() == 2

    phone = open_page(PHONE)
    sign_in(phone, secretary)
    report = branch_reports(phone, world, days, look_at)
    assert line_of(committee, world.near_branch)["Chờ phê duyệt"] == "1"
    committee_rejects(committee, world, look_at)
    assert line_of(committee, world.near_branch)["Bị từ chối"] == "1"
    look_at(committee, "hanh-trinh-tien-do-bi-tu-choi")
    branch_mends(phone, report, look_at)

    before = line_of(department, world.company)
    assert (before["Phải nộp"], before["Chờ phê duyệt"], before["Đã phê duyệt"]) == ("6", "1", "0")
    department.goto(ANALYSIS)
    department.get_by_text("Chưa có báo cáo nào được phê duyệt").wait_for()
    assert department.get_by_text("Kết quả đại hội", exact=True).count() == 0
    look_at(department, "hanh-trinh-phan-tich-chua-co")
    committee_approves(committee, report, look_at)
    after = line_of(department, world.company)
    assert (after["Phải nộp"], after["Chờ phê duyệt"], after["Đã phê duyệt"]) == ("6", "0", "1")
    look_at(department, "hanh-trinh-tien-do")
    department.goto(ANALYSIS)
    results = department.get_by_role("table", name="Kết quả đại hội theo cấp")
    assert (
        results.locator("tr", has_text="Chi bộ trực thuộc")
        .locator("td[data-label='Tổng số đảng viên']")
        .inner_text()
        .split()[0]
        == "12"
    )
    look_at(department, "hanh-trinh-phan-tich-ket-qua")

    committee_reports(committee, world, days, look_at)
    top_approves(department, world, look_at)
    line = line_of(department, world.company)
    assert (line["Chờ phê duyệt"], line["Đã phê duyệt"], line["Chưa gửi"]) == ("0", "4", "2")
    department.get_by_role("link", name="3 báo cáo được gửi khi cấp dưới còn thiếu báo cáo").wait_for()
    look_at(department, "hanh-trinh-tien-do-xong")
    board = sheets_of(fetched(department, "Xuất Excel"))["Tiến độ"]
    heads = next(row for row in board if row[0] == "Đơn vị")
    assert row_of(board, world.company.name)[heads.index("Đã phê duyệt")] == 4
    department.goto(ANALYSIS)
    department.get_by_text("1 trên 2").first.wait_for()
    look_at(department, "hanh-trinh-phan-tich")
    told = sheets_of(fetched(department, "Xuất Excel"))["Theo đơn vị"]
    heads = next(row for row in told if row[0] == "Đơn vị")
    company = row_of(told, world.company.name)
    assert (company[heads.index("Tổng số")], company[heads.index("Nữ")]) == (9, 2)
    # Each figure opens into the reports that it sums.
    department.get_by_role("link", name=f"9 Tổng số, {world.company.name}").first.click()
    department.locator("main").get_by_role("link", name=world.company.name, exact=True).click()
    department.wait_for_url(f"**{of(world.company, 'd').get_absolute_url()}")
    look_at(department, "hanh-trinh-mo-toi-bao-cao")
    paper_says(department, world)
    # What the leaders saw is read on a phone too.
    department.set_viewport_size({"width": PHONE, "height": 844})
    for name, address in (("tien-do", BOARD), ("phan-tich", ANALYSIS)):
        department.goto(address)
        look_at(department, f"hanh-trinh-{name}-dien-thoai")

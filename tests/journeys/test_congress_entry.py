"""A secretary fills in the report of the congress: on a phone, at a desk, without scripts; two at once."""

from datetime import date

import pytest

from congress_reports.definitions import answers_of
from congress_reports.enums import ReportState
from congress_reports.forms.sheets import with_candidates, with_round
from congress_reports.forms.values import Candidate
from congress_reports.models import Report
from congress_reports.services import begin, make_campaign, owed_by_letter_000, save_answers
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import make_member
from tests.congress_reports.conftest import report_of
from tests.congress_reports.reports import result_of_a_grassroots
from tests.journeys.conftest import DESKTOP, PHONE

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])


@pytest.fixture
def campaign(world):
    return make_campaign(
        top=world.top, name="Đại hội lần thứ XIII", term="2025-2030", opens_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31), reference_date=date(2025, 4, 1), owed=owed_by_letter_000(date(2025, 4, 20)),
        actor=world.org_department,
    )  # fmt: skip


def start(page, world, form: str = "a") -> Report:
    report = report_of(world.branch, form)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/")
    page.get_by_role("button", name="Lập báo cáo").click()
    page.get_by_role("link", name="Thông tin chung").wait_for()
    return report


def fill(page, **texts: str) -> None:
    for code, text in texts.items():
        page.locator(f"#o-{code}").fill(text)


def go_on(page) -> None:
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def election(page, body: str, people: list[tuple[str, str, bool]], seats: str) -> None:
    """Add a round for the body from the list of elections, with people typed by hand as (name, votes, elected)."""
    page.get_by_role("button", name=f"Thêm lần bầu {body}").click()
    page.locator("#o-rounds-0-seats, [id$='-seats']").first.wait_for()
    start_of = page.locator("[id$='-seats']").first.get_attribute("id").removesuffix("seats")
    for name, _, _ in people:
        page.get_by_text("Người không có trong danh sách đảng viên").click()
        page.get_by_label("Họ và tên", exact=True).last.fill(name)
        page.get_by_role("button", name="Thêm", exact=True).click()
        page.locator(f"#ung-cu input[value='{name}']").first.wait_for()
    for code, text in (("seats", seats), ("cand_prepared", str(len(people))), ("ballots_returned", "20"),
                       ("ballots_valid", "20"), ("ballots_invalid", "0")):  # fmt: skip
        page.locator(f"#{start_of}{code}").fill(text)
    for who, (_, votes, elected) in enumerate(people):
        page.locator(f"#{start_of}candidates-{who}-votes").fill(votes)
        page.locator(f"#{start_of}candidates-{who}-elected").set_checked(elected)
    go_on(page)


@pytest.mark.parametrize(("width", "javascript"), [(PHONE, True), (PHONE, False)])
def test_report_a_from_nothing_to_sent(world, campaign, open_page, sign_in, look_at, width, javascript):
    page = open_page(width, javascript=javascript)
    sign_in(page, world.secretary)
    report = start(page, world)
    if javascript:
        look_at(page, "entry-tasks")
    page.get_by_role("link", name="Thông tin chung").click()
    page.get_by_label("Đại hội đảng viên").check()
    fill(page, opened_on="12/4/2025", closed_on="12/4/2025", place="Phòng họp Ga Bến Thủy")
    go_on(page)
    page.get_by_role("heading", name="Đảng viên dự đại hội").wait_for()
    fill(page, members_total="24", members_official="22", members_probationary="2", members_exempt="1", summoned="21",
         present="19", absent_excused="1", absent_unexcused="0", election_base="21")  # fmt: skip
    sentence = "Có mặt 19 cộng vắng có lý do 1 cộng vắng không lý do 0 bằng 20, khác số được triệu tập 21."
    if javascript:
        page.locator("#o-present-n").get_by_text(sentence).wait_for()
        page.get_by_text("Đã lưu lúc").wait_for()
        assert page.locator("#o-present_rate-c").inner_text() == "90,5%"
    go_on(page)
    page.locator("#tom-tat").get_by_role("link", name=sentence).click()
    if javascript:
        assert page.evaluate("document.activeElement.id") == "o-present"
        look_at(page, "entry-mistake")
    fill(page, present="20")
    go_on(page)
    page.get_by_role("heading", name="Tình hình nhân sự").wait_for()
    go_on(page)
    page.get_by_role("heading", name="Kết quả bầu cử").wait_for()
    people = [("Nguyễn Văn An", "19", True), ("Lê Thị Bình", "18", True), ("Trần Văn Cường", "15", True),
              ("Phạm Văn Dũng", "8", False)]  # fmt: skip
    elections = f"/quan-ly-bao-cao/{report.pk}/nhap/elections/"
    for body, who, seats in (("Cấp ủy", people, "3"), ("Bí thư", people[:1], "1"), ("Phó bí thư", people[1:2], "1")):
        page.goto(elections)
        election(page, body, who, seats)
    if javascript:
        page.goto(elections)
        look_at(page, "entry-elections")
        page.goto(f"{elections}0/")
        look_at(page, "entry-round")
    page.goto(f"/quan-ly-bao-cao/{report.pk}/gui/")
    page.get_by_text("Số liệu khớp nhau, báo cáo gửi được.").wait_for()
    if javascript:
        look_at(page, "entry-send")
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.get_by_text("Đã gửi báo cáo").wait_for()
    report.refresh_from_db()
    assert report.state == ReportState.SENT
    assert answers_of(report).rounds[0].candidates[0].name == "Nguyễn Văn An"


LONG = "Nguyễn Phúc Bảo Thiên Hương Quỳnh Anh"


@pytest.fixture
def crowded(world, campaign):
    """The company's three reports: 45 candidates, long names, an analysis out of the records with gaps."""
    people = [make_member(world.near_branch, f"{LONG} {chr(65 + n % 26)}{n}", birth_date=date(1970 + n % 20, 3, 1))
              for n in range(45)]  # fmt: skip
    report = begin(report=report_of(world.company, "c"), actor=world.committee)
    answers = result_of_a_grassroots()
    answers.rounds = answers.rounds[:1]
    answers.rounds[0].fields |= {"seats": 15, "cand_prepared": 45, "ballots_invalid": 2, "ballots_valid": 77}
    rows = [Candidate(one.full_name, one.birth_date.year, one.pk, 70 - n, n < 15) for n, one in enumerate(people)]
    answers.rounds[0].candidates = rows
    answers = with_candidates(answers, 0, [Candidate("Lê Thị Người Ngoài", 1950, None, 3)])
    answers.rounds[0].candidates[20].votes = 99
    answers = with_round(answers, "standing", {"venue": "first_meeting", "round_no": 1})
    save_answers(report=report, answers=answers, revision=report.revision, actor=world.committee)
    return report


@WIDTHS
def test_every_sheet_is_fit_to_be_seen(world, crowded, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, world.committee)
    base = f"/quan-ly-bao-cao/{crowded.pk}"
    for name in ("head", "participation", "situation", "elections", "elections/0", "elections/1", "approval"):
        page.goto(f"{base}/nhap/{name}/")
        look_at(page, f"entry-c-{name.replace('/', '-')}")
    page.goto(f"{base}/nhap/elections/0/?kiem-tra")
    look_at(page, "entry-c-checked")
    page.goto(f"{base}/nhap/")
    look_at(page, "entry-c-tasks")
    page.goto(f"{base}/gui/")
    look_at(page, "entry-c-send")
    page.goto(f"{base}/bo-nhap/")
    look_at(page, "entry-c-away")
    for form, names in (
        ("d", ("quality", "quality/committee", "quality/deputy")),
        ("e", ("content", "work", "quality_shown")),
    ):
        report = report_of(world.company, form)
        page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/")
        look_at(page, f"entry-{form}-start")
        page.get_by_role("button", name="Lập báo cáo").click()
        page.get_by_role("link", name="Thông tin chung").wait_for()
        for name in names:
            page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/{name}/")
            look_at(page, f"entry-{form}-{name.replace('/', '-')}")


@WIDTHS
def test_people_are_found_and_picked_while_typing(world, crowded, open_page, sign_in, look_at, width):
    page = open_page(width)
    sign_in(page, world.committee)
    page.goto(f"/quan-ly-bao-cao/{crowded.pk}/nhap/elections/1/")
    page.get_by_label("Tìm trong danh sách đảng viên").fill("nguyen phuc")
    page.get_by_role("checkbox", name="A0").check()
    page.get_by_role("checkbox", name="B1,").check()
    look_at(page, "entry-pick")
    page.get_by_role("button", name="Thêm vào danh sách bầu cử").click()
    page.get_by_text("2 người, xếp theo vần tên").wait_for()


def test_a_corrected_figure_asks_why_while_it_is_typed(world, crowded, open_page, sign_in, look_at):
    report = begin(report=report_of(world.company, "d"), actor=world.committee)
    page = open_page()
    sign_in(page, world.committee)
    page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/quality/committee/")
    page.locator("#o-groups-committee-female").fill("3")
    page.get_by_label("Vì sao như vậy?").fill("Hồ sơ chưa cập nhật giới tính.")
    look_at(page, "entry-d-reason")
    with page.expect_response("**/luu/**"):
        page.get_by_label("Vì sao như vậy?").press("Tab")
    page.get_by_text("Đã lưu lúc").wait_for()
    report.refresh_from_db()
    assert answers_of(report).groups["committee"]["female"] == 3
    assert answers_of(report).reasons == {"own:groups.committee.female": "Hồ sơ chưa cập nhật giới tính."}


def test_a_killed_browser_loses_seconds_and_two_typists_see_each_other(world, campaign, open_page, sign_in, look_at):
    one, two = open_page(), open_page(DESKTOP)
    sign_in(one, world.secretary)
    report = start(one, world)
    give_grant(user=world.people["member"].account, unit=world.branch, role=Role.HANDBOOK_OFFICER, actor=None)
    sign_in(two, world.people["member"].account)
    for page in (one, two):
        page.goto(f"/quan-ly-bao-cao/{report.pk}/nhap/participation/")
    one.locator("#o-present").press_sequentially("20")
    one.get_by_text("Đã lưu lúc").wait_for()
    one.context.close()
    two.locator("#o-present").press_sequentially("19")
    two.get_by_text("vừa sửa phần này").wait_for()
    go_on(two)
    two.get_by_text("Đồng chí kia vừa nhập: 20").wait_for()
    look_at(two, "entry-two-typists")
    assert two.locator("#o-present").input_value() == "19"
    report.refresh_from_db()
    assert answers_of(report).fields["present"] == 20

"""The board and the analysis: the same figures everywhere, each opening into the reports it is of."""

import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from audit.models import Entry
from congress_reports.background import export_campaign
from congress_reports.enums import ReportState
from congress_reports.forms.definition import SectionKind
from congress_reports.models import Report
from congress_reports.selectors import board as selectors
from congress_reports.selectors.analysis import MEASURES, Figures, addends, analysis_of, ground_of, merged
from congress_reports.selectors.board import WHICH, Chosen, board_of, duties_of, number_of, reports_behind
from congress_reports.services import approve, fold_totals, reject
from jobs.models import Job
from orgtree.models import OrgUnit
from orgtree.services import close_unit, fold_figures
from tests.cast import make_unit

from .campaigns import REASON, decided, letter_000, near_secretary, report_of, sent, sent_by_branch, stale
from .test_totals import put

TODAY = timezone.localdate()


def page_of(client, name: str, **data) -> str:
    answer = client.get(reverse(f"congress_reports:{name}"), data)
    assert answer.status_code == 200
    return answer.content.decode()


class Links(HTMLParser):
    """Addresses of the page by the words that screen readers get beside a figure."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._at, self._text = None, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._at, self._text = dict(attrs).get("href", ""), ""

    def handle_data(self, data):
        self._text += data

    def handle_endtag(self, tag):
        if tag == "a" and self._at:
            self.found.append((" ".join(self._text.split()), self._at))
            self._at = None


def board_at(world, campaign, unit=None, **options):
    unit = OrgUnit.objects.get(pk=(unit or world.top).pk)
    options.setdefault("chosen", Chosen())
    return board_of(campaign, unit, duties_of(campaign), today=TODAY, deep=True, **options)


def assert_adds_up(board) -> None:
    """Each line = its own reports and the lines right below it, and every figure = the reports behind it."""
    duties = duties_of(board.campaign)
    by_unit = {line.pk: line for line in board.lines}
    for line in board.lines:
        unit = OrgUnit.objects.get(pk=line.pk)
        for which in WHICH:
            number = number_of(line.tally, which)
            behind = reports_behind(board.campaign, unit, duties, which=which, today=TODAY)
            assert number == behind.count(), (line.name, which)
            own = sum(report.unit_id == unit.pk for report in behind)
            below = OrgUnit.objects.filter(parent=unit).values_list("pk", flat=True)
            assert number == own + sum(number_of(by_unit[pk].tally, which) for pk in below if pk in by_unit)
        assert line.tally.owed == sum((line.tally.unsent, line.tally.waiting, line.tally.approved, line.tally.rejected))


states = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.sampled_from([*ReportState][:6]),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(-4, 4),
        st.booleans(),
    ),
    max_size=20,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states)
def test_every_line_is_the_sum_of_what_is_below_and_behind_it(world, campaign, life):
    reports = list(Report.objects.order_by("pk"))
    by = (world.secretary, world.committee)
    for which, state, late, flags, due, fold in life:
        put(reports[which % len(reports)], state, [1, 2, 3], late=late, flags=flags, by=by, due=due)
        if fold:
            fold_totals()
            fold_figures()
    assert_adds_up(board_at(world, campaign))


def test_a_unit_that_was_merged_stands_in_the_sums_and_in_the_lines(world, campaign):
    small = make_unit(world.company, "T.02.91", "Chi bộ Trạm Y tế", "cell")
    report = report_of(small, "a")
    put(report, ReportState.APPROVED, [4], late=0, flags=0, by=(world.secretary, world.committee))
    close_unit(unit=OrgUnit.objects.get(pk=small.pk), actor=None)
    board = board_at(world, campaign)
    line = next(line for line in board.lines if line.pk == small.pk)
    assert line.is_closed
    assert line.tally.approved == 1
    assert_adds_up(board)


def test_held_congresses_and_units_that_owe(world, campaign):
    sent_by_branch(world)
    whole = board_at(world, campaign).whole
    assert (whole.held, whole.units) == (1, 8)
    only_a = board_at(world, campaign, chosen=Chosen(form="a")).whole
    assert (only_a.owed, only_a.units, only_a.waiting) == (5, 5, 1)
    cells = board_at(world, campaign, chosen=Chosen(kind=world.branch.kind_id)).whole
    assert (cells.units, cells.owed) == (4, 8)


def test_the_leaf_is_two_clicks_away(world, campaign, client_of):
    """From the top: what stands right below is there, and below units that owe nothing too."""
    client = client_of(world.org_department)
    page = page_of(client, "board")
    assert world.company.name in page
    assert world.other_company.name in page
    assert world.near_branch.name not in page
    first = next(url for text, url in Links(page).found if text.endswith(f"trực thuộc {world.company.name}"))
    page = client.get(reverse("congress_reports:board") + first.split("#")[0]).content.decode()
    assert world.near_branch.name in page
    second = next(url for text, url in Links(page).found if text.endswith(f"trực thuộc {world.section.name}"))
    page = client.get(reverse("congress_reports:board") + second.split("#")[0]).content.decode()
    assert world.branch.name in page


def test_page_paper_and_workbook_tell_the_same(world, client_of):
    stale(world)
    client = client_of(world.org_department)
    page, paper = page_of(client, "board"), page_of(client, "board_print")
    answer = client.get(reverse("congress_reports:board_xlsx"))
    sheets = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert sheets.sheet_names == ["Tiến độ", "Mọi đơn vị"]
    for row in sheets.get_sheet_by_name("Tiến độ").to_python()[3:]:
        name, numbers = row[0].strip(), [str(int(number)) for number in row[5:12]]
        for html in (page, paper):
            line = re.search(rf"<tr[^>]*>\s*<th(?:(?!</tr>).)*?{re.escape(name)}<small>.*?</tr>", html, re.S)[0]
            told = re.findall(r'class="number(?: late)?">(?:<a [^>]*>)?([\d.]+)', line)
            assert told[-7:] == numbers, name
    deep = {row[0].strip() for row in sheets.get_sheet_by_name("Mọi đơn vị").to_python()[3:]}
    assert world.branch.name in deep


def test_figures_of_the_board_open_into_their_reports(world, campaign, client_of):
    sent_by_branch(world)
    client = client_of(world.org_department)
    links = Links(page_of(client, "board")).found
    checked = 0
    for text, url in links:
        if "/tien-do/bao-cao/" in url and (number := re.match(r"([\d.]+) (\D+), (Đảng|Chi)", text)):
            answer = client.get(url).content.decode()
            assert f"{number[1]} báo cáo của" in answer, (text, url)
            checked += 1
    assert checked > 8


def test_what_is_narrowed_hides_lines_not_figures(world, campaign, client_of):
    sent_by_branch(world)
    client = client_of(world.org_department)
    page = page_of(client, "board", con="cho-duyet")
    assert f'id="dv-{world.company.pk}"' in page
    assert f'id="dv-{world.base_cell.pk}"' not in page
    assert "Chỉ hiện đơn vị có báo cáo: Chờ phê duyệt" in page


def test_changes_of_the_day(world, campaign, client_of):
    decided(world)
    client = client_of(world.org_department)
    page = page_of(client, "board")
    assert "Thay đổi hôm nay" in page
    top, other = OrgUnit.objects.get(pk=world.top.pk), OrgUnit.objects.get(pk=world.empowered.pk)
    assert dict(selectors.changes_of_day(campaign, top, TODAY)) == {"drafted": 1, "sent": 1, "approved": 1}
    assert selectors.changes_of_day(campaign, other, TODAY) == []
    earlier = page_of(client, "board", ngay="2025-01-01")
    assert "Không có thay đổi nào." in earlier


def test_sent_with_missing_reports_stays_visible(world, client_of):
    stale(world)
    page = page_of(client_of(world.org_department), "board")
    assert "1 báo cáo được gửi khi cấp dưới còn thiếu báo cáo" in page
    assert "1 báo cáo cần rà soát lại" in page


def approved_b(world):
    """The quality of the branch near the company: 3 in the committee, one woman, two young, 41,7 years on average."""
    report = sent(report_of(world.near_branch, "b"), near_secretary(world))
    return approve(report=report, version=1, actor=world.committee)


def waiting_b(world):
    return sent(report_of(world.branch, "b"), world.secretary)


def analysis_at(world, campaign, unit, *, with_waiting=False):
    ground = ground_of(campaign, duties_of(campaign), SectionKind.GROUPS)
    return analysis_of(ground, OrgUnit.objects.get(pk=unit.pk), with_waiting=with_waiting)


def test_the_analysis_is_of_approved_reports_and_on_demand_of_sent_ones(world, campaign):
    approved_b(world)
    waiting_b(world)
    told = analysis_at(world, campaign, world.top)
    assert (told.whole.counted, told.whole.expected, told.whole.waiting) == (1, 8, 0)
    assert told.whole.of("committee.n") == 3
    assert told.whole.sum_of("committee", ("female",)) == 1
    assert told.whole.sum_of("committee", ("pro_university", "pro_master", "pro_doctor")) == 3
    assert round(float(told.whole.average("committee")), 2) == 41.7
    both = analysis_at(world, campaign, world.top, with_waiting=True)
    assert (both.whole.counted, both.whole.waiting) == (2, 1)
    assert both.whole.of("committee.n") == 6
    assert round(float(both.whole.average("committee")), 2) == 41.7


def test_levels_and_units_add_up_to_the_whole(world, campaign):
    approved_b(world)
    report = waiting_b(world)
    for unit in (world.top, world.company, world.section, world.near_branch):
        for with_waiting in (False, True):
            told = analysis_at(world, campaign, unit, with_waiting=with_waiting)
            for rows in (told.levels, told.units):
                assert merged(row.figures for row in rows) == told.whole or (told.whole == Figures() and not rows)
    assert report.state == ReportState.SENT


@pytest.mark.parametrize("with_waiting", [False, True])
def test_every_figure_is_the_sum_of_its_addends(world, campaign, with_waiting):
    approved_b(world)
    waiting_b(world)
    told = analysis_at(world, campaign, world.top, with_waiting=with_waiting)
    for row in told.units:
        unit = OrgUnit.objects.get(pk=row.key)
        for group in ("committee", "secretary", "deputy"):
            for measure in MEASURES:
                codes = [f"{group}.{name}" for name in measure.columns]
                rows = addends(told.ground, unit, codes, with_waiting=with_waiting, own=row.is_own)
                assert sum(one.value for one in rows) == (row.figures.sum_of(group, measure.columns) or 0)
                assert rows.count() == row.figures.counted


def test_figures_of_the_analysis_open_into_their_reports(world, campaign, client_of):
    approved_b(world)
    decided(world)
    client = client_of(world.org_department)
    page = page_of(client, "analysis")
    assert "1 trên 8</b> báo cáo đã được phê duyệt" in page
    checked = 0
    for text, url in Links(page).found:
        number = re.match(r"([\d.,]+)(?:/[\d.]+)? (\D+), ", text)
        if "/phan-tich/bao-cao/" not in url or not number:
            continue
        answer = client.get(url).content.decode()
        if number[2].startswith("Số báo cáo"):
            assert f"cộng từ {number[1]} báo cáo" in answer
        else:
            assert f"<b>{number[1]}</b>" in answer, (text, url)
        checked += 1
    assert checked > 20


def test_targets_average_and_comparison_stand_on_the_page(world, campaign, client_of):
    approved_b(world)
    page = page_of(client_of(world.org_department), "analysis", nhom="committee")
    assert "33,3%" in page
    assert "mục tiêu 15%" in page
    assert "41,7" in page
    assert "Kết quả đại hội" not in page.replace("Kết quả đại hội theo cấp", "")
    sorted_page = page_of(client_of(world.org_department), "analysis", xep="-2")
    assert 'aria-sort="descending"' in sorted_page


def test_unapproved_figures_are_marked(world, campaign, client_of):
    waiting_b(world)
    client = client_of(world.org_department)
    assert "Chưa có báo cáo nào được phê duyệt" in page_of(client, "analysis")
    page = page_of(client, "analysis", ca_cho="on")
    assert "Có số liệu chưa được phê duyệt" in page
    assert "gồm 1 báo cáo chưa được phê duyệt" in page


def test_the_workbook_of_the_analysis_tells_the_same(world, campaign, client_of):
    approved_b(world)
    answer = client_of(world.org_department).get(reverse("congress_reports:analysis_xlsx"))
    sheets = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert sheets.sheet_names == ["Theo đơn vị", "Theo cấp", "Mọi tiêu chí"]
    last = sheets.get_sheet_by_name("Theo cấp").to_python()[-1]
    assert last[0] == "Cộng"
    assert last[2:7] == [8, 1, 3, 1, 33.3]
    assert last[-1] == 41.7


def _grow(world, campaign, count: int) -> None:
    from congress_reports.services import expect_reports

    for at in range(count):
        parent = make_unit(world.top, f"T.{80 + at}", f"Đảng bộ {at}", "base_committee")
        make_unit(parent, f"T.{80 + at}.1", f"Chi bộ {at}", "cell")
    expect_reports(campaign=campaign, actor=None)


def test_the_tree_stays_short_where_much_stands_below(world, campaign, client_of, monkeypatch):
    """Units that owe nothing open of themselves only while the page stays short."""
    client = client_of(world.org_department)
    page_of(client, "board")
    with CaptureQueriesContext(connection) as costs:
        assert f'id="dv-{world.other_company.pk}"' in page_of(client, "board")
    monkeypatch.setattr(selectors, "MOST_OPENED", 4)
    with CaptureQueriesContext(connection) as short:
        page = page_of(client, "board")
    assert f'id="dv-{world.empowered.pk}"' in page
    assert f'id="dv-{world.other_company.pk}"' not in page
    assert len(short) == len(costs) <= 12
    with CaptureQueriesContext(connection) as open_to:
        opened = page_of(client, "board", mo=world.empowered.pk)
    assert len(open_to) == len(costs)
    assert f'id="dv-{world.other_company.pk}"' in opened


def test_many_addends_stand_in_the_order_of_the_tree(world, campaign, client_of, monkeypatch):
    approved_b(world)
    client = client_of(world.org_department)
    monkeypatch.setattr("congress_reports.views.analysis._MOST_BY_SIZE", 0)
    page = page_of(client, "analysis_reports", cot="nu")
    assert "<b>1</b> (33,3%), cộng từ 1 báo cáo" in page


ADDRESSES = ("board", "board_print", "board_reports", "analysis", "analysis_reports")


@pytest.mark.parametrize("name", ADDRESSES)
def test_pages_cost_the_same_for_few_and_for_many(world, campaign, client_of, name):
    approved_b(world)
    client = client_of(world.org_department)
    page_of(client, name)
    with CaptureQueriesContext(connection) as few:
        page_of(client, name)
    _grow(world, campaign, 4)
    waiting_b(world)
    with CaptureQueriesContext(connection) as many:
        page_of(client, name)
    assert len(few) == len(many)
    assert len(few) <= 12, [query["sql"][:120] for query in few]


@pytest.mark.parametrize("name", ADDRESSES)
def test_pages_without_a_campaign(world, client_of, name):
    page = page_of(client_of(world.org_department), name)
    assert "Chưa có" in page or "Không có" in page


def test_a_closed_campaign_is_told_as_of_its_last_day(world, campaign, client_of):
    campaign.closed_on = campaign.opens_on
    campaign.save()
    page = page_of(client_of(world.org_department), "board")
    assert "đã đóng ngày 01/01/2025" in page
    # Nothing was late on that day.
    assert 'Quá hạn, chưa gửi</span><span class="tile__value">0' in page


def test_the_export_of_a_campaign_is_read_back(world, client_of):
    decided(world)
    approved_b(world)
    report = sent(report_of(world.branch, "a"), world.secretary)
    answer = client_of(world.org_department).post(reverse("congress_reports:export", args=[report.campaign_id]))
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert Entry.objects.filter(action="campaign.exported").count() == 1
    told = []
    outcome = export_campaign(job, lambda done, total: told.append((done, total)))
    sheets = CalamineWorkbook.from_path(outcome.file)
    outcome.file.unlink()
    assert outcome.result == "Đã xuất 2 báo cáo đã phê duyệt."
    assert told[-1] == (2, 2)
    names = sheets.sheet_names
    assert names[0] == "Tiến độ"
    assert names[-1] == "Trúng cử"
    rows = sheets.get_sheet_by_name("a) Kết quả đại hội").to_python()
    header, values = rows[2], rows[3]
    assert len(rows) == 4
    assert values[:2] == [world.near_branch.code, world.near_branch.name]
    assert values[header.index("Tổng số đảng viên")] == 24
    assert values[header.index("Trúng cử: Cấp ủy")] == 3
    quality = sheets.get_sheet_by_name("b) Phân tích chất lượng").to_python()
    assert quality[3][quality[2].index("Cấp ủy viên: Tuổi bình quân")] == 41.7
    elected = sheets.get_sheet_by_name("Trúng cử").to_python()
    assert [row[6] for row in elected[3:]] == [
        "Nguyễn Văn An", "Lê Thị Bình", "Trần Văn Cường", "Lê Thị Bình", "Nguyễn Văn An"
    ]  # fmt: skip


def test_a_rejected_report_leaves_the_analysis(world, campaign):
    waiting_b(world)
    near = sent(report_of(world.near_branch, "b"), near_secretary(world))
    assert analysis_at(world, campaign, world.top, with_waiting=True).whole.counted == 2
    reject(report=near, version=1, reason=REASON, actor=world.committee)
    assert analysis_at(world, campaign, world.top, with_waiting=True).whole.counted == 1


def test_letter_000_over_the_tree(world):
    campaign = letter_000(world)
    assert board_at(world, campaign).whole.owed == Report.objects.count()

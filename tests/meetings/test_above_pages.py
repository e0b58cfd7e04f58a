"""The board, the branches behind its figures, the calendar, a branch's year."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.above.selectors import board as boards
from meetings.above.selectors.board import ABSENT_LONG, WHICH, Month, month_named, number_of, tallies
from meetings.enums import MeetingKind, MeetingState, Presence
from meetings.models import Meeting
from orgtree.models import OrgUnit
from orgtree.services import fold_figures
from tests.cast import make_member, make_unit

from .papers_of_old import in_the_book, waiting
from .sessions import announced, draft
from .test_above_counts import at, held
from .written import signed

LINE = re.compile(r'<tr id="dv-(\d+)">(.*?)</tr>', re.DOTALL)


def now_month() -> Month:
    return Month(timezone.localdate().replace(day=1))


def mid_month(months_ago: int = 0):
    month = now_month()
    for _ in range(months_ago):
        month = month.before
    return at(month.first.year, month.first.month, 10)


@pytest.fixture
def quarter(world):
    """The branch has written up, the sister has held, the near branch has announced; the fourth and fifth nothing."""
    people = {world.people["secretary"]: Presence.PRESENT, world.people["member"]: Presence.EXCUSED}
    held(world.branch, mid_month(), people)
    Meeting.objects.filter(unit=world.branch).update(state=MeetingState.COMPLETED)
    held(world.sister, mid_month(), {world.people["other_secretary"]: Presence.PRESENT})
    held(world.sister, mid_month(), {world.people["other_secretary"]: Presence.PRESENT}, kind=MeetingKind.THEMATIC)
    Meeting.objects.create(
        unit=world.near_branch, kind=MeetingKind.REGULAR, title="Sinh hoạt", state=MeetingState.ANNOUNCED,
        starts_at=mid_month(), place="Phòng họp",
    )  # fmt: skip
    return world


class TestBoard:
    def test_every_figure_is_the_number_of_branches_behind_it(self, quarter):
        month = now_month()
        for unit in OrgUnit.objects.all():
            tally = tallies([unit.pk], month)[unit.pk]
            for which in WHICH:
                if which != "du-hop-thap":
                    assert number_of(tally, which) == boards.branches_behind(unit, month, which).count(), (unit, which)
            assert number_of(tally, ABSENT_LONG) == boards.absent_for_long(unit).count()

    def test_the_figures(self, quarter):
        tally = tallies([quarter.top.pk], now_month())[quarter.top.pk]
        assert (tally.branches, tally.not_called, tally.not_held, tally.not_written) == (5, 2, 3, 1)
        assert tally.no_thematic == 4
        assert (tally.here, tally.expected) == (3, 4)
        assert tally.is_low

    def test_the_tree_opens_down_to_a_branch(self, quarter, client_of):
        client, url = client_of(quarter.org_department), reverse("meetings:board")
        top = client.get(url).content.decode()
        lines = dict(LINE.findall(top))
        assert str(quarter.company.pk) in lines
        assert str(quarter.branch.pk) not in lines
        below = client.get(url, {"mo": quarter.section.pk}).content.decode()
        lines = dict(LINE.findall(below))
        assert "Đã khóa biên bản" in lines[str(quarter.branch.pk)]
        assert "Đã họp" in lines[str(quarter.sister.pk)]
        assert reverse("meetings:year", args=[quarter.branch.pk, timezone.localdate().year]) in below

    def test_a_unit_that_is_not_the_readers_is_not_there(self, world, client_of):
        client, url = client_of(world.committee), reverse("meetings:board")
        assert client.get(url, {"don_vi": world.section.pk}).status_code == 200
        assert client.get(url, {"don_vi": world.top.pk}).status_code == 404
        assert client.get(url, {"don_vi": world.other_company.pk}).status_code == 404
        assert client.get(reverse("meetings:board_branches"), {"don_vi": world.other_company.pk}).status_code == 404
        assert client.get(reverse("meetings:board_xlsx"), {"don_vi": world.other_company.pk}).status_code == 404

    @pytest.mark.parametrize("word", ["", "2026", "abc-de", "1900-01", "2026-13", "9999-01"])
    def test_what_is_no_month_is_this_month(self, word):
        today = timezone.localdate()
        assert month_named(word, today) == now_month()

    @pytest.mark.parametrize("which", [*WHICH, ABSENT_LONG, "no-such"])
    def test_the_lists_open(self, quarter, client_of, which):
        answer = client_of(quarter.org_department).get(reverse("meetings:board_branches"), {"muc": which})
        assert answer.status_code == 200

    def test_the_list_names_who_leads(self, quarter, client_of):
        from members.enums import PostCode
        from members.models import Post

        Post.objects.create(member=quarter.people["outsider"], unit=quarter.other_branch, code=PostCode.SECRETARY)
        answer = client_of(quarter.org_department).get(reverse("meetings:board_branches"), {"muc": "chua-hop"})
        page = answer.content.decode()
        assert "Vũ Thị Hồng" in page
        assert "Chi bộ Ga Bến Thủy" not in page

    def test_the_workbook_says_what_the_page_says(self, quarter, client_of):
        answer = client_of(quarter.org_department).get(reverse("meetings:board_xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        words = [[cell for cell in row if cell is not None] for row in book["Từng chi bộ"].iter_rows(values_only=True)]
        flat = "\n".join(" | ".join(str(cell) for cell in row) for row in words)
        assert (
            "Chi bộ Ga Bến Thủy | T.02.B1.01 | Đảng bộ bộ phận Khối Cơ quan | Đã thông báo | Đã họp | Đã khóa" in flat
        )
        assert "Chi bộ Trung tâm Điều hành | T.61 | Đảng bộ Tổng công ty Thử nghiệm | Chưa | Chưa" in flat

    def test_queries_do_not_grow_with_branches(self, quarter, client_of):
        client = client_of(quarter.org_department)

        def asked() -> dict[str, int]:
            counts = {}
            for name, query in (
                ("board", {"mo": quarter.section.pk}),
                ("board_branches", {"muc": "chua-hop"}),
                ("board_branches", {"muc": ABSENT_LONG}),
                ("board_xlsx", {}),
                ("calendar_above", {"don_vi": quarter.top.pk}),
            ):
                with CaptureQueriesContext(
                    connection,
                ) as seen:
                    assert client.get(reverse(f"meetings:{name}"), query).status_code == 200
                counts[name + str(query.get("muc", ""))] = len(seen)
            return counts

        for ago in (1, 2, 3):
            held(quarter.near_branch, mid_month(ago), {quarter.people["committee"]: Presence.UNEXCUSED})
        client.get(reverse("meetings:board"))
        few = asked()
        for number in range(30):
            unit = make_unit(quarter.section, f"T.02.B1.{number + 20}", f"Chi bộ {number}", "cell")
            chair = make_member(unit, "Trần Văn Tư")
            for ago in (1, 2, 3):
                held(unit, mid_month(ago), {chair: Presence.UNEXCUSED})
            held(unit, mid_month(), {chair: Presence.PRESENT if number % 2 else Presence.UNEXCUSED})
        fold_figures()
        assert asked() == few
        assert max(few.values()) <= 12


class TestCalendar:
    def test_my_branch_without_drafts_and_the_committees(self, world, client_of):
        day = timezone.now() + timedelta(minutes=5)
        announced(world, starts_at=day, title="Cuộc đã báo")
        draft(world, starts_at=day, title="Cuộc nháp")
        held(world.branch, timezone.now(), {world.people["secretary"]: "present"}, kind=MeetingKind.CELL_COMMITTEE)
        Meeting.objects.filter(kind=MeetingKind.CELL_COMMITTEE).update(title="Họp chi ủy kín")
        page = client_of(world.member).get(reverse("meetings:calendar_above")).content.decode()
        assert "Cuộc đã báo" in page
        assert "Cuộc nháp" not in page
        assert "Họp chi ủy kín" not in page

    def test_from_above_a_meeting_to_come_is_its_kind_hour_and_place(self, world, client_of):
        announced(world, starts_at=timezone.now() + timedelta(minutes=5), title="Kiểm điểm đồng chí N")
        page = client_of(world.committee).get(reverse("meetings:calendar_above"), {"don_vi": world.company.pk})
        page = page.content.decode()
        assert "Kiểm điểm đồng chí N" not in page
        assert "Sinh hoạt thường kỳ" in page
        assert "Phòng họp ga Bến Thủy" in page
        assert "Chi bộ Ga Bến Thủy" in page

    def test_nobody_reads_the_calendar_of_others(self, world, client_of):
        url = reverse("meetings:calendar_above")
        assert client_of(world.member).get(url, {"don_vi": world.branch.pk}).status_code == 404
        assert client_of(world.outsider).get(url, {"don_vi": world.company.pk}).status_code == 404


class TestYear:
    def test_the_grid_and_the_months_that_are_missing(self, world, client_of):
        people = {world.people["secretary"]: Presence.PRESENT, world.people["member"]: Presence.EXCUSED}
        held(world.branch, at(2025, 1, 5), people)
        held(world.branch, at(2025, 4, 5), people, with_thematic=True)
        page = client_of(world.member).get(reverse("meetings:year", args=[world.branch.pk, 2025])).content.decode()
        assert "tháng 2, 3, 5, 6, 7, 8, 9, 10, 11, 12" in page
        assert "quý I, III, IV" in page
        row = re.search(r"<tr><th scope=\"row\">Nguyễn Thị Bưởi</th>(.*?)</tr>", page, re.DOTALL).group(1)
        assert row.count("Vắng có lý do") == 2
        assert "0/2" in row
        assert "2/4" in page

    def test_a_committees_meeting_is_not_shown_to_the_branch(self, world, client_of):
        held(world.branch, at(2025, 1, 5), {world.people["secretary"]: "present"}, kind=MeetingKind.CELL_COMMITTEE)
        Meeting.objects.update(title="Họp chi ủy kín")
        url = reverse("meetings:year", args=[world.branch.pk, 2025])
        assert "Họp chi ủy kín" not in client_of(world.member).get(url).content.decode()
        assert "Họp chi ủy kín" in client_of(world.secretary).get(url).content.decode()
        assert "Họp chi ủy kín" in client_of(world.committee).get(url).content.decode()

    def test_paper_minutes_make_the_year_whole(self, world, client_of):
        in_the_book(world)
        url = reverse("meetings:year", args=[world.branch.pk, 2026])
        page = client_of(world.member).get(url).content.decode()
        assert "17/20" in page
        assert "Bản giấy" in page
        assert tallies([world.top.pk], Month(at(2026, 3, 1).date()))[world.top.pk].here == 17

    def test_before_the_book_only_the_secretary_sees_them(self, world, client_of):
        waiting(world)
        url = reverse("meetings:year", args=[world.branch.pk, 2026])
        assert "Chờ đưa vào sổ" in client_of(world.secretary).get(url).content.decode()
        for user in (world.member, world.committee):
            assert "tháng 3/2026" not in client_of(user).get(url).content.decode()
        assert tallies([world.top.pk], Month(at(2026, 3, 1).date()))[world.top.pk].held == 0

    def test_queries_do_not_grow_with_meetings(self, world, client_of):
        client = client_of(world.secretary)
        url = reverse("meetings:year", args=[world.branch.pk, 2025])
        everybody = [make_member(world.branch, f"Trần Văn {name}") for name in ("Ba", "Bốn", "Năm")]

        def asked() -> int:
            with CaptureQueriesContext(connection) as seen:
                client.get(url)
            return len(seen)

        held(world.branch, at(2025, 1, 5), {everybody[0]: Presence.PRESENT})
        client.get(url)
        few = asked()
        for month in range(2, 13):
            held(world.branch, at(2025, month, 5), dict.fromkeys(everybody, Presence.PRESENT))
        assert asked() == few <= 12

    def test_a_year_with_a_whole_meeting(self, world, client_of):
        meeting = signed(world)
        year = timezone.localdate(meeting.starts_at).year
        page = client_of(world.committee).get(reverse("meetings:year", args=[world.branch.pk, year])).content.decode()
        assert reverse("meetings:minutes", args=[meeting.pk]) in page
        assert "Lập sổ biên bản" in page

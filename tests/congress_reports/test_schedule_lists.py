"""Workbooks of a schedule as people send them, what goes out, and what comes back in."""

from datetime import date, time

import pytest
from icalendar import Calendar

from common.spreadsheets import UnreadableWorkbook, read_workbook
from congress_reports.enums import CongressForm, CongressState
from congress_reports.models import Congress
from congress_reports.schedule_lists import read_schedule
from congress_reports.services import close_campaign, schedule_one
from congress_reports.services.schedule_import import confirm_plan, plan_schedule

from .schedules import workbook

HERE = "/quan-ly-bao-cao/lich-dai-hoi/"
HEADER = ["STT", "Mã tổ chức", "Tên tổ chức đảng", "Ngày dự kiến", "Giờ", "Địa điểm", "Hình thức", "Tình trạng"]


def _row(*cells) -> dict:
    return read_schedule(workbook(HEADER, list(cells))).rows[0].values


def test_a_messy_workbook_is_understood():
    read = read_schedule(
        workbook(
            ["ĐẢNG ỦY TỔNG CÔNG TY"],
            ["LỊCH ĐẠI HỘI CÁC CHI BỘ"],
            [],
            ["TT", "Đơn vị ", "THỜI GIAN", "Giờ khai mạc", "Hội trường", "Quân số", "Đ/c chỉ đạo"],
            ["I", "Khối Cơ quan"],
            [1, "Chi bộ  Ga Quán Hành", "12.4.2025", "7h30", "Phòng họp Ga", 24, "Đ/c Nguyễn Văn An"],
            [2, "Chi bộ Ga Bến Thủy", date(2025, 4, 13), 0.5625, "", 19, ""],
            ["TT", "Đơn vị ", "THỜI GIAN", "Giờ khai mạc", "Hội trường", "Quân số", "Đ/c chỉ đạo"],
            ["", "Chi bộ Ga Mỹ Lý", "20/4/2025", "", "Hội trường Ga", "", "Chi bộ bạn"],
            [],
            ["", "Người lập biểu"],
        )
    )
    assert [(one.row, one.name) for one in read.rows] == [
        (6, "Chi bộ Ga Quán Hành"),
        (7, "Chi bộ Ga Bến Thủy"),
        (9, "Chi bộ Ga Mỹ Lý"),
    ]
    assert read.rows[0].values == {
        "planned_on": date(2025, 4, 12),
        "planned_at": time(7, 30),
        "place": "Phòng họp Ga",
        "steering": "Đ/c Nguyễn Văn An",
    }
    assert read.rows[1].values == {"planned_on": date(2025, 4, 13), "planned_at": time(13, 30)}
    assert read.dropped_columns == ["Quân số"]


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("07:30", time(7, 30)),
        ("7 giờ 30", time(7, 30)),
        ("8h", time(8)),
        ("14g00", time(14)),
        ("2 giờ chiều", time(14)),
        ("7h30 sáng", time(7, 30)),
        (time(9, 15), time(9, 15)),
    ],
)
def test_hours_as_people_write_them(typed, hour):
    assert _row(1, "T.1", "", "12/04/2025", typed)["planned_at"] == hour


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("Đã tổ chức", CongressState.HELD),
        ("đã ĐH", CongressState.HELD),
        ("Chưa tổ chức", CongressState.PLANNED),
        ("chưa hoàn thành", CongressState.PLANNED),
        ("Hoãn", CongressState.POSTPONED),
        ("Tạm hoãn", CongressState.POSTPONED),
        ("Hoàn thành", CongressState.HELD),
    ],
)
def test_states_as_people_write_them(typed, state):
    assert _row(1, "T.1", "", "12/04/2025", "", "", "", typed)["state"] == state


def test_a_held_congress_without_its_day_was_held_as_planned():
    values = _row(1, "T.1", "", "12/04/2025", "", "", "đại biểu", "đã tổ chức")
    assert (values["held_on"], values["form"]) == (date(2025, 4, 12), CongressForm.DELEGATES)


def test_a_wrong_cell_is_named():
    row = read_schedule(workbook(HEADER, [1, "T.1", "", "31/02/2025", "25h", "", "họp kín", "lửng lơ"])).rows[0]
    assert [problem.cell for problem in row.problems] == ["D2", "E2", "G2", "H2"]
    assert row.values == {}


def test_a_workbook_without_units_or_days_is_refused():
    with pytest.raises(UnreadableWorkbook):
        read_schedule(workbook(["Họ và tên", "Ngày sinh"], ["Nguyễn Văn An", "01/02/1980"]))


def _plan(world, campaign, *rows, actor=None):
    read = read_schedule(workbook(HEADER, *rows))
    return plan_schedule(campaign=campaign, read=read, label="lịch", actor=actor or world.committee)


def test_what_a_workbook_changes_is_shown_and_then_written(world, campaign):
    schedule_one(
        campaign=campaign, unit=world.sister, values={"planned_on": date(2025, 3, 1)}, seen=None, actor=world.committee
    )
    plan = _plan(
        world,
        campaign,
        [1, "t.02.b1.01", "", "12/04/2025", "7h30", "Phòng họp"],
        [2, "", "chi bo ga quan hanh", "01/03/2025"],
        [3, "T.02.90", "", "12/04/2035"],
        [4, "", "Chi bộ không có", "12/04/2025"],
        [5, "T.02.B1.01", "", "13/04/2025"],
        [6, "T.02", "", "13/04/2025"],
        [7, "T.01.01.01", "", "13/04/2025"],
    )
    assert [one["code"] for one in plan.changes] == ["T.02.B1.01"]
    assert plan.changes[0]["changes"][0] == {"label": "Ngày dự kiến", "old": "", "new": "12/04/2025"}
    assert plan.unchanged == 1
    told = {one["row"]: one["message"] for one in plan.problems}
    assert "nằm ngoài thời gian của đợt" in told[4]
    assert "Không thấy đơn vị" in told[5]
    assert "đã có ở dòng 2" in told[6]
    # His own committee's congress is planned above him; another company's units are not there for him.
    assert "do cấp ủy khác xếp" in told[7]
    assert "Không thấy mã" in told[8]
    assert Congress.objects.count() == 1
    outcome = confirm_plan(campaign=campaign, plan=plan, actor=world.committee)
    assert (outcome.written, outcome.left_out) == (1, [])
    line = Congress.objects.get(unit=world.branch)
    assert (line.planned_on, line.planned_at, line.place) == (date(2025, 4, 12), time(7, 30), "Phòng họp")


def test_what_somebody_changed_meanwhile_is_left_out_and_told(world, campaign):
    schedule_one(
        campaign=campaign, unit=world.branch, values={"planned_on": date(2025, 3, 1)}, seen=None, actor=world.committee
    )
    plan = _plan(world, campaign, [1, "T.02.B1.01", "", "12/04/2025"], [2, "T.02.90", "", "12/04/2025"])
    seen = Congress.objects.get(unit=world.branch).changed_at
    schedule_one(
        campaign=campaign,
        unit=world.branch,
        values={"planned_on": date(2025, 3, 9)},
        seen=seen,
        actor=world.org_department,
    )
    outcome = confirm_plan(campaign=campaign, plan=plan, actor=world.committee)
    assert outcome.written == 1
    assert [name for name, _ in outcome.left_out] == [world.branch.name]
    assert Congress.objects.get(unit=world.branch).planned_on == date(2025, 3, 9)


def test_the_plan_waits_for_its_reader_alone(world, campaign, client_of):
    client = client_of(world.committee)
    sent = workbook(HEADER, [1, "T.02.B1.01", "", "12/04/2025"])
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post(f"{HERE}nhap/", {"file": SimpleUploadedFile("lich.xlsx", sent)})
    plan_url = answer.url
    assert "12/04/2025" in client.get(plan_url).content.decode()
    assert client_of(world.org_department).get(plan_url).status_code == 302
    assert client_of(world.org_department).post(plan_url).status_code == 302
    assert Congress.objects.count() == 0
    client.post(plan_url)
    assert Congress.objects.get().unit_id == world.branch.pk
    # Once.
    assert client.get(plan_url).status_code == 302


def _exported(client, query: str = "") -> list[list]:
    content = client.get(f"{HERE}xuat-excel/{query}").content
    rows = read_workbook(content)[0].rows
    start = next(at for at, row in enumerate(rows) if row.cells[0] == "STT")
    return [row.cells for row in rows[start + 1 :]]


def test_what_goes_out_is_what_the_page_shows_and_comes_back_unchanged(world, campaign, client_of):
    for unit, day in ((world.branch, date(2025, 4, 12)), (world.sister, date(2025, 4, 14))):
        values = {"planned_on": day, "planned_at": time(7, 30), "place": "=Hội trường", "form": "all_members"}
        schedule_one(campaign=campaign, unit=unit, values=values, seen=None, actor=world.committee)
    client = client_of(world.committee)
    query = "?pham_vi=tat-ca&tu=01/04/2025&den=12/04/2025"
    shown = [row["line"].name for row in client.get(HERE + query).context["rows"]]
    assert shown == [row[2] for row in _exported(client, query)] == [world.branch.name]
    content = client.get(f"{HERE}xuat-excel/?pham_vi=tat-ca").content
    plan = plan_schedule(campaign=campaign, read=read_schedule(content), label="", actor=world.committee)
    assert (plan.changes, plan.unchanged) == ([], 4)
    assert [one["name"] for one in plan.problems] == [world.company.name]


def test_days_for_a_calendar(world, campaign, client_of):
    plans = (
        (world.branch, {"planned_on": date(2025, 4, 12), "planned_at": time(7, 30), "place": "Phòng họp; tầng 2"}),
        (world.sister, {"planned_on": date(2025, 4, 13), "state": "postponed", "reason": "Chờ kiện toàn nhân sự."}),
        (world.section, {"state": "held", "held_on": date(2025, 4, 20)}),
        (world.near_branch, {"place": "Chưa định ngày"}),
    )
    for unit, values in plans:
        schedule_one(campaign=campaign, unit=unit, values=values, seen=None, actor=world.committee)
    answer = client_of(world.committee).get(f"{HERE}lich.ics?pham_vi=tat-ca")
    assert answer["Content-Type"].startswith("text/calendar")
    events = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    branch = events[f"Đại hội {world.branch.name}"]
    assert branch["DTSTART"].dt.isoformat() == "2025-04-12T00:30:00+00:00"
    assert str(branch["LOCATION"]) == "Phòng họp; tầng 2"
    assert str(events[f"Đại hội {world.sister.name}"]["STATUS"]) == "CANCELLED"
    assert events[f"Đại hội {world.section.name}"]["DTSTART"].dt == date(2025, 4, 20)
    assert len(events) == 3
    assert len({str(one["UID"]) for one in events.values()}) == 3


def test_nothing_comes_into_a_closed_campaign(world, campaign, client_of):
    close_campaign(campaign=campaign, actor=world.org_department)
    assert client_of(world.committee).get(f"{HERE}nhap/").status_code == 404

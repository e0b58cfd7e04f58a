from pathlib import Path

import pytest

from common.spreadsheets import UnreadableWorkbook
from orgtree.lists import read_unit_list
from tests.members.list_maker import legacy, workbook

REAL = Path(__file__).parents[2] / "demo" / "lists" / "co-cau-to-chuc.xlsx"
HEADER = ["STT", "Mã tổ chức", "Tên tổ chức đảng", "Loại hình", "Mã tổ chức cấp trên trực tiếp", "Ghi chú"]
ROWS = [
    [1, "A", "Đảng bộ A", "Đảng bộ cơ sở", "", ""],
    [2, "A.01", "Chi bộ Một", "Chi bộ trực thuộc", "A", "mới"],
]


def codes(units) -> list[tuple[str, str]]:
    return [(row.code, problem.code) for row in units.rows for problem in row.problems]


def test_the_real_tree_is_read_whole():
    units = read_unit_list(REAL)
    assert (len(units.rows), units.problems, units.dropped_columns) == (603, [], [])
    first, second = units.rows[:2]
    assert (first.row, first.code, first.parent_code) == (4, "DSVN", "")
    assert (second.code, second.name, second.kind, second.parent_code) == (
        "DSVN.01",
        "Đảng bộ Công ty cổ phần Vận tải Đường sắt",
        "Đảng bộ được giao quyền cấp trên cơ sở",
        "DSVN",
    )
    assert {row.parent_code for row in units.rows} <= {row.code for row in units.rows} | {""}


def test_columns_stand_in_any_order_under_other_names():
    other = ["Trực thuộc (mã)", "Loại", "Tên đơn vị", "TT", "Mã", "Địa chỉ"]
    rows = [[row[4], row[3], row[2], row[0], row[1], "Hà Nội"] for row in ROWS]
    units = read_unit_list(workbook([["DANH MỤC"], [], other, *rows], left=2))
    plain = read_unit_list(workbook([HEADER, *ROWS]))
    assert [(r.code, r.name, r.kind, r.parent_code) for r in units.rows] == [
        (r.code, r.name, r.kind, r.parent_code) for r in plain.rows
    ]
    assert units.dropped_columns == ["Địa chỉ"]


def test_a_code_of_the_unit_above_goes_before_its_name():
    header = ["Mã", "Tên tổ chức", "Tên cấp trên", "Mã cấp trên"]
    units = read_unit_list(workbook([header, ["A", "Đảng bộ A", "", ""], ["B", "Chi bộ B", "Đảng bộ A", "A"]]))
    assert units.rows[1].parent_code == "A"


def test_codes_are_cleaned():
    units = read_unit_list(workbook([HEADER, ROWS[0], [2, " a . 01 ", "Chi bộ\u00a0Một", "Chi bộ", "a", ""]]))
    assert [(row.code, row.parent_code, row.name) for row in units.rows][1] == ("A.01", "A", "Chi bộ Một")


def test_a_unit_may_stand_before_the_one_above_it():
    units = read_unit_list(workbook([HEADER, *ROWS[::-1]]))
    assert units.problems == []
    assert [row.code for row in units.rows] == ["A.01", "A"]
    assert [row.code for row in units.top_down()] == ["A", "A.01"]


def test_problems_are_told_row_by_row():
    rows = [
        *ROWS,
        [3, "", "Chi bộ Hai", "Chi bộ trực thuộc", "A", ""],
        [4, "A.03", "", "Chi bộ trực thuộc", "A", ""],
        [5, "A.01", "Chi bộ Ba", "Chi bộ trực thuộc", "A", ""],
        [6, "A.06", "Chi bộ Sáu", "", "A", ""],
        [7, "B.01", "Chi bộ Bảy", "Chi bộ trực thuộc", "B", ""],
        [8, "C", "Đảng bộ C", "Đảng bộ cơ sở", "C", ""],
        [9, "D", "Đảng bộ D", "Đảng bộ cơ sở", "E", ""],
        [10, "E", "Đảng bộ E", "Đảng bộ cơ sở", "D", ""],
        [11, "E.01", "Chi bộ Mười một", "Chi bộ trực thuộc", "E", ""],
        [12, "A.12", "CHI BỘ MỘT", "Chi bộ trực thuộc", "A", ""],
    ]
    units = read_unit_list(workbook([HEADER, *rows, [], ["", "Tổng số: 12 tổ chức"], ["", "", "Người lập"]]))
    assert len(units.rows) == 12
    assert codes(units) == [
        ("A.01", "name_repeated"),
        ("", "code_missing"),
        ("A.03", "name_missing"),
        ("A.01", "code_duplicate"),
        ("A.06", "kind_missing"),
        ("B.01", "parent_not_in_list"),
        ("C", "parent_is_self"),
        ("D", "parent_cycle"),
        ("E", "parent_cycle"),
        ("A.12", "name_repeated"),
    ]
    assert [problem.code for problem in units.errors if problem.row == 6] == ["code_duplicate"]
    assert [row.code for row in units.top_down()] == ["A", "A.01", "A.12", "B.01", "E.01"]


def test_a_tree_in_an_old_font_is_the_same_tree():
    rows = [[legacy(c, "tcvn3") if isinstance(c, str) else c for c in row] for row in [HEADER, *ROWS]]
    units, plain = read_unit_list(workbook(rows)), read_unit_list(workbook([HEADER, *ROWS]))
    assert units.encoding == "tcvn3"
    assert units.rows == plain.rows


def test_a_workbook_without_units_is_refused_with_a_sentence():
    with pytest.raises(UnreadableWorkbook, match="Mã tổ chức"):
        read_unit_list(workbook([["Kế hoạch"], ["Việc", "Hạn"]]))

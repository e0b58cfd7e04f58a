"""Lists as units may send them: every oddity in a workbook of its own."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest

from common.dates import PartialDate
from common.spreadsheets import UnreadableWorkbook
from members.lists import BranchSource, Level, Post, read_member_list, report
from tests.members.list_maker import HEADER, cells, legacy, person, workbook

TODAY = date(2026, 11, 22)


def read(content: bytes):
    return read_member_list(content, today=TODAY)


def read_one(**changes: object):
    """The one person of a plain list, with these cells instead."""
    found = read(workbook([HEADER, *cells(person(**changes))]))
    assert len(found.rows) == 1
    return found.rows[0]


def codes(row) -> list[str]:
    return [remark.code for remark in row.remarks]


def test_a_faultless_row_gives_every_value():
    row = read_one(**{"Chức vụ Đảng": "Bí thư chi bộ"})
    assert row.level == Level.CLEAN
    assert row.remarks == []
    assert (row.sheet, row.row, row.person) == ("Danh sách", 2, 1)
    assert (row.full_name, row.sex, row.ethnicity) == ("Nguyễn Văn An", "male", "Kinh")
    assert (row.birth_date, row.citizen_id) == (PartialDate(1961, 3, 5), "001061000001")
    assert (row.admission_date, row.official_date) == (PartialDate(2015, 5, 19), PartialDate(2016, 5, 19))
    assert (row.card_number, row.phone) == ("10000001", "0912345678")
    assert (row.education, row.political_theory) == ("university", "elementary")
    assert (row.membership, row.activity) == ("official", "active")
    assert row.posts == [Post("secretary", "cell", "chi bộ", "Bí thư chi bộ")]
    assert row.branch is None


def test_columns_may_stand_in_any_order():
    header = HEADER[::-1]
    found = read(workbook([header, *cells(person(1), person(2), header=header)]))
    assert [row.citizen_id for row in found.rows] == ["001061000001", "001062000002"]
    assert report(found)["clean"] == 2


@pytest.mark.parametrize(
    "names",
    [
        {"Họ và tên": "Họ tên", "Số định danh cá nhân": "CCCD", "Ngày sinh": "Ngày, tháng, năm sinh"},
        {"Họ và tên": "HỌ VÀ TÊN ĐẢNG VIÊN", "Số định danh cá nhân": "Số CCCD/CMND", "Ngày sinh": "NTNS"},
        {"Họ và tên": "Họ, tên", "Số định danh cá nhân": "SĐDCN", "Ngày sinh": "Năm sinh", "STT": "TT"},
        {
            "Họ và tên": "Họ và tên đang dùng",
            "Số định danh cá nhân": "Mã định danh",
            "Ngày sinh": "Sinh ngày",
        },
        {"Họ và tên": "Ho va ten", "Số định danh cá nhân": "So CCCD", "Ngày sinh": "Ngay sinh"},
        {"Ngày vào Đảng": "Ngày kết nạp Đảng", "Ngày chính thức": "Ngày công nhận ĐV chính thức"},
        {"Ngày vào Đảng": "Ngày vào\nĐảng", "Ngày chính thức": "Ngày\nchính thức"},
        {
            "Giới tính": "Nam/Nữ",
            "Số điện thoại": "SĐT",
            "Số thẻ đảng viên": "Số thẻ ĐV",
            "Tình trạng": "Tư cách ĐV",
        },
        {"Số điện thoại": "ĐT liên hệ", "Dân tộc": "DT", "Lý luận chính trị": "Trình độ LLCT"},
        {"Trình độ chuyên môn": "Trình độ CMNV", "Chức vụ Đảng": "Chức vụ trong Đảng (nếu có)"},
        {"Tình trạng": "Đảng viên dự bị/chính thức", "Trình độ chuyên môn": "Chuyên môn, nghiệp vụ"},
    ],
)
def test_columns_have_many_names(names):
    plain = read_one(**{"Chức vụ Đảng": "Chi ủy viên"})
    header = [names.get(label, label) for label in HEADER]
    found = read(workbook([header, *cells(person(**{"Chức vụ Đảng": "Chi ủy viên"}))]))
    assert found.rows[0] == plain
    assert found.dropped_columns == ["Quê quán"]


def test_the_header_may_stand_on_row_nine_with_empty_columns_at_the_left():
    title = [
        ["ĐẢNG BỘ CÔNG TY A", "", "", "", "", "ĐẢNG CỘNG SẢN VIỆT NAM"],
        ["*"],
        [],
        ["DANH SÁCH ĐẢNG VIÊN"],
        [],
    ]
    found = read(workbook([*title, HEADER, *cells(person(1, **{"Giới tính": "Nữ"}))], left=3, top=3))
    assert [(row.row, row.full_name) for row in found.rows] == [(10, "Nguyễn Văn An")]
    assert [remark.cell for remark in found.remarks] == ["F10"]
    assert found.header_rows == {"Danh sách": 9}


TWO_ROWS = [*HEADER[:7], "Ngày vào Đảng", "", *HEADER[9:]]
PARTS = [*[""] * 7, "Kết nạp", "Chính thức", *[""] * 6]


def test_a_header_of_two_rows_with_a_merged_group():
    merged = [(0, 7, 0, 8, "Ngày vào Đảng"), *((0, c, 1, c, HEADER[c]) for c in (0, 1, 2, 3))]
    found = read(workbook([TWO_ROWS, PARTS, *cells(person())], merge=merged))
    assert found.rows[0].official_date == PartialDate(2016, 5, 19)
    assert found.rows[0].row == 3


def test_a_header_of_two_rows_without_merging():
    found = read(workbook([TWO_ROWS, PARTS, *cells(person())]))
    assert (found.rows[0].admission_date, found.rows[0].official_date) == (
        PartialDate(2015, 5, 19),
        PartialDate(2016, 5, 19),
    )


def test_a_header_whose_groups_stand_above_the_names():
    above = [*[""] * 7, "Ngày vào Đảng", *[""] * 7]
    below = [*HEADER[:7], "Kết nạp", "Chính thức", *HEADER[9:]]
    found = read(workbook([["DANH SÁCH ĐẢNG VIÊN"], above, below, *cells(person())]))
    assert found.rows[0].official_date == PartialDate(2016, 5, 19)
    assert found.dropped_columns == ["Quê quán"]


def test_a_row_that_counts_the_columns_is_no_person():
    counting = [f"({i})" for i in range(1, len(HEADER) + 1)]
    found = read(workbook([HEADER, counting, *cells(person())]))
    assert [row.row for row in found.rows] == [3]
    numbers = list(range(1, len(HEADER) + 1))
    assert [row.row for row in read(workbook([HEADER, numbers, *cells(person())])).rows] == [3]


def test_a_date_of_birth_in_three_columns():
    header = ["TT", "Họ và tên", "Ngày sinh", "", "", "CCCD"]
    parts = ["", "", "Ngày", "Tháng", "Năm", ""]
    people = [[1, "Lê Thị Bảo", 5, 3, 1961, "001161000001"], [2, "Lê An", "", "", 1962, "001062000002"]]
    found = read(workbook([header, parts, *people]))
    assert [row.birth_date for row in found.rows] == [PartialDate(1961, 3, 5), PartialDate(1962)]
    assert found.dropped_columns == []


def test_a_year_of_birth_in_the_column_of_the_sex():
    header = ["TT", "Họ và tên", "Năm sinh", "", "CCCD", "Ngày vào Đảng"]
    parts = ["", "", "Nam", "Nữ", "", ""]
    people = [[1, "Lê Thị Bảo", "", 1961, "001161000001"], [2, "Lê An", 1962, "", "001062000002"]]
    found = read(workbook([header, parts, *people]))
    assert [(row.sex, row.birth_date) for row in found.rows] == [
        ("female", PartialDate(1961)),
        ("male", PartialDate(1962)),
    ]


def test_the_sex_as_two_columns_to_tick():
    header = ["TT", "Họ và tên", "Giới tính", "", "CCCD", "Ngày sinh"]
    parts = ["", "", "Nam", "Nữ", "", ""]
    people = [[1, "Lê Thị Bảo", "", "x", "001161000001", 1961], [2, "Lê An", "X", "", "001062000002", 1962]]
    found = read(workbook([header, parts, *people]))
    assert [row.sex for row in found.rows] == ["female", "male"]
    assert report(found)["clean"] == 2


def test_family_and_given_name_in_two_columns():
    header = ["TT", "Họ và tên đệm", "Tên", "CCCD", "Ngày sinh"]
    found = read(workbook([header, [1, "Lê Thị", "Bảo", "001161000001", 1961]]))
    assert found.rows[0].full_name == "Lê Thị Bảo"


def test_a_name_merged_over_two_columns():
    header = ["TT", "Họ và tên", "", "CCCD", "Ngày sinh"]
    content = workbook([header, [1, "Lê Thị", "Bảo", "001161000001", 1961]], merge=[(0, 1, 0, 2, "Họ và tên")])
    assert read(content).rows[0].full_name == "Lê Thị Bảo"


def test_the_name_in_use_goes_before_the_name_of_birth():
    header = ["TT", "Họ và tên khai sinh", "Họ và tên đang dùng", "CCCD", "Ngày sinh"]
    found = read(workbook([header, [1, "Lê Văn Cu", "Lê Văn Cường", "001061000001", 1961]]))
    assert found.rows[0].full_name == "Lê Văn Cường"
    assert found.dropped_columns == ["Họ và tên khai sinh"]


def test_membership_as_columns_to_tick():
    header = ["TT", "Họ và tên", "CCCD", "Ngày sinh", "Đảng viên", ""]
    parts = ["", "", "", "", "Chính thức", "Dự bị"]
    people = [[1, "Lê An", "001061000001", 1961, "x", ""], [2, "Lê Ba", "001062000002", 1962, "", "x"]]
    found = read(workbook([header, parts, *people]))
    assert [row.membership for row in found.rows] == ["official", "probationary"]


# Branches


def test_branches_as_rows_between_the_people():
    people = cells(person(1), person(2), person(3))
    rows = [
        HEADER,
        ["I. CHI BỘ PHÒNG VẬT TƯ (2 đảng viên)"],
        *people[:2],
        ["", "II", "Chi bộ Ga Vinh:"],
        people[2],
    ]
    found = read(workbook(rows))
    assert [(row.branch.name, row.branch.source) for row in found.rows] == [
        ("CHI BỘ PHÒNG VẬT TƯ", BranchSource.HEADING),
        ("CHI BỘ PHÒNG VẬT TƯ", BranchSource.HEADING),
        ("Chi bộ Ga Vinh", BranchSource.HEADING),
    ]


def test_headings_name_the_organisation_above_the_branch():
    rows = [HEADER, ["A. Đảng bộ bộ phận Khu vực Vinh"], ["1. Chi bộ Ga Vinh"], *cells(person())]
    branch = read(workbook(rows)).rows[0].branch
    assert (branch.name, branch.context) == ("Chi bộ Ga Vinh", "Đảng bộ bộ phận Khu vực Vinh")


def test_a_heading_need_not_say_that_it_is_a_branch():
    rows = [HEADER, ["Phòng Vật tư"], *cells(person(1)), [], ["2. Đội Kiến trúc"], *cells(person(2))]
    assert [row.branch.name for row in read(workbook(rows)).rows] == ["Phòng Vật tư", "Đội Kiến trúc"]


def test_branches_as_a_column_written_once_for_each():
    header = [*HEADER, "Chi bộ sinh hoạt"]
    people = [person(i) for i in range(1, 7)]
    people[0]["Chi bộ sinh hoạt"] = "Chi bộ Ga Vinh"
    people[4]["Chi bộ sinh hoạt"] = "Chi bộ Ga Kép"
    found = read(workbook([header, *cells(*people, header=header)]))
    assert [row.branch.name for row in found.rows] == ["Chi bộ Ga Vinh"] * 4 + ["Chi bộ Ga Kép"] * 2


def test_branches_as_a_merged_column():
    header = [*HEADER, "Đơn vị"]
    people = cells(*(person(i) for i in range(1, 4)), header=header)
    merged = [(1, 15, 3, 15, "Chi bộ Ga Vinh")]
    found = read(workbook([header, *people], merge=merged))
    assert [row.branch.name for row in found.rows] == ["Chi bộ Ga Vinh"] * 3


def test_a_sheet_for_each_branch_named_above_the_header():
    sheets = {
        f"CB{i}": [["DANH SÁCH ĐẢNG VIÊN ĐẢNG BỘ A"], [name], [], HEADER, *cells(person(i))]
        for i, name in enumerate(["Chi bộ Ga Vinh", "Chi bộ: Ga Kép"], start=1)
    }
    found = read(workbook(sheets))
    assert [(row.branch.name, row.branch.source) for row in found.rows] == [
        ("Chi bộ Ga Vinh", BranchSource.SHEET),
        ("Chi bộ Ga Kép", BranchSource.SHEET),
    ]
    assert {row.branch.context for row in found.rows} == {"ĐẢNG BỘ A"}
    assert [row.person for row in found.rows] == [1, 2]


def test_a_sheet_for_each_branch_told_by_its_name():
    sheets = {name: [HEADER, *cells(person(i))] for i, name in enumerate(["Phòng Vật tư", "CB Ga Kép"], start=1)}
    found = read(workbook(sheets))
    assert [(row.branch.name, row.branch.source) for row in found.rows] == [
        ("Phòng Vật tư", BranchSource.SHEET_NAME),
        ("CB Ga Kép", BranchSource.SHEET_NAME),
    ]


def test_the_title_may_name_the_branch():
    rows = [["DANH SÁCH ĐẢNG VIÊN CHI BỘ GA ĐỒNG ĐĂNG (tính đến 31/10/2026)"], [], HEADER, *cells(person())]
    branch = read(workbook(rows)).rows[0].branch
    assert (branch.name, branch.source) == ("CHI BỘ GA ĐỒNG ĐĂNG", BranchSource.TITLE)


# Rows that are not people


def test_totals_signatures_and_empty_rows_are_no_people():
    rows = [
        ["DANH SÁCH ĐẢNG VIÊN"],
        HEADER,
        *cells(person(1)),
        [],
        ["", "Cộng: 1 đảng viên"],
        *cells(person(2, **{"Họ và tên": "Tống Cộng Hòa"})),
        ["", "Tổng số", 2, "", "", "", "", 2, 2],
        ["", "Danh sách này có 02 đồng chí"],
        ["", "", "", "", "Hà Nội, ngày 31 tháng 10 năm 2026"],
        ["", "NGƯỜI LẬP BIỂU", "", "", "", "", "T/M CHI BỘ"],
        ["", "(Ký, ghi rõ họ tên)", "", "", "", "", "BÍ THƯ"],
        [],
        ["", "Trần Thị Lan", "", "", "", "", "Nguyễn Văn An"],
    ]
    found = read(workbook(rows))
    assert [(row.row, row.full_name) for row in found.rows] == [(3, "Nguyễn Văn An"), (6, "Tống Cộng Hòa")]
    assert report(found)["clean"] == 2


def test_a_header_repeated_on_each_page_is_read_again():
    other = HEADER[::-1]
    rows = [HEADER, *cells(person(1)), [], HEADER, *cells(person(2)), other, *cells(person(3), header=other)]
    found = read(workbook(rows))
    assert [row.citizen_id for row in found.rows] == ["001061000001", "001062000002", "001063000003"]
    assert found.dropped_columns == ["Quê quán"]


def test_cover_and_summary_sheets_and_hidden_ones_are_skipped():
    summary = [
        ["TỔNG HỢP"],
        ["STT", "Chi bộ", "Số đảng viên"],
        [1, "Chi bộ Ga Vinh", 20],
        [2, "Chi bộ Ga Kép", 9],
    ]
    people = [HEADER, *cells(person())]
    found = read(workbook({"Bìa": [["ĐẢNG BỘ A"]], "TH": summary, "Cũ": people, "DS": people}, hidden=("Cũ",)))
    assert [(row.sheet, row.person) for row in found.rows] == [("DS", 1)]
    assert found.skipped_sheets == ["Bìa", "TH", "Cũ"]


def test_a_workbook_without_people_is_refused_with_a_sentence():
    with pytest.raises(UnreadableWorkbook, match="Họ và tên"):
        read(workbook([["Kế hoạch"], ["Việc", "Hạn"], ["Họp", "1/1/2026"]]))


def test_a_list_with_nobody_under_its_header_is_told_so():
    with pytest.raises(UnreadableWorkbook, match="chưa có đồng chí nào"):
        read(workbook([["DANH SÁCH ĐẢNG VIÊN"], HEADER]))


# Citizen ids


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("001061000001", []),
        ("001 061 000001", []),
        (" 001.061.000.001 ", []),
        ("'001061000001", []),
        ("001061\u00a0000001\u200b", []),
        (1061000001, ["citizen_id_padded"]),
        (1061000001.0, ["citizen_id_padded"]),
        ("1.061000001E+09", ["citizen_id_padded"]),
        ("1061000001.0", ["citizen_id_padded"]),
        ("1.061E+09", ["citizen_id_length"]),
        ("1061000001", ["citizen_id_length"]),
        ("01061000001", ["citizen_id_length"]),
        ("0010610000011", ["citizen_id_length"]),
        ("00106100000A", ["citizen_id_length"]),
        ("", ["citizen_id_length"]),
        ("012345678", ["citizen_id_old_9_digit"]),
        (123456789, ["citizen_id_old_9_digit"]),
    ],
)
def test_citizen_ids_in_every_form(cell, found):
    assert codes(read_one(**{"Số định danh cá nhân": cell})) == found


def test_of_two_rows_with_one_id_the_later_is_refused():
    people = cells(person(1), person(2), person(3, **{"Số định danh cá nhân": "001 061 000001"}))
    found = read(workbook({"A": [HEADER, *people[:2]], "B": [HEADER, people[2]]}))
    assert [row.level for row in found.rows] == [Level.CLEAN, Level.CLEAN, Level.BAD]
    assert codes(found.rows[2]) == ["citizen_id_duplicate_in_file"]
    assert "dòng 2, trang “A”" in found.rows[2].remarks[0].message


def test_no_remark_repeats_a_citizen_id():
    ids = ["00106100000", 106_100_000, "x00106100000", "001061000001", "001061000001"]
    people = cells(*(person(i, **{"Số định danh cá nhân": c}) for i, c in enumerate(ids, 1)))
    messages = [remark.message for remark in read(workbook([HEADER, *people])).remarks]
    assert len(messages) >= 4
    assert not any("10610000" in message for message in messages)


def test_sex_and_year_are_compared_with_the_id_and_asked_for_confirmation():
    row = read_one(**{"Giới tính": "Nữ", "Ngày sinh": date(1962, 1, 1)})
    assert codes(row) == ["birth_year_differs_from_citizen_id", "sex_differs_from_citizen_id"]
    assert row.level == Level.WARN
    assert [remark.cell for remark in row.remarks] == ["D2", "C2"]


def test_a_row_counts_once_at_its_worst():
    found = read(workbook([HEADER, *cells(person(**{"Giới tính": "Nữ", "Họ và tên": " "}))]))
    assert {key: report(found)[key] for key in ("rows", "clean", "warn", "bad")} == {
        "rows": 1,
        "clean": 0,
        "warn": 0,
        "bad": 1,
    }
    assert [remark["code"] for remark in report(found)["remarks"]] == [
        "name_missing",
        "sex_differs_from_citizen_id",
    ]


# Dates


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5/3/1961", PartialDate(1961, 3, 5)),
        ("05-03-1961", PartialDate(1961, 3, 5)),
        ("05.03.1961", PartialDate(1961, 3, 5)),
        ("05 / 03 / 1961", PartialDate(1961, 3, 5)),
        ("1961-03-05", PartialDate(1961, 3, 5)),
        ("ngày 05 tháng 3 năm 1961", PartialDate(1961, 3, 5)),
        (22345, PartialDate(1961, 3, 5)),
        ("03/1961", PartialDate(1961, 3)),
        ("1961", PartialDate(1961)),
        (1961, PartialDate(1961)),
        ("05031961", PartialDate(1961, 3, 5)),
    ],
)
def test_dates_in_every_form(cell, value):
    row = read_one(**{"Ngày sinh": cell})
    assert row.birth_date == value
    assert row.level == Level.CLEAN


@pytest.mark.parametrize("cell", ["31/02/1961", "45/13/1961", "03/15/1961", "không rõ", "05/03/2061"])
def test_impossible_dates_are_refused(cell):
    row = read_one(**{"Ngày sinh": cell})
    assert codes(row) == ["date_impossible"]
    assert row.remarks[0].cell == "D2"
    assert row.birth_date is None


def test_a_year_of_two_digits_is_reasoned_and_told():
    row = read_one(**{"Ngày sinh": "05/03/61", "Ngày vào Đảng": "19/5/15"})
    assert (row.birth_date, row.admission_date) == (PartialDate(1961, 3, 5), PartialDate(2015, 5, 19))
    assert codes(row) == ["year_of_two_digits", "year_of_two_digits"]
    assert row.level == Level.CLEAN


def test_the_official_date_never_goes_before_the_admission():
    row = read_one(**{"Ngày chính thức": date(2014, 5, 19)})
    assert codes(row) == ["official_before_admission"]
    assert codes(read_one(**{"Ngày vào Đảng": "2015", "Ngày chính thức": date(2015, 1, 1)})) == []


@pytest.mark.parametrize("label", ["Ngày vào Đảng", "Ngày vào Đảng, ngày chính thức"])
@pytest.mark.parametrize("between", ["; ", "\n", " - "])
def test_one_column_may_hold_the_dates_of_both_steps(label, between):
    header = ["STT", "Họ và tên", "CCCD", "Ngày sinh", label]
    row = [1, "Lê Ba", "001061000001", 1961, f"19/5/1990{between}19.5.1991"]
    found = read(workbook([header, row])).rows[0]
    assert (found.admission_date, found.official_date) == (PartialDate(1990, 5, 19), PartialDate(1991, 5, 19))


# Status, names, other words


@pytest.mark.parametrize(
    ("status", "official", "membership", "activity"),
    [
        ("Chính thức", date(2016, 5, 19), "official", "active"),
        ("ĐVCT", "", "official", "active"),
        ("Dự bị", "", "probationary", "active"),
        ("Miễn công tác và sinh hoạt đảng", date(2016, 5, 19), "official", "exempt"),
        ("Được miễn sinh hoạt", "", "probationary", "exempt"),
        ("", date(2016, 5, 19), "official", "active"),
        ("", "", "probationary", "active"),
        ("Sinh hoạt tạm thời nơi khác", date(2016, 5, 19), "official", "temp_away"),
    ],
)
def test_status_is_read_with_the_official_date(status, official, membership, activity):
    row = read_one(**{"Tình trạng": status, "Ngày chính thức": official})
    assert (row.membership, row.activity) == (membership, activity)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("NGUYỄN THỊ MINH KHAI", "Nguyễn Thị Minh Khai"),
        ("nguyễn  văn\u00a0an", "Nguyễn Văn An"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Đ/c Lê Ân", "Lê Ân"),
        (unicodedata.normalize("NFD", "Nguyễn Ước"), "Nguyễn Ước"),
        ("Ðỗ Ðức", "Đỗ Đức"),
    ],
)
def test_names_are_cleaned_and_raised(typed, name):
    assert read_one(**{"Họ và tên": typed}).full_name == name


def test_what_cannot_be_read_beside_the_main_things_is_only_told():
    row = read_one(
        **{
            "Dân tộc": "Klingon",
            "Số thẻ đảng viên": "AB12",
            "Số điện thoại": "không nhớ số",
            "Chức vụ Đảng": "Trưởng tàu",
            "Trình độ chuyên môn": "10/10",
        }
    )
    assert row.level == Level.CLEAN
    assert sorted(codes(row)) == [
        "card_unusual",
        "education_unknown",
        "ethnicity_unknown",
        "phone_unread",
        "post_unread",
    ]
    assert (row.ethnicity, row.card_number, row.phone, row.other_posts) == (
        "Klingon",
        "AB12",
        "",
        ["Trưởng tàu"],
    )
    assert report(read(workbook([HEADER, *cells(person(**{"Dân tộc": "Klingon"}))])))["remarks"] == []


POSTS = {
    "": [],
    "-": [],
    "BÍ THƯ CHI BỘ": ["secretary@cell"],
    "Bí thư Đoàn Thanh niên": [],
    "Chi ủy viên; Đảng ủy viên Đảng ủy cơ sở": [
        "cell_committee_member@cell",
        "committee_member@base_committee",
    ],
    "Phó Bí thư chi bộ kiêm UV BTV Đảng ủy bộ phận": [
        "deputy_secretary@cell",
        "standing_member@subcommittee",
    ],
    "PBT thường trực Đảng ủy Công ty": ["standing_deputy_secretary@named"],
    "Chi uỷ viên\nPhụ trách STĐVĐT chi bộ": ["cell_committee_member@cell", "handbook_officer@cell"],
    "Phó Chủ nhiệm UBKT Đảng ủy / UV BCH": ["inspection_vice_chair@named", "committee_member@"],
}


@pytest.mark.parametrize("cell", POSTS)
def test_posts_in_one_cell(cell):
    found = read_one(**{"Chức vụ Đảng": cell}).posts
    assert [f"{post.code}@{post.level}" for post in found] == POSTS[cell]


# Old fonts


def each_text(change: Callable[[str], str], rows: list[list[object]]) -> list[list[object]]:
    return [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def legacy_list(encoding: str, *people: dict[str, object]) -> bytes:
    rows = [["DANH SÁCH ĐẢNG VIÊN CHI BỘ GA ĐỒNG ĐĂNG"], HEADER, *cells(*people)]
    return workbook(each_text(lambda text: legacy(text, encoding), rows))


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_list_in_an_old_font_is_the_same_list(encoding):
    people = [
        person(1, **{"Họ và tên": "Lương Thị Hường", "Giới tính": "Nữ", "Số định danh cá nhân": "001161000001"}),
        person(2, **{"Họ và tên": "Đỗ Ngọc Ưng", "Chức vụ Đảng": "Phó Bí thư chi bộ", "Dân tộc": "Mường"}),
    ]
    found, plain = read(legacy_list(encoding, *people)), read(workbook([[], HEADER, *cells(*people)]))
    assert found.encoding == encoding
    for row, same in zip(found.rows, plain.rows, strict=True):
        row.branch = None
        assert row == same
    assert found.dropped_columns == ["Quê quán"]


def test_names_in_capitals_in_vni():
    found = read(legacy_list("vni", person(**{"Họ và tên": "NGUYỄN THỊ ƯỚC ĐỨC"})))
    assert found.rows[0].full_name == "Nguyễn Thị Ước Đức"


@pytest.mark.parametrize("name", ["nguyễn thị bích đức", "NGUYễN THị BíCH ĐứC"])
def test_names_in_capitals_in_tcvn3(name):
    """The font of capitals stores small letters; the plain font has no accented capitals."""
    found = read(legacy_list("tcvn3", person(**{"Họ và tên": name})))
    assert found.encoding == "tcvn3"
    assert found.rows[0].full_name == "Nguyễn Thị Bích Đức"


def test_a_unicode_list_with_foreign_names_stays_as_it_is():
    foreign = ["Jürgen Müller", "François Côté", "José Muñoz", "Søren Kierkegård", "Zoë Brontë"]
    people = [person(i, **{"Họ và tên": name}) for i, name in enumerate(foreign, start=1)]
    found = read(workbook([HEADER, *cells(*people)]))
    assert found.encoding == "unicode"
    assert [row.full_name for row in found.rows] == foreign


def test_a_plain_list_with_one_accented_word_is_unicode():
    header = ["STT", "Ho va ten", "CCCD", "Ngay sinh", "LLCT"]
    found = read(workbook([header, [1, "Le Van An", "001061000001", 1961, "Sơ cấp"]]))
    assert found.encoding == "unicode"
    assert found.rows[0].political_theory == "elementary"


def test_unicode_headers_over_people_typed_in_an_old_font():
    people = [
        person(i, **{"Họ và tên": n, "Quê quán": "Bắc Giang"}) for i, n in enumerate(["Lương Hường", "Đỗ Ưng"], 1)
    ]
    found = read(workbook([HEADER, *each_text(lambda text: legacy(text, "tcvn3"), cells(*people))]))
    assert [row.full_name for row in found.rows] == ["Lương Hường", "Đỗ Ưng"]
    assert [row.membership for row in found.rows] == ["official", "official"]
    assert found.dropped_columns == ["Quê quán"]


def test_utf8_misread_as_latin_is_put_right():
    misread = [
        [c.encode().decode("latin-1") if isinstance(c, str) else c for c in r] for r in [HEADER, *cells(person())]
    ]
    found = read(workbook(misread))
    assert (found.encoding, found.rows[0].full_name) == ("unicode", "Nguyễn Văn An")


def test_decomposed_text_is_composed():
    rows = [
        [unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in r] for r in [HEADER, *cells(person())]
    ]
    assert read(workbook(rows)).rows[0] == read_one()


# Size


def test_progress_is_told_in_people():
    told = []
    content = workbook([HEADER, *cells(*(person(i) for i in range(1, 451)))])
    read_member_list(content, today=TODAY, progress=lambda done, total: told.append((done, total)))
    assert told == [(200, 450), (400, 450), (450, 450)]

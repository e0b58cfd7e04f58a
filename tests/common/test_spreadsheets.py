import zipfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from common.dates import PartialDate
from common.errors import RuleViolation
from common.spreadsheets import (
    Column,
    SheetToWrite,
    UnreadableWorkbook,
    annotate_workbook,
    cell_name,
    neutralise,
    read_workbook,
    write_workbook,
)
from tests.members.list_maker import workbook

LISTS = Path(__file__).parents[2] / "demo" / "lists"


@dataclass
class Said:
    row: int
    message: str
    cell: str = ""
    level: str = "bad"
    sheet: str = "Danh sách"


def test_cells_keep_their_types():
    sheet = read_workbook(workbook([["a", "0123", 123, date(2026, 2, 5), 1.5]], left=1, top=2))[0]
    assert (sheet.name, sheet.visible) == ("Danh sách", True)
    assert sheet.rows == [(3, ["", "a", "0123", 123, date(2026, 2, 5), 1.5])]


def test_empty_rows_are_left_out_and_numbers_are_those_of_excel():
    sheet = read_workbook(workbook([["a"], [], ["", ""], ["b"]]))[0]
    assert [row.number for row in sheet.rows] == [1, 4]


def test_merged_cells_and_hidden_sheets_are_told():
    content = workbook({"A": [["x"]], "B": [["y"]]}, merge=[(0, 0, 1, 3, "x")], hidden=("B",))
    one, other = read_workbook(content)
    assert one.merged == [(1, 0, 2, 3)]
    assert (one.visible, other.visible) == (True, False)


@pytest.mark.parametrize("name", ["DSVN-66.xls", "DSVN-65.xlsx"])
def test_the_kind_of_a_file_is_told_by_its_content(name, tmp_path):
    renamed = tmp_path / "danh sách.dat"
    renamed.write_bytes((LISTS / "dang-vien" / name).read_bytes())
    assert read_workbook(renamed)[0].rows == read_workbook(LISTS / "dang-vien" / name)[0].rows


def test_an_ods_is_read():
    content = BytesIO()
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" '
            f'xmlns:text="{office}text:1.0"><office:body><office:spreadsheet><table:table table:name="A">'
            '<table:table-row><table:table-cell office:value-type="string"><text:p>Họ tên</text:p>'
            "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    assert read_workbook(content.getvalue())[0].rows == [(1, ["Họ tên"])]


def test_a_stray_cell_at_the_end_of_the_sheet_costs_nothing():
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, ["a", 1])
        sheet.write_string(1_048_575, 200, " ")
        sheet.write_datetime(1, 0, date(2026, 2, 5), book.add_format({"num_format": "dd/mm/yyyy"}))
    rows = read_workbook(content.getvalue())[0].rows
    assert rows[:2] == [(1, ["a", 1]), (2, [date(2026, 2, 5)])]
    assert [row.number for row in rows[2:]] == [1_048_576]


def zipped(**parts: bytes) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return content.getvalue()


XLSX = (LISTS / "dang-vien" / "DSVN-65.xlsx").read_bytes()
XLS = (LISTS / "dang-vien" / "DSVN-66.xls").read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp rỗng"),
        (b"hello", "không phải là bảng tính"),
        (b"\xef\xbb\xbf<html><table></table></html>", "trang web"),
        (b"%PDF-1.7", "PDF"),
        (zipped(word__document_xml=b"<w/>"), "không phải là bảng tính"),
        (XLSX[:3000], "hỏng"),
        (XLS[:2000], "hỏng"),
        (XLSX[:2000] + b"\x00" * 500 + XLSX[2500:], "hỏng"),
        (zipped(xl__workbook_xml=b"<workbook/>"), "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(content, words):
    with pytest.raises(UnreadableWorkbook, match=words) as refusal:
        read_workbook(content)
    assert isinstance(refusal.value, RuleViolation)


def test_a_zip_bomb_is_refused_even_when_it_lies_about_its_size():
    bomb = zipped(xl__workbook_xml=b"<workbook/>", xl__x_xml=b"\0" * 1_000_000)
    lying = bomb.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != bomb
    for content in (bomb, lying):
        with pytest.raises(UnreadableWorkbook, match=r"quá lớn khi mở|hỏng"):
            read_workbook(content, max_unpacked=500_000)


def test_limits_are_arguments(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([["a"], ["b"], ["c"]]))
    with pytest.raises(UnreadableWorkbook, match="lớn quá 0 MB"):
        read_workbook(path, max_bytes=100)
    with pytest.raises(UnreadableWorkbook, match="hơn 2 dòng"):
        read_workbook(path, max_rows=2)


@pytest.mark.parametrize(("place", "name"), [((1, 0), "A1"), ((12, 4), "E12"), ((3, 25), "Z3"), ((3, 26), "AA3")])
def test_names_of_cells(place, name):
    assert cell_name(*place) == name


@pytest.mark.parametrize("text", ["=1+1", "+84912", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_would_run_is_made_plain(text):
    assert neutralise(text) == "'" + text


def test_a_workbook_that_we_write(tmp_path):
    sheet = SheetToWrite(
        columns=[Column("Họ tên", 30), Column("Ngày sinh"), Column("Số"), Column("Kích hoạt")],
        rows=([name, day, 3, True] for name, day in [("=cmd()", PartialDate(1955)), ("An", date(2026, 2, 5))]),
        name="Danh sách [A]/B",
        title="DANH SÁCH",
        note="Tính đến 31/10/2026",
    )
    path = write_workbook(tmp_path / "a.xlsx", sheet, sheet)
    assert path == tmp_path / "a.xlsx"
    one, other = read_workbook(path)
    assert [one.name, other.name] == ["Danh sách  A  B", "Danh sách  A  B (2)"]
    assert [row.cells for row in one.rows] == [
        ["DANH SÁCH", "", "", ""],
        ["Tính đến 31/10/2026", "", "", ""],
        ["Họ tên", "Ngày sinh", "Số", "Kích hoạt"],
        ["'=cmd()", "1955", 3, "Có"],
        ["An", date(2026, 2, 5), 3, "Có"],
    ]
    frozen = openpyxl.load_workbook(path).worksheets[0]
    assert frozen.freeze_panes == "A4"


def test_remarks_stand_beside_the_rows_of_the_same_workbook():
    content = workbook({"Danh sách": [["STT", "Tên"], [1, "A"], [2, "B"]], "Khác": [["x"]]})
    said = [Said(3, "Thiếu số", "B3"), Said(3, "=Trùng", level="warn")]
    annotated = annotate_workbook(content, said, header_rows={"Danh sách": 1})
    given = openpyxl.load_workbook(BytesIO(annotated))
    assert [[cell.value for cell in row] for row in given["Danh sách"]] == [
        ["STT", "Tên", "Lỗi cần sửa"],
        [1, "A", None],
        [2, "B", "Thiếu số\n=Trùng"],
    ]
    assert given["Danh sách"]["B3"].fill.fgColor.rgb == given["Danh sách"]["C3"].fill.fgColor.rgb == "00F4B6B0"
    assert [[cell.value for cell in row] for row in given["Khác"]] == [["x"]]


def test_an_old_xls_comes_back_as_xlsx_with_the_same_cells():
    before = read_workbook(XLS)[0]
    said = [Said(6, "Thiếu số", "E6", sheet=before.name)]
    after = read_workbook(annotate_workbook(XLS, said, header_rows={before.name: 4}))[0]
    assert (after.name, len(after.rows)) == (before.name, len(before.rows))
    for old, new in zip(before.rows, after.rows, strict=True):
        said_here = {4: ["Lỗi cần sửa"], 6: ["Thiếu số"]}.get(old.number, [""])
        assert new.cells == old.cells + said_here

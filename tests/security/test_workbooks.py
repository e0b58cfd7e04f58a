"""Workbooks that are made to harm: they are refused with a sentence, and no process of the portal falls."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter

from common.spreadsheets import UnreadableWorkbook, annotate_workbook, read_workbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="a" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="b" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def xlsx(rows: str, *, after: str = "", shared: str = "<si><t>x</t></si>") -> bytes:
    """Rows as they stand in the file."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
        )
    return content.getvalue()


def two_far_cells_in_other_quotes() -> bytes:
    return xlsx("<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")


def far_cells_without_a_name() -> bytes:
    return xlsx(f"<row r='1'>{'<c><v>1</v></c>' * 16384}</row><row r='1048576'><c><v>1</v></c></row>")


def one_long_text_in_many_cells() -> bytes:
    cells = '<c t="s"><v>0</v></c>' * 10
    rows = "".join(f'<row r="{number}">{cells}</row>' for number in range(1, 3001))
    return xlsx(rows, shared=f"<si><t>{'x' * 200_000}</t></si>")


@dataclass
class Said:
    row: int = 1
    message: str = "Thiếu"
    cell: str = "A1"
    level: str = "bad"
    sheet: str = "S"


def test_a_workbook_made_by_these_tests_is_sound():
    assert read_workbook(xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))[0].rows == [(1, ["x"])]


@pytest.mark.parametrize("make", [two_far_cells_in_other_quotes, far_cells_without_a_name, one_long_text_in_many_cells])
def test_a_small_file_that_fills_the_memory_is_refused(make):
    with pytest.raises(UnreadableWorkbook, match="phình ra quá lớn"):
        read_workbook(make())


@pytest.mark.parametrize(
    "after",
    [
        '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="S!A1"/></hyperlinks>',
    ],
)
def test_a_wide_range_does_not_fell_who_downloads_the_marked_list(after):
    content = xlsx('<row r="1"><c r="A1"><v>7</v></c></row>', after=after)
    marked = read_workbook(annotate_workbook(content, [Said()], header_rows={}))
    assert marked[0].rows == [(1, [7, "Thiếu"])]


def test_nothing_runs_in_a_marked_list():
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_formula(0, 0, "=cmd|'/c calc'!A1", value="Nguyễn Văn An")
        sheet.write_formula(0, 1, "='[\\\\xa\\tep.xlsx]S'!A1", value=5)
        sheet.write_string(0, 2, "=1+1")
    marked = openpyxl.load_workbook(BytesIO(annotate_workbook(content.getvalue(), [Said(message="=1+2")])))
    cells = [(cell.value, cell.data_type) for cell in marked["S"][1]]
    assert cells == [("Nguyễn Văn An", "s"), (5, "n"), ("=1+1", "s"), ("'=1+2", "s")]


def test_a_sheet_whose_name_excel_refuses_is_given_back_all_the_same():
    content = BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "S"
    book.active.append(["Họ tên"])
    book.save(content)
    renamed = BytesIO()
    with zipfile.ZipFile(content) as before, zipfile.ZipFile(renamed, "w") as after:
        for part in before.infolist():
            text = before.read(part)
            after.writestr(
                part, text.replace(b'name="S"', 'name="Danh sách: đảng viên [của] chi bộ Ga Bến Thủy"'.encode())
            )
    sheet = read_workbook(renamed.getvalue())[0]
    marked = annotate_workbook(renamed.getvalue(), [Said(sheet=sheet.name)])
    assert read_workbook(marked)[0].rows == [(1, ["Họ tên", "Thiếu"])]

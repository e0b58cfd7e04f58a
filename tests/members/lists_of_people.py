"""Member lists as units send them, made for a test."""

from io import BytesIO
from pathlib import Path

import xlsxwriter

DEMO = Path(__file__).resolve().parent.parent.parent / "demo" / "lists"
COLUMNS = [
    "STT", "Họ và tên", "Giới tính", "Ngày sinh", "Số định danh cá nhân", "Dân tộc", "Quê quán", "Ngày vào Đảng",
    "Ngày chính thức", "Số thẻ đảng viên", "Trình độ chuyên môn", "Lý luận chính trị", "Chức vụ Đảng", "Tình trạng",
    "Số điện thoại", "Chi bộ",
]  # fmt: skip


def person(name: str, citizen_id: str, branch: str = "", **given: str) -> dict[str, str]:
    """A clean row (an id of a man born in 1980, unless given otherwise)."""
    return {
        "Họ và tên": name,
        "Giới tính": "Nam",
        "Ngày sinh": "14/03/1980",
        "Số định danh cá nhân": citizen_id,
        "Dân tộc": "Kinh",
        "Quê quán": "Nghệ An",
        "Ngày vào Đảng": "19/05/2005",
        "Ngày chính thức": "19/05/2006",
        "Tình trạng": "Chính thức",
        "Số điện thoại": "0912345678",
        "Chi bộ": branch,
    } | given


def man(number: int) -> str:
    """The citizen id of a man born in 1980."""
    return f"001080{number:06d}"


def workbook(people: list[dict[str, str]], sheet: str = "DSDV", columns: list[str] | None = None) -> bytes:
    """A flat list under a title."""
    columns = columns or COLUMNS
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        page.write_string(0, 0, "DANH SÁCH ĐẢNG VIÊN")
        page.write_row(2, 0, columns)
        for number, one in enumerate(people, start=1):
            values = {"STT": number} | one
            page.write_row(2 + number, 0, [values.get(column, "") for column in columns])
    return content.getvalue()


def grouped(groups: list[tuple[str, list[dict[str, str]]]]) -> bytes:
    """A list with the names of branches as rows between the people; the same name may come twice."""
    columns = COLUMNS[:-1]
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("DSDV")
        page.write_string(0, 0, "DANH SÁCH ĐẢNG VIÊN")
        page.write_row(2, 0, columns)
        line = 3
        for heading, people in groups:
            page.write_string(line, 0, heading)
            for number, one in enumerate(people, start=1):
                page.write_row(line + number, 0, [({"STT": number} | one).get(column, "") for column in columns])
            line += 1 + len(people)
    return content.getvalue()


def saved(folder: Path, content: bytes, name: str = "danh-sach.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path

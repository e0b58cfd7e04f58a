"""Makes member lists for the tests: invented people, any layout."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

HEADER = [
    "STT",
    "Họ và tên",
    "Giới tính",
    "Ngày sinh",
    "Số định danh cá nhân",
    "Dân tộc",
    "Quê quán",
    "Ngày vào Đảng",
    "Ngày chính thức",
    "Số thẻ đảng viên",
    "Trình độ chuyên môn",
    "Lý luận chính trị",
    "Chức vụ Đảng",
    "Tình trạng",
    "Số điện thoại",
]


def person(number: int = 1, **changes: object) -> dict[str, object]:
    """A faultless row; each number gives another person."""
    year = 60 + number % 40
    row: dict[str, object] = {
        "STT": number,
        "Họ và tên": "Nguyễn Văn An",
        "Giới tính": "Nam",
        "Ngày sinh": date(1900 + year, 3, 5),
        "Số định danh cá nhân": f"0010{year}{number:06}",
        "Dân tộc": "Kinh",
        "Quê quán": "Hà Nội",
        "Ngày vào Đảng": date(2015, 5, 19),
        "Ngày chính thức": date(2016, 5, 19),
        "Số thẻ đảng viên": f"{10_000_000 + number}",
        "Trình độ chuyên môn": "Đại học",
        "Lý luận chính trị": "Sơ cấp",
        "Chức vụ Đảng": "",
        "Tình trạng": "Chính thức",
        "Số điện thoại": "0912345678",
    }
    return row | changes


def cells(*people: dict[str, object], header: list[str] = HEADER) -> list[list[object]]:
    return [[row.get(label, "") for label in header] for row in people]


def workbook(
    sheets: dict[str, list[list[object]]] | list[list[object]],
    *,
    left: int = 0,
    top: int = 0,
    merge: Sequence[tuple[int, int, int, int, str]] = (),
    hidden: tuple[str, ...] = (),
) -> bytes:
    """An .xlsx with these rows on each sheet; `merge` are ranges (rows and columns from 0) of the first."""
    if isinstance(sheets, list):
        sheets = {"Danh sách": sheets}
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for index, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows, start=top):
                for column, value in enumerate(row, start=left):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value)
                    elif value is not None:
                        sheet.write_number(number, column, value)
            for range_ in merge if index == 0 else ():
                sheet.merge_range(*range_)
    return content.getvalue()


def legacy(text: str, encoding: str) -> str:
    """Unicode text as it was typed in a font of before Unicode."""
    codes = _CODES[encoding]
    # TCVN3 has no accented capitals: people typed the small letter.
    return "".join(codes.get(letter) or codes.get(letter.lower(), letter) for letter in text)


# A letter and its code; TCVN3 has no accented capitals but these seven.
_TCVN3 = """
àµ ả¶ ã· á¸ ạ¹ ă¨ ằ» ẳ¼ ẵ½ ắ¾ ặÆ â© ầÇ ẩÈ ẫÉ ấÊ ậË đ® èÌ ẻÎ ẽÏ éÐ ẹÑ êª ềÒ ểÓ ễÔ ếÕ ệÖ
ì× ỉØ ĩÜ íÝ ịÞ òß ỏá õâ óã ọä ô« ồå ổæ ỗç ốè ộé ơ¬ ờê ởë ỡì ớí ợî ùï ủñ ũò úó ụô
ư\u00ad ừõ ửö ữ÷ ứø ựù ỳú ỷû ỹü ýý ỵþ Ă¡ Â¢ Ê£ Ô¤ Ơ¥ Ư¦ Đ§
"""
_VNI = """
áaù àaø ảaû ãaõ ạaï âaâ ấaá ầaà ẩaå ẫaã ậaä ăaê ắaé ằaè ẳaú ẵaü ặaë
éeù èeø ẻeû ẽeõ ẹeï êeâ ếeá ềeà ểeå ễeã ệeä íí ìì ỉæ ĩó ịò
óoù òoø ỏoû õoõ ọoï ôoâ ốoá ồoà ổoå ỗoã ộoä ơô ớôù ờôø ởôû ỡôõ ợôï
úuù ùuø ủuû ũuõ ụuï ưö ứöù ừöø ửöû ữöõ ựöï ýyù ỳyø ỷyû ỹyõ ỵî đñ
"""
_CODES = {
    encoding: {pair[0]: pair[1:] for pair in re.split("[ \n]", pairs) if pair}
    for encoding, pairs in (("tcvn3", _TCVN3), ("vni", _VNI))
}
_CODES["vni"] |= {letter.upper(): code.upper() for letter, code in _CODES["vni"].items()}

"""Reads workbooks that hold a schedule of congresses: one row a unit, named by its code or its name, columns in any
order and under many names. Knows nothing of the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from common.dates import BadDate, Precision, parse_date
from common.legacy_text import Decoder, detect
from common.spreadsheets import Row, Sheet, UnreadableWorkbook, cell_name, read_workbook
from common.text import clean, fold

from .enums import CongressForm, CongressState

_NUMBER, _CODE, _NAME = "number", "code", "name"
# The first that fits is taken: "lý do hoãn" before "hoãn", "ngày bế mạc" before "ngày".
_RULES = [
    (column, re.compile(pattern))
    for column, pattern in [
        (_NUMBER, r"^(stt|tt|so tt|so thu tu|thu tu)$"),
        ("reason", r"ly do"),
        ("note", r"ghi chu"),
        ("held_on", r"be mac|ngay (da )?to chuc$|da to chuc ngay|ngay ket thuc"),
        ("steering", r"chi dao|theo doi|phu trach|du dai hoi|to cong tac"),
        ("state", r"tinh trang|trang thai|ket qua"),
        ("form", r"hinh thuc"),
        ("place", r"dia diem|noi to chuc|^noi\b|hoi truong"),
        ("planned_at", r"^(gio|thoi gian bat dau|bat dau luc)\b|gio (khai mac|bat dau)"),
        ("planned_on", r"^ngay\b|ngay (du kien|dai hoi|khai mac|to chuc)|thoi gian"),
        (_CODE, r"^ma\b|^code$|\bma (so|to chuc|don vi|chi bo|dang bo)\b"),
        (_NAME, r"^ten\b|to chuc( co so)? dang|^(don vi|to chuc|chi bo|dang bo)( (dang|truc thuoc|co so|bo phan))*$"),
    ]
]
_FORMS = [(r"dai bieu", CongressForm.DELEGATES), (r"dang vien|toan the", CongressForm.ALL_MEMBERS)]
_STATES = [
    (r"hoan(?! thanh)|lui|chuyen ngay", CongressState.POSTPONED),
    (r"chua|du kien|sap", CongressState.PLANNED),
    (r"da to chuc|da dai hoi|hoan thanh|xong|^da\b|^roi$", CongressState.HELD),
]
_HOUR = re.compile(r"^(?:luc )?(\d{1,2})(?:\s*(?:h|g|gio|:)\s*(\d{1,2})?(?:\s*(?:p|ph|phut))?(?::\d{2})?)?$")
_MARK = re.compile(r"^'(?=[=+\-@])")
MOST_ROWS = 5000


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row and what to do."""

    row: int
    cell: str
    message: str


@dataclass
class ListedCongress:
    """A row as it was understood; only what stands in the file is in `values`."""

    sheet: str
    row: int
    code: str
    name: str
    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class ScheduleList:
    rows: list[ListedCongress] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)


def read_schedule(source: str | Path | bytes) -> ScheduleList:
    """Every visible sheet with a header that names units and days. Raises UnreadableWorkbook."""
    sheets = [sheet for sheet in read_workbook(source) if sheet.visible]
    decoder = detect({c for sheet in sheets for row in sheet.rows for c in row.cells if isinstance(c, str)})
    result = ScheduleList()
    found = False
    for sheet in sheets:
        found = _read_sheet(sheet, decoder, result) or found
    if not found:
        raise UnreadableWorkbook(
            "Không thấy lịch đại hội trong tệp. Tệp cần một dòng tiêu đề có “Mã tổ chức” hoặc “Tên tổ chức đảng”, "
            "và “Ngày dự kiến”, “Địa điểm” hoặc “Tình trạng”."
        )
    if len(result.rows) > MOST_ROWS:
        raise UnreadableWorkbook(f"Tệp có hơn {MOST_ROWS} đơn vị. Đồng chí chia thành nhiều tệp.")
    return result


def _read_sheet(sheet: Sheet, decoder: Decoder, result: ScheduleList) -> bool:
    columns: dict[str, int] = {}
    labels_seen: set[str] = set()
    for row in sheet.rows:
        texts = [_text(cell, decoder) for cell in row.cells]
        header = _header(row, texts)
        # A table that goes on under its head once more; a congress in a hall is no head.
        if header and (not columns or len(labels_seen & {fold(text) for text in texts if text}) >= 2):
            columns = header
            labels_seen = {fold(text) for text in texts if text}
            kept = set(columns.values())
            labels = [text for i, text in enumerate(texts) if text and i not in kept]
            result.dropped_columns += [label for label in labels if label not in result.dropped_columns]
        elif columns and (listed := _listed(sheet.name, row, texts, columns)):
            result.rows.append(listed)
    return bool(columns)


def _text(cell: object, decoder: Decoder) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if not isinstance(cell, str):
        return clean(str(cell))
    # The mark by which our own workbook keeps a text from running.
    return _MARK.sub("", decoder(cell))


def _header(row: Row, texts: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    if any(not isinstance(cell, str) for cell in row.cells) or any(text.isdecimal() for text in texts):
        return {}
    for index, text in enumerate(texts):
        label = " ".join(re.sub(r"[^\w]|_", " ", fold(text)).split())
        column = next((c for c, pattern in _RULES if len(label) <= 60 and pattern.search(label)), None)
        if column:
            found.setdefault(column, index)
    named = {_CODE, _NAME} & found.keys()
    said = {"planned_on", "place", "state", "held_on", "form"} & found.keys()
    return found if named and said else {}


def _listed(sheet: str, row: Row, texts: list[str], columns: Mapping[str, int]) -> ListedCongress | None:
    def text(column: str) -> str:
        index = columns.get(column)
        return texts[index] if index is not None and index < len(texts) else ""

    code = "".join(text(_CODE).split()).strip(".,;'").upper()
    name = text(_NAME)
    if not re.search(r"\w", code + name):
        return None
    listed = ListedCongress(sheet, row.number, code, name)
    for column in ("planned_on", "planned_at", "place", "form", "steering", "state", "held_on", "reason", "note"):
        if not text(column):
            continue
        index = columns[column]
        value = _value(column, row.cells[index], text(column))
        if isinstance(value, BadDate):
            listed.problems.append(Problem(row.number, cell_name(row.number, index), value.sentence))
        elif value is not None:
            listed.values[column] = value
    # A heading or a signature names something and says nothing about a congress.
    said = bool(listed.values or listed.problems) or text(_NUMBER).isdecimal()
    if not said:
        return None
    _settle(listed)
    return listed


def _value(column: str, cell: object, text: str) -> object:
    match column:
        case "planned_on" | "held_on":
            return _day(cell if not isinstance(cell, str) else text)
        case "planned_at":
            return _hour(cell, text)
        case "form":
            return _word(_FORMS, text, f"“{text}” không phải là hình thức đại hội. Ghi “đảng viên” hoặc “đại biểu”.")
        case "state":
            return _word(
                _STATES, text, f"“{text}” không phải là tình trạng. Ghi “chưa tổ chức”, “đã tổ chức” hoặc “hoãn”."
            )
    return text


def _day(value: object) -> date | BadDate | None:
    read = parse_date(value, two_digit_years_until=2099)
    if read is None or isinstance(read, BadDate):
        return read
    if read.precision != Precision.DAY:
        return BadDate(str(value), f"“{read}” chưa đủ ngày, tháng, năm.")
    return read.as_date()


def _hour(cell: object, text: str) -> time | BadDate:
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    if isinstance(cell, timedelta) or (isinstance(cell, float) and 0 < cell < 1):
        seconds = round(cell.total_seconds() if isinstance(cell, timedelta) else cell * 86_400)
        return time(seconds // 3600 % 24, seconds // 60 % 60)
    plain = fold(text)
    afternoon = bool(re.search(r"chieu|toi|pm$", plain))
    plain = re.sub(r"sang|chieu|toi|am$|pm$|ngay|\bluc\b", " ", plain).strip(" .,'")
    found = _HOUR.match(" ".join(plain.split()))
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if afternoon and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return BadDate(text, f"“{text}” không đọc được thành giờ. Ghi dạng 07:30 hoặc 7h30.")


def _word(words: list, text: str, sentence: str) -> object:
    plain = fold(text)
    return next((value for pattern, value in words if re.search(pattern, plain)), BadDate(text, sentence))


def _settle(listed: ListedCongress) -> None:
    """What the file says without saying: a day of closing is a congress that was held; a held one without that day was
    held on the planned one."""
    values = listed.values
    if "held_on" in values and "state" not in values:
        values["state"] = CongressState.HELD
    if values.get("state") == CongressState.HELD and "held_on" not in values and "planned_on" in values:
        values["held_on"] = values["planned_on"]

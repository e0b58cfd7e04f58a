"""From a file to people with remarks."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from common.legacy_text import Decoder, detect
from common.spreadsheets import Row, Sheet, UnreadableWorkbook, read_workbook
from members.lists.judge import Judge
from members.lists.layout import SheetPeople, read_people
from members.lists.model import MemberList

_STEP = 200  # people between two reports of progress


def read_member_list(
    source: str | Path | bytes,
    *,
    file_name: str | None = None,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MemberList:
    """Read and judge a whole list. `progress` is told how many of how many people are judged.

    Raises UnreadableWorkbook (a RuleViolation) when the file is no list. Hidden sheets are skipped.
    """
    sheets = read_workbook(source)
    decoder = detect(_texts(sheets))
    visible = [_decoded(sheet, decoder) for sheet in sheets if sheet.visible]
    found = _people_of(visible)
    if not found and any(read_people(sheet, several_sheets=False) for sheet in visible):
        raise UnreadableWorkbook("Tệp có dòng tiêu đề của danh sách nhưng bên dưới chưa có đồng chí nào.")
    if not found:
        raise UnreadableWorkbook(
            "Không thấy danh sách đảng viên trong tệp. Danh sách cần một dòng tiêu đề có “Họ và tên” "
            "cùng các cột như “Ngày sinh”, “Số định danh”, “Ngày vào Đảng”."
        )
    result = MemberList(
        encoding=decoder.encoding,
        rows=[],
        dropped_columns=_distinct(label for people in found.values() for label in people.dropped),
        skipped_sheets=[sheet.name for sheet in sheets if sheet.name not in found],
        header_rows={name: people.header_row for name, people in found.items()},
        file_name=file_name or (Path(source).name if isinstance(source, str | Path) else ""),
    )
    judge = Judge(today or datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date())
    raw_people = [raw for people in found.values() for raw in people.people]
    for person, raw in enumerate(raw_people, start=1):
        result.rows.append(judge.judge(raw, person))
        if progress and (person % _STEP == 0 or person == len(raw_people)):
            progress(person, len(raw_people))
    return result


def _people_of(sheets: list[Sheet]) -> dict[str, SheetPeople]:
    """People by sheet; sheets without a list are left out."""
    found = {}
    for sheet in sheets:
        people = read_people(sheet, several_sheets=False)
        if people and people.people:
            found[sheet.name] = people
    if len(found) > 1:
        # Sheets of their own: then the name of a sheet may be the name of its branch.
        for sheet in sheets:
            if sheet.name in found:
                found[sheet.name] = read_people(sheet, several_sheets=True) or found[sheet.name]
    return found


def _texts(sheets: list[Sheet]) -> set[str]:
    return {cell for sheet in sheets for row in sheet.rows for cell in row.cells if isinstance(cell, str)}


def _decoded(sheet: Sheet, decoder: Decoder) -> Sheet:
    """The sheet with its texts in clean Unicode; its name stays the workbook's own."""
    rows = [
        Row(number, [_lines(cell, decoder) if isinstance(cell, str) else cell for cell in cells])
        for number, cells in sheet.rows
    ]
    rows = [row for row in rows if any(cell != "" for cell in row.cells)]
    return Sheet(sheet.name, sheet.visible, rows, sheet.merged)


def _lines(text: str, decoder: Decoder) -> str:
    """Line breaks inside a cell part posts and phones: they are kept."""
    if "\n" not in text and "\r" not in text:
        return decoder(text)
    return "\n".join(line for part in text.splitlines() if (line := decoder(part)))


def _distinct(labels) -> list[str]:
    return list(dict.fromkeys(labels))

"""What leaders take along as .xlsx: the figures of the pages, and a whole campaign for the centre."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils import timezone

from common.spreadsheets import Column, SheetToWrite, write_workbook
from jobs.scratch import scratch_file
from orgtree.models import OrgUnit

from .models import Campaign
from .selectors.board import Line

BOARD_COLUMNS = (
    Column("Đơn vị", 54),
    Column("Mã", 16),
    Column("Loại hình", 20),
    Column("Đơn vị phải đại hội", 11),
    Column("Đã đại hội", 10),
    Column("Phải nộp", 10),
    Column("Chưa gửi", 10),
    Column("Chờ phê duyệt", 11),
    Column("Đã phê duyệt", 11),
    Column("Bị từ chối", 10),
    Column("Quá hạn, chưa gửi", 11),
    Column("Gửi muộn", 10),
    Column("Gửi khi cấp dưới còn thiếu", 13),
    Column("Cần rà soát lại", 11),
)


def in_memory(*sheets: SheetToWrite) -> bytes:
    path = scratch_file(".xlsx")
    try:
        return write_workbook(path, *sheets).read_bytes()
    finally:
        path.unlink(missing_ok=True)


def written_at() -> str:
    return f"Lập lúc {timezone.localtime():%H:%M %d/%m/%Y}."


def board_rows(lines: Iterable[Line]) -> Iterator[list]:
    for line in lines:
        one = line.tally
        yield [
            "   " * line.depth + line.name, line.code, line.kind, one.units, one.held, one.owed, one.unsent,
            one.waiting, one.approved, one.rejected, one.overdue, one.sent_late, one.incomplete, one.stale,
        ]  # fmt: skip


def board_workbook(
    campaign: Campaign | None, unit: OrgUnit, shown: Sequence[Line], deep: Sequence[Line], *, words: str, today: date
) -> bytes:
    name = campaign.name if campaign else "Chưa có đợt đại hội"
    note = f"{f'{words}. ' if words else ''}Mỗi dòng gồm đơn vị đó và mọi đơn vị bên dưới."
    note += f" Quá hạn tính đến {today:%d/%m/%Y}. "
    title = f"Tiến độ đại hội, {name}, {unit.name}"
    return in_memory(
        SheetToWrite(BOARD_COLUMNS, board_rows(shown), "Tiến độ", title, note + written_at()),
        SheetToWrite(BOARD_COLUMNS, board_rows(deep), "Mọi đơn vị", title, note + written_at()),
    )

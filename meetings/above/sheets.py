"""The board as .xlsx: what the page shows, and every branch below."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from common.spreadsheets import Column, SheetToWrite, write_workbook
from jobs.scratch import scratch_file

from .selectors.board import Board, sheet_of_branches

_LINES = (
    Column("Đơn vị", 54),
    Column("Mã", 16),
    Column("Loại hình", 20),
    Column("Số chi bộ", 10),
    Column("Chưa thông báo", 11),
    Column("Chưa họp", 10),
    Column("Chưa khóa biên bản", 12),
    Column("Chưa có chuyên đề trong quý", 13),
    Column("Lượt phải dự", 10),
    Column("Lượt có mặt", 10),
    Column("Tỷ lệ dự (%)", 10),
    Column("Đảng viên vắng 3 kỳ liền", 12),
)
_BRANCHES = (
    Column("Chi bộ", 48),
    Column("Mã", 16),
    Column("Trực thuộc", 48),
    Column("Thông báo", 11),
    Column("Họp", 11),
    Column("Biên bản", 13),
    Column("Chuyên đề trong quý", 12),
    Column("Phải dự", 9),
    Column("Có mặt", 9),
    Column("Tỷ lệ dự (%)", 10),
)


def _rate(here: int, expected: int) -> float | None:
    return round(here * 100 / expected, 1) if expected else None


def _line_rows(board: Board) -> Iterator[list]:
    for line in board.lines:
        one = line.tally
        yield [
            "   " * line.depth + line.name, line.code, line.kind, one.branches, one.not_called, one.not_held,
            one.not_written, one.no_thematic, one.expected, one.here, _rate(one.here, one.expected), one.absent,
        ]  # fmt: skip


def _branch_rows(rows: Iterable[tuple]) -> Iterator[list]:
    for name, code, above, called, held, written, thematic, expected, here in rows:
        minutes = "" if not held else "Đã khóa" if written >= held else "Chưa khóa"
        yield [
            name, code, above or "", "Đã thông báo" if called else "Chưa", "Đã họp" if held else "Chưa", minutes,
            "Đã có" if thematic else "Chưa", expected, here, _rate(here, expected),
        ]  # fmt: skip


def board_workbook(board: Board) -> bytes:
    title = f"Sinh hoạt chi bộ {board.month.label}, {board.unit.name}"
    note = (
        f"Mỗi dòng gồm đơn vị đó và mọi đơn vị bên dưới. Chuyên đề tính trong {board.month.quarter_label}. "
        f"Lập lúc {timezone.localtime():%H:%M %d/%m/%Y}."
    )
    path = scratch_file(".xlsx")
    try:
        return write_workbook(
            path,
            SheetToWrite(_LINES, _line_rows(board), "Theo đơn vị", title, note),
            SheetToWrite(
                _BRANCHES, _branch_rows(sheet_of_branches(board.unit, board.month)), "Từng chi bộ", title, note
            ),
        ).read_bytes()
    finally:
        path.unlink(missing_ok=True)

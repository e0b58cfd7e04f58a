"""What the overview gives as .xlsx: the same rows and figures as on the pages."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from common.spreadsheets import Column, SheetToWrite, write_workbook
from jobs.scratch import scratch_file
from members.enums import PostCode
from orgtree.enums import Role

from .enums import RowState
from .models import ManyGiven
from .progress import Led, Progress
from .steps import step_label

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINE_COLUMNS = (
    Column("Đơn vị", 54),
    Column("Mã", 16),
    Column("Loại hình", 22),
    Column("Số đơn vị", 11),
    Column("Có Bí thư trong danh sách", 14),
    Column("Đã giao vai trò Bí thư", 14),
    Column("Đã kích hoạt", 12),
    Column("Đã có hiệu lực", 12),
    Column("Còn lại", 10),
)


def _content(*sheets: SheetToWrite) -> bytes:
    path = scratch_file(".xlsx")
    try:
        return write_workbook(path, *sheets).read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _written_at() -> str:
    return f"Lập lúc {timezone.localtime():%H:%M %d/%m/%Y}."


def progress_workbook(progress: Progress, words: str) -> bytes:
    """The rows of the tree as it stands open, then the four steps."""
    lines = SheetToWrite(
        columns=LINE_COLUMNS,
        rows=(
            [
                "   " * line.depth + line.name,
                line.code,
                line.kind,
                line.count.units,
                line.count.listed,
                line.count.given,
                line.count.activated,
                line.count.in_force,
                line.count.left,
            ]
            for line in progress.lines
        ),
        name="Tiến độ",
        title="Tiến độ phân quyền",
        note=f"{words} Mỗi dòng gồm đơn vị đó và mọi đơn vị bên dưới. {_written_at()}",
    )
    steps = SheetToWrite(
        columns=(Column("Bước", 54), *LINE_COLUMNS[3:]),
        rows=(
            [
                step_label(step).capitalize(),
                count.units,
                count.listed,
                count.given,
                count.activated,
                count.in_force,
                count.left,
            ]
            for step, count in progress.by_step.items()
        ),
        name="Theo bước",
        title="Tiến độ phân quyền theo bước",
        note=_written_at(),
    )
    return _content(lines, steps)


def units_workbook(rows: Iterable[dict], led: dict[int, Led], words: str) -> bytes:
    sheet = SheetToWrite(
        columns=(
            Column("Đơn vị", 48),
            Column("Mã", 16),
            Column("Trực thuộc", 44),
            Column("Bước", 32),
            Column("Bí thư trong danh sách", 28),
            Column("Giữ vai trò Bí thư", 28),
            Column("Tình trạng", 24),
        ),
        rows=(
            [
                row["name"],
                row["code"],
                row["parent__name"],
                step_label(row["step"]),
                ", ".join(led[row["pk"]].listed),
                ", ".join(led[row["pk"]].holders),
                state_of(led[row["pk"]])[1],
            ]
            for row in rows
        ),
        name="Đơn vị",
        title="Vai trò Bí thư của các đơn vị",
        note=f"{words} {_written_at()}",
    )
    return _content(sheet)


def state_of(led: Led) -> tuple[str, str]:
    """Tone and words of a unit."""
    if led.in_force:
        return "ok", "Đã có hiệu lực"
    if led.activated:
        return "info", "Đã kích hoạt, chưa nhập mã"
    if led.holders:
        return "wait", "Đã giao, chưa kích hoạt"
    return ("late", "Chưa giao") if led.listed else ("late", "Chưa giao, chưa ghi Bí thư")


def many_workbook(many: ManyGiven) -> bytes:
    """Every row of a giving of many with what came of it."""
    rows = many.rows.order_by("number").values_list(
        "member__full_name", "member__branch__name", "unit__name", "unit__code", "role", "post", "instead", "state",
        "reason",
    )  # fmt: skip
    sheet = SheetToWrite(
        columns=(
            Column("STT", 6),
            Column("Họ và tên", 28),
            Column("Chi bộ", 40),
            Column("Đơn vị được giao", 44),
            Column("Mã đơn vị", 16),
            Column("Vai trò", 22),
            Column("Chức vụ trong danh sách", 22),
            Column("Thay cấp dưới", 10),
            Column("Kết quả", 18),
            Column("Lý do", 60),
        ),
        rows=(_many_row(number, row) for number, row in enumerate(rows, start=1)),
        name="Kết quả",
        title=f"Kết quả phân quyền theo gợi ý, {str(many).lower()}",
        note=f"{many.words[:1].upper()}{many.words[1:]}. {_written_at()}",
    )
    return _content(sheet)


def _many_row(number: int, row: Sequence) -> list:
    name, branch, unit, code, role, post, instead, state, reason = row
    return [
        number,
        name,
        branch,
        unit,
        code,
        str(Role(role).label),
        str(PostCode(post).label),
        instead,
        str(RowState(state).label),
        reason,
    ]

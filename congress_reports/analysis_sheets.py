"""The analysis as .xlsx: the same figures as on the page, counts and shares in columns of their own."""

from common.spreadsheets import Column, SheetToWrite
from orgtree.models import OrgUnit

from .board_sheets import in_memory, written_at
from .models import Campaign
from .selectors.analysis import Analysis, Measure, Row


def analysis_workbook(
    told: Analysis | None,
    group: str,
    group_label: str,
    measures: list[Measure],
    *,
    campaign: Campaign | None,
    unit: OrgUnit,
) -> bytes:
    columns = [
        Column("Đơn vị", 54),
        Column("Loại hình", 24),
        Column("Báo cáo phải nộp", 11),
        Column("Báo cáo được tính", 11),
    ]
    columns.append(Column("Tổng số", 10))
    for one in measures:
        columns += [Column(one.short, 11), Column(f"{one.short} (%)", 11)]
    columns.append(Column("Tuổi bình quân", 11))
    name = campaign.name if campaign else "Chưa có đợt đại hội"
    title = f"Phân tích {group_label.lower()}, {name}, {unit.name}"
    note = "Báo cáo đã phê duyệt"
    if told is not None:
        note += " và đang chờ phê duyệt" if told.with_waiting else ""
        note += f": {told.whole.counted}/{told.whole.expected} báo cáo"
    note = f"{note}. {written_at()}"
    units = [_line(row, group, measures) for row in told.units] if told else []
    levels = [_line(row, group, measures) for row in told.levels] if told else []
    if told is not None:
        whole = Row(0, "Cộng", "", told.whole)
        levels.append(_line(whole, group, measures))
        units.append(_line(whole, group, measures))
    full = []
    groups = told.ground.groups if told else []
    for split, one in told.ground.columns if told else []:
        full.append([split, one.label, *(told.whole.of(f"{g.code}.{one.code}") for g in groups)])
    return in_memory(
        SheetToWrite(columns, units, "Theo đơn vị", title, note),
        SheetToWrite(columns, levels, "Theo cấp", title, note),
        SheetToWrite(
            [Column("Nhóm số liệu", 24), Column("Tiêu chí", 34), *(Column(g.label, 14) for g in groups)],
            full, "Mọi tiêu chí", f"Mọi tiêu chí, {name}, {unit.name}", note,
        ),
    )  # fmt: skip


def _line(row: Row, group: str, measures: list[Measure]) -> list:
    figures = row.figures
    n = figures.of(f"{group}.n")
    cells = [row.name, row.note, figures.expected, figures.counted, n]
    for one in measures:
        part = figures.sum_of(group, one.columns)
        cells += [part, round(100 * part / n, 1) if n and part is not None else None]
    average = figures.average(group)
    return [*cells, None if average is None else round(float(average), 1)]

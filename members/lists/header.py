"""Finds the header of a list: one row, or two or three with groups over their parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from common.spreadsheets import Cell, Row, Sheet
from common.text import clean
from members.lists.columns import Columns, Field, choose, match_label, match_labels, words

_LONGEST_LABEL = 120
_NAMES = {Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME}
_COUNTING = re.compile(r"\(?(\d{1,2}|[A-Za-z])\)?")


@dataclass
class Header:
    first_row: int
    last_row: int  # the counting row "(1) (2) (3)" belongs to the header
    columns: Columns


def labels_of(row: Row) -> dict[int, str]:
    """Column and text of the cells that could be labels."""
    return {
        column: cell
        for column, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell and len(cell) <= _LONGEST_LABEL
    }


def is_header_row(row: Row) -> bool:
    """A row that names the person's name and two more things, and holds no number or date."""
    if any(not isinstance(cell, str) for cell in row.cells):
        return False
    found = {match.field for label in labels_of(row).values() if (match := match_label(label))}
    return bool(found & _NAMES) and len(found) >= 3


def find_header(sheet: Sheet, rows: Sequence[Row], start: int) -> tuple[Header, int, int] | None:
    """The next header from index `start` on, with the indices of its first row and of the row after it."""
    for index in range(start, len(rows)):
        if is_header_row(rows[index]) or _is_split_header(rows, index):
            return _whole_header(sheet, rows, index)
    return None


def _is_split_header(rows: Sequence[Row], index: int) -> bool:
    """The name in this row, the other labels in the row above or below it."""
    row = rows[index]
    if any(not isinstance(cell, str) for cell in row.cells) or len(labels_of(row)) < 2:
        return False
    found = {match.field for label in labels_of(row).values() if (match := match_label(label))}
    if not found & _NAMES:
        return False
    for other in (index - 1, index + 1):
        if 0 <= other < len(rows) and abs(rows[other].number - row.number) == 1 and _is_label_row(rows[other]):
            more = {m.field for label in labels_of(rows[other]).values() if (m := match_label(label))}
            if len(found | more) >= 3:
                return True
    return False


def _whole_header(sheet: Sheet, rows: Sequence[Row], anchor: int) -> tuple[Header, int, int]:
    first = last = anchor
    while (
        first > 0 and rows[first - 1].number == rows[first].number - 1 and _is_group_row(rows[first - 1], rows[first])
    ):
        first -= 1
    while last + 1 < len(rows) and last - first < 3 and _is_part_row(rows, first, last + 1, sheet):
        last += 1
    block = rows[first : last + 1]
    labelled, groups = _stack(sheet, block)
    columns = choose(labelled, groups)
    columns.name_ends = _end_of_name(sheet, block, columns, labelled)
    after = last + 1
    if after < len(rows) and _is_counting_row(rows[after]):
        after += 1
    header = Header(rows[first].number, rows[after - 1].number, columns)
    return header, first, after


def _is_label_row(row: Row) -> bool:
    labels = labels_of(row)
    return len(labels) >= 2 and all(
        isinstance(cell, str) and len(cell) <= 60 and not re.search(r"\d", cell) for cell in row.cells
    )


def _is_group_row(row: Row, below: Row) -> bool:
    """Labels that stand over empty cells of, or group, the labels of the row below."""
    labels = labels_of(row)
    if not labels or any(not isinstance(cell, str) for cell in row.cells):
        return False
    known = [column for column, label in labels.items() if match_label(label)]
    if not known or len(known) * 2 < len(labels):
        return False
    # A title stands alone at the left; a lone group stands over parts.
    return len(labels) >= 2 or (known[0] > 0 and known[0] in labels_of(below) and len(words(labels[known[0]])) < 40)


def _is_part_row(rows: Sequence[Row], first: int, index: int, sheet: Sheet) -> bool:
    """Labels under the groups of the header: nothing else stands in the row."""
    row, above = rows[index], rows[index - 1]
    if row.number != above.number + 1 or any(not isinstance(cell, str) for cell in row.cells):
        return False
    labels = labels_of(row)
    block = [*rows[first:index], row]
    labelled, groups = _stack(sheet, block)
    if not labels or any(re.search(r"\d{2,}", label) for label in labels.values()):
        return False
    upper = {column for r in rows[first:index] for column in labels_of(r)}
    if len(labels) == 1 and next(iter(labels)) in upper and next(iter(labels)) < 2:
        return False  # a heading between header and people
    return all(
        len(label) <= 60
        and (
            match_labels(labelled.get(column, [label]), groups.get(column, ()))
            or len(labelled.get(column, ())) > 1
            or column not in upper
        )
        for column, label in labels.items()
    ) and any(match_label(label) or words(label) in _PART_WORDS for label in labels.values())


_PART_WORDS = {
    "ngay",
    "thang",
    "nam",
    "so",
    "ho",
    "ten",
    "dang",
    "chinh quyen",
    "doan the",
    "du bi",
    "qd",
    "ngay cap",
}


def _is_counting_row(row: Row) -> bool:
    cells = [cell for cell in row.cells if cell != ""]
    if len(cells) < 4:
        return False
    texts = [f"{cell:g}" if isinstance(cell, int | float) else clean(str(cell)) for cell in cells]
    if not all(_COUNTING.fullmatch(text) for text in texts):
        return False
    numbers = [int(digits) for text in texts if (digits := re.sub(r"\D", "", text))]
    return len(numbers) >= 3 and all(b - a in (0, 1) for a, b in zip(numbers, numbers[1:], strict=False))


def _stack(sheet: Sheet, block: Sequence[Row]) -> tuple[dict[int, list[str]], dict[int, tuple[str, ...]]]:
    """For each column its labels from top to bottom, and the lowest labels of all columns of its group."""
    spread = [_spread(sheet, block, index) for index in range(len(block))]
    columns = sorted({column for row in spread for column in row})
    labelled: dict[int, list[str]] = {}
    for column in columns:
        labels = [row[column] for row in spread if column in row]
        labelled[column] = [label for i, label in enumerate(labels) if i == 0 or words(label) != words(labels[i - 1])]
    groups: dict[tuple[str, ...], list[str]] = {}
    for column in columns:
        if len(labelled[column]) > 1:
            groups.setdefault(tuple(labelled[column][:-1]), []).append(labelled[column][-1])
    siblings = {column: tuple(groups[tuple(labelled[column][:-1])]) for column in columns if len(labelled[column]) > 1}
    return labelled, siblings


def _spread(sheet: Sheet, block: Sequence[Row], index: int) -> dict[int, str]:
    """Labels of one row, each group's label over all columns that it covers."""
    row = block[index]
    labels = labels_of(row)
    result = dict(labels)
    below = {column for lower in block[index + 1 :] for column in labels_of(lower)}
    merged_here = {left: right for top, left, bottom, right in sheet.merged if top <= row.number <= bottom}
    for column, label in labels.items():
        if column in merged_here:
            covered = range(column + 1, merged_here[column] + 1)
            if not below:
                covered = range(0)
        elif any(top == row.number for top, *_ in sheet.merged):
            covered = range(0)  # merging is used in this row, and not for this label
        else:
            covered = _run_below(column, labels, below)
        for other in covered:
            if other not in labels and other in below:
                result[other] = label
    return result


def _run_below(column: int, labels: dict[int, str], below: set[int]) -> range:
    """Without merged cells: the columns to the right that have a label only below."""
    end = column + 1
    while column in below and end in below and end not in labels:
        end += 1
    return range(column + 1, end)


def _end_of_name(sheet: Sheet, block: Sequence[Row], columns: Columns, labelled: dict[int, list[str]]) -> int:
    """First column after the name: its header may be merged over the columns of family and given name."""
    start = columns.get(Field.NAME)
    if start is None:
        return 0
    for top, left, _, right in sheet.merged:
        if left == start and any(top == row.number for row in block):
            taken = [c for c in range(start + 1, right + 1) if c in columns.by_field.values()]
            return min(taken, default=right + 1)
    return start + 1


def row_text(cells: Sequence[Cell]) -> list[str]:
    """The filled cells of a row as clean texts."""
    return [text for cell in cells if (text := clean(cell if isinstance(cell, str) else str(cell)))]

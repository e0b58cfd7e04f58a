"""Finds the header of a list: one row, or two or three with groups over their parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from common.spreadsheets import Cell, Row, Sheet
from common.text import clean
from members.lists.columns import Columns, Field, choose, match_label, match_labels, words
from members.lists.headings import is_heading_text

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


Found = tuple[Header, int, int]
"""A header, the index of its first row and the index of the row after it."""


def find_header(sheet: Sheet, rows: Sequence[Row], start: int) -> Found | None:
    """The next header from index `start` on."""
    for index in range(start, len(rows)):
        if _names_people(rows, index):
            return _whole_header(sheet, rows, index)
    return None


def header_at(sheet: Sheet, rows: Sequence[Row], index: int) -> Found | None:
    """A header whose first row is at `index`."""
    for anchor in (index, index + 1):
        if anchor < len(rows) and _names_people(rows, anchor):
            found = _whole_header(sheet, rows, anchor)
            if found[1] <= index:
                return found
    return None


def _names_people(rows: Sequence[Row], index: int) -> bool:
    """A row of labels with the person's name; two more are in this row or the one above or below it."""
    row = rows[index]
    if not _only_texts(row):
        return False
    found = _fields(row)
    if not found & _NAMES:
        return False
    if len(found) >= 3:
        return True
    beside = [rows[i] for i in (index - 1, index + 1) if 0 <= i < len(rows)]
    return any(
        abs(other.number - row.number) == 1 and _is_label_row(other) and len(found | _fields(other)) >= 3
        for other in beside
    )


def _only_texts(row: Row) -> bool:
    return all(isinstance(cell, str) for cell in row.cells)


def _fields(row: Row) -> set[Field]:
    return {match.field for label in labels_of(row).values() if (match := match_label(label))}


def _whole_header(sheet: Sheet, rows: Sequence[Row], anchor: int) -> Found:
    first = last = anchor
    while first > 0 and _is_group_row(rows[first - 1], rows[first]):
        first -= 1
    while last + 1 < len(rows) and last - first < 3 and _is_part_row(sheet, rows, first, last + 1):
        last += 1
    block = rows[first : last + 1]
    labelled, groups = _stack(sheet, block)
    columns = choose(labelled, groups)
    columns.name_ends = _end_of_name(sheet, block, columns)
    after = last + 1
    if after < len(rows) and _is_counting_row(rows[after]):
        after += 1
    return Header(rows[first].number, rows[after - 1].number, columns), first, after


def _is_label_row(row: Row) -> bool:
    labels = labels_of(row)
    return len(labels) >= 2 and all(
        isinstance(cell, str) and len(cell) <= 60 and not re.search(r"\d", cell) for cell in row.cells
    )


def _is_group_row(row: Row, below: Row) -> bool:
    """Labels that stand over empty cells of, or group, the labels of the row below."""
    labels = labels_of(row)
    if row.number != below.number - 1 or not _only_texts(row) or any(map(is_heading_text, labels.values())):
        return False
    known = [column for column, label in labels.items() if match_label(label)]
    if not known or len(known) * 2 < len(labels):
        return False
    # A lone text is a title unless it stands over one of several labels.
    return len(labels) >= 2 or (known[0] > 0 and known[0] in labels_of(below) and len(labels[known[0]]) < 40)


def _is_part_row(sheet: Sheet, rows: Sequence[Row], first: int, index: int) -> bool:
    """Labels under the groups of the header: nothing else stands in the row."""
    row = rows[index]
    labels = labels_of(row)
    if row.number != rows[index - 1].number + 1 or not labels or not _only_texts(row):
        return False
    if any(re.search(r"\d{2,}", text) or len(text) > 60 or is_heading_text(text) for text in labels.values()):
        return False
    if not any(match_label(label) or words(label) in _PART_WORDS for label in labels.values()):
        return False
    labelled, groups = _stack(sheet, [*rows[first:index], row])
    upper = {column for above in rows[first:index] for column in labels_of(above)}
    return all(
        len(labelled[column]) > 1 or column not in upper or match_labels(labelled[column], groups.get(column, ()))
        for column in labels
    )


_PART_WORDS = frozenset(
    ("ngay", "thang", "nam", "so", "ho", "ten", "dang", "chinh quyen", "doan the", "qd", "ngay cap")
)


def _is_counting_row(row: Row) -> bool:
    cells = [cell for cell in row.cells if cell != ""]
    if len(cells) < 4:
        return False
    texts = [f"{cell:g}" if isinstance(cell, int | float) else clean(str(cell)) for cell in cells]
    if not all(_COUNTING.fullmatch(text) for text in texts):
        return False
    numbers = [int(digits) for text in texts if (digits := re.sub(r"\D", "", text))]
    return len(numbers) >= 3 and all(b - a in (0, 1) for a, b in pairwise(numbers))


def _stack(sheet: Sheet, block: Sequence[Row]) -> tuple[dict[int, list[str]], dict[int, tuple[str, ...]]]:
    """For each column its labels from top to bottom, and the lowest labels of all columns of its group."""
    spread = [_spread(sheet, block, index) for index in range(len(block))]
    columns = sorted({column for row in spread for column in row})
    labelled = {
        column: list({words(row[column]): row[column] for row in spread if column in row}.values())
        for column in columns
    }
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


def _end_of_name(sheet: Sheet, block: Sequence[Row], columns: Columns) -> int:
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

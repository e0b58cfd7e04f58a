"""Walks over a sheet: header, headings, people, totals, signatures."""

import re
from dataclasses import dataclass, field
from datetime import date

from common.spreadsheets import Cell, Row, Sheet
from common.text import clean, fold
from members.lists import headings
from members.lists.columns import Columns, Field
from members.lists.header import Header, find_header, header_at, row_text
from members.lists.model import Branch, BranchSource

_DATES = (Field.BIRTH, Field.BIRTH_YEAR, Field.ADMISSION, Field.OFFICIAL)
_ORDINAL = re.compile(r"\d{1,4}[.)]?|[IVXLC]{1,6}[.)]?|[A-Z][.)]?")
_DITTO = {'"', "''", "“", "”", "nt", "-nt-", "//", "như trên"}


@dataclass(slots=True)
class RawPerson:
    """One person's row as it stands, with the columns that hold for it."""

    sheet: str
    row: int
    cells: list[Cell]
    columns: Columns
    branch: Branch | None
    branch_text: str = ""
    context: str = ""

    def cell(self, wanted: Field) -> Cell:
        column = self.columns.get(wanted)
        return self.cells[column] if column is not None and column < len(self.cells) else ""


@dataclass
class SheetPeople:
    people: list[RawPerson] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    header_row: int = 0


def read_people(sheet: Sheet, *, several_sheets: bool) -> SheetPeople | None:
    """All people of a sheet; None for a sheet without a list (a cover, a summary)."""
    found = find_header(sheet, sheet.rows, 0)
    if not found:
        return None
    return _Walk(sheet, several_sheets).run(*found)


class _Walk:
    def __init__(self, sheet: Sheet, several_sheets: bool) -> None:
        self.sheet, self.rows = sheet, sheet.rows
        self.several_sheets = several_sheets
        self.result = SheetPeople()
        self.columns = Columns()
        self.branch: Branch | None = None
        self.context = ""
        self.after_total = False

    def run(self, header: Header, first: int, index: int) -> SheetPeople:
        self.result.header_row = header.last_row
        self._use(header)
        titles = [text for row in self.rows[:first] for text in row_text(row.cells)]
        self.branch, self.context = headings.branch_above(titles)
        if self.branch is None or self.branch.source == BranchSource.TITLE:
            named = headings.branch_of_sheet_name(self.sheet.name, several=self.several_sheets)
            self.branch = named or self.branch
        while index < len(self.rows):
            if again := header_at(self.sheet, self.rows, index):
                header, _, index = again
                self._use(header)
                continue
            self._take(index)
            index += 1
        self._fill_down()
        return self.result

    def _use(self, header: Header) -> None:
        self.columns = header.columns
        self.after_total = False
        self.result.dropped += [label for label in header.columns.dropped if label not in self.result.dropped]

    def _take(self, index: int) -> None:
        row = self.rows[index]
        look = _Look(row, self.columns)
        texts = look.texts
        if not texts:
            return
        if not look.has_id and not look.has_date:
            if any(headings.is_total(text) for text in texts[:2]) or any(map(headings.is_signature, texts)):
                self.after_total = True
                return
            if len(texts) <= 3 and (kind := headings.heading_kind(texts[0])):
                self._head(kind, texts[0])
                return
        if look.is_person(self.after_total):
            self.after_total = False
            self._add(row)
        elif len(texts) <= 2 and self._heads_people(index, texts[0]):
            self._head("branch", texts[0])

    def _heads_people(self, index: int, text: str) -> bool:
        """A lone text over people: a heading that does not say "Chi bộ"."""
        if headings.is_note(text) or len(text) > 120:
            return False
        if not (headings.names_a_unit(text) or not self.after_total):
            return False
        if index + 1 >= len(self.rows):
            return False
        return _Look(self.rows[index + 1], self.columns).is_person(after_total=True)

    def _head(self, kind: str, text: str) -> None:
        self.after_total = False
        name = headings.unit_name(text)
        if kind == "parent":
            self.context, self.branch = name, None
        elif kind == "branch":
            self.branch = Branch(name, BranchSource.HEADING, self.context)

    def _add(self, row: Row) -> None:
        person = RawPerson(self.sheet.name, row.number, row.cells, self.columns, self.branch)
        parent = clean(str(person.cell(Field.BRANCH_PARENT)))
        person.context = parent or self.context
        person.branch_text = self._branch_text(person)
        self.result.people.append(person)

    def _branch_text(self, person: RawPerson) -> str:
        column = self.columns.get(Field.BRANCH)
        if column is None:
            return ""
        text = clean(str(person.cell(Field.BRANCH)))
        if fold(text) in _DITTO or text in _DITTO:
            return self.result.people[-1].branch_text if self.result.people else ""
        if not text:
            for top, left, bottom, right in self.sheet.merged:
                if left <= column <= right and top < person.row <= bottom:
                    same = [p.branch_text for p in self.result.people if p.row >= top]
                    return same[0] if same else ""
        return text

    def _fill_down(self) -> None:
        """Branches from the column; one written only beside its first person holds for those below."""
        people = self.result.people
        written = sum(bool(person.branch_text) for person in people)
        sparse = 0 < written * 2 < len(people)
        last = ""
        for person in people:
            if person.branch_text:
                last = person.branch_text
            text = person.branch_text or (last if sparse else "")
            if text:
                person.branch = Branch(text, BranchSource.COLUMN, person.context)


class _Look:
    """What a row shows at a glance."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self.row, self.columns = row, columns
        cells = row.cells

        def cell(wanted: Field) -> Cell:
            column = columns.get(wanted)
            return cells[column] if column is not None and column < len(cells) else ""

        self.has_id = _is_id(cell(Field.CITIZEN_ID))
        self.has_date = any(_is_date(cell(wanted)) for wanted in _DATES)
        self.has_name = bool(person_name(cells, columns))
        self.number = _is_ordinal(cell(Field.NUMBER))
        kept = [column for wanted, column in columns.by_field.items() if wanted != Field.NUMBER]
        self.filled = sum(column < len(cells) and cells[column] != "" for column in kept)

    @property
    def texts(self) -> list[str]:
        """Texts of the row but for a number before them."""
        texts = row_text(self.row.cells)
        return texts[1:] if len(texts) > 1 and _ORDINAL.fullmatch(texts[0]) else texts

    def is_person(self, after_total: bool) -> bool:
        if self.has_id:
            return True
        if self.has_date:
            return self.has_name or self.filled >= 3
        if not self.has_name or after_total:
            return False
        return self.filled >= 3 or (self.number and not headings.names_a_unit(self.texts[0]))


def person_name(cells: list[Cell], columns: Columns) -> str:
    """The name from its column or columns."""
    wanted: list[int | None]
    if Field.NAME in columns:
        start = columns.by_field[Field.NAME]
        wanted = list(range(start, max(columns.name_ends, start + 1)))
    else:
        wanted = [columns.get(Field.FAMILY_NAME), columns.get(Field.GIVEN_NAME)]
    parts = [cells[c] for c in wanted if c is not None and c < len(cells)]
    return clean(" ".join(str(part) for part in parts if part != "" and not isinstance(part, int | float)))


def _is_id(cell: Cell) -> bool:
    """Meant as an id, right or wrong; not the date over a signature."""
    text = f"{cell:.0f}" if isinstance(cell, int | float) else str(cell)
    return sum(c.isdigit() for c in text) >= 6 and sum(c.isalpha() for c in text) <= 3


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    if isinstance(cell, int | float):
        return cell >= 1900
    if not isinstance(cell, str) or sum(c.isdigit() for c in cell) < 4:
        return False
    return bool(re.match(r"\W*(\d|t\d|ngay|thang|nam|sinh)", fold(cell)))


def _is_ordinal(cell: Cell) -> bool:
    return isinstance(cell, int | float) or bool(re.fullmatch(r"\d{1,4}\.?", str(cell)))

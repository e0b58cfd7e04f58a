"""A report as it is read: sections of labelled values, elections and quality as tables, in words. The page, the check
before sending, the PDF and the workbook all draw from this, so that they cannot disagree (features K6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from common.text import name_sort_key

from .forms import Answers, Form, Surroundings
from .forms.definition import Field, FieldType, Section, SectionKind
from .forms.rules import asked, computed, environment, in_words
from .forms.values import Candidate, Value

NOTHING = "—"


@dataclass(frozen=True)
class Line:
    """One field with its value as people write it; `raw` is the number behind it, for workbooks."""

    path: str
    label: str
    words: str
    raw: int | float | str | None
    is_number: bool = False
    indent: bool = False


@dataclass(frozen=True)
class Person:
    path: str
    name: str
    birth_year: str
    votes: str
    of_base: str
    of_valid: str
    elected: bool
    # As numbers, for a workbook.
    year: int | None = None
    counted: int | None = None


@dataclass(frozen=True)
class Election:
    path: str
    body: str
    title: str
    lines: list[Line]
    people: list[Person]
    elected: list[Person]
    vacant: int


@dataclass(frozen=True)
class QualityRow:
    """A column of the analysis: its figure for each group, and its share of the group's total."""

    code: str
    label: str
    cells: list[Line]
    shares: list[str]
    # The figure of which the column is a part: "độ tuổi", "lý luận chính trị".
    split: str = ""
    groups: tuple[str, ...] = ()

    @property
    def columns(self) -> list[tuple[str, Line, str]]:
        """Cells and shares, each with the group it is of."""
        return list(zip(self.groups, self.cells, self.shares, strict=True))

    @property
    def pairs(self) -> list[tuple[Line, str]]:
        return list(zip(self.cells, self.shares, strict=True))


@dataclass
class Part:
    """A section of the report."""

    code: str
    title: str
    kind: SectionKind
    lines: list[Line] = field(default_factory=list)
    elections: list[Election] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    quality: list[QualityRow] = field(default_factory=list)
    # Of figures that stand in another report: which one. Nothing of them is asked here, or to be mended here.
    source: str = ""
    roman: str = ""

    @property
    def tables(self) -> list[tuple[str, list[QualityRow]]]:
        """The rows of the quality analysis by what they split up."""
        tables: dict[str, list[QualityRow]] = {}
        for row in self.quality:
            tables.setdefault(row.split[:1].upper() + row.split[1:], []).append(row)
        return list(tables.items())

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.elections or self.quality)


class Elsewhere(Protocol):
    """Another report of the unit, as it is shown in this one."""

    form: Form
    answers: Answers
    source: str


def summary_of(
    form: Form, answers: Answers, around: Surroundings, elsewhere: Mapping[str, Elsewhere] | None = None
) -> list[Part]:
    """All sections in the order of the form; fields that are not asked in this situation are left out. `elsewhere`: the
    reports whose figures this one shows, by the codes of their forms."""
    figures = computed(form, answers, around)
    parts = []
    for section in form.sections:
        part = Part(section.code, section.title, section.kind)
        if section.kind == SectionKind.FIELDS:
            env = environment(form, answers, around)
            part.lines = [
                _line(one, one.code, _value(one, answers.fields, one.code, figures))
                for one in asked(section.fields, env)
            ]
        elif section.kind == SectionKind.ROUNDS:
            part.elections = [_election(section, answers, at, figures) for at in range(len(answers.rounds))]
        elif section.kind == SectionKind.GROUPS:
            _quality(part, section, answers)
        elif shown := (elsewhere or {}).get(section.of):
            part.source = shown.source
            _quality(part, shown.form.section_of(SectionKind.GROUPS), shown.answers)
        parts.append(part)
    return parts


def _value(one: Field, row: dict[str, Value], path: str, figures: dict) -> Value:
    return figures.get(path) if one.computed is not None else row.get(one.code)


def _line(one: Field, path: str, value: Value) -> Line:
    raw: int | float | str | None = None
    if one.type == FieldType.YES_NO:
        # A box that nobody ticked says no, as the rules read it.
        words = raw = "Có" if value else "Không"
    elif value is None or value == "":
        words = NOTHING
    elif one.type == FieldType.CHOICE:
        words = raw = dict(one.choices).get(value, str(value))
    elif isinstance(value, date):
        words = raw = f"{value:%d/%m/%Y}"
    elif isinstance(value, (int, Fraction)):
        words = in_words(value, "%" if one.percent else "")
        raw = int(value) if isinstance(value, int) or value.denominator == 1 else round(float(value), 4)
    else:
        words = raw = str(value)
    return Line(path, one.label, words, raw, is_number=one.is_numeric)


def _share(part: Value, whole: Value) -> str:
    return in_words(Fraction(part * 100, whole), "%") if whole and part is not None else NOTHING


def _election(section: Section, answers: Answers, at: int, figures: dict) -> Election:
    one = answers.rounds[at]
    label = next((group.label for group in section.groups if group.code == one.body), one.body)
    base, valid = one.fields.get("base"), one.fields.get("ballots_valid")
    number, seats = one.fields.get("round_no") or 1, one.fields.get("seats") or 0

    def shown(who: int, person: Candidate) -> Person:
        return Person(
            path=f"rounds.{at}.candidates.{who}",
            name=person.name or NOTHING,
            birth_year=str(person.birth_year or NOTHING),
            votes=NOTHING if person.votes is None else in_words(person.votes),
            of_base=_share(person.votes, base),
            of_valid=_share(person.votes, valid),
            elected=person.elected,
            year=person.birth_year,
            counted=person.votes,
        )

    people = [(shown(who, person), person) for who, person in enumerate(one.candidates)]
    # On the ballot by given name (domain.md §5.1); the elected from the most votes down.
    on_ballot = [row for row, person in sorted(people, key=lambda pair: name_sort_key(pair[1].name))]
    elected = sorted((p for p in people if p[1].elected), key=lambda pair: -(pair[1].votes or 0))
    path = f"rounds.{at}"
    lines = [_line(f, f"{path}.{f.code}", _value(f, one.fields, f"{path}.{f.code}", figures)) for f in section.fields]
    return Election(
        path=path,
        body=one.body,
        title=f"{label}, lần bầu thứ {number}" if number > 1 else label,
        lines=[line for line in lines if line.words not in {NOTHING, "Không"}],
        people=on_ballot,
        elected=[row for row, _ in elected],
        vacant=max(0, seats - len(elected)),
    )


def _quality(part: Part, section: Section, answers: Answers) -> None:
    present = [group for group in section.groups if group.code in answers.groups]
    part.groups = [group.label for group in present]
    if not present:
        return
    rows = [answers.groups[group.code] for group in present]
    for one in section.fields:
        cells = [
            _line(one, f"groups.{group.code}.{one.code}", row.get(one.code))
            for group, row in zip(present, rows, strict=True)
        ]
        shares = [
            _share(row.get(one.code), row.get("n")) if one.type == FieldType.COUNT and one.code != "n" else ""
            for row in rows
        ]
        split = next((label for label, columns in section.splits.items() if one.code in columns), "")
        part.quality.append(QualityRow(one.code, one.label, cells, shares, split, tuple(part.groups)))

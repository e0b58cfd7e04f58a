"""What a form consists of. A form is written as data (TOML in `catalogue/`, JSON in the database) and read into these
rows; whatever does not fit is refused when it is read, not when the first secretary opens it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from .expressions import Expression


class FormError(ValueError):
    """The definition of a form contradicts itself; the sentence says where."""


class FieldType(StrEnum):
    COUNT = "count"  # a whole number, 0 or more (V01)
    DECIMAL = "decimal"  # an average, one decimal
    DAY = "day"
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES_NO = "yes_no"


NUMERIC = frozenset({FieldType.COUNT, FieldType.DECIMAL})


class SectionKind(StrEnum):
    FIELDS = "fields"
    ROUNDS = "rounds"  # elections, one after the other
    GROUPS = "groups"  # the quality analysis: one row per group, the same columns
    SHOWN = "shown"  # the analysis of another report of the same unit, to read


class RuleLevel(StrEnum):
    HARD = "hard"  # blocks sending
    SOFT = "soft"  # needs a reason
    INFO = "info"  # told, needs nothing


class RuleScope(StrEnum):
    """What the rule's expression is asked of: once for the report, or for each of its rows."""

    REPORT = "report"
    ROUND = "round"
    CANDIDATE = "candidate"
    GROUP = "group"


@dataclass(frozen=True)
class Field:
    """One thing that is asked, or with `computed` one that follows from others. `summed`: the figure is added up along
    the tree. `when`: asked only where this holds. `source`: where a first value comes from (selectors/sources.py);
    `default`: the first value in a new round."""

    code: str
    label: str
    type: FieldType = FieldType.COUNT
    required: bool = False
    help: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    when: Expression | None = None
    computed: Expression | None = None
    percent: bool = False
    summed: bool = False
    most: int | None = None
    source: str = ""
    default: Expression | None = None

    @property
    def is_numeric(self) -> bool:
        return self.type in NUMERIC

    @property
    def is_year(self) -> bool:
        """A number that is read without marks between its thousands."""
        return self.code == "birth_year"


@dataclass(frozen=True)
class Group:
    """A row of the quality analysis, or a body that is elected: cấp ủy, Ban Thường vụ, bí thư … `defaults`: first
    values of its rounds that differ from the fields' own."""

    code: str
    label: str
    when: Expression | None = None
    defaults: dict[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    kind: SectionKind = SectionKind.FIELDS
    help: str = ""
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    # Columns of the quality analysis that are one figure split up: their sum is the row's total (V18).
    splits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Of a section that only shows: the form whose analysis it shows.
    of: str = ""

    def field_named(self, code: str) -> Field:
        return next(one for one in self.fields if one.code == code)


@dataclass(frozen=True)
class Rule:
    """`test` must hold wherever `when` does; or `check` names one of the tests in rules.py that no expression can
    say. `softened`: where this holds a hard rule is soft, for the truth must be reportable. `at`: the fields beside
    which the sentence stands."""

    id: str
    level: RuleLevel
    scope: RuleScope
    message: str
    at: tuple[str, ...]
    test: Expression | None = None
    check: str = ""
    when: Expression | None = None
    softened: Expression | None = None
    bodies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Form:
    """One type of report (a … e of letter 000 §2.1) in one version."""

    code: str
    title: str
    short: str
    version: int
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]

    def section_of(self, kind: SectionKind) -> Section | None:
        return next((one for one in self.sections if one.kind == kind), None)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The report's own fields by code, without those of rounds and groups."""
        return {one.code: one for s in self.sections if s.kind == SectionKind.FIELDS for one in s.fields}

    @cached_property
    def summed(self) -> tuple[str, ...]:
        """Codes of the figures that are added up along the tree, in a fixed order: `present`, `committee.female`."""
        return tuple(self._summed())

    @cached_property
    def averages(self) -> frozenset[str]:
        """Columns of the quality analysis that are averages over their row."""
        section = self.section_of(SectionKind.GROUPS)
        return (
            frozenset(one.code for one in section.fields if one.type == FieldType.DECIMAL) if section else frozenset()
        )

    def _summed(self) -> Iterator[str]:
        for section in self.sections:
            if section.kind == SectionKind.FIELDS:
                yield from (one.code for one in section.fields if one.summed)
            elif section.kind == SectionKind.GROUPS:
                for group in section.groups:
                    yield from (f"{group.code}.{one.code}" for one in section.fields if one.summed)
            elif section.kind == SectionKind.ROUNDS:
                yield from (f"elected.{group.code}" for group in section.groups)

"""What a member list holds once it is read."""

from dataclasses import dataclass, field
from enum import StrEnum

from common.dates import PartialDate
from common.legacy_text import Encoding


class Level(StrEnum):
    BAD = "bad"  # never enters
    WARN = "warn"  # enters after confirmation
    INFO = "info"  # enters; worth knowing
    CLEAN = "clean"


_ORDER = list(Level)


def worst(levels: list[Level]) -> Level:
    """The level at which a row counts; information changes no count."""
    judged = [level for level in levels if level != Level.INFO]
    return min(judged, key=_ORDER.index, default=Level.CLEAN)


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding. `message` says what is wrong and what to do, and never repeats a citizen id."""

    sheet: str
    row: int
    person: int
    level: Level
    code: str
    field: str
    cell: str
    message: str


class BranchSource(StrEnum):
    """Where the name of a row's branch was found, the surest first."""

    COLUMN = "column"
    HEADING = "heading"  # a row between the people
    SHEET = "sheet"  # a line above the header
    SHEET_NAME = "sheet_name"  # at most 31 characters of it
    TITLE = "title"  # inside the title of the list


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as the list names it; `context` is the organisation above it, when a heading names one."""

    name: str
    source: BranchSource
    context: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `level` tells which organisation of the person's path; `place` is how the list names it."""

    code: str
    level: str
    place: str
    text: str


@dataclass(slots=True)
class MemberRow:
    """One person. Values that could not be read are empty; the remarks say why."""

    sheet: str
    row: int
    person: int
    full_name: str = ""
    sex: str = ""
    birth_date: PartialDate | None = None
    citizen_id: str = ""
    ethnicity: str = ""
    admission_decision_date: PartialDate | None = None
    admission_date: PartialDate | None = None  # the ceremony
    official_date: PartialDate | None = None
    card_number: str = ""
    education: str = ""
    political_theory: str = ""
    phone: str = ""
    membership: str = ""
    activity: str = ""
    membership_stated: bool = False  # else taken from the dates
    activity_stated: bool = False  # else taken to be active
    posts: list[Post] = field(default_factory=list)
    other_posts: list[str] = field(default_factory=list)
    branch: Branch | None = None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def level(self) -> Level:
        return worst([remark.level for remark in self.remarks])


@dataclass(slots=True)
class MemberList:
    """A whole file. `header_rows` and the sheets' names are the workbook's own."""

    encoding: Encoding
    rows: list[MemberRow]
    dropped_columns: list[str]
    skipped_sheets: list[str]
    header_rows: dict[str, int]
    file_name: str = ""

    @property
    def remarks(self) -> list[Remark]:
        return [remark for row in self.rows for remark in row.remarks]

    def count(self, level: Level) -> int:
        return sum(row.level == level for row in self.rows)

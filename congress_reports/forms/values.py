"""What was typed into a form, as values: read from text, kept as JSON, walked by path ("rounds.0.seats")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from common.dates import PartialDate, parse_date
from common.text import clean, clean_lines

from .definition import Field, FieldType, Form, SectionKind

Value = int | Fraction | date | bool | str | None

MOST_COUNT = 9_999_999
MOST_NAME = 120  # letters
_COUNT = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d+")
_DECIMAL = re.compile(r"(\d{1,7})(?:[.,](\d{1,4}))?")


@dataclass(frozen=True)
class Problem:
    """Why a typed text is not a value of its field; the text itself stays in the box."""

    path: str
    message: str


@dataclass
class Candidate:
    """A person in an election. `member_id` when picked from the members' list."""

    name: str = ""
    birth_year: int | None = None
    member_id: int | None = None
    votes: int | None = None
    elected: bool = False
    pct_typed: Fraction | None = None


@dataclass
class Round:
    body: str
    fields: dict[str, Value] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)


@dataclass
class Answers:
    """All that one version of a report says. `reasons`: for each soft finding, by its key, why it is so. `unread`: by
    path, texts that are no values of their fields; they stay in their boxes. `records`: by path, what the members'
    records said when the analysis was filled from them."""

    fields: dict[str, Value] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    groups: dict[str, dict[str, Value]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    records: dict[str, Value] = field(default_factory=dict)

    def as_json(self) -> dict:
        """Days as ISO text, decimals as text: JSON's numbers would turn 52.1 into something else."""
        return {
            "fields": {code: _plain(value) for code, value in self.fields.items()},
            "rounds": [
                {
                    "body": one.body,
                    "fields": {code: _plain(value) for code, value in one.fields.items()},
                    "candidates": [
                        {code: _plain(value) for code, value in vars(person).items()} for person in one.candidates
                    ],
                }
                for one in self.rounds
            ],
            "groups": {
                group: {code: _plain(value) for code, value in row.items()} for group, row in self.groups.items()
            },
            "reasons": dict(self.reasons),
            "unread": dict(self.unread),
            "records": {path: _plain(value) for path, value in self.records.items()},
        }

    @classmethod
    def from_json(cls, kept: dict, form: Form) -> "Answers":
        """What the form no longer asks for is left out."""
        rounds = form.section_of(SectionKind.ROUNDS)
        groups = form.section_of(SectionKind.GROUPS)
        return cls(
            fields={
                code: _value(form.fields[code], value)
                for code, value in kept.get("fields", {}).items()
                if code in form.fields
            },
            rounds=[
                Round(
                    one["body"],
                    {
                        asked.code: _value(asked, one["fields"].get(asked.code))
                        for asked in rounds.fields
                        if asked.code in one["fields"]
                    },
                    [
                        Candidate(**person | {"pct_typed": _fraction(person.get("pct_typed"))})
                        for person in one["candidates"]
                    ],
                )
                for one in kept.get("rounds", [])
                if rounds is not None
            ],
            groups={
                code: {asked.code: _value(asked, row.get(asked.code)) for asked in groups.fields if asked.code in row}
                for code, row in kept.get("groups", {}).items()
                if groups is not None and code in {group.code for group in groups.groups}
            },
            reasons=dict(kept.get("reasons", {})),
            unread={path: text for path, text in kept.get("unread", {}).items() if field_at(form, path)},
            records={
                path: _value(asked, value)
                for path, value in kept.get("records", {}).items()
                if (asked := field_at(form, path))
            },
        )

    def leaves(self) -> Iterator[tuple[str, Value]]:
        """Every value with its path; two versions are compared by them."""
        for code, value in self.fields.items():
            yield code, value
        for at, one in enumerate(self.rounds):
            yield f"rounds.{at}.body", one.body
            for code, value in one.fields.items():
                yield f"rounds.{at}.{code}", value
            for who, person in enumerate(one.candidates):
                for code, value in vars(person).items():
                    yield f"rounds.{at}.candidates.{who}.{code}", value
        for group, row in self.groups.items():
            for code, value in row.items():
                yield f"groups.{group}.{code}", value


# What is asked of everybody who stands for election.
CANDIDATE_FIELDS = (
    Field("name", "Họ và tên", FieldType.TEXT, required=True, most=MOST_NAME),
    Field("birth_year", "Năm sinh", most=2100),
    Field("votes", "Số phiếu đồng ý", required=True),
    Field("elected", "Trúng cử", FieldType.YES_NO),
    Field("pct_typed", "Tỷ lệ ghi trong biên bản", FieldType.DECIMAL, unit="%"),
)
_CANDIDATE = {one.code: one for one in CANDIDATE_FIELDS}


def field_at(form: Form, path: str) -> Field | None:
    """The field that a path leads to; None where the form asks for no such thing."""
    match path.split("."):
        case [code]:
            return form.fields.get(code)
        case ["rounds", _, code]:
            section = form.section_of(SectionKind.ROUNDS)
        case ["groups", group, code]:
            section = form.section_of(SectionKind.GROUPS)
            if section is None or group not in {one.code for one in section.groups}:
                return None
        case ["rounds", _, "candidates", _, code]:
            return _CANDIDATE.get(code) if form.section_of(SectionKind.ROUNDS) else None
        case _:
            return None
    return next((one for one in section.fields if one.code == code), None) if section else None


def written(asked: Field, value: Value) -> str:
    """A value as it is typed; `read` makes the same value of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if asked.type == FieldType.DECIMAL:
        tenthousandths = round(Fraction(value) * 10_000)
        whole, rest = divmod(tenthousandths, 10_000)
        return f"{whole},{rest:04}".rstrip("0").rstrip(",")
    return str(value)


def read(asked: Field, typed: str, path: str) -> Value | Problem:
    """A typed text as a value of its field; empty is None. Never raises."""
    text = clean(typed)
    if not text:
        return False if asked.type == FieldType.YES_NO else None
    match asked.type:
        case FieldType.COUNT:
            if not _COUNT.fullmatch(text):
                return Problem(path, f"{asked.label}: đồng chí nhập số nguyên, từ 0 trở lên; đang nhập “{text[:40]}”.")
            count = int(re.sub(r"[. ]", "", text))
            most = asked.most if asked.most is not None else MOST_COUNT
            return count if count <= most else Problem(path, f"{asked.label}: {text} lớn quá, nhiều nhất {most}.")
        case FieldType.DECIMAL:
            if not (found := _DECIMAL.fullmatch(text)):
                return Problem(path, f"{asked.label}: đồng chí nhập số, ví dụ 45,6; đang nhập “{text[:40]}”.")
            return Fraction(f"{found[1]}.{found[2] or 0}")
        case FieldType.DAY:
            return _day(asked, text, path)
        case FieldType.CHOICE:
            if text not in {code for code, _ in asked.choices}:
                return Problem(path, f"{asked.label}: đồng chí chọn một trong các mục có sẵn.")
            return text
        case FieldType.YES_NO:
            return text not in {"0", "false", "khong"}
        case FieldType.LONG_TEXT:
            return clean_lines(typed).strip()[:5000]
    return text[: asked.most or 500]


def _day(asked: Field, text: str, path: str) -> date | Problem:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    found = parse_date(text)
    if not isinstance(found, PartialDate) or found.day is None:
        return Problem(path, f"{asked.label}: “{text[:40]}” chưa phải một ngày, ví dụ 25/4/2025.")
    return found.as_date()


def _plain(value: Value) -> int | str | bool | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    return value


def _fraction(kept: str | None) -> Fraction | None:
    return None if kept is None else Fraction(kept)


def _value(asked: Field, kept: int | str | bool | None) -> Value:
    if kept is None:
        return None
    if asked.type == FieldType.DAY:
        return date.fromisoformat(kept)
    return Fraction(kept) if asked.type == FieldType.DECIMAL else kept

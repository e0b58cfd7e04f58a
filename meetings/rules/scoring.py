"""The sheet of 100 points: what is asked in a meeting of this kind, and what the points come to (domain.md §4.6)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from ..enums import MeetingKind

_FILE = Path(__file__).parent.parent / "catalogue" / "scores.toml"


@dataclass(frozen=True)
class Option:
    """Points that may be chosen; `given` holds what the finder compares with."""

    points: int
    words: str
    given: Mapping[str, int | bool]


@dataclass(frozen=True)
class Item:
    key: str
    title: str
    most: int
    found: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Criterion:
    title: str
    items: tuple[Item, ...]

    @property
    def most(self) -> int:
        return sum(item.most for item in self.items)


@dataclass(frozen=True)
class Grade:
    key: str
    name: str
    least: int


@dataclass(frozen=True)
class Sheet:
    """A sheet as it is asked of one kind of meeting: items that do not belong to it are left out."""

    key: str
    title: str
    source: str
    grades: tuple[Grade, ...]
    criteria: tuple[Criterion, ...]

    @property
    def items(self) -> list[Item]:
        return [item for criterion in self.criteria for item in criterion.items]

    @property
    def most(self) -> int:
        return sum(item.most for item in self.items)

    def grade_of(self, total: Decimal | int) -> Grade:
        return next(grade for grade in self.grades if total >= grade.least)

    def grade_named(self, key: str) -> Grade | None:
        return next((grade for grade in self.grades if grade.key == key), None)


@cache
def _sheets() -> tuple[dict, ...]:
    return tuple(tomllib.loads(_FILE.read_text(encoding="utf-8"))["sheets"])


def _month(kind: str, with_thematic: bool) -> str:
    if kind == MeetingKind.THEMATIC:
        return "thematic"
    return "combined" if with_thematic else "regular"


def sheet_on(day: date, kind: str, *, with_thematic: bool) -> Sheet | None:
    """The sheet that holds on that day for this kind of meeting; none where the kind is not scored."""
    held = [row for row in _sheets() if row["since"] <= day and kind in row["kinds"]]
    return _drawn(max(held, key=lambda row: row["since"])["key"], _month(kind, with_thematic)) if held else None


def sheet_named(key: str, kind: str, *, with_thematic: bool) -> Sheet:
    """The sheet that a score was begun with, whatever holds today."""
    return _drawn(key, _month(kind, with_thematic))


@cache
def _drawn(key: str, month: str) -> Sheet:
    row = next(row for row in _sheets() if row["key"] == key)
    criteria = []
    for criterion in row["criteria"]:
        items = [_item(item, month) for item in criterion["items"]]
        criteria.append(Criterion(criterion["title"], tuple(item for item in items if item.most)))
    grades = sorted((Grade(**grade) for grade in row["grades"]), key=lambda grade: -grade.least)
    return Sheet(key, row["title"], row["source"], tuple(grades), tuple(criteria))


def _item(row: dict, month: str) -> Item:
    most = row["most"] if isinstance(row["most"], int) else row["most"][month]
    options = tuple(
        Option(given["points"], given["words"], {k: v for k, v in given.items() if k not in {"points", "words"}})
        for given in row.get("options", ())
    )
    return Item(row["key"], row["title"], most, row.get("found", ""), options)


def by_share(item: Item, percent: float) -> int:
    """Points of the first option that the share reaches."""
    for option in item.options:
        if "above" in option.given and percent > option.given["above"]:
            return option.points
        if "least" in option.given and percent >= option.given["least"]:
            return option.points
    return 0


def by_duration(item: Item, held: int, asked: int) -> int:
    """Points of the first option that the length is good enough for."""
    for option in item.options:
        if "short" in option.given:
            if asked - held <= option.given["short"]:
                return option.points
        elif not option.given.get("half") or held * 2 >= asked:
            return option.points
    return 0

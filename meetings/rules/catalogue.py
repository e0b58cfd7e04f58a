"""What stands in catalogue/*.toml, read once. Numbers of the field are data with the day from which they hold."""

import tomllib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from ..enums import AgendaPart, MeetingKind

# Whose number a share is taken of, by the names of catalogue/matters.toml.
BASE_WORDS = {
    "official_all": "tổng số đảng viên chính thức",
    "official_due": "số đảng viên chính thức phải dự",
    "official_here": "số đảng viên chính thức có mặt",
}
_FOLDER = Path(__file__).parent.parent / "catalogue"


@dataclass(frozen=True)
class KindRules:
    """Hours, minutes and months; `every_months` 0: nobody waits for one."""

    minutes_at_least: int
    minutes_when_combined: int
    documents_hours_before: int
    write_up_hours_after: int
    quorum_warns_below: Fraction
    quorum_bars_up_to: Fraction
    every_months: int


@dataclass(frozen=True)
class Matter:
    """What a vote is about: `more_than` tells whether the fraction itself is still too little."""

    key: str
    name: str
    fraction: Fraction
    more_than: bool
    base: str
    ballot: str
    binding: bool
    source: str
    # When it is taken, in a sentence for who prepares the vote.
    help: str
    # What the question usually reads.
    question: str

    @property
    def base_words(self) -> str:
        return BASE_WORDS[self.base]

    @property
    def in_words(self) -> str:
        return f"quá {self.fraction}" if self.more_than else f"ít nhất {self.fraction}"


@dataclass(frozen=True)
class TemplateItem:
    part: AgendaPart
    title: str
    minutes: int
    marks: str = ""


@dataclass(frozen=True)
class AgendaTemplate:
    kind: MeetingKind
    title: str
    items: tuple[TemplateItem, ...]


@cache
def _read(name: str) -> dict:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _kind_rules() -> tuple[tuple[date, dict[str, KindRules]], ...]:
    sets = []
    for rules in _read("kinds")["rules"]:
        kinds = {
            key: KindRules(
                **{name: Fraction(value) if name.startswith("quorum") else value for name, value in asked.items()}
            )
            for key, asked in rules["kinds"].items()
        }
        sets.append((rules["since"], kinds))
    return tuple(sorted(sets, key=lambda pair: pair[0], reverse=True))


def rules_of(kind: str, day: date) -> KindRules:
    """What a meeting of the kind asked for on that day."""
    for since, kinds in _kind_rules():
        if day >= since:
            return kinds[kind]
    return _kind_rules()[-1][1][kind]


@cache
def matters() -> dict[str, Matter]:
    """By key, in the order in which they are offered."""
    return {
        row["key"]: Matter(**(row | {"fraction": Fraction(row["fraction"])})) for row in _read("matters")["matters"]
    }


@cache
def template_of(kind: str) -> AgendaTemplate:
    row = next(row for row in _read("agenda")["templates"] if row["kind"] == kind)
    items = tuple(
        TemplateItem(AgendaPart(item["part"]), item["title"], item["minutes"], item.get("marks", ""))
        for item in row["items"]
    )
    return AgendaTemplate(MeetingKind(kind), row["title"], items)

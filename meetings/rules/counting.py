"""Who is counted: the arithmetic of domain.md §4.4, the quorum and the bases of §4.5."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Protocol

from django.utils import timezone

from ..enums import HERE, Capacity, Duty, Presence


class Listed(Protocol):
    """A person on the meeting's list."""

    capacity: str
    duty: str
    presence: str


@dataclass(frozen=True)
class Count:
    """Figures of a meeting. `total` = official + probationary; temporary members are listed apart, not in đảng số."""

    official: int
    probationary: int
    temporary: int
    exempt: int
    away: int
    suspended: int
    expected: int
    here: int
    here_official: int
    here_probationary: int
    here_temporary: int
    online: int
    excused: int
    unexcused: int
    unknown: int
    guests_here: int
    # Bases of votes, of official members.
    official_due: int

    @property
    def total(self) -> int:
        return self.official + self.probationary

    @property
    def rate(self) -> Fraction | None:
        """Present of those expected; an exempt member who comes counts in both."""
        return Fraction(self.here, self.expected) if self.expected else None

    @property
    def percent(self) -> str:
        return percent(self.here, self.expected)

    def base(self, kind: str) -> int:
        """The number a share is taken of, by the name that catalogue/matters.toml uses."""
        return {
            "official_all": self.official,
            "official_due": self.official_due,
            "official_here": self.here_official,
        }[kind]


def percent(part: int, whole: int) -> str:
    """«66,67%», with a comma; nothing where there is nothing to share."""
    if not whole:
        return ""
    hundredths = (part * 10000 * 2 + whole) // (2 * whole)
    text = f"{hundredths // 100},{hundredths % 100:02d}".rstrip("0").rstrip(",")
    return f"{text}%"


def count(people: Iterable[Listed]) -> Count:
    """Read from the list, whoever is on it. An exempt member who comes, or one elsewhere, counts in the base; who is
    excused from the whole meeting is taken from it (244-QĐ/TW art. 17, as domain.md §5.4 gives it)."""
    n = dict.fromkeys(Count.__dataclass_fields__, 0)
    for person in people:
        here = person.presence in HERE
        if person.capacity in {Capacity.GUEST, Capacity.SUPERIOR}:
            n["guests_here"] += here
            continue
        n[person.capacity] += 1
        n["exempt"] += person.duty == Duty.MAY_COME
        n["away"] += person.duty == Duty.AWAY
        n["suspended"] += person.duty == Duty.SUSPENDED
        due = person.duty == Duty.CALLED or here
        n["expected"] += due
        n["here"] += here
        n["online"] += person.presence == Presence.ONLINE
        if here:
            n[f"here_{person.capacity}"] += 1
        elif due:
            n["excused"] += person.presence == Presence.EXCUSED
            n["unexcused"] += person.presence == Presence.UNEXCUSED
            n["unknown"] += person.presence == Presence.UNKNOWN
        if person.capacity == Capacity.OFFICIAL and due and person.presence != Presence.EXCUSED:
            n["official_due"] += 1
    return Count(**n)


def left_before(person: Listed, began_at: datetime, now: datetime) -> bool:
    """Went home before `now`; an hour earlier than the beginning is one of the next day."""
    if person.left_at is None:
        return False
    began = timezone.localtime(began_at)
    left = datetime.combine(began.date(), person.left_at, tzinfo=began.tzinfo)
    if person.left_at < began.time().replace(second=0, microsecond=0):
        left += timedelta(days=1)
    return left <= now


def in_the_room(people: Iterable, began_at: datetime | None, now: datetime) -> list:
    """The list as a vote sees it: who has gone is not here, as little as one who never came. Not to be saved."""
    people = list(people)
    for person in people if began_at is not None else ():
        if person.presence in HERE and left_before(person, began_at, now):
            person.presence = Presence.UNEXCUSED
    return people


@dataclass(frozen=True)
class Quorum:
    """Official members here against those who belong to the meeting."""

    here: int
    of: int
    warns_below: Fraction
    bars_up_to: Fraction

    @property
    def is_full(self) -> bool:
        return bool(self.of) and Fraction(self.here, self.of) >= self.warns_below

    @property
    def bars(self) -> bool:
        """Too few for a binding vote."""
        return not self.of or Fraction(self.here, self.of) <= self.bars_up_to

    @property
    def sentence(self) -> str:
        share = f"{self.here}/{self.of} đảng viên chính thức có mặt ({percent(self.here, self.of) or '0%'})"
        if self.bars:
            return f"{share}: chưa quá {self.bars_up_to}, chưa biểu quyết được việc ràng buộc."
        if not self.is_full:
            return f"{share}: chưa đủ {self.warns_below} theo thông lệ; đồng chí chủ trì cân nhắc."
        return f"{share}: đủ để họp và biểu quyết."


def quorum(counted: Count, rules) -> Quorum:
    """Of official members alone; those elsewhere, exempt or suspended who do not come are not asked for."""
    due = counted.official - counted.away - counted.suspended - counted.exempt
    of = max(due, counted.here_official)
    return Quorum(counted.here_official, of, rules.quorum_warns_below, rules.quorum_bars_up_to)

"""Branches and their people as a made-up year needs them: a few queries for all."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from members.enums import PostCode, Standing, Status
from members.models import Member, Post, TemporaryStay
from orgtree.enums import Role
from orgtree.models import CommitteeTerm, Grant, OrgUnit

from ..enums import Capacity, Duty
from ..minutes.content import highest

_DUTIES = {
    Status.ACTIVE: Duty.CALLED.value,
    Status.EXEMPT: Duty.MAY_COME.value,
    Status.TEMP_AWAY: Duty.AWAY.value,
    Status.SUSPENDED: Duty.SUSPENDED.value,
}
COMMITTEE = (PostCode.SECRETARY, PostCode.DEPUTY_SECRETARY, PostCode.CELL_COMMITTEE_MEMBER)
_RANK = {code: rank for rank, code in enumerate(PostCode.values)}


@dataclass(slots=True)
class Person:
    pk: int
    account_id: int
    full_name: str
    name_sort: bytes
    status: str
    is_official: bool
    admitted_on: date | None
    official_on: date | None
    posts: list[str] = field(default_factory=list)
    away_since: date | None = None

    @property
    def rank(self) -> int:
        return min((_RANK[code] for code in self.posts), default=99)

    @property
    def post(self) -> str:
        return highest(self.posts)

    def capacity(self, day: date) -> str | None:
        """As what he was called that day; None before he was a member."""
        if self.admitted_on and self.admitted_on > day:
            return None
        official = self.is_official and not (self.official_on and self.official_on > day)
        return Capacity.OFFICIAL.value if official else Capacity.PROBATIONARY.value

    def duty(self, day: date) -> str:
        if self.away_since and day < self.away_since:
            return Duty.CALLED.value
        return _DUTIES[Status(self.status)]


@dataclass
class Branch:
    unit: OrgUnit
    committee: str
    people: list[Person] = field(default_factory=list)
    # Sinh hoạt tạm thời here: who, from when.
    staying: list[tuple[Person, date]] = field(default_factory=list)
    terms: list[CommitteeTerm] = field(default_factory=list)
    # Who speaks for the superior, and who agrees to the points: account.
    above: list[tuple[Person, str]] = field(default_factory=list)
    decider: int | None = None
    holder: int | None = None

    @property
    def leaders(self) -> list[Person]:
        """Official members who come, the highest first; who holds the secretary's role before others of his post."""
        called = [one for one in self.people if one.status == Status.ACTIVE and one.is_official]
        return sorted(called, key=lambda one: (one.rank, one.account_id != self.holder, one.pk))


def read(top: OrgUnit) -> list[Branch]:
    inside = {"tree_id": top.tree_id, "lft__gte": top.lft, "rght__lte": top.rght}
    units = OrgUnit.objects.filter(**inside, closed_on=None).select_related("kind").order_by("lft")
    by_pk: dict[int, OrgUnit] = {}
    branches: dict[int, Branch] = {}
    committees: dict[int, str] = {}
    for unit in units:
        by_pk[unit.pk] = unit
        unit.parent = by_pk.get(unit.parent_id)
        own = unit.kind.is_grassroots or unit.parent is None
        committees[unit.pk] = unit.name if own else committees[unit.parent_id]
        if unit.kind.holds_members:
            branches[unit.pk] = Branch(unit, committees[unit.pk])
    people = _people(inside, branches)
    above: dict[int, list[tuple[Person, str]]] = defaultdict(list)
    posts = Post.objects.filter(unit__in=by_pk, ends_on=None, begins_on=None).order_by("pk")
    for unit_id, member_id, code in posts.values_list("unit_id", "member_id", "code"):
        if member_id in people:
            person, home = people[member_id]
            if unit_id == home:
                person.posts.append(code)
            elif unit_id not in branches:
                above[unit_id].append((person, PostCode(code).label))
    holders = Grant.objects.filter(unit__in=by_pk, role=Role.SECRETARY, revoked_at=None).order_by("-pk")
    held = dict(holders.values_list("unit_id", "user_id"))
    for term in CommitteeTerm.objects.filter(unit__in=branches).order_by("begins_on"):
        branches[term.unit_id].terms.append(term)
    for branch in branches.values():
        branch.holder = held.get(branch.unit.pk)
        branch.above = above[branch.unit.parent_id][:4]
        branch.decider = held.get(branch.unit.parent_id) or next((one.account_id for one, _ in branch.above), None)
    return list(branches.values())


def _people(inside: dict, branches: dict[int, Branch]) -> dict[int, tuple[Person, int]]:
    rows = Member.objects.filter(status__in=_DUTIES, **{f"branch__{name}": value for name, value in inside.items()})
    asked = (
        "pk", "account_id", "full_name", "name_sort", "status", "standing", "admission_date", "official_date",
        "branch_id",
    )  # fmt: skip
    found = {}
    for row in rows.order_by("name_sort", "pk").values_list(*asked):
        pk, account, name, key, status, standing, admitted, official, branch = row
        person = Person(pk, account, name, bytes(key), status, standing == Standing.OFFICIAL, admitted, official)
        found[pk] = person, branch
        if branch in branches:
            branches[branch].people.append(person)
    return found


def lay_out_stays(branches: list[Branch], day: date, *, each: int = 45) -> None:
    """Members who are in the branch next door for some months: each so many branches one."""
    rows, away = [], []
    for at in range(0, len(branches) - 1, each):
        home, there = branches[at], branches[at + 1]
        if home.unit.parent_id != there.unit.parent_id:
            continue
        free = [one for one in home.people if one.status == Status.ACTIVE and one.rank == 99 and one.is_official]
        if len(free) < 4:
            continue
        person, since = free[-1], day - timedelta(days=70 + at % 60)
        rows.append(TemporaryStay(member_id=person.pk, branch=there.unit, begins_on=since))
        away.append(person.pk)
        there.staying.append((Person(**{name: getattr(person, name) for name in Person.__slots__}), since))
        person.status, person.away_since = Status.TEMP_AWAY, since
    TemporaryStay.objects.bulk_create(rows)
    Member.objects.filter(pk__in=away).update(status=Status.TEMP_AWAY)

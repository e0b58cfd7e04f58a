"""Units and people as the made-up congresses need them: four queries for the whole tree."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from accounts.models import User
from members.enums import COUNTED, Gender, PoliticalTheory, PostCode, ProfessionalLevel, Standing, Status
from members.models import Member, Post
from orgtree.models import Grant, OrgUnit

from ..sample import Official, Unit
from . import words

# Posts from the highest down; who stands first in a unit leads it.
_RANK = {
    PostCode.SECRETARY: 0,
    PostCode.STANDING_DEPUTY_SECRETARY: 1,
    PostCode.DEPUTY_SECRETARY: 1,
    PostCode.STANDING_MEMBER: 2,
    PostCode.COMMITTEE_MEMBER: 3,
    PostCode.CELL_COMMITTEE_MEMBER: 3,
}
_LEAD_BELOW = 5
_OLDEST, _MOST_PEOPLE, _LEAST_PEOPLE = 61, 30, 3
_LEVELS = {value: at for at, value in enumerate(ProfessionalLevel.values)}
_THEORY = {value: at for at, value in enumerate(PoliticalTheory.values)}


@dataclass
class Place:
    """A unit with what its reports are made of."""

    unit: OrgUnit
    kind: str
    committee: str
    total: int = 0
    probationary: int = 0
    exempt: int = 0
    branches: int = 0
    # Members by how high they stand in the unit.
    people: list[tuple[int, dict]] = field(default_factory=list)


class Ground:
    def __init__(self, top: OrgUnit, department: User, today: date) -> None:
        self.department, self.today = department, today
        self.top = top
        units = OrgUnit.objects.filter(tree_id=self.top.tree_id, closed_on=None).select_related("kind").order_by("lft")
        self.places: dict[int, Place] = {}
        for unit in units:
            above = self.places.get(unit.parent_id)
            committee = unit.name if unit.kind.is_grassroots or above is None else above.committee
            self.places[unit.pk] = Place(unit, unit.kind.code, committee)
            if above is not None:
                above.branches += 1
        people = self._people()
        self.accounts = {one["pk"]: one["account_id"] for one in people}
        self._count(people)
        # Who has been given the role reports in this name.
        self._filing = self._holders()

    def _people(self) -> list[dict]:
        asked = (
            "pk", "account_id", "branch_id", "full_name", "gender", "birth_date", "ethnicity", "professional_level",
            "political_theory", "admission_date", "official_date", "standing", "status",
        )  # fmt: skip
        found = list(Member.objects.filter(branch__tree_id=self.top.tree_id, status__in=COUNTED).values(*asked))
        return sorted(found, key=lambda one: one["pk"])

    def _count(self, people: list[dict]) -> None:
        held: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for unit_id, member_id, code in Post.objects.filter(ends_on=None).values_list("unit_id", "member_id", "code"):
            held[member_id].append((unit_id, code))
        for one in people:
            official = one["standing"] == Standing.OFFICIAL and one["status"] == Status.ACTIVE
            posts = {unit: _RANK[code] for unit, code in held[one["pk"]] if code in _RANK}
            leads = any(rank <= 1 for rank in posts.values())
            branch = self.places.get(one["branch_id"])
            if branch is None:
                continue
            for pk in (*branch.unit.ancestor_ids, branch.unit.pk):
                place = self.places[pk]
                place.total += 1
                place.probationary += one["standing"] == Standing.PROBATIONARY
                place.exempt += one["status"] == Status.EXEMPT
                if official:
                    place.people.append((posts.get(pk, _LEAD_BELOW if leads else 9), one))
        for place in self.places.values():
            place.people.sort(key=lambda pair: (pair[0], pair[1]["pk"]))

    def _holders(self) -> dict[int, int]:
        grants = Grant.objects.filter(role="secretary", revoked_at=None, user__activated_at__isnull=False)
        return dict(grants.order_by("-pk").values_list("unit_id", "user_id"))

    def of_kinds(self, *kinds: str) -> list[Place]:
        return [place for place in self.places.values() if place.kind in kinds]

    def works_with_the_handbook(self, place: Place) -> bool:
        """Somebody holds the secretary's role and has activated his account."""
        return place.unit.pk in self._filing

    def leaders(self, place: Place) -> list[int]:
        """Accounts, who files first."""
        accounts = [one["account_id"] for _, one in place.people[:6]]
        first = self._filing.get(place.unit.pk)
        if place.unit == self.top:
            first = self.department.pk
        return accounts if first is None else [first, *(pk for pk in accounts if pk != first)]

    def accounts_of(self, people: list[Official]) -> list[int]:
        return [self.accounts[one.member_id] for one in people]

    def decider(self, place: Place, authors: set[int]) -> int:
        """Of the direct superior, nobody who had a hand in the report."""
        above = self.places[place.unit.parent_id]
        return next(pk for pk in self.leaders(above) if pk not in authors)

    def guest(self, place: Place) -> str:
        above = self.places[place.unit.parent_id]
        name = above.people[0][1]["full_name"]
        return f"Đồng chí {name}, đại diện Ban Thường vụ Đảng ủy {words.short(above.unit.name)}"

    def steering(self, place: Place, rng: Random) -> str:
        above = self.places[place.unit.parent_id]
        names = [one["full_name"] for _, one in above.people[:4]]
        return f"Đồng chí {rng.choice(names)}, Đảng ủy {words.short(above.unit.name)}"[:300]

    def officials(self, place: Place, day: date, rng: Random, *, again: float) -> list[Official]:
        """Who may be elected on a day. Of those who hold a post now `again` had it before the congress too."""
        # A branch of old members and newcomers elects all the same.
        for until, oldest in ((day, _OLDEST), (self.today, 64), (self.today, 120)):
            found = self._officials(place, until, rng, again=again, oldest=oldest)
            if len(found) >= _LEAST_PEOPLE:
                break
        return found

    def _officials(self, place: Place, day: date, rng: Random, *, again: float, oldest: int) -> list[Official]:
        found = []
        for rank, one in place.people:
            since = one["official_date"] or (one["admission_date"] and one["admission_date"] + timedelta(days=365))
            if since is None or since > day or one["birth_date"].year <= day.year - oldest:
                continue
            leads = rank < _LEAD_BELOW
            found.append(
                Official(
                    member_id=one["pk"],
                    name=one["full_name"],
                    born=one["birth_date"],
                    female=one["gender"] == Gender.FEMALE,
                    minority=one["ethnicity"].strip().casefold() not in {"", "kinh"},
                    professional=_LEVELS.get(one["professional_level"], 4),
                    theory=_THEORY.get(one["political_theory"], 1),
                    joined=one["admission_date"] or since,
                    served_before=leads and rng.random() < again,
                    place=rank,
                )
            )
            if len(found) == _MOST_PEOPLE:
                break
        return _without_namesakes(found)

    def unit(self, place: Place, day: date, rng: Random, *, again: float, **given: object) -> Unit:
        is_branch = place.unit.kind.holds_members
        people = self.officials(place, day, rng, again=again)
        in_post = sum(one.place < _LEAD_BELOW for one in people)
        values = {
            "total": max(3, place.total),
            "probationary": place.probationary if place.total > 3 else 0,
            "exempt": place.exempt,
            "branches": place.branches,
            "where": words.place_of(place.unit.name, place.committee, place.kind),
            "seats": min(5, max(3, in_post)) if is_branch else None,
            "targets": words.aims_of(place.unit.name, place.committee),
            "guest": self.guest(place),
        }
        return Unit(is_branch=is_branch, is_grassroots=place.unit.kind.is_grassroots, people=people, **values | given)


def _without_namesakes(people: list[Official]) -> list[Official]:
    """A ballot names nobody twice (V28); of two of one name the one in the higher post stands."""
    return list({one.name: one for one in reversed(people)}.values())[::-1]

"""Which branch a list means by a name: the units below that hold members, by code, by name as written, by name without
diacritics, by a former name, and last without the words "chi bộ" in front."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from common.text import canonical, fold, search_key
from members.lists import Branch, BranchSource, MemberRow
from orgtree.models import FormerName, OrgUnit

_MOST_CANDIDATES = 8
_NEAR = 0.6
_KIND_WORDS = re.compile(r"^(chi bo|cb|dang bo|dang uy)( (bo phan|co so|truc thuoc))?\b ?")


@dataclass(frozen=True)
class Place:
    """A unit of the list's part of the tree, with its names from the top of that part down."""

    pk: int
    code: str
    name: str
    path: str
    ancestor_ids: tuple[int, ...]
    tree_id: int
    lft: int
    rght: int


@dataclass
class Block:
    """Rows that stand together under one name. `found` is the branch meant, unless `candidates` must be asked."""

    number: int
    sheet: str
    first_row: int
    name: str
    context: str = ""
    last_row: int = 0
    people: list[int] = field(default_factory=list)
    found: Place | None = None
    chosen: bool = False
    candidates: list[Place] = field(default_factory=list)


def _as_written(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", canonical(name).casefold()).split())


def _without_kind(name: str) -> str:
    return _KIND_WORDS.sub("", search_key(name)) or search_key(name)


class Branches:
    """The units at and below `unit` that members may belong to: two queries, whatever the size of the list."""

    def __init__(self, unit: OrgUnit) -> None:
        self.unit = unit
        units = {
            row[0]: row
            for row in OrgUnit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
            .order_by("lft")
            .values_list(
                "pk", "code", "name", "ancestor_ids", "tree_id", "lft", "rght", "kind__holds_members", "closed_on",
                "merged_into_id",
            )
        }  # fmt: skip
        names = {pk: row[2] for pk, row in units.items()}
        self.all: dict[int, Place] = {
            pk: Place(
                pk, code, name, " › ".join(names[one] for one in above if one in names), tuple(above), tree, left, right
            )
            for pk, code, name, above, tree, left, right, *_ in units.values()
        }
        self.places = {pk: self.all[pk] for pk, row in units.items() if row[7] and row[8] is None}
        self.names = names
        self._heir = {pk: row[9] for pk, row in units.items() if row[8] is not None}
        former = list(FormerName.objects.filter(unit_id__in=names).values_list("unit_id", "name", "code"))
        now = [(pk, row[2], row[1]) for pk, row in units.items() if pk in self.places]
        before = former + [(pk, row[2], row[1]) for pk, row in units.items() if pk in self._heir]
        self._rounds: list[tuple[Callable[[str], str], dict[str, set[int]]]] = [
            (_as_written, self._index((pk, _as_written(code)) for pk, _, code in now)),
            (_as_written, self._index((pk, _as_written(name)) for pk, name, _ in now)),
            (search_key, self._index((pk, search_key(name)) for pk, name, _ in now)),
            (_as_written, self._index((pk, _as_written(name)) for pk, name, _ in before)),
            (search_key, self._index((pk, search_key(name)) for pk, name, _ in before)),
            (_without_kind, self._index((pk, _without_kind(name)) for pk, name, _ in now)),
        ]

    def _index(self, keys: Iterable[tuple[int, str]]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for pk, key in keys:
            heir = self._heir_of(pk)
            if heir is not None:
                found[key].add(heir)
        return found

    def _heir_of(self, pk: int | None) -> int | None:
        """The unit itself, or the open one into which it went."""
        for _ in range(20):
            if pk is None or pk in self.places:
                return pk
            pk = self._heir.get(pk)
        return None

    @property
    def only(self) -> Place | None:
        """The branch when there is but one: the list's own unit."""
        return self.places.get(self.unit.pk)

    def called(self, name: str, context: str = "") -> list[Place]:
        """The branches of that name; where several bear it, those below what `context` names."""
        for spelled, index in self._rounds:
            found = index.get(spelled(name))
            if found:
                return self._below(context, [self.places[pk] for pk in sorted(found, key=self._place_in_tree)])
        return []

    def _place_in_tree(self, pk: int) -> int:
        return self.places[pk].lft

    def _below(self, context: str, places: list[Place]) -> list[Place]:
        if len(places) < 2 or not context:
            return places
        for spelled in (_as_written, search_key, _without_kind):
            wanted = spelled(context)
            below = [
                place
                for place in places
                if any(spelled(self.names[one]) == wanted for one in place.ancestor_ids if one in self.names)
            ]
            if below:
                return below
        return places

    def near(self, name: str) -> list[Place]:
        """What may have been meant by a name that no branch bears, the nearest first."""
        wanted = _without_kind(name)
        if not wanted:
            return list(self.places.values())[:_MOST_CANDIDATES]
        graded = [
            (SequenceMatcher(None, wanted, _without_kind(place.name)).ratio(), place) for place in self.places.values()
        ]
        near = sorted((pair for pair in graded if pair[0] >= _NEAR), key=lambda pair: (-pair[0], pair[1].lft))
        return [place for _, place in near[:_MOST_CANDIDATES]]

    def settle(self, block: Block) -> None:
        """Fill in what the name says: one branch, or whom to ask about."""
        if self.only is not None and not block.name:
            block.found = self.only
            return
        places = self.called(block.name, block.context) if block.name else []
        if len(places) == 1:
            block.found = places[0]
        else:
            block.candidates = places or ([self.only] if self.only else self.near(block.name))


def blocks_of(rows: Iterable[MemberRow]) -> list[Block]:
    """The rows in runs of one sheet and one name; a heading between two rows parts them although it says the same."""
    blocks: list[Block] = []
    before: tuple | None = None
    last_row = 0
    for row in rows:
        branch = row.branch or Branch("", BranchSource.TITLE)
        key = (row.sheet, fold(branch.name), fold(branch.context), branch.source)
        parted = branch.source == BranchSource.HEADING and row.row > last_row + 1
        if key != before or parted:
            blocks.append(Block(len(blocks) + 1, row.sheet, row.row, branch.name[:200], context=branch.context[:200]))
        blocks[-1].people.append(row.person)
        blocks[-1].last_row = row.row
        before, last_row = key, row.row
    return blocks

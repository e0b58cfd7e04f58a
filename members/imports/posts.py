"""Where the posts of "Chức vụ Đảng" are held: in the person's branch or in a committee above it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from common.text import search_key
from members.enums import POST_RANK, PostCode
from orgtree.models import OrgUnit

from .branches import Branches, Place
from .enums import Outcome
from .models import ImportRow

_PARTY_WORDS = re.compile(
    r"^(ban chap hanh|bch|cap uy)?\s*(dang (uy|bo)|du|db|chi (bo|uy)|cb)?\s*(bo phan|co so)?\b\s*"
)
# Posts that a branch has by themselves; of the others a list must say where they are held.
_OF_A_BRANCH = {
    PostCode.SECRETARY,
    PostCode.DEPUTY_SECRETARY,
    PostCode.CELL_COMMITTEE_MEMBER,
    PostCode.GROUP_LEADER,
    PostCode.GROUP_VICE_LEADER,
}
# One person is one of these in a unit: a list that names another ends the one held.
LEADING = {PostCode.SECRETARY, PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY}


_NOT_ENTERED = (Outcome.REFUSED, Outcome.WAITING, Outcome.ELSEWHERE)


@dataclass(frozen=True)
class Committee:
    """A unit on the way up from a branch."""

    place: Place
    kind: str
    is_grassroots: bool


class Ladder:
    """The units above each branch, up to the top of the tree: one query."""

    def __init__(self, branches: Iterable[Place]) -> None:
        wanted = {pk for branch in branches for pk in (*branch.ancestor_ids, branch.pk)}
        self._units = {
            row[0]: Committee(Place(row[0], row[1], row[2], "", tuple(row[3]), *row[4:7]), row[7], row[8])
            for row in OrgUnit.objects.filter(pk__in=wanted).values_list(
                "pk", "code", "name", "ancestor_ids", "tree_id", "lft", "rght", "kind__code", "kind__is_grassroots"
            )
        }

    def above(self, branch: Place) -> list[Committee]:
        """From the nearest up."""
        return [self._units[pk] for pk in reversed(branch.ancestor_ids) if pk in self._units]

    def unit_of(self, post: dict[str, str], branch: Place) -> Place | None:
        """Where the post is held; nothing when the list does not say so plainly."""
        level, said = post["level"], _name_said(post["place"])
        if not post["code"]:
            return None
        if level in ("cell", "group") or (not level and post["code"] in _OF_A_BRANCH):
            return branch if not said or level == "group" or _begins(branch.name, said) else None
        above = self.above(branch)
        if level == "subcommittee":
            fitting = [c for c in above if c.kind in ("subcommittee", "committee_below_base_2026")]
        elif level == "base_committee":
            fitting = [c for c in above if c.is_grassroots]
        elif level == "named" and said:
            fitting = above
        else:
            return None
        if said:
            fitting = [c for c in fitting if _begins(c.place.name, said)]
        return fitting[0].place if len(fitting) == 1 else None


def _name_said(place: str) -> str:
    return _PARTY_WORDS.sub("", search_key(place)).strip()


def _begins(name: str, said: str) -> bool:
    """«Công ty» stands for «Đảng bộ Công ty cổ phần Vận tải Đường sắt»."""
    return f"{_name_said(name)} ".startswith(f"{said} ")


def place_posts(
    posts: Iterable[dict[str, str]], branch: Place, ladder: Ladder, allowed: Callable[[Place], bool]
) -> tuple[list[tuple[int, str]], list[str]]:
    """(Unit, post) of what is clear, and the words of the rest. A post in a unit where the actor may not manage
    members is not entered either: posts make people eligible for rights (DESIGN §3)."""
    placed: dict[tuple[int, str], None] = {}
    unclear = []
    for post in posts:
        unit = ladder.unit_of(post, branch)
        if unit is None or not allowed(unit):
            unclear.append(post["text"])
        else:
            placed[unit.pk, post["code"]] = None
    return list(placed), unclear


def note_leaders(rows: Iterable[ImportRow], branches: Branches) -> None:
    """On rows that were not entered: which unit was to have this person as its secretary or deputy and so stays
    without one. Where the list does not say it plainly, the branch of the row, else the unit of the list. One query,
    none where nobody of them leads."""
    leading = [
        row for row in rows if row.outcome in _NOT_ENTERED and any(post["code"] in LEADING for post in row.posts)
    ]
    if not leading:
        return
    places = {row.pk: branches.places.get(row.block.branch_id) for row in leading}
    ladder = Ladder({place for place in places.values() if place is not None})
    for row in leading:
        place = places[row.pk]
        post = min((post for post in row.posts if post["code"] in LEADING), key=lambda post: POST_RANK[post["code"]])
        unit = ladder.unit_of(post, place) if place is not None else None
        row.leads_id = (unit or place).pk if place is not None else branches.unit.pk

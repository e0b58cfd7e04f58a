"""Who would gain and who would lose what, shown before a change of the tree is confirmed (features A5)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import User

from ..enums import NEVER_INHERITED, ROLES, Reach, Right, Role
from ..models import Grant, OrgUnit
from ..rights import living, units_where

MOST_CHOICES = 1500
# Never inherited, but asked of the direct superior: he gives roles in the unit and approves its reports.
_OF_DIRECT_SUPERIOR = frozenset({Right.DELEGATE, Right.APPROVE_REPORTS})


@dataclass(frozen=True)
class Effect:
    """One person and what changes for him over the unit and all below it."""

    user_id: int
    who: str
    held_at: str
    gains: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        parts = []
        if self.gains:
            parts.append(f"được thêm quyền: {_listed(self.gains)}")
        if self.loses:
            parts.append(f"không còn quyền: {_listed(self.loses)}")
        return f"Đồng chí {self.who} ({self.held_at}) {'; '.join(parts)}."


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(label[:1].lower() + label[1:] for label in labels)


@dataclass(frozen=True)
class Passing:
    """From under one line of superiors to under another; the direct superior of each side has rights of his own."""

    old_line: frozenset[int]
    new_line: frozenset[int]
    old_direct: int | None = None
    new_direct: int | None = None


def of_move(unit: OrgUnit, new_parent: OrgUnit, *, direct: bool = True) -> Passing:
    """`direct` is False where a unit not yet founded will stand between."""
    return Passing(
        frozenset(unit.ancestor_ids),
        frozenset([*new_parent.ancestor_ids, new_parent.pk]),
        unit.parent_id,
        new_parent.pk if direct else None,
    )


def of_merge(source: OrgUnit, target: OrgUnit) -> Passing:
    """For the members: who is above them, the unit itself among them."""
    return Passing(
        frozenset([*source.ancestor_ids, source.pk]), frozenset([*target.ancestor_ids, target.pk]), None, None
    )


def rights_effect(unit: OrgUnit, new_parent: OrgUnit) -> list[Effect]:
    """What a move of `unit` under `new_parent` does to everybody who holds a role above the one place or the other;
    roles held on the unit itself and below stay. One query."""
    return rights_effects([of_move(unit, new_parent)])[0]


def rights_effects(passings: Sequence[Passing]) -> list[list[Effect]]:
    """The same for many, in one query."""
    places = {pk for passing in passings for pk in passing.old_line | passing.new_line}
    grants = living(Grant.objects.filter(unit_id__in=places)).select_related("user", "unit")
    rows = list(grants.order_by("-unit__level", "user__full_name", "pk"))
    return [_effects(passing, rows) for passing in passings]


def _effects(passing: Passing, grants: list[Grant]) -> list[Effect]:
    before: dict[int, set[Right]] = defaultdict(set)
    after: dict[int, set[Right]] = defaultdict(set)
    names: dict[int, str] = {}
    places: dict[int, list[str]] = defaultdict(list)
    for grant in grants:
        old, new = grant.unit_id in passing.old_line, grant.unit_id in passing.new_line
        if not old and not new:
            continue
        names[grant.user_id] = grant.user.full_name
        if old != new or grant.unit_id in (passing.old_direct, passing.new_direct):
            places[grant.user_id].append(f"{grant.get_role_display()}, {grant.unit.name}")
        if old:
            before[grant.user_id] |= _over(grant, direct=passing.old_direct)
        if new:
            after[grant.user_id] |= _over(grant, direct=passing.new_direct)
    effects = []
    for user_id, name in names.items():
        gains, loses = after[user_id] - before[user_id], before[user_id] - after[user_id]
        if gains or loses:
            effects.append(Effect(user_id, name, "; ".join(places[user_id]), _labels(gains), _labels(loses)))
    return effects


def _over(grant: Grant, *, direct: int | None) -> frozenset[Right]:
    """The rights that a grant above yields over a unit whose direct superior is `direct`."""
    rights = ROLES[Role(grant.role)].rights
    found = rights - NEVER_INHERITED if grant.reach == Reach.SUBTREE else frozenset()
    if grant.unit_id == direct:
        found |= rights & _OF_DIRECT_SUPERIOR
    return found


def _labels(rights: set[Right]) -> tuple[str, ...]:
    return tuple(right.label for right in Right if right in rights)


def roles_that_end(units: Iterable[OrgUnit]) -> list[str]:
    """The roles taken back when these units end: those held there and what was given under them. What was given in
    the units below goes with these to their new superior (`services.standing.hang_anew`)."""
    ending = {unit.pk for unit in units}
    found: dict[int, Grant] = {}
    layer = list(Grant.objects.filter(unit__in=ending, revoked_at=None).select_related("user", "unit").order_by("pk"))
    while layer:
        found |= {grant.pk: grant for grant in layer}
        below = Grant.objects.filter(given_under__in=layer, revoked_at=None).exclude(pk__in=found)
        rows = below.select_related("user", "unit").order_by("pk")
        layer = [grant for grant in rows if grant.unit_id in ending or not ending & set(grant.unit.ancestor_ids)]
    return [
        f"Thu hồi vai trò {grant.get_role_display()} của đồng chí {grant.user.full_name} tại {grant.unit.name}."
        for grant in found.values()
    ]


def units_to_receive(user: User, unit: OrgUnit) -> list[OrgUnit]:
    """Where `unit` may be moved by this reader, in the order of the tree."""
    legal = unit.kind.legal_parents.values("pk")
    units = units_where(user, Right.MANAGE_UNIT).filter(kind__in=legal, closed_on=None)
    outside = units.exclude(pk=unit.parent_id).exclude(pk=unit.pk).exclude(ancestor_ids__contains=[unit.pk])
    return list(outside.select_related("parent").order_by("tree_id", "lft")[:MOST_CHOICES])


def units_to_merge(user: User, target: OrgUnit) -> list[OrgUnit]:
    """What may be merged into `target`: units of its kind under the same grassroots organisation (or superior), and
    the unit right below it that would dissolve into it."""
    area = target.parent or target
    for above in OrgUnit.objects.filter(pk__in=target.ancestor_ids, kind__is_grassroots=True).order_by("-level")[:1]:
        area = above
    same = units_where(user, Right.MANAGE_UNIT).filter(
        kind_id=target.kind_id, closed_on=None, tree_id=area.tree_id, lft__gt=area.lft, rght__lt=area.rght
    )
    below = units_where(user, Right.MANAGE_UNIT).filter(parent=target, closed_on=None, kind__holds_members=False)
    found = (same | below).exclude(pk=target.pk).exclude(pk__in=target.ancestor_ids)
    return list(found.select_related("parent").order_by("tree_id", "lft")[:MOST_CHOICES])

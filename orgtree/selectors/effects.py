"""Who would gain and who would lose what, shown before a change of the tree is confirmed (features A5)."""

from collections import defaultdict
from collections.abc import Iterable
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


def rights_effect(unit: OrgUnit, new_parent: OrgUnit) -> list[Effect]:
    """What a move of `unit` under `new_parent` does to everybody who holds a role above the one place or the other;
    roles held on the unit itself and below stay. One query."""
    old_line = [*unit.ancestor_ids]
    new_line = [*new_parent.ancestor_ids, new_parent.pk]
    grants = living(Grant.objects.filter(unit_id__in={*old_line, *new_line}))
    before: dict[int, set[Right]] = defaultdict(set)
    after: dict[int, set[Right]] = defaultdict(set)
    names: dict[int, str] = {}
    places: dict[int, list[str]] = defaultdict(list)
    for grant in grants.select_related("user", "unit").order_by("-unit__level", "user__full_name", "pk"):
        names[grant.user_id] = grant.user.full_name
        at_one_side = (grant.unit_id in old_line) != (grant.unit_id in new_line)
        at_a_parent = grant.unit_id in (unit.parent_id, new_parent.pk)
        if at_one_side or at_a_parent:
            places[grant.user_id].append(f"{grant.get_role_display()}, {grant.unit.name}")
        if grant.unit_id in old_line:
            before[grant.user_id] |= _over(grant, direct=unit.parent_id)
        if grant.unit_id in new_line:
            after[grant.user_id] |= _over(grant, direct=new_parent.pk)
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
    """The roles taken back when these units end: those held there and what was given under them."""
    found: dict[int, Grant] = {}
    layer = list(
        Grant.objects.filter(unit__in=list(units), revoked_at=None).select_related("user", "unit").order_by("pk")
    )
    while layer:
        found |= {grant.pk: grant for grant in layer}
        below = Grant.objects.filter(given_under__in=layer, revoked_at=None).exclude(pk__in=found)
        layer = list(below.select_related("user", "unit").order_by("pk"))
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

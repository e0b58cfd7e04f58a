"""Writing what a list of units says, in one transaction and under the locks of its trees."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import build, record, record_many
from common.errors import RuleViolation

from ..enums import ChangeKind
from ..followers import tell_placed
from ..locks import lock_tops, lock_trees
from ..models import OrgUnit, UnitChange, UnitKind
from ..rights import forget_holdings
from ..services import place
from ..services.details import write_name, write_values
from ..services.history import build_change
from ..services.tree import carry_over
from .planning import Line, ListedUnit, Plan, plan_units, trees_of

_ATTEMPTS = 5
_SERVER = "Quản trị từ máy chủ"
_REASON = "Theo danh mục tổ chức"


@transaction.atomic
def import_units(*, listed: Sequence[ListedUnit], fingerprint: str | None = None, actor: User | None) -> Plan:
    """Found, change and move what the list says; rows with problems are left out, nothing is closed. With the
    `fingerprint` of a plan that somebody has confirmed, refuse when the tree has changed since. A second run of the
    same list writes nothing."""
    _lock(listed, actor)
    plan = plan_units(listed, actor=actor)
    if fingerprint is not None and plan.fingerprint() != fingerprint:
        raise RuleViolation("Cây tổ chức đã thay đổi từ lúc xem trước. Đồng chí hãy tải danh mục lên lại.")
    if plan.is_empty:
        return plan
    made = _found(plan, actor)
    _change(plan, actor)
    _move(plan, actor)
    top = OrgUnit.objects.filter(tree_id__in=_tree_ids(plan, made), parent=None).order_by("tree_id").first()
    record(
        "units.imported",
        actor=actor,
        target=top,
        unit=top,
        detail={"created": len(plan.new), "changed": len({one["code"] for one in [*plan.changed, *plan.moved]})},
        actor_name="" if actor else _SERVER,
    )
    return plan


def _lock(listed: Sequence[ListedUnit], actor: User | None) -> None:
    for _ in range(_ATTEMPTS):
        tree_ids = trees_of(listed)
        lock_trees(*tree_ids)
        if trees_of(listed) <= tree_ids:
            # Two new tops of one list at once would found the same codes.
            lock_tops()
            forget_holdings(actor)
            return
    raise RuleViolation("Cây tổ chức đang được thay đổi. Đồng chí hãy thử lại sau ít phút.")


def _tree_ids(plan: Plan, made: dict[str, OrgUnit]) -> set[int]:
    return {unit.tree_id for unit in made.values()} or {
        plan.known[code].tree_id for code in plan.lines if code in plan.known
    }


def _found(plan: Plan, actor: User | None) -> dict[str, OrgUnit]:
    """Insert the new units level by level, then number their trees once: a place found for each alone would shift
    half a tree as many times as there are units."""
    if not plan.new:
        return {}
    codes = {one["code"] for one in plan.new}
    above = OrgUnit.objects.in_bulk({plan.known[c].pk for c in _parents(plan, codes) if c in plan.known})
    parents = {unit.code: unit for unit in above.values()}
    next_tree = (OrgUnit.objects.order_by("-tree_id").values_list("tree_id", flat=True).first() or 0) + 1
    made: dict[str, OrgUnit] = {}
    for layer in _layers(plan, codes):
        units = []
        for line in layer:
            parent = made.get(line.parent_code) or parents.get(line.parent_code)
            unit = OrgUnit(
                code=line.code,
                name=line.name,
                kind_id=line.kind_id,
                note=line.note,
                parent=parent,
                tree_id=parent.tree_id if parent else next_tree,
                level=len(parent.ancestor_ids) + 1 if parent else 0,
                ancestor_ids=[*parent.ancestor_ids, parent.pk] if parent else [],
                lft=1,
                rght=2,
            )
            next_tree += parent is None
            place.name_keys(unit)
            units.append(unit)
        OrgUnit.objects.bulk_create(units, batch_size=1000)
        made |= {unit.code: unit for unit in units}
    place.renumber(*{unit.tree_id for unit in made.values()})
    _write_down(plan, made, actor)
    tell_placed([unit.pk for unit in made.values()], actor=actor)
    return made


def _parents(plan: Plan, codes: set[str]) -> set[str]:
    return {plan.lines[code].parent_code for code in codes}


def _layers(plan: Plan, codes: set[str]) -> list[list[Line]]:
    """New units by how many new ones stand above them."""
    layers: dict[int, list[Line]] = defaultdict(list)
    for code in codes:
        depth, above = 0, plan.lines[code].parent_code
        while above in codes:
            depth, above = depth + 1, plan.lines[above].parent_code
        layers[depth].append(plan.lines[code])
    return [sorted(layers[depth], key=lambda line: line.row) for depth in sorted(layers)]


def _write_down(plan: Plan, made: dict[str, OrgUnit], actor: User | None) -> None:
    today = timezone.localdate()
    units = [made[one["code"]] for one in plan.new]
    UnitChange.objects.bulk_create(
        [
            build_change(unit, ChangeKind.LISTED, today, other=unit.parent, after=unit.name, actor=actor)
            for unit in units
        ],
        batch_size=1000,
    )
    record_many(
        [
            build(
                "unit.created",
                actor=actor,
                target=unit,
                unit=unit,
                detail={"parent": unit.parent.name if unit.parent else "cấp cao nhất"},
                actor_name="" if actor else _SERVER,
            )
            for unit in units
        ]
    )


def _change(plan: Plan, actor: User | None) -> None:
    today = timezone.localdate()
    kinds = UnitKind.objects.in_bulk()
    for one in plan.changed:
        line = plan.lines[one["code"]]
        unit = OrgUnit.objects.select_related("kind").get(code=line.code)
        fields = {change["field"] for change in one["changes"]}
        if "name" in fields:
            write_name(unit, unit.code, line.name, today, reason=_REASON, actor=actor)
        values: dict[str, object] = {}
        if "kind" in fields:
            values["kind"] = kinds[line.kind_id]
        if "note" in fields:
            values["note"] = line.note
        write_values(unit, values, today, reason=_REASON, actor=actor)


def _move(plan: Plan, actor: User | None) -> None:
    """From the top down: the new superior then stands already where it will stay."""
    today = timezone.localdate()
    above = _superiors(plan)
    for line in sorted((plan.lines[one["code"]] for one in plan.moved), key=lambda line: _depth(above, line.code)):
        pks = dict(OrgUnit.objects.filter(code__in=[line.code, line.parent_code]).values_list("code", "pk"))
        unit, parent = place.locked(pks[line.code], pks[line.parent_code], actor=None)
        carry_over(unit, parent, today, reason=_REASON, actor=actor)


def _superiors(plan: Plan) -> dict[str, str]:
    """Code → code of the superior, as it will be."""
    by_pk = {one.pk: one.code for one in plan.known.values()}
    above = {one.code: by_pk.get(one.parent_id, "") for one in plan.known.values()}
    return above | {line.code: line.parent_code for line in plan.lines.values()}


def _depth(above: dict[str, str], code: str) -> int:
    depth = 0
    while code := above.get(code, ""):
        depth += 1
    return depth

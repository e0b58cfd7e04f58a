"""Where a unit stands: the lock, the reading again, and the writing of intervals. The only place that calls mptt."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.models import User
from common.errors import RuleViolation
from common.text import search_key, sort_key

from ..locks import keep_units_open, lock_tops, lock_trees
from ..models import OrgUnit, UnitKind
from ..rights import forget_holdings

_ATTEMPTS = 5


def locked(*unit_ids: int, actor: User | None) -> list[OrgUnit]:
    """The units under the locks of their trees, read again after the locks were taken; the actor's holdings are
    read again too, since the intervals may have moved while we waited. Must run in a transaction."""
    for _ in range(_ATTEMPTS):
        tree_of = dict(OrgUnit.objects.filter(pk__in=unit_ids).values_list("pk", "tree_id"))
        if len(tree_of) != len(set(unit_ids)):
            raise RuleViolation("Đơn vị không còn trong cây tổ chức. Đồng chí hãy tải lại trang.")
        lock_trees(*tree_of.values())
        units = OrgUnit.objects.select_related("kind", "parent__kind").in_bulk(unit_ids)
        if all(units[pk].tree_id == tree_id for pk, tree_id in tree_of.items()):
            forget_holdings(actor)
            return [units[pk] for pk in unit_ids]
    raise RuleViolation("Cây tổ chức đang được thay đổi. Đồng chí hãy thử lại sau ít phút.")


def stand_on(*unit_ids: int) -> None:
    """For apps that put something on a unit (a member, a meeting): refuse a closed one, and keep these open until
    the transaction ends. Call it before any lock of the tree."""
    keep_units_open(unit_ids)
    closed = OrgUnit.objects.filter(pk__in=unit_ids, closed_on__isnull=False).order_by("order_key").first()
    if closed is not None:
        raise RuleViolation(f"{closed.name} đã kết thúc hoạt động từ ngày {closed.closed_on:%d/%m/%Y}.")


def check_kind(kind: UnitKind, parent: OrgUnit | None) -> None:
    """Refuse an illegal place, naming the rule (domain.md §2.2)."""
    if parent is None:
        if not kind.may_be_top:
            raise RuleViolation(f"{kind.label} phải trực thuộc một tổ chức đảng cấp trên.")
        return
    if not parent.is_open:
        raise RuleViolation(f"{parent.name} đã kết thúc hoạt động, không nhận thêm đơn vị trực thuộc.")
    legal = list(kind.legal_parents.order_by("rank").values_list("pk", "label"))
    if parent.kind_id not in {pk for pk, _ in legal}:
        raise RuleViolation(illegal_place(kind, parent.kind, parent.name, [label for _, label in legal]))


def illegal_place(kind: UnitKind, above: UnitKind, above_name: str, legal: list[str]) -> str:
    allowed = ", ".join(legal) or "không tổ chức nào"
    return f"{kind.label} không được trực thuộc {above.label} ({above_name}). Được trực thuộc: {allowed}."


def name_keys(unit: OrgUnit) -> None:
    """Set what is searched and ordered by. Call it whenever name or code changes."""
    unit.search_key = search_key(f"{unit.name} {unit.code}")
    unit.order_key = sort_key(unit.code)


def _left_neighbour(unit: OrgUnit, parent: OrgUnit) -> OrgUnit | None:
    before = Q(order_key__lt=unit.order_key) | Q(order_key=unit.order_key, code__lt=unit.code)
    siblings = OrgUnit.objects.filter(before, parent=parent).exclude(pk=unit.pk)
    return siblings.order_by("-order_key", "-code").first()


def insert(unit: OrgUnit, parent: OrgUnit | None) -> None:
    """Put a new unit among its siblings in the order of codes. Under the tree's lock."""
    if parent is None:
        lock_tops()
        unit.ancestor_ids = []
        OrgUnit.objects.insert_node(unit, None)
    else:
        unit.ancestor_ids = [*parent.ancestor_ids, parent.pk]
        neighbour = _left_neighbour(unit, parent)
        if neighbour is None:
            OrgUnit.objects.insert_node(unit, parent, position="first-child", refresh_target=False)
        else:
            OrgUnit.objects.insert_node(unit, neighbour, position="right", refresh_target=False)
    unit.save(force_insert=True)


def relocate(unit: OrgUnit, parent: OrgUnit) -> None:
    """Move a unit with all below it, or to its right place among its siblings. Under the locks of both trees."""
    if parent.pk == unit.pk or unit.pk in parent.ancestor_ids:
        raise RuleViolation("Không thể chuyển một đơn vị xuống dưới chính nó.")
    old_depth = len(unit.ancestor_ids)
    new_ancestors = [*parent.ancestor_ids, parent.pk]
    neighbour = _left_neighbour(unit, parent)
    if neighbour is None:
        unit.move_to(parent, "first-child")
    else:
        unit.move_to(neighbour, "right")
    unit.refresh_from_db()
    if unit.ancestor_ids == new_ancestors:
        return
    unit.ancestor_ids = new_ancestors
    unit.save(update_fields=["ancestor_ids"])
    below = OrgUnit.objects.filter(ancestor_ids__contains=[unit.pk])
    below.update(ancestor_ids=RawSQL("%s::bigint[] || ancestor_ids[%s:]", [new_ancestors, old_depth + 1]))


# The intervals worked out from the parent links alone: for many new units at once, and to check and mend.


@dataclass(frozen=True)
class Place:
    tree_id: int
    lft: int
    rght: int
    level: int
    ancestor_ids: tuple[int, ...]
    order_key: bytes


@dataclass(frozen=True)
class Difference:
    """A unit whose stored place is not the one that its parent link gives."""

    unit_id: int
    code: str
    stored: Place
    right: Place

    def __str__(self) -> str:
        parts = [
            f"{name} {getattr(self.stored, name)} → {getattr(self.right, name)}"
            for name in ("tree_id", "lft", "rght", "level")
            if getattr(self.stored, name) != getattr(self.right, name)
        ]
        if self.stored.ancestor_ids != self.right.ancestor_ids:
            parts.append(f"cấp trên {list(self.stored.ancestor_ids)} → {list(self.right.ancestor_ids)}")
        if self.stored.order_key != self.right.order_key:
            parts.append("thứ tự theo mã")
        return f"{self.code}: {', '.join(parts)}"


def differences(tree_ids: Iterable[int] | None = None) -> tuple[list[Difference], list[str]]:
    """Compare what is stored with the parent links, for these trees or for all: what differs, and the codes of units
    that no top unit leads to (a ring, which the database refuses)."""
    units = OrgUnit.objects.order_by("pk")
    if tree_ids is not None:
        units = units.filter(tree_id__in=list(tree_ids))
    rows = list(
        units.values_list(
            "pk", "parent_id", "code", "tree_id", "lft", "rght", "level", "ancestor_ids", "order_key"
        ).iterator()
    )
    children: dict[int | None, list[tuple[bytes, str, int]]] = defaultdict(list)
    stored, codes = {}, {}
    for pk, parent_id, code, tree_id, lft, rght, level, ancestors, key in rows:
        stored[pk] = Place(tree_id, lft, rght, level, tuple(ancestors), bytes(key))
        codes[pk] = code
        children[parent_id].append((sort_key(code), code, pk))
    right = _number(children, {pk: place.tree_id for pk, place in stored.items()})
    found = [
        Difference(pk, codes[pk], stored[pk], right[pk]) for pk in right if pk in stored and stored[pk] != right[pk]
    ]
    return found, sorted(codes[pk] for pk in stored if pk not in right)


def _number(children: dict[int | None, list[tuple[bytes, str, int]]], tree_of: dict[int, int]) -> dict[int, Place]:
    """A number for each edge of each unit, as one walks around the tree."""
    places: dict[int, Place] = {}
    taken: set[int] = set()
    fresh = max(tree_of.values(), default=0)
    tops = sorted(children.get(None, []), key=lambda top: (tree_of[top[2]], top[2]))
    for top_key, _, top in tops:
        tree_id = tree_of[top]
        if tree_id in taken:
            fresh += 1
            tree_id = fresh
        taken.add(tree_id)
        edge, left = 0, {}
        walk: list[tuple[int, bytes, tuple[int, ...], bool]] = [(top, top_key, (), False)]
        while walk:
            pk, key, ancestors, done = walk.pop()
            edge += 1
            if done:
                places[pk] = Place(tree_id, left[pk], edge, len(ancestors), ancestors, key)
                continue
            left[pk] = edge
            walk.append((pk, key, ancestors, True))
            below = sorted(children.get(pk, []), reverse=True)
            walk.extend((child, child_key, (*ancestors, pk), False) for child_key, _, child in below)
    return places


def write_places(wrong: list[Difference]) -> None:
    """Under the locks of the trees."""
    with connection.cursor() as cursor:
        for start in range(0, len(wrong), 5000):
            part = wrong[start : start + 5000]
            cursor.execute(
                """
                UPDATE orgtree_orgunit u
                SET tree_id = n.tree_id, lft = n.lft, rght = n.rght, level = n.level,
                    ancestor_ids = n.ancestors::bigint[], order_key = n.order_key
                FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::text[], %s::bytea[])
                    AS n(id, tree_id, lft, rght, level, ancestors, order_key)
                WHERE u.id = n.id
                """,
                [
                    [d.unit_id for d in part],
                    [d.right.tree_id for d in part],
                    [d.right.lft for d in part],
                    [d.right.rght for d in part],
                    [d.right.level for d in part],
                    ["{" + ",".join(map(str, d.right.ancestor_ids)) + "}" for d in part],
                    [d.right.order_key for d in part],
                ],
            )


def renumber(*tree_ids: int) -> None:
    """Write the places of these trees from their parent links. Under their locks."""
    wrong, _ = differences(tree_ids)
    write_places(wrong)

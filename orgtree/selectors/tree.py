"""The tree as it is drawn: names for all who belong to it, head-counts where VIEW is held."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from common.addresses import numbered
from common.ui.numbers import vi_number

from ..enums import Right
from ..models import OrgUnit
from ..rights import has_right
from .figures import figures
from .sight import is_outlined, readable_trees

MOST_CHILDREN = 500


@dataclass
class Node:
    """What `components/tree_node.html` draws."""

    id: int
    name: str
    note: str
    url: str
    has_children: bool
    lazy_url: str
    fallback_url: str
    open: bool = False
    hit: bool = False
    closed: bool = False
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """A unit of the drawing, which `has_right` can be asked about."""

    pk: int
    parent_id: int | None
    name: str
    code: str
    kind: str
    tree_id: int
    lft: int
    rght: int
    has_children: bool


def tree_for(user: User, *, hit: OrgUnit | None = None) -> list[Node]:
    """The reader's trees with their tops open, or open down to `hit`. Two queries."""
    trees = readable_trees(user)
    open_ids = {*hit.ancestor_ids, hit.pk} if hit is not None else set()
    condition = Q(parent=None) | Q(parent__parent=None) | Q(parent_id__in=open_ids)
    nodes, tops = {}, []
    for row, node in _drawn(user, _rows(condition & Q(tree_id__in=trees))):
        nodes[row.pk] = node
        node.hit = hit is not None and row.pk == hit.pk
        node.open = row.parent_id is None or row.pk in open_ids
        if row.parent_id in nodes:
            nodes[row.parent_id].children.append(node)
        elif row.parent_id is None:
            tops.append(node)
    return tops


def nodes_below(user: User, unit: OrgUnit) -> list[Node]:
    """The units right below, for a node that is opened. Two queries."""
    return [node for _, node in _drawn(user, _rows(Q(parent_id=unit.pk)))]


def _rows(condition: Q) -> list[_Row]:
    below = OrgUnit.objects.filter(parent_id=OuterRef("pk"), closed_on=None)
    units = OrgUnit.objects.filter(condition, closed_on=None).order_by("tree_id", "lft")
    values = units.annotate(branching=Exists(below), label=F("kind__short_label")).values_list(
        "pk", "parent_id", "name", "code", "label", "tree_id", "lft", "rght", "branching"
    )
    return [_Row(*row) for row in values[: MOST_CHILDREN * 4]]


def _drawn(user: User, rows: Iterable[_Row]) -> list[tuple[_Row, Node]]:
    rows = list(rows)
    seen = {row.pk for row in rows if has_right(user, Right.VIEW, row)}
    counts = figures(seen, ["members"])
    page = reverse("orgtree:tree")
    return [
        (
            row,
            Node(
                id=row.pk,
                name=row.name,
                note=_note(row, counts.get((row.pk, "members"))),
                url=numbered("orgtree:unit", row.pk) if row.pk in seen or is_outlined(user, row) else "",
                has_children=row.has_children,
                lazy_url=numbered("orgtree:below", row.pk),
                fallback_url=f"{page}?mo={row.pk}#don-vi-{row.pk}",
            ),
        )
        for row in rows
    ]


def _note(row: _Row, count: tuple[int, int] | None) -> str:
    parts = [row.kind, row.code]
    if count is not None:
        parts.append(f"{vi_number(count[1])} đảng viên")
    return " · ".join(parts)

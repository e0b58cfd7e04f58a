"""Where a unit stands: the lock, the reading again, and the writing of intervals. The only place that calls mptt."""

from django.db.models.expressions import RawSQL

from accounts.models import User
from common.errors import RuleViolation

from ..locks import lock_tops, lock_trees
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
        units = OrgUnit.objects.select_related("kind", "parent").in_bulk(unit_ids)
        if all(units[pk].tree_id == tree_id for pk, tree_id in tree_of.items()):
            forget_holdings(actor)
            return [units[pk] for pk in unit_ids]
    raise RuleViolation("Cây tổ chức đang được thay đổi. Đồng chí hãy thử lại sau ít phút.")


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
        allowed = ", ".join(label for _, label in legal) or "không tổ chức nào"
        raise RuleViolation(
            f"{kind.label} không được trực thuộc {parent.kind.label} ({parent.name}). Được trực thuộc: {allowed}."
        )


def _left_neighbour(code: str, parent: OrgUnit, leaving_out: int | None = None) -> OrgUnit | None:
    siblings = OrgUnit.objects.filter(parent=parent, code__lte=code).exclude(pk=leaving_out)
    return siblings.order_by("-code").first()


def insert(unit: OrgUnit, parent: OrgUnit | None) -> None:
    """Put a new unit among its siblings in the order of codes. Under the tree's lock."""
    if parent is None:
        lock_tops()
        unit.ancestor_ids = []
        OrgUnit.objects.insert_node(unit, None)
    else:
        unit.ancestor_ids = [*parent.ancestor_ids, parent.pk]
        neighbour = _left_neighbour(unit.code, parent)
        if neighbour is None:
            OrgUnit.objects.insert_node(unit, parent, position="first-child", refresh_target=False)
        else:
            OrgUnit.objects.insert_node(unit, neighbour, position="right", refresh_target=False)
    unit.save(force_insert=True)


def relocate(unit: OrgUnit, parent: OrgUnit) -> None:
    """Move a unit with all below it. Under the locks of both trees."""
    if parent.pk == unit.pk or unit.pk in parent.ancestor_ids:
        raise RuleViolation("Không thể chuyển một đơn vị xuống dưới chính nó.")
    old_depth = len(unit.ancestor_ids)
    new_ancestors = [*parent.ancestor_ids, parent.pk]
    neighbour = _left_neighbour(unit.code, parent, leaving_out=unit.pk)
    if neighbour is None:
        unit.move_to(parent, "first-child")
    else:
        unit.move_to(neighbour, "right")
    unit.refresh_from_db()
    unit.ancestor_ids = new_ancestors
    unit.save(update_fields=["ancestor_ids"])
    below = OrgUnit.objects.filter(ancestor_ids__contains=[unit.pk])
    below.update(ancestor_ids=RawSQL("%s::bigint[] || ancestor_ids[%s:]", [new_ancestors, old_depth + 1]))

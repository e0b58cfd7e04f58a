"""How far handing rights down has come: units with a secretary in the lists, with one who holds his role, who has
activated his account and whose role is in force; by branch of the tree and by step."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from members.enums import PostCode
from members.models import Post
from orgtree.enums import Reach, Right, Role
from orgtree.models import Grant, OrgUnit, UnitKind
from orgtree.rights import Holding, holdings_of, living

from .conditions import STEP, step_case
from .steps import STEPS

MOST_CHILDREN = 500
# What may be counted, in the words of an address; `con-lai` are those without the role.
UNITS, LISTED, GIVEN, ACTIVATED, IN_FORCE, LEFT = "tat-ca", "co-bi-thu", "da-giao", "kich-hoat", "hieu-luc", "con-lai"
WHICH = {
    LEFT: "Chưa giao",
    GIVEN: "Đã giao",
    ACTIVATED: "Đã kích hoạt",
    IN_FORCE: "Đã có hiệu lực",
    LISTED: "Có Bí thư trong danh sách",
    UNITS: "Mọi đơn vị",
}


@dataclass
class Count:
    """Units of a branch of the tree, itself and all below."""

    units: int = 0
    listed: int = 0
    given: int = 0
    activated: int = 0
    in_force: int = 0

    @property
    def left(self) -> int:
        return self.units - self.given

    def add(self, other: "Count") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True)
class Wanted:
    """Which units are counted: of one step, of one kind (primary key)."""

    step: int | None = None
    kind: int | None = None


@dataclass
class Line:
    """A row of the tree as it stands on the page and in the workbook."""

    pk: int
    name: str
    code: str
    kind: str
    depth: int
    opened: bool
    opens: bool
    count: Count


@dataclass
class Progress:
    lines: list[Line]
    whole: Count
    by_step: dict[int, Count]


def roots_of(user: User) -> list[Holding]:
    """The highest units below which the reader hands rights on, or inspects."""
    wide = [
        holding
        for holding in holdings_of(user)
        if holding.reach == Reach.SUBTREE and holding.rights & {Right.DELEGATE, Right.INSPECT}
    ]
    found: dict[int, Holding] = {}
    for one in wide:
        above = (other.tree_id == one.tree_id and other.lft < one.lft and one.rght < other.rght for other in wide)
        if not any(above):
            found.setdefault(one.unit_id, one)
    return list(found.values())


def has_units_below(user: User) -> bool:
    """No query after the first of the request."""
    return any(root.rght - root.lft > 1 for root in roots_of(user))


def area_of(user: User) -> Q:
    area = Q(pk=None)
    for root in roots_of(user):
        area |= Q(tree_id=root.tree_id, lft__gte=root.lft, rght__lte=root.rght)
    return area


def progress_for(user: User, wanted: Wanted, *, opened: OrgUnit | None = None, only_left: bool = False) -> Progress:
    """The reader's trees, open at their roots or down to `opened`. Two queries whatever the size."""
    roots = roots_of(user)
    if not roots:
        return Progress([], Count(), {step: Count() for step in STEPS})
    root_ids = [root.unit_id for root in roots]
    open_ids = {*root_ids, *([*opened.ancestor_ids, opened.pk] if opened is not None else [])}
    below = OrgUnit.objects.filter(parent_id=OuterRef("pk"), closed_on=None)
    nodes = (
        OrgUnit.objects.filter(area_of(user), Q(pk__in=root_ids) | Q(parent_id__in=open_ids), closed_on=None)
        .order_by("tree_id", "lft")
        .values_list("pk", "name", "code", "kind__short_label", "level", Exists(below))
    )
    rows = list(nodes[: MOST_CHILDREN * 4])
    counts = _counts([row[0] for row in rows], roots, wanted)
    lines, top = [], 0
    for pk, name, code, kind, level, opens in rows:
        is_root = pk in root_ids
        if is_root:
            top = level
        count = Count()
        for one in counts[pk].values():
            count.add(one)
        if is_root or (count.left if only_left else count.units):
            lines.append(Line(pk, name, code, kind, level - top, pk in open_ids, opens, count))
    by_step = {step: Count() for step in STEPS}
    whole = Count()
    for pk in root_ids:
        for step, one in counts[pk].items():
            by_step[step].add(one)
            whole.add(one)
    return Progress(lines, whole, by_step)


def _counts(nodes: Sequence[int], roots: Sequence[Holding], wanted: Wanted) -> dict[int, dict[int, Count]]:
    """Node → step → count over the node and all below. One query: each unit counts for those of its superiors that
    are asked for."""
    found: dict[int, dict[int, Count]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH area AS MATERIALIZED (
                SELECT u.id, u.ancestor_ids, {STEP} AS step
                FROM unnest(%(trees)s::int[], %(lefts)s::int[], %(rights)s::int[]) AS r(tree_id, lft, rght)
                JOIN orgtree_orgunit u ON u.tree_id = r.tree_id AND u.lft BETWEEN r.lft AND r.rght
                JOIN orgtree_unitkind k ON k.id = u.kind_id
                JOIN orgtree_orgunit p ON p.id = u.parent_id
                JOIN orgtree_unitkind pk ON pk.id = p.kind_id
                WHERE u.closed_on IS NULL AND (%(kind)s::bigint IS NULL OR u.kind_id = %(kind)s)
            ),
            held AS MATERIALIZED (
                SELECT g.unit_id, bool_or(a.activated_at IS NOT NULL) AS activated,
                       bool_or(a.identity_confirmed_at IS NOT NULL) AS confirmed
                FROM area JOIN orgtree_grant g ON g.unit_id = area.id JOIN accounts_user a ON a.id = g.user_id
                WHERE g.role = %(role)s AND g.revoked_at IS NULL AND a.is_active
                  AND g.begins_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)
                GROUP BY g.unit_id
            ),
            listed AS MATERIALIZED (
                SELECT DISTINCT o.unit_id
                FROM area JOIN members_post o ON o.unit_id = area.id AND o.code = %(post)s AND o.ends_on IS NULL
            ),
            counted AS (
                SELECT area.*, l.unit_id IS NOT NULL AS listed, h.unit_id IS NOT NULL AS given,
                       coalesce(h.activated, FALSE) AS activated, coalesce(h.confirmed, FALSE) AS confirmed
                FROM area LEFT JOIN listed l ON l.unit_id = area.id LEFT JOIN held h ON h.unit_id = area.id
            )
            SELECT a.id, c.step, count(*), count(*) FILTER (WHERE c.listed), count(*) FILTER (WHERE c.given),
                   count(*) FILTER (WHERE c.activated), count(*) FILTER (WHERE c.confirmed)
            FROM counted c, unnest(c.ancestor_ids || c.id) AS a(id)
            WHERE a.id = ANY(%(nodes)s) AND c.step = ANY(%(steps)s)
            GROUP BY a.id, c.step
            """,
            {
                "role": Role.SECRETARY.value,
                "post": PostCode.SECRETARY.value,
                "today": timezone.localdate(),
                "trees": [root.tree_id for root in roots],
                "lefts": [root.lft for root in roots],
                "rights": [root.rght for root in roots],
                "kind": wanted.kind,
                "nodes": list(nodes),
                "steps": [wanted.step] if wanted.step else list(STEPS),
            },
        )
        for node, step, *numbers in cursor.fetchall():
            found[node][step] = Count(*numbers)
    return found


def units_of(user: User, unit: OrgUnit | None, which: str, wanted: Wanted) -> QuerySet[OrgUnit]:
    """The units behind a number of the page: of `unit` and all below, or of the reader's whole area."""
    holders = living(Grant.objects.filter(unit_id=OuterRef("pk"), role=Role.SECRETARY))
    posts = Post.objects.filter(unit_id=OuterRef("pk"), code=PostCode.SECRETARY, ends_on=None)
    conditions = {
        UNITS: Q(),
        LISTED: Q(Exists(posts)),
        GIVEN: Q(Exists(holders)),
        ACTIVATED: Q(Exists(holders.filter(user__activated_at__isnull=False))),
        IN_FORCE: Q(Exists(holders.filter(user__identity_confirmed_at__isnull=False))),
        LEFT: ~Q(Exists(holders)),
    }
    found = OrgUnit.objects.filter(area_of(user), closed_on=None).annotate(step=step_case())
    found = found.filter(conditions[which], step__in=[wanted.step] if wanted.step else STEPS)
    if unit is not None:
        found = found.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    if wanted.kind:
        found = found.filter(kind_id=wanted.kind)
    return found.order_by("tree_id", "lft")


@dataclass
class Led:
    """Of one unit: who is its secretary by the lists, who holds the role, and how far that has come."""

    listed: list[str]
    holders: list[str]
    activated: bool = False
    in_force: bool = False


def led_units(unit_ids: Sequence[int]) -> dict[int, Led]:
    """Two queries."""
    found = {pk: Led([], []) for pk in unit_ids}
    posts = Post.objects.filter(unit_id__in=unit_ids, code=PostCode.SECRETARY, ends_on=None)
    for pk, name in posts.order_by("member__name_sort", "member_id").values_list("unit_id", "member__full_name"):
        found[pk].listed.append(name)
    held = living(Grant.objects.filter(unit_id__in=unit_ids, role=Role.SECRETARY))
    rows = held.order_by("pk").values_list(
        "unit_id", "user__full_name", "user__activated_at", "user__identity_confirmed_at"
    )
    for pk, name, activated_at, confirmed_at in rows:
        led = found[pk]
        led.holders.append(name)
        led.activated |= activated_at is not None
        led.in_force |= confirmed_at is not None
    return found


def kinds_in_use() -> list[tuple[str, str]]:
    """Kinds to choose from. One query."""
    used = UnitKind.objects.filter(Exists(OrgUnit.objects.filter(kind_id=OuterRef("pk"), closed_on=None)))
    steps = used.exclude(may_be_top=True).order_by("model_version", "rank")
    return [(str(pk), label) for pk, label in steps.values_list("pk", "label")]

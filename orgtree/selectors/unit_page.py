"""What stands on the page of a unit."""

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..enums import Role
from ..models import Figure, Grant, OrgUnit, UnitChange
from ..panels import warnings_for
from ..rights import living

MEASURES = ("members", "official", "probationary", "exempt", "in_scope", "activated")
MOST_CHANGES = 60


def path_of(unit: OrgUnit) -> list[tuple[int, str]]:
    """(id, name) of the units above, from the top; whoever opens the unit's page may open theirs. One query."""
    names = dict(OrgUnit.objects.filter(pk__in=unit.ancestor_ids).values_list("pk", "name"))
    return [(pk, names[pk]) for pk in unit.ancestor_ids if pk in names]


def children_of(unit: OrgUnit, *, with_closed: bool = False, only_leaderless: bool = False) -> QuerySet:
    """Rows of the units right below; `folded` is the head-count to sort by, up to seconds old."""
    folded = Figure.objects.filter(unit_id=OuterRef("pk"), measure="members").values("below")
    units = OrgUnit.objects.filter(parent_id=unit.pk)
    if only_leaderless:
        units = leaderless(units)
    elif not with_closed:
        units = units.filter(closed_on=None)
    return units.annotate(
        kind_label=F("kind__short_label"), folded=Coalesce(Subquery(folded, output_field=IntegerField()), 0)
    ).values("pk", "name", "code", "kind_label", "closed_on", "merged_into_id", "folded")


def leaderless(units: QuerySet[OrgUnit]) -> QuerySet[OrgUnit]:
    """Those open units where nobody holds the role of secretary: nobody there can work on the handbook."""
    held = living(Grant.objects.filter(unit_id=OuterRef("pk"), role=Role.SECRETARY))
    groups = Q(kind__holds_members=False, kind__legal_parents__holds_members=True)
    return units.filter(~Exists(held), closed_on=None).exclude(groups)


def changes_of(unit: OrgUnit) -> list[UnitChange]:
    """The newest first. One query."""
    changes = UnitChange.objects.filter(unit=unit).select_related("other_unit", "made_by")
    return list(changes.order_by("-effective_on", "-pk")[:MOST_CHANGES])


def warnings_of(unit: OrgUnit, counts: dict[str, int]) -> list[str]:
    """The soft checks of domain.md §2.3: sentences to think about, nothing is refused. `counts` is the unit with all
    below; the limits are data of the kind."""
    if not unit.is_open:
        return []
    kind, members = unit.kind, counts["members"]
    lines = []
    if kind.least_official is not None and counts["official"] < kind.least_official:
        lines.append(
            f"Có {counts['official']} đảng viên chính thức; cần ít nhất {kind.least_official} để lập tổ chức đảng."
        )
    if kind.least_members is not None and members < kind.least_members:
        lines.append(f"Có {members} đảng viên. {kind.too_few_hint}")
    if kind.most_members is not None and members > kind.most_members:
        lines.append(f"Có {members} đảng viên. {kind.too_many_hint}")
    return lines + warnings_for(unit, counts)

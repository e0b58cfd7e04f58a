"""What stands on the page of a unit."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..enums import Reach, Role
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


def leaderless(units: QuerySet[OrgUnit], *, today: date | None = None) -> QuerySet[OrgUnit]:
    """Those open units where nobody holds the role of secretary: nobody there can work on the handbook."""
    held = living(Grant.objects.filter(unit_id=OuterRef("pk"), role=Role.SECRETARY), today=today)
    groups = Q(kind__holds_members=False, kind__legal_parents__holds_members=True)
    return units.filter(~Exists(held), closed_on=None).exclude(groups)


def changes_of(unit: OrgUnit) -> list[UnitChange]:
    """The newest first. One query."""
    changes = UnitChange.objects.filter(unit=unit).select_related("other_unit", "made_by")
    return list(changes.order_by("-effective_on", "-pk")[:MOST_CHANGES])


@dataclass(frozen=True)
class HeldRole:
    """A grant that counts on the unit, with its source (features A7)."""

    grant_id: int
    who: str
    role: str
    here: bool
    unit_id: int
    unit: str
    given_by: str
    begins_on: date
    ends_on: date | None
    instead_of_below: bool

    @property
    def sentence(self) -> str:
        where = "" if self.here else f" tại {self.unit} (cấp trên, có hiệu lực cả ở đây)"
        instead = ", thay cấp dưới" if self.instead_of_below else ""
        until = f", đến {self.ends_on:%d/%m/%Y}" if self.ends_on else ""
        return (
            f"Đồng chí {self.who} giữ vai trò {self.role}{where}, "
            f"do {self.given_by} giao ngày {self.begins_on:%d/%m/%Y}{instead}{until}."
        )


def roles_on(unit: OrgUnit) -> list[HeldRole]:
    """Who holds what here, on the unit itself first, then from above, nearest first. One query."""
    here = living(Grant.objects.filter(unit_id=unit.pk))
    above = living(Grant.objects.filter(unit_id__in=unit.ancestor_ids, reach=Reach.SUBTREE))
    rows = (here | above).select_related("user", "unit", "given_by").order_by("-unit__level", "role", "user__full_name")
    return [
        HeldRole(
            grant_id=grant.pk,
            who=grant.user.full_name,
            role=grant.get_role_display(),
            here=grant.unit_id == unit.pk,
            unit_id=grant.unit_id,
            unit=grant.unit.name,
            given_by=f"đồng chí {grant.given_by.full_name}" if grant.given_by else "quản trị hệ thống",
            begins_on=grant.begins_on,
            ends_on=grant.ends_on,
            instead_of_below=grant.instead_of_below,
        )
        for grant in rows
    ]


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

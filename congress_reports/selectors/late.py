"""Which units below are late, and who is to be called there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.enums import COUNTED, PostCode
from members.models import Post
from orgtree.enums import Right
from orgtree.models import Grant, OrgUnit
from orgtree.rights import living, roles_with

from ..enums import UNFILED
from ..models import Campaign, Report

# A unit in which nobody may file is told of so early that somebody can still be given the right.
NOBODY_AHEAD = timedelta(days=14)


def open_campaigns(day: date) -> QuerySet[Campaign]:
    """Nothing is reminded of before a campaign has begun, and nothing once it is closed."""
    return Campaign.objects.filter(closed_on=None, opens_on__lte=day)


def open_now(day: date) -> list[int]:
    return list(open_campaigns(day).values_list("pk", flat=True))


def unsent(day: date, *, campaigns: Collection[int] | None = None) -> QuerySet[Report]:
    """Reports that somebody still has to send, with their last day as `until`. `campaigns`: those of `open_now`, where
    they were asked already."""
    return Report.objects.filter(
        campaign__in=open_now(day) if campaigns is None else campaigns,
        state__in=UNFILED,
        unit__closed_on=None,
    ).annotate(until=Coalesce("extended_to", "due_on"))


def late_units(
    unit: OrgUnit, *, seen: QuerySet[OrgUnit], day: date, wide: bool, campaigns: Collection[int] | None = None
) -> QuerySet:
    """Of the units `seen` those with late reports, and those where nobody may file although a report is due soon:
    directly below `unit`, or (`wide`) it and all below. Rows of values; the longest late come first."""
    # A role may reach no further than its own unit.
    reports = unsent(day, campaigns=campaigns).filter(until__lte=day + NOBODY_AHEAD, unit__in=seen)
    if wide:
        reports = reports.filter(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    else:
        reports = reports.filter(unit__parent_id=unit.pk)
    filing = living(Grant.objects.filter(unit_id=OuterRef("unit_id"), role__in=roles_with([Right.FILE_REPORTS])))
    return (
        reports.values("unit_id", "unit__name", "unit__parent__name")
        .annotate(late=Count("pk", filter=Q(until__lt=day)), first=Min("until"), has_holder=Exists(filing))
        .filter(Q(late__gt=0) | Q(has_holder=False))
        .order_by("first", "unit__name", "unit_id")
    )


@dataclass
class LateUnit:
    """A unit as it stands in the list: its reports by name, each with how late it is, and who leads it."""

    unit_id: int
    name: str
    above: str
    late: int
    days: int
    has_holder: bool
    reports: list[tuple[str, str]] = field(default_factory=list)
    people: list["ToCall"] = field(default_factory=list)
    escalated: bool = False

    @property
    def reports_told(self) -> str:
        """ "Kết quả đại hội, Phân tích chất lượng (quá hạn 5 ngày)"."""
        together: dict[str, list[str]] = {}
        for name, told in self.reports:
            together.setdefault(told, []).append(name)
        return "; ".join(f"{', '.join(names)} ({told})" for told, names in together.items())

    @property
    def reports_named(self) -> str:
        """The same beside a column that says how late the unit is."""
        if len({told for _, told in self.reports}) > 1:
            return self.reports_told
        return ", ".join(name for name, _ in self.reports)


@dataclass(frozen=True)
class ToCall:
    """The unit's secretary, or who stands in for him. The phone is for who may print call lists."""

    member_id: int
    name: str
    post: str
    phone: str
    no_smartphone: bool
    is_activated: bool


def described(rows: Iterable[dict], *, day: date, campaigns: Collection[int] | None = None) -> list[LateUnit]:
    """Rows of `late_units` with their reports and people: two queries, however many rows."""
    found = {
        row["unit_id"]: LateUnit(
            unit_id=row["unit_id"],
            name=row["unit__name"],
            above=row["unit__parent__name"] or "",
            late=row["late"],
            days=(day - row["first"]).days,
            has_holder=row["has_holder"],
        )
        for row in rows
    }
    if not found:
        return []
    reports = unsent(day, campaigns=campaigns).filter(unit_id__in=list(found), until__lte=day + NOBODY_AHEAD)
    escalated: dict[int, list[bool]] = {}
    for report in reports.select_related("duty__form").order_by("until", "duty__form__code", "pk"):
        one = found[report.unit_id]
        days = (day - report.until).days
        told = f"quá hạn {days} ngày" if days > 0 else f"hạn {report.until:%d/%m/%Y}"
        one.reports.append((report.duty.form.short, told))
        if days > 0:
            escalated.setdefault(report.unit_id, []).append(is_escalated(report))
    for pk, answers in escalated.items():
        found[pk].escalated = all(answers)
    for pk, people in _leaders(found).items():
        found[pk].people = people
    return list(found.values())


def is_escalated(report: Report) -> bool:
    """The superior took it over after the last day that holds now; an extension begins anew."""
    return report.escalated_at is not None and timezone.localdate(report.escalated_at) > report.until


def _leaders(unit_ids: Iterable[int]) -> dict[int, list[ToCall]]:
    """The secretary; where there is none, his deputies."""
    codes = [PostCode.SECRETARY, PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY]
    posts = (
        Post.objects.filter(unit_id__in=list(unit_ids), code__in=codes, ends_on=None, member__status__in=COUNTED)
        .select_related("member")
        .order_by("member__name_sort", "pk")
    )
    by_unit: dict[int, dict[str, list[ToCall]]] = {}
    for post in posts:
        member = post.member
        one = ToCall(
            member_id=member.pk,
            name=member.full_name,
            post=post.get_code_display(),
            phone=member.phone,
            no_smartphone=member.no_smartphone,
            is_activated=member.activated_at is not None,
        )
        by_unit.setdefault(post.unit_id, {}).setdefault(post.code, []).append(one)
    return {pk: next(found[code] for code in codes if code in found) for pk, found in by_unit.items()}

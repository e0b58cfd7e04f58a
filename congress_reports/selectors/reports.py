"""Which reports: mine to file, those I decide on, those that wait below others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import BigIntegerField, Count, Exists, F, Func, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from common.text import search_key
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import holdings_of, units_where

from ..enums import UNFILED, WAITING, ReportState
from ..models import Campaign, Report, ReportEvent, ReportVersion

_FAR = date(9999, 12, 31)
_LATEST = datetime(9998, 1, 1, tzinfo=UTC)
_JOINED = ("campaign", "duty__form", "unit__kind", "unit__parent", "taken_by")
PEOPLE = ("drafted_by", "sent_by", "decided_by", "first_approved_by")


class _Microseconds(Func):
    """A time as a whole number: the key of a page carries no time finer than a millisecond."""

    template = "(extract(epoch from %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


def reports_seen_by(user: User) -> QuerySet[Report]:
    """All whose state the user may know."""
    return Report.objects.filter(unit__in=units_where(user, Right.VIEW)).select_related(*_JOINED, *PEOPLE)


def filed_by(user: User, *, earlier: bool = False) -> QuerySet[Report]:
    """Reports of the units for which the user files, of running campaigns, or of the closed ones; what ended is told
    only there, where it had been begun."""
    rows = Report.objects.filter(unit__in=units_where(user, Right.FILE_REPORTS)).select_related(*_JOINED)
    rows = rows.exclude(state=ReportState.ENDED, version=0)
    return (
        rows.filter(campaign__closed_on__isnull=not earlier)
        .annotate(last=Coalesce("extended_to", "due_on", _FAR))
        .order_by("-campaign__opens_on", "unit__tree_id", "unit__lft", "duty__form__code", "pk")
    )


def deciding_units(user: User) -> list[int]:
    """Units on which the user decides about what their direct children send; the right is never inherited."""
    return [holding.unit_id for holding in holdings_of(user) if Right.APPROVE_REPORTS in holding.rights]


def _decided_on(units: Iterable[int]) -> Q:
    units = list(units)
    return Q(unit__parent_id__in=units) | Q(unit__parent_id=None, unit_id__in=units)


def to_decide(user: User) -> QuerySet[Report]:
    """Reports of running campaigns owed by the direct children of the user's committees; a top unit's own too."""
    return _running(Report.objects.filter(_decided_on(deciding_units(user))))


def decided_by_others(user: User) -> QuerySet[Report]:
    """What others below decide on, to be read by those above."""
    rows = Report.objects.filter(unit__in=units_where(user, Right.VIEW), unit__parent__isnull=False)
    mine = deciding_units(user)
    rows = rows.exclude(unit__parent_id__in=mine)
    # Only where the deciding unit itself is in sight: a secretary is not shown his own reports as somebody's backlog.
    return _running(rows.filter(unit__parent__in=units_where(user, Right.VIEW)))


def _running(rows: QuerySet[Report]) -> QuerySet[Report]:
    return (
        rows.filter(campaign__closed_on=None)
        .exclude(state=ReportState.ENDED)
        .select_related(*_JOINED)
        .annotate(
            last=Coalesce("extended_to", "due_on", _FAR),
            sent=_Microseconds(Coalesce("sent_at", _LATEST)),
            tree=F("unit__tree_id"),
            place=F("unit__lft"),
            letter=F("duty__form__code"),
        )
    )


@dataclass(frozen=True)
class ListFilter:
    """What the list of reports to approve was narrowed to; empty texts narrow nothing."""

    text: str = ""
    unit: int | None = None
    form: str = ""
    state: str = "waiting"
    late: bool = False
    warnings: str = ""


STATES = {
    "waiting": ("Chờ phê duyệt", Q(state__in=WAITING)),
    "unfiled": ("Chưa gửi", Q(state__in=UNFILED)),
    "approved": ("Đã phê duyệt", Q(state=ReportState.APPROVED)),
    "rejected": ("Bị từ chối", Q(state=ReportState.REJECTED)),
    "stale": ("Cần rà soát lại", Q(stale_since__isnull=False)),
    "all": ("Tất cả", Q()),
}


def narrowed(rows: QuerySet[Report], chosen: ListFilter, today: date) -> QuerySet[Report]:
    rows = rows.filter(STATES[chosen.state][1])
    if chosen.text:
        rows = rows.filter(unit__search_key__contains=search_key(chosen.text))
    if chosen.unit:
        rows = rows.filter(unit__parent_id=chosen.unit)
    if chosen.form:
        rows = rows.filter(duty__form__code=chosen.form)
    if chosen.late:
        rows = rows.filter(Q(late_days__gt=0) & ~Q(state__in=UNFILED) | Q(state__in=UNFILED, last__lt=today))
    if chosen.warnings:
        rows = rows.filter(has_soft_findings=chosen.warnings == "co")
    return rows


def approvable_at_once(rows: QuerySet[Report], user: User) -> QuerySet[Report]:
    """Those that may be approved together with others: waiting, without a warning, complete, not taken by another and
    not written by the user himself."""
    return (
        rows.filter(Q(taken_by=None) | Q(taken_by=user), state__in=WAITING)
        .filter(has_soft_findings=False, stale_since=None, incomplete_reason="")
        .exclude(Q(drafted_by=user) | Q(sent_by=user))
        .exclude(unit__parent=None)
    )


def backlogs(user: User) -> QuerySet:
    """What waits below whom, the oldest first."""
    return (
        decided_by_others(user)
        .filter(state__in=WAITING)
        .order_by()
        .values("unit__parent_id", "unit__parent__name")
        .annotate(waiting=Count("pk"), since=Min("sent_at"))
        .order_by("since", "unit__parent_id")
    )


def last_events(report_ids: Iterable[int]) -> dict[int, ReportEvent]:
    """The last line of the timeline of each. One query."""
    rows = ReportEvent.objects.filter(report_id__in=list(report_ids)).select_related("made_by")
    return {event.report_id: event for event in rows.order_by("report_id", "-pk").distinct("report_id")}


def findings_of(reports: Iterable[Report]) -> dict[int, list[dict]]:
    """The warnings of the versions that wait or were approved, with their reasons. One query."""
    numbers = {report.pk: report.version for report in reports if report.has_soft_findings}
    if not numbers:
        return {}
    rows = ReportVersion.objects.filter(report_id__in=numbers).values_list("report_id", "number", "findings")
    return {pk: findings for pk, number, findings in rows if numbers[pk] == number}


def forms_of_running(user: User) -> list[tuple[str, str]]:
    """Letters and names of the forms in running campaigns over the user's units."""
    tops = {pk for holding in holdings_of(user) for pk in (holding.unit_id,)}
    rows = (
        Campaign.objects.filter(closed_on=None)
        .filter(
            Exists(
                OrgUnit.objects.filter(pk__in=tops).filter(
                    Q(ancestor_ids__contains=[OuterRef("top_id")]) | Q(pk=OuterRef("top_id"))
                )
            )
        )
        .order_by("forms__code")
        .values_list("forms__code", "forms__short")
        .distinct()
    )
    return [(code, f"{code}) {short}") for code, short in rows if code]

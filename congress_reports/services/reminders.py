"""Reminders of reports that are not sent: three days before the last day, the day before and on it; after it daily to
the unit for two weeks or until the superior has seen to it himself; on Mondays one digest to each superior and to the
organisation department. `day` is Vietnam's. Safe to run any number of times a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, F, Q
from django.urls import reverse

from members.selectors import secretaries_of
from notifications.reminders import Digest, Reminder, in_batches, remind, send_digests
from orgtree.enums import Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import living
from orgtree.selectors import holders_of

from ..enums import UNFILED, ReportState
from ..models import Campaign, Report
from ..selectors.late import NOBODY_AHEAD, is_escalated, open_campaigns, unsent

BEFORE = (3, 1, 0)
DAYS_AFTER = 14
_UNITS_AT_ONCE = 300
_MONDAY = 0


def remind_all(day: date) -> int:
    """Everything that is due on `day`. Returns how many were told now."""
    told = in_batches(name="reports.due", day=day, step=lambda after: _remind_units(day, after))
    if day.weekday() == _MONDAY:
        told += in_batches(name="reports.superiors", day=day, step=lambda after: _digest_superiors(day, after))
        told += in_batches(name="reports.department", day=day, step=lambda after: _digest_departments(day, after))
    return told


def _remind_units(day: date, after: int) -> tuple[int, int | None]:
    wanted = unsent(day).filter(
        Q(until__in=[day + timedelta(days=ahead) for ahead in BEFORE])
        | Q(until__lt=day, until__gte=day - timedelta(days=DAYS_AFTER))
    )
    ids = wanted.filter(unit_id__gt=after).order_by("unit_id").values_list("unit_id", flat=True).distinct()
    units = list(ids[:_UNITS_AT_ONCE])
    if not units:
        return 0, None
    reports = wanted.filter(unit_id__in=units).select_related("unit__kind", "duty__form")
    reports = reports.order_by("unit_id", "duty__form__code", "pk")
    of_unit = defaultdict(list)
    for report in reports:
        if not is_escalated(report):
            of_unit[report.unit_id].append(report)
    filing = holders_of(Right.FILE_REPORTS, of_unit, day=day)
    secretaries = secretaries_of(pk for pk, found in of_unit.items() if found[0].unit.kind.holds_members)
    reminders = []
    for pk, found in of_unit.items():
        # Who holds no right cannot open the report.
        others = secretaries.get(pk, set()) - filing.get(pk, set())
        for users, opens in ((filing.get(pk, set()), True), (others, False)):
            reminders += [_reminder(report, found, users, day, opens=opens) for report in found if users]
    return remind(*reminders, kind="reports.due", day=day), units[-1]


def _reminder(report: Report, together: list[Report], users: set[int], day: date, *, opens: bool) -> Reminder:
    days = (report.until - day).days
    return Reminder(
        subject=f"report:{report.pk}",
        rule=f"due-{days}" if days >= 0 else "overdue",
        users=tuple(sorted(users)),
        text=_sentence(report, days),
        url=report.get_absolute_url() if opens else "",
        unit_id=report.unit_id,
        short=_short(together, day),
        group=f"reports.due:{report.unit_id}",
    )


def _sentence(report: Report, days: int) -> str:
    what = f"Báo cáo {report.duty.form.short} của {report.unit.name}"
    if report.state == ReportState.REJECTED:
        what += " bị từ chối, chưa gửi lại,"
    until = f"{report.until:%d/%m/%Y}"
    if days > 1:
        return f"{what} còn {days} ngày nữa là đến hạn (hết ngày {until})."
    if days == 1:
        return f"{what} đến hạn vào ngày mai, {until}."
    if days == 0:
        return f"{what} đến hạn hôm nay, {until}."
    return f"{what} đã quá hạn {-days} ngày (hạn {until})."


def _short(reports: list[Report], day: date) -> str:
    """The SMS: of all reports of the unit that are told of today."""
    name = reports[0].unit.name
    name = name if len(name) <= 60 else f"{name[:57].rsplit(' ', 1)[0]}..."
    parts = []
    late = [(day - report.until).days for report in reports if report.until < day]
    if late:
        parts.append(f"{len(late)} báo cáo đại hội quá hạn {max(late)} ngày")
    for ahead in sorted({(report.until - day).days for report in reports if report.until >= day}):
        count = sum(report.until == day + timedelta(days=ahead) for report in reports)
        when = {0: "hôm nay", 1: "ngày mai"}.get(ahead, f"sau {ahead} ngày")
        parts.append(f"{count} báo cáo đại hội đến hạn {when}")
    return f"{name}: {', '.join(parts)}. Mời đồng chí vào Sổ tay đảng viên để gửi."


@dataclass(frozen=True)
class _Late:
    """A unit in a digest. `nobody`: nobody may file there although a report is late or due soon."""

    unit_id: int
    name: str
    late: int
    nobody: bool = False

    @property
    def line(self) -> str:
        told = [f"{self.late} báo cáo quá hạn"] if self.late else []
        told += ["chưa có ai được phân quyền lập báo cáo"] if self.nobody else []
        return f"{self.name}: {', '.join(told)}"


def _digest_superiors(day: date, after: int) -> tuple[int, int | None]:
    """One to those who decide in a unit, on the units directly below it."""
    trees = open_campaigns(day).values_list("top__tree_id", flat=True)
    superiors = OrgUnit.objects.filter(
        tree_id__in=list(trees), closed_on=None, rght__gt=F("lft") + 1, pk__gt=after
    ).order_by("pk")
    units = dict(superiors.values_list("pk", "name")[:_UNITS_AT_ONCE])
    if not units:
        return 0, None
    rows = (
        unsent(day)
        .filter(unit__parent_id__in=list(units), until__lte=day + NOBODY_AHEAD)
        .values("unit__parent_id", "unit_id", "unit__name")
        .annotate(late=Count("pk", filter=Q(until__lt=day)))
        .order_by("unit__parent_id", "-late", "unit__name", "unit_id")
    )
    rows = list(rows)
    filing = holders_of(Right.FILE_REPORTS, {row["unit_id"] for row in rows}, day=day)
    below = defaultdict(list)
    for row in rows:
        one = _Late(row["unit_id"], row["unit__name"], row["late"], row["unit_id"] not in filing)
        if one.late or one.nobody:
            below[row["unit__parent_id"]].append(one)
    deciding = holders_of(Right.APPROVE_REPORTS, below, day=day)
    departments = _departments(open_campaigns(day).filter(top__in=list(below)).values_list("top_id", flat=True), day)
    digests = [
        _digest(f"unit:{pk}", pk, units[pk], found, deciding[pk] - departments.get(pk, set()), wide=False)
        for pk, found in below.items()
        if pk in deciding
    ]
    return send_digests(digests, kind="reports.overdue_below", day=day), max(units)


def _digest(subject: str, unit_id: int, name: str, found: list[_Late], users: set[int], *, wide: bool) -> Digest:
    late, nobody = sum(one.late for one in found), sum(one.nobody for one in found)
    told = []
    if late:
        at = sum(bool(one.late) for one in found)
        told.append(f"{late} báo cáo quá hạn ở {at} đơn vị {'dưới' if wide else 'trực thuộc'} {name}")
    if nobody:
        told.append(f"{nobody} đơn vị chưa có ai được phân quyền lập báo cáo" + ("" if late else f" (dưới {name})"))
    return Digest(
        subject=subject,
        rule="reports.week",
        users=tuple(sorted(users)),
        text=f"{'; '.join(told)}.",
        lines=tuple((one.line, _address(one.unit_id, wide=True)) for one in found),
        url=_address(unit_id, wide=wide),
        unit_id=unit_id,
    )


def _address(pk: int, *, wide: bool) -> str:
    return f"{reverse('congress_reports:late')}?don-vi={pk}" + ("&pham-vi=tat-ca" if wide else "")


def _departments(unit_ids: Iterable[int], day: date) -> dict[int, set[int]]:
    grants = living(Grant.objects.filter(unit_id__in=list(unit_ids), role=Role.ORG_DEPARTMENT), today=day)
    found = defaultdict(set)
    for unit_id, user_id in grants.values_list("unit_id", "user_id"):
        found[unit_id].add(user_id)
    return found


def _digest_departments(day: date, after: int) -> tuple[int, int | None]:
    """One to the organisation department of each campaign: late reports by the units directly below it, each with all
    that is below."""
    campaign = open_campaigns(day).filter(pk__gt=after).select_related("top").order_by("pk").first()
    if campaign is None:
        return 0, None
    users = _departments([campaign.top_id], day).get(campaign.top_id, set())
    found = _late_by_branch_of_the_tree(campaign, day) if users else []
    told = 0
    if found:
        # Two campaigns of one unit are two digests.
        subject = f"campaign:{campaign.pk}"
        digest = _digest(subject, campaign.top_id, campaign.top.name, found, users, wide=True)
        told = send_digests([digest], kind="reports.overdue_below", day=day)
    return told, campaign.pk


def _late_by_branch_of_the_tree(campaign: Campaign, day: date) -> list[_Late]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.id, d.name, s.late
            FROM (
                SELECT coalesce(u.ancestor_ids[%(depth)s], u.id) AS direct_id, count(*) AS late
                FROM congress_reports_report r JOIN orgtree_orgunit u ON u.id = r.unit_id
                WHERE r.campaign_id = %(campaign)s AND r.state = ANY(%(unfiled)s) AND u.closed_on IS NULL
                  AND coalesce(r.extended_to, r.due_on) < %(day)s
                GROUP BY 1
            ) s JOIN orgtree_orgunit d ON d.id = s.direct_id
            ORDER BY s.late DESC, d.name, d.id
            """,
            {
                "depth": len(campaign.top.ancestor_ids) + 2,
                "campaign": campaign.pk,
                "unfiled": [str(state) for state in UNFILED],
                "day": day,
            },
        )
        return [_Late(pk, name, late) for pk, name, late in cursor.fetchall()]

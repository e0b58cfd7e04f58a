"""Writing the schedule of congresses (lịch đại hội): one unit, many alike, or rows of a workbook. The last days of the
reports follow, the units are told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.services import build, record_many
from common.errors import RuleViolation
from common.text import clean
from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.services import start_job
from notifications.writing import Item, write
from orgtree.enums import Right
from orgtree.models import Grant, OrgUnit
from orgtree.rights import forget_holdings, living, roles_with

from .. import policies
from ..enums import WAITING, CongressForm, CongressState, ReportState
from ..errors import ChangedMeanwhile, InField
from ..models import Campaign, Congress, Report
from ..selectors.schedule import LABELS, units_that_hold, value_in_words
from .deadlines import follow_congresses, unsent_of
from .way import LEAST_REASON

KIND = "congress.schedule_many"
MOST_AT_ONCE = 50
_CHUNK = 200
FIELDS = tuple(LABELS)
# What the unit itself must hear of.
_TOLD = {"planned_on", "planned_at", "place", "form", "state"}

Values = Mapping[str, object]


@dataclass
class Outcome:
    """How many lines were written, and the others with the sentence why not."""

    written: int = 0
    unchanged: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.written += other.written
        self.unchanged += other.unchanged
        self.left_out += other.left_out

    @property
    def sentence(self) -> str:
        text = f"Đã ghi lịch đại hội của {vi_number(self.written)} đơn vị."
        if self.left_out:
            text += f" {vi_number(len(self.left_out))} đơn vị chưa ghi: "
            text += " ".join(f"{name}: {why}" for name, why in self.left_out[:5])
            text += " …" if len(self.left_out) > 5 else ""
        return text


def schedule_one(*, campaign: Campaign, unit: OrgUnit, values: Values, seen: datetime | None, actor: User) -> bool:
    """`seen`: when the line was changed last, as the writer saw it. Returns whether anything changed."""
    outcome = _write(campaign, {unit.pk: values}, seen={unit.pk: seen}, actor=actor, alone=True)
    return bool(outcome.written)


def schedule_rows(
    *, campaign: Campaign, rows: Mapping[int, Values], seen: Mapping[int, datetime | None], actor: User
) -> Outcome:
    """Rows of a workbook: who changed meanwhile is left out and told."""
    return _write(campaign, rows, seen=seen, actor=actor)


def schedule_many(
    *, campaign: Campaign, unit_ids: Iterable[int], values: Values, actor: User, progress: Progress | None = None
) -> Outcome:
    """The same day, place, … for many. What was postponed is planned again with a new day; what was held stays. Each
    part is a transaction of its own; running again writes nothing twice."""
    ids = list(unit_ids)
    outcome = Outcome()
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        outcome.add(_write(campaign, dict.fromkeys(part, values), actor=actor, keep_held=True))
        if progress is not None:
            progress(min(start + _CHUNK, len(ids)), len(ids))
    return outcome


def start_scheduling(*, campaign: Campaign, unit_ids: Iterable[int], values: Values, actor: User) -> Job:
    """More than MOST_AT_ONCE: in the background."""
    ids = list(unit_ids)
    plain = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
    return start_job(
        kind=KIND,
        title=f"Xếp lịch đại hội của {vi_number(len(ids))} đơn vị",
        arguments={"campaign": campaign.pk, "units": ids, "values": plain},
        total=len(ids),
        actor=actor,
    )


@transaction.atomic
def _write(
    campaign: Campaign,
    rows: Mapping[int, Values],
    *,
    seen: Mapping[int, datetime | None] | None = None,
    actor: User,
    alone: bool = False,
    keep_held: bool = False,
) -> Outcome:
    forget_holdings(actor)
    # One writer of a campaign's schedule at a time; the key stays free for who sends a report.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.is_closed:
        raise RuleViolation(f"Đợt {campaign.name} đã đóng ngày {campaign.closed_on:%d/%m/%Y}.")
    # Reports first, then the schedule: in the order in which a report is sent.
    unsent_of(campaign.pk, rows)
    found = Congress.objects.select_for_update().filter(campaign=campaign, unit_id__in=list(rows))
    lines = {line.unit_id: line for line in found.order_by("unit_id")}
    units = list(units_that_hold(campaign).filter(pk__in=list(rows)).select_related("kind", "parent"))
    if len(units) < len(rows) and alone:
        raise PermissionDenied
    told = _told_by_a_report(campaign, rows)
    outcome, changed = Outcome(), []
    for unit in units:
        if not policies.may_schedule(actor, unit):
            if alone:
                raise PermissionDenied
            outcome.left_out.append((unit.name, "do cấp ủy khác xếp lịch."))
            continue
        line = lines.get(unit.pk) or Congress(campaign=campaign, unit=unit)
        try:
            if seen is not None and line.pk and seen.get(unit.pk) != line.changed_at:
                raise ChangedMeanwhile("Có đồng chí khác vừa sửa lịch này. Mời đồng chí xem lại rồi sửa tiếp.")
            before = {name: getattr(line, name) for name in FIELDS}
            put(line, unit, campaign, rows[unit.pk], keep_held=keep_held)
            names = [name for name in FIELDS if getattr(line, name) != before[name]]
            if unit.pk in told and {"state", "held_on"} & set(names):
                raise RuleViolation(
                    f"Báo cáo đã gửi ghi đại hội bế mạc ngày {before['held_on']:%d/%m/%Y}. "
                    "Muốn sửa, đơn vị rút báo cáo về hoặc cấp trên từ chối báo cáo trước."
                )
        except RuleViolation as refusal:
            if alone:
                raise
            outcome.left_out.append((unit.name, str(refusal)))
            continue
        if names:
            changed.append((line, unit, names))
        else:
            outcome.unchanged += 1
    _keep(campaign, changed, actor)
    outcome.written = len(changed)
    return outcome


def _told_by_a_report(campaign: Campaign, unit_ids: Iterable[int]) -> set[int]:
    """Units whose sent report says when the congress ended."""
    reports = Report.objects.filter(
        campaign=campaign, unit_id__in=list(unit_ids), state__in=[*WAITING, ReportState.APPROVED]
    )
    held = Congress.objects.filter(campaign=campaign, state=CongressState.HELD, unit_id__in=reports.values("unit_id"))
    return set(held.values_list("unit_id", flat=True))


def put(line: Congress, unit: OrgUnit, campaign: Campaign, values: Values, *, keep_held: bool) -> None:
    """The values into the line, or a refusal; nothing is written yet."""
    if keep_held and line.state == CongressState.HELD:
        raise RuleViolation(f"đã tổ chức ngày {line.held_on:%d/%m/%Y}.")
    given = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
    for name in FIELDS:
        if name in given:
            setattr(line, name, given[name])
    if "state" not in given and line.state == CongressState.POSTPONED and given.get("planned_on"):
        line.state = CongressState.PLANNED
    if line.planned_on and not campaign.opens_on <= line.planned_on <= campaign.ends_on:
        raise InField(
            "planned_on",
            f"Ngày dự kiến {line.planned_on:%d/%m/%Y} nằm ngoài thời gian của đợt "
            f"({campaign.opens_on:%d/%m/%Y}–{campaign.ends_on:%d/%m/%Y}).",
        )
    if unit.kind.holds_members and line.form == CongressForm.DELEGATES:
        raise InField("form", "Chi bộ tổ chức đại hội đảng viên, không tổ chức đại hội đại biểu.")
    _check_state(line, campaign)


def _check_state(line: Congress, campaign: Campaign) -> None:
    if line.state != CongressState.HELD:
        line.held_on = None
    elif line.held_on is None:
        raise InField("held_on", "Đại hội đã tổ chức phải có ngày bế mạc.")
    elif line.held_on > timezone.localdate():
        raise InField("held_on", "Ngày bế mạc còn ở phía trước, chưa ghi là đã tổ chức được.")
    elif line.held_on < campaign.opens_on:
        raise InField("held_on", f"Ngày bế mạc phải từ ngày bắt đầu đợt ({campaign.opens_on:%d/%m/%Y}) trở đi.")
    if line.state != CongressState.POSTPONED:
        line.reason = ""
    elif len(line.reason) < LEAST_REASON:
        raise InField("reason", f"Đồng chí ghi rõ lý do hoãn, ít nhất {LEAST_REASON} ký tự.")


def _keep(campaign: Campaign, changed: list[tuple[Congress, OrgUnit, list[str]]], actor: User) -> None:
    if not changed:
        return
    now = timezone.now()
    for line, _, _ in changed:
        line.changed_by, line.changed_at = actor, now
    Congress.objects.bulk_create([line for line, _, _ in changed if line.pk is None])
    old = [line for line, _, names in changed if line.pk is not None]
    Congress.objects.bulk_update(old, [*FIELDS, "changed_by", "changed_at"], batch_size=500)
    follow_congresses(campaign.pk, [unit.pk for _, unit, _ in changed])
    record_many(
        [
            build(
                "congress.scheduled",
                actor=actor,
                target=campaign,
                unit=unit.pk,
                detail={"unit": unit.name, "changes": _in_words(line, names)},
            )
            for line, unit, names in changed
        ]
    )
    _tell([(line, unit) for line, unit, names in changed if _TOLD & set(names)], actor)


def _in_words(line: Congress, names: list[str]) -> str:
    return "; ".join(
        f"{LABELS[name].lower()} {value_in_words(name, getattr(line, name)) or 'để trống'}" for name in names
    )


def _tell(changed: list[tuple[Congress, OrgUnit]], actor: User) -> None:
    """Who files for the unit; a congress that was held is no news to it."""
    changed = [(line, unit) for line, unit in changed if line.state != CongressState.HELD]
    filing = defaultdict(set)
    grants = Grant.objects.filter(
        unit_id__in=[unit.pk for _, unit in changed], role__in=roles_with([Right.FILE_REPORTS])
    )
    for unit_id, user_id in living(grants).values_list("unit_id", "user_id"):
        filing[unit_id].add(user_id)
    items = [
        Item(
            tuple(sorted(filing[unit.pk] - {actor.pk})),
            _sentence(line, unit),
            url=reverse("congress_reports:schedule_line", args=[line.campaign_id, unit.pk]),
            unit_id=unit.pk,
        )
        for line, unit in changed
    ]
    write("reports.scheduled", [item for item in items if item.users])


def _sentence(line: Congress, unit: OrgUnit) -> str:
    if line.state == CongressState.POSTPONED:
        return f"Đại hội {unit.name} hoãn: {line.reason}"
    if line.planned_on is None:
        return f"Lịch đại hội {unit.name} đã thay đổi, chưa định ngày."
    at = f" {line.planned_at:%H:%M}" if line.planned_at else ""
    place = f", tại {line.place}" if line.place else ""
    return f"Đại hội {unit.name} dự kiến{at} ngày {line.planned_on:%d/%m/%Y}{place}."


def values_of_job(given: Mapping[str, object]) -> dict[str, object]:
    """As `start_scheduling` wrote them."""
    values = dict(given)
    if values.get("planned_on"):
        values["planned_on"] = date.fromisoformat(values["planned_on"])
    if values.get("planned_at"):
        values["planned_at"] = time.fromisoformat(values["planned_at"])
    return values

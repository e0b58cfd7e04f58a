"""The board (features E11): how far a campaign has come, as a tree. All figures are read from sums along the tree."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from django.db.models import Count as CountRows
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgtree.models import OrgUnit
from orgtree.selectors import figures_between

from ..enums import UNFILED, WAITING, EventKind, ReportState
from ..models import Campaign, Duty, Report, ReportEvent
from ..totals_sql import due_between, held_measure
from .totals import totals

MOST_LINES = 2000
# Units that owe nothing themselves open of themselves as long as no more lines than these come of it.
MOST_OPENED = 400
MOST_DEEP = 5000


@dataclass(frozen=True)
class Chosen:
    """Which reports are counted: of one kind of unit (primary key), of one form (letter)."""

    kind: int | None = None
    form: str = ""


@dataclass
class Tally:
    """Of a unit itself and all below it. `owed` = `unsent` + `waiting` + `approved` + `rejected`."""

    units: int = 0
    held: int = 0
    owed: int = 0
    expected: int = 0
    draft: int = 0
    waiting: int = 0
    approved: int = 0
    rejected: int = 0
    overdue: int = 0
    sent_late: int = 0
    incomplete: int = 0
    stale: int = 0

    @property
    def unsent(self) -> int:
        return self.expected + self.draft

    @property
    def sent(self) -> int:
        return self.waiting + self.approved

    def add(self, other: "Tally") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass
class Line:
    """A row of the tree, on the page, on paper and in the workbook."""

    pk: int
    name: str
    code: str
    kind: str
    depth: int
    opened: bool
    opens: bool
    tally: Tally
    # Opened of itself, for the unit owes nothing: it stays open.
    is_passage: bool = False
    is_closed: bool = False


@dataclass
class Board:
    campaign: Campaign
    unit: OrgUnit
    lines: list[Line]
    whole: Tally
    # There are more units than are listed.
    is_cut: bool = False


def campaigns_over(unit: OrgUnit) -> list[Campaign]:
    """Campaigns in which the unit's part of the tree takes part, the running ones first."""
    above = [*unit.ancestor_ids, unit.pk]
    found = Campaign.objects.filter(
        Q(top_id__in=above) | Q(top__ancestor_ids__contains=[unit.pk]), opened_at__isnull=False
    )
    return sorted(found.select_related("top").order_by("-opens_on", "-pk"), key=lambda one: one.is_closed)


def duties_of(campaign: Campaign) -> list[Duty]:
    """One query."""
    return list(campaign.duties.select_related("kind", "form").order_by("kind__rank", "form__code"))


def duties_chosen(duties: Iterable[Duty], chosen: Chosen) -> list[Duty]:
    return [
        duty
        for duty in duties
        if (not chosen.kind or duty.kind_id == chosen.kind) and (not chosen.form or duty.form.code == chosen.form)
    ]


def board_of(
    campaign: Campaign,
    unit: OrgUnit,
    duties: Sequence[Duty],
    *,
    chosen: Chosen,
    opened: OrgUnit | None = None,
    deep: bool = False,
    today: date,
) -> Board:
    """The tree below `unit`, open at the unit, at units that owe nothing themselves, and down to `opened`; `deep`: open
    everywhere. Four queries whatever the size."""
    owing = {duty.kind_id for duty in duties}
    open_ids = {unit.pk, *([*opened.ancestor_ids, opened.pk] if opened is not None else [])}
    rows, is_cut = _rows(campaign, unit, open_ids, owing, deep=deep)
    if not deep and len(rows) > MOST_OPENED:
        # Too many to open of themselves.
        owing = None
        if is_cut:
            rows, is_cut = _rows(campaign, unit, open_ids, None, deep=False)
        rows = [row for row in rows if row[0] == unit.pk or row[6] in open_ids]
    wanted = duties_chosen(duties, chosen)
    tallies = _tallies(campaign, [row[0] for row in rows], wanted, today)
    lines = []
    for pk, name, code, kind_id, kind, level, parent_id, closed_on, opens in rows:
        is_passage = owing is not None and parent_id == unit.pk and kind_id not in owing and pk != unit.pk
        lines.append(
            Line(
                pk=pk,
                name=name,
                code=code,
                kind=kind,
                depth=level - unit.level,
                opened=deep or pk in open_ids or is_passage,
                opens=opens,
                tally=tallies[pk],
                is_passage=is_passage,
                is_closed=closed_on is not None,
            )
        )
    return Board(campaign, unit, lines, tallies[unit.pk], is_cut)


def _rows(
    campaign: Campaign, unit: OrgUnit, open_ids: Collection[int], owing: Collection[int] | None, *, deep: bool
) -> tuple[list[tuple], bool]:
    # A unit that was closed or merged stands in the sums as long as a report of it was approved.
    counts = Report.objects.filter(campaign=campaign, unit_id=OuterRef("pk")).exclude(state=ReportState.ENDED)
    within = OrgUnit.objects.filter(
        Q(closed_on=None) | Exists(counts), tree_id=unit.tree_id, lft__range=(unit.lft, unit.rght)
    )
    most = MOST_DEEP if deep else MOST_LINES
    if not deep and owing is None:
        within = within.filter(Q(pk=unit.pk) | Q(parent_id__in=open_ids))
    elif not deep:
        passages = OrgUnit.objects.filter(parent_id=unit.pk, closed_on=None).exclude(kind_id__in=owing)
        within = within.filter(Q(pk=unit.pk) | Q(parent_id__in=open_ids) | Q(parent_id__in=passages.values("pk")))
    below = OrgUnit.objects.filter(parent_id=OuterRef("pk"), closed_on=None)
    rows = list(
        within.order_by("lft").values_list(
            "pk", "name", "code", "kind_id", "kind__short_label", "level", "parent_id", "closed_on", Exists(below)
        )[: most + 1]
    )
    return rows[:most], len(rows) > most


def _tallies(campaign: Campaign, nodes: Sequence[int], duties: Sequence[Duty], today: date) -> dict[int, Tally]:
    found = {pk: Tally() for pk in nodes}
    by_id = {duty.pk: duty for duty in duties}
    # Units that owe anything: of each kind as many as owe the form that most of them owe.
    owing: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for (pk, duty_id), sums in totals(nodes, by_id, kinds=("states",)).items():
        tally, states = found[pk], sums.states
        tally.expected += states["expected"]
        tally.draft += states["draft"]
        tally.waiting += states["sent"] + states["in_review"]
        tally.approved += states["approved"]
        tally.rejected += states["rejected"]
        tally.sent_late += states["late"]
        tally.incomplete += states["incomplete"]
        tally.stale += states["stale"]
        counted = sum(states[name] for name in ("expected", "draft", "sent", "in_review", "approved", "rejected"))
        tally.owed += counted
        owing[pk][by_id[duty_id].kind_id][duty_id] += counted
    own = Report.objects.filter(unit_id__in=nodes, duty_id__in=by_id).exclude(state=ReportState.ENDED)
    counted_states = own.values_list("unit_id", "duty_id", "state", "late_days", "incomplete_reason", "stale_since")
    for pk, duty_id, state, late_days, incomplete, stale in counted_states:
        tally = found[pk]
        tally.owed += 1
        name = "waiting" if state in WAITING else str(state)
        setattr(tally, name, getattr(tally, name) + 1)
        if state not in UNFILED:
            tally.sent_late += bool(late_days)
            tally.incomplete += bool(incomplete)
            tally.stale += stale is not None
        owing[pk][by_id[duty_id].kind_id][duty_id] += 1
    for pk, kinds in owing.items():
        found[pk].units = sum(max(by_duty.values()) for by_duty in kinds.values())
    ranges = [("overdue", *due_between(duty.pk, today)) for duty in duties]
    measures = {held_measure(campaign.pk, duty.kind_id) for duty in duties}
    ranges += [("held", measure, measure) for measure in sorted(measures)]
    for (pk, name), number in figures_between(nodes, ranges).items():
        setattr(found[pk], name, number)
    return found


# What may be behind a number, in the words of an address. Overdue are those that somebody still has to send.
WHICH = {
    "tat-ca": "Phải nộp",
    "da-gui": "Đã gửi",
    "cho-duyet": "Chờ phê duyệt",
    "da-duyet": "Đã phê duyệt",
    "tu-choi": "Bị từ chối",
    "chua-gui": "Chưa gửi",
    "qua-han": "Quá hạn, chưa gửi",
    "gui-muon": "Gửi muộn",
    "thieu": "Gửi khi cấp dưới còn thiếu",
    "ra-soat": "Cần rà soát lại",
}


def number_of(tally: Tally, which: str) -> int:
    return {
        "tat-ca": tally.owed,
        "da-gui": tally.sent,
        "cho-duyet": tally.waiting,
        "da-duyet": tally.approved,
        "tu-choi": tally.rejected,
        "chua-gui": tally.unsent,
        "qua-han": tally.overdue,
        "gui-muon": tally.sent_late,
        "thieu": tally.incomplete,
        "ra-soat": tally.stale,
    }[which]


def _condition(which: str, today: date) -> Q:
    sent = Q(state__in=[*WAITING, ReportState.APPROVED])
    return {
        "tat-ca": Q(),
        "da-gui": sent,
        "cho-duyet": Q(state__in=WAITING),
        "da-duyet": Q(state=ReportState.APPROVED),
        "tu-choi": Q(state=ReportState.REJECTED),
        "chua-gui": Q(state__in=[ReportState.EXPECTED, ReportState.DRAFT]),
        "qua-han": Q(state__in=UNFILED, last__lt=today, unit__closed_on=None),
        "gui-muon": sent & Q(late_days__gt=0),
        "thieu": sent & ~Q(incomplete_reason=""),
        "ra-soat": sent & Q(stale_since__isnull=False),
    }[which]


def reports_below_unit(campaign: Campaign, unit: OrgUnit, duties: Sequence[Duty]) -> QuerySet[Report]:
    """Those that the figures of `unit` and all below it are made of."""
    return (
        Report.objects.filter(
            campaign=campaign,
            duty__in=[duty.pk for duty in duties],
            unit__tree_id=unit.tree_id,
            # One range of one column: of two the planner believes that they have nothing to do with each other.
            unit__lft__range=(unit.lft, unit.rght),
        )
        .exclude(state=ReportState.ENDED)
        .select_related("campaign", "duty__form", "unit__kind", "unit__parent")
    )


def reports_behind(
    campaign: Campaign, unit: OrgUnit, duties: Sequence[Duty], *, which: str, today: date
) -> QuerySet[Report]:
    """The reports behind a number of the board, in the order of the tree."""
    rows = reports_below_unit(campaign, unit, duties).annotate(last=Coalesce("extended_to", "due_on"))
    return rows.filter(_condition(which, today)).order_by("unit__lft", "duty__form__code", "pk")


# What is told of a day, in this order.
DAY_KINDS = (
    EventKind.DRAFTED,
    EventKind.SENT,
    EventKind.RESENT,
    EventKind.APPROVED,
    EventKind.REJECTED,
    EventKind.UNAPPROVED,
    EventKind.WITHDRAWN,
    EventKind.EXTENDED,
)


def events_of_day(campaign: Campaign, unit: OrgUnit, day: date) -> QuerySet[ReportEvent]:
    begins = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
    # Whoever mends what was rejected does not begin a report.
    of_the_day = ReportEvent.objects.exclude(kind=EventKind.DRAFTED, version__gt=0)
    return of_the_day.filter(
        made_at__gte=begins,
        made_at__lt=begins + timedelta(days=1),
        kind__in=DAY_KINDS,
        report__campaign=campaign,
        report__unit__tree_id=unit.tree_id,
        report__unit__lft__range=(unit.lft, unit.rght),
    )


def changes_of_day(campaign: Campaign, unit: OrgUnit, day: date) -> list[tuple[EventKind, int]]:
    """How many steps of each kind reports took on a day, in the order of DAY_KINDS. One query."""
    rows = events_of_day(campaign, unit, day).order_by().values_list("kind").annotate(n=CountRows("pk"))
    numbers = dict(rows)
    return [(kind, numbers[kind]) for kind in DAY_KINDS if kind in numbers]

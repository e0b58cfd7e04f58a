"""The schedule of congresses: a line for each unit that holds one, planned or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Exists, F, FilteredRelation, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import User
from common.text import search_key
from orgtree.enums import Reach, Right
from orgtree.models import OrgUnit, UnitKind
from orgtree.rights import holdings_of, units_where

from ..enums import CongressForm, CongressState
from ..models import Campaign, Duty

LABELS = {
    "planned_on": "Ngày dự kiến",
    "planned_at": "Giờ",
    "place": "Địa điểm",
    "form": "Hình thức",
    "steering": "Đồng chí chỉ đạo",
    "state": "Tình trạng",
    "held_on": "Bế mạc ngày",
    "reason": "Lý do hoãn",
    "note": "Ghi chú",
}
# Word of the address → label and condition on the rows of `lines`.
STATES = {
    "chua": ("Chưa tổ chức", Q(state=CongressState.PLANNED)),
    "chua-dinh-ngay": ("Chưa định ngày", Q(state=CongressState.PLANNED, line__planned_on=None)),
    "da": ("Đã tổ chức", Q(state=CongressState.HELD)),
    "hoan": ("Hoãn", Q(state=CongressState.POSTPONED)),
}
PAST = "qua-ngay"


def value_in_words(name: str, value: object) -> str:
    if value in (None, ""):
        return ""
    if name == "form":
        return str(CongressForm(value).label)
    if name == "state":
        return str(CongressState(value).label)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


@dataclass(frozen=True)
class Line:
    """A unit and its congress; without a row of the schedule it is planned and nothing is known."""

    unit_id: int
    name: str
    code: str
    kind: str
    holds_members: bool
    parent_id: int | None
    above: str
    tree_id: int
    lft: int
    rght: int
    planned_on: date | None
    planned_at: time | None
    place: str
    form: str
    steering: str
    state: str
    held_on: date | None
    reason: str
    note: str
    changed_at: datetime | None

    @property
    def day(self) -> date | None:
        return self.held_on or self.planned_on

    @property
    def form_label(self) -> str:
        return value_in_words("form", self.form)

    def is_past(self, today: date) -> bool:
        """Its day has gone by and nobody has said that it was held."""
        return self.state == CongressState.PLANNED and self.planned_on is not None and self.planned_on < today


COLUMNS = (
    "pk",
    "name",
    "code",
    "kind__short_label",
    "kind__holds_members",
    "parent_id",
    "above",
    "tree_id",
    "lft",
    "rght",
    "line__planned_on",
    "line__planned_at",
    "place",
    "form",
    "steering",
    "state",
    "line__held_on",
    "reason",
    "remark",
    "line__changed_at",
)


def lines_of(rows: QuerySet) -> list[Line]:
    return [Line(*row) for row in rows.values_list(*COLUMNS)]


@dataclass(frozen=True)
class Chosen:
    """What the schedule is narrowed to; empty values narrow nothing."""

    unit: OrgUnit | None = None
    wide: bool = False
    text: str = ""
    state: str = ""
    kind: int | None = None
    form: str = ""
    since: date | None = None
    until: date | None = None


def campaigns_seen_by(user: User) -> QuerySet[Campaign]:
    """Opened ones over or below the units where the user holds a role; those being prepared are for who prepares
    them."""
    near, own = Q(pk=None), set()
    for one in holdings_of(user):
        if Right.VIEW in one.rights:
            near |= Q(top__tree_id=one.tree_id, top__lft__lte=one.lft, top__rght__gte=one.rght)
            near |= Q(top__tree_id=one.tree_id, top__lft__gt=one.lft, top__rght__lt=one.rght)
            if Right.MANAGE_UNIT in one.rights:
                own.add(one.unit_id)
    return Campaign.objects.filter(near).filter(Q(opened_at__isnull=False) | Q(top_id__in=own)).select_related("top")


def units_that_hold(campaign: Campaign) -> QuerySet[OrgUnit]:
    """Open units of the kinds that owe a report; and, where grassroots organisations do, those above them, whose
    congresses stand in the same row although they report to nobody here (letter 000 §2.2)."""
    owing = Duty.objects.filter(campaign=campaign)
    above = Q(kind__above_grassroots=True) & Exists(owing.filter(kind__is_grassroots=True))
    under = Q(pk=campaign.top_id) | Q(ancestor_ids__contains=[campaign.top_id])
    return OrgUnit.objects.filter(under, Q(kind_id__in=owing.values("kind_id")) | above, closed_on=None)


def lines(campaign: Campaign, user: User | None = None) -> QuerySet[OrgUnit]:
    """Rows for `lines_of`, in the order of the tree; of all units or of those in the user's sight."""
    rows = units_that_hold(campaign)
    if user is not None:
        rows = rows.filter(pk__in=units_where(user, Right.VIEW).values("pk"))
    return rows.annotate(
        line=FilteredRelation("congresses", condition=Q(congresses__campaign_id=campaign.pk)),
        state=Coalesce(F("line__state"), Value(str(CongressState.PLANNED))),
        day=Coalesce(F("line__held_on"), F("line__planned_on")),
        above=Coalesce(F("parent__name"), Value("")),
        place=Coalesce(F("line__place"), Value("")),
        form=Coalesce(F("line__form"), Value("")),
        steering=Coalesce(F("line__steering"), Value("")),
        reason=Coalesce(F("line__reason"), Value("")),
        remark=Coalesce(F("line__note"), Value("")),
    ).order_by("tree_id", "lft")


def narrowed(rows: QuerySet[OrgUnit], chosen: Chosen, today: date) -> QuerySet[OrgUnit]:
    unit = chosen.unit
    if unit is not None and (chosen.wide or unit.rght == unit.lft + 1):
        rows = rows.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    elif unit is not None:
        rows = rows.filter(parent_id=unit.pk)
    if chosen.text:
        rows = rows.filter(search_key__contains=search_key(chosen.text))
    if chosen.state == PAST:
        rows = rows.filter(state=CongressState.PLANNED, line__planned_on__lt=today)
    elif chosen.state in STATES:
        rows = rows.filter(STATES[chosen.state][1])
    if chosen.kind:
        rows = rows.filter(kind_id=chosen.kind)
    if chosen.form:
        rows = rows.filter(line__form=chosen.form)
    if chosen.since:
        rows = rows.filter(day__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(day__lte=chosen.until)
    return rows


def own_units(user: User) -> list[tuple[int, str]]:
    """Units of the user's own from which the schedule is looked at; no query after the first."""
    found = {}
    for one in holdings_of(user):
        if Right.VIEW in one.rights:
            found.setdefault(one.unit_id, (one.unit_name, one.reach == Reach.SUBTREE and one.rght - one.lft > 1))
    wide_first = sorted(found.items(), key=lambda item: not item[1][1])
    return [(pk, name) for pk, (name, _) in wide_first]


def kinds_of(campaign: Campaign) -> list[tuple[int, str]]:
    """Kinds that stand in the campaign's schedule."""
    owing = Duty.objects.filter(campaign=campaign)
    above = Q(above_grassroots=True) & Exists(owing.filter(kind__is_grassroots=True))
    kinds = UnitKind.objects.filter(Q(pk__in=owing.values("kind_id")) | above & Q(units__isnull=False)).distinct()
    return list(kinds.order_by("rank").values_list("pk", "short_label"))


@dataclass
class Counts:
    """Over a unit and all below it."""

    units: int = 0
    held: int = 0
    postponed: int = 0
    dated: int = 0

    @property
    def planned(self) -> int:
        return self.units - self.held - self.postponed

    @property
    def undated(self) -> int:
        return self.planned - self.dated


def counts(rows: QuerySet[OrgUnit]) -> Counts:
    """Of rows of `lines`. One query."""
    planned = Q(state=CongressState.PLANNED)
    found = rows.order_by().aggregate(
        units=Count("pk"),
        held=Count("pk", filter=Q(state=CongressState.HELD)),
        postponed=Count("pk", filter=Q(state=CongressState.POSTPONED)),
        dated=Count("pk", filter=planned & Q(line__planned_on__isnull=False)),
    )
    return Counts(**found)


def counts_below(campaign: Campaign, unit_ids: Iterable[int]) -> dict[int, Counts]:
    """For each unit, over it and all below. One query."""
    sql, params = (
        lines(campaign).order_by().values("pk", "ancestor_ids", "state", "line__planned_on").query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT place.id, count(*), count(*) FILTER (WHERE one.state = 'held'),
                   count(*) FILTER (WHERE one.state = 'postponed'),
                   count(*) FILTER (WHERE one.state = 'planned' AND one.day IS NOT NULL)
            FROM ({sql}) AS one(id, above, state, day), unnest(one.above || one.id) AS place(id)
            WHERE place.id = ANY(%s) GROUP BY 1
            """,
            [*params, list(unit_ids)],
        )
        return {pk: Counts(*numbers) for pk, *numbers in cursor.fetchall()}


MOST_IN_A_DAY = 4


def month_of(rows: QuerySet[OrgUnit], first: date) -> tuple[dict[date, int], dict[date, list[Line]]]:
    """How many congresses each day of the month has, and the first few of them. Two queries."""
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = rows.filter(day__gte=first, day__lte=last)
    many = dict(rows.order_by().values_list("day").annotate(many=Count("pk")))
    place = Window(
        RowNumber(), partition_by=[F("day")], order_by=[F("line__planned_at").asc(nulls_last=True), F("lft")]
    )
    shown: dict[date, list[Line]] = {}
    for line in lines_of(rows.annotate(place_in_day=place).filter(place_in_day__lte=MOST_IN_A_DAY)):
        shown.setdefault(line.day, []).append(line)
    for found in shown.values():
        found.sort(key=lambda line: (line.planned_at or time.max, line.lft))
    return many, shown


def near_units(user: User, unit: OrgUnit) -> QuerySet[OrgUnit]:
    """The way up to a unit and what stands right below it, in the user's sight."""
    return units_where(user, Right.VIEW).filter(
        Q(pk__in=[*unit.ancestor_ids, unit.pk]) | Q(parent_id=unit.pk, closed_on=None)
    )


def on_the_way(ids: Iterable[int]) -> Q:
    """Units of the way and what stands right below them."""
    ids = list(ids)
    return Q(pk__in=ids) | Q(parent_id__in=ids)


def first_line(campaign: Campaign, user: User, unit_id: int) -> Line | None:
    return next(iter(lines_of(lines(campaign, user).filter(pk=unit_id))), None)

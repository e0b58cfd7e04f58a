"""The board of duty over branches: which have called, held and written up their monthly meeting, as a tree; all figures
are read from sums along the tree, so that a nation costs what a company costs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from members.enums import COUNTED, PostCode
from members.models import Post
from orgtree.models import OrgUnit
from orgtree.selectors import figures_between

from ..counting_sql import ABSENT, measure, month_of, quarter_of
from ..models import LOW_ATTENDANCE, BranchPeriod, LongAbsence

MOST_LINES = 2000
MONTHS_BACK = 24
# Quality needs more than that (12-HD/BTCTW).
LOW_RATE = Fraction(85, 100)


@dataclass(frozen=True)
class Month:
    """A calendar month of Vietnam, by its first day."""

    first: date

    @property
    def period(self) -> str:
        return month_of(self.first)

    @property
    def quarter(self) -> str:
        return quarter_of(self.first)

    @property
    def label(self) -> str:
        return f"tháng {self.first.month}/{self.first.year}"

    @property
    def quarter_label(self) -> str:
        return f"quý {['I', 'II', 'III', 'IV'][(self.first.month - 1) // 3]}/{self.first.year}"

    @property
    def last(self) -> date:
        return self.after.first - timedelta(days=1)

    @property
    def last_of_quarter(self) -> date:
        months_left = -self.first.month % 3
        month = self
        for _ in range(months_left):
            month = month.after
        return month.last

    @property
    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> "Month":
        return Month((self.first + timedelta(days=31)).replace(day=1))


def month_named(word: str, today: date) -> Month:
    """«2026-11»; this month where it is no month, or one too far away."""
    now = Month(today.replace(day=1))
    try:
        year, month = (int(part) for part in word.split("-"))
        wanted = Month(date(year, month, 1))
    except ValueError:
        return now
    return wanted if months_back(wanted, now) in range(-1, MONTHS_BACK + 1) else now


def months_back(month: Month, now: Month) -> int:
    return (now.first.year - month.first.year) * 12 + now.first.month - month.first.month


@dataclass
class Tally:
    """Of the branches in a unit and all below it, as far as they were founded by the end of the month."""

    branches: int = 0
    called: int = 0
    held: int = 0
    written: int = 0
    thematic: int = 0
    expected: int = 0
    here: int = 0
    absent: int = 0
    # Founded after the month, within its quarter.
    in_quarter: int = 0

    @property
    def not_called(self) -> int:
        return max(self.branches - self.called, 0)

    @property
    def not_held(self) -> int:
        return max(self.branches - self.held, 0)

    @property
    def not_written(self) -> int:
        """Held, but the minutes are not closed."""
        return max(self.held - self.written, 0)

    @property
    def no_thematic(self) -> int:
        return max(self.branches + self.in_quarter - self.thematic, 0)

    @property
    def is_low(self) -> bool:
        return bool(self.expected) and Fraction(self.here, self.expected) < LOW_RATE


@dataclass
class Line:
    pk: int
    name: str
    code: str
    kind: str
    depth: int
    is_branch: bool
    opened: bool
    opens: bool
    tally: Tally


@dataclass
class Board:
    unit: OrgUnit
    month: Month
    lines: list[Line]
    whole: Tally
    is_cut: bool = False


def tallies(unit_ids: Sequence[int], month: Month) -> dict[int, Tally]:
    """One query."""
    found = {pk: Tally() for pk in unit_ids}
    names = {name: measure(month.period, name) for name in ("called", "held", "written", "expected", "here")}
    names |= {"branches": "branches", "thematic": measure(month.quarter, "thematic"), "absent": ABSENT}
    for (pk, name), number in figures_between(unit_ids, [(name, one, one) for name, one in names.items()]).items():
        setattr(found[pk], name, number)
    for pk, later, later_than_quarter in _founded_later(unit_ids, month):
        found[pk].branches -= later
        found[pk].in_quarter = later - later_than_quarter
    return found


def _founded_later(unit_ids: Sequence[int], month: Month) -> list[tuple[int, int, int]]:
    """Of months gone by: (unit, branches below that were founded after the month, after its quarter). They owed nothing
    then. No query for the running month."""
    if month.last >= timezone.localdate():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, count(*), count(*) FILTER (WHERE u.founded_on > %s)
            FROM orgtree_orgunit u
            JOIN orgtree_unitkind k ON k.id = u.kind_id AND k.holds_members
            CROSS JOIN LATERAL unnest(u.ancestor_ids || u.id) AS a(id)
            WHERE u.founded_on > %s AND u.closed_on IS NULL AND a.id = ANY(%s)
            GROUP BY a.id
            """,
            [month.last_of_quarter, month.last, list(unit_ids)],
        )
        return cursor.fetchall()


def board_of(unit: OrgUnit, month: Month, *, opened: OrgUnit | None = None) -> Board:
    """The units right below `unit`, open down to `opened`. Two queries whatever the size."""
    open_ids = {unit.pk, *([*opened.ancestor_ids, opened.pk] if opened is not None else [])}
    rows = list(_rows(unit, open_ids)[: MOST_LINES + 1])
    is_cut, rows = len(rows) > MOST_LINES, rows[:MOST_LINES]
    found = tallies([row[0] for row in rows], month)
    lines = [
        Line(
            pk=pk,
            name=name,
            code=code,
            kind=kind,
            depth=level - unit.level,
            is_branch=is_branch,
            opened=pk in open_ids,
            opens=opens,
            tally=found[pk],
        )
        for pk, name, code, kind, is_branch, level, opens in rows
        if pk == unit.pk or found[pk].branches
    ]
    return Board(unit, month, lines, found[unit.pk], is_cut)


def _rows(unit: OrgUnit, open_ids: Collection[int]) -> QuerySet:
    below = OrgUnit.objects.filter(parent_id=OuterRef("pk"), closed_on=None)
    within = OrgUnit.objects.filter(
        Q(pk=unit.pk) | Q(parent_id__in=open_ids), tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght
    )
    return (
        within.filter(Q(closed_on=None) | Q(pk=unit.pk))
        .order_by("lft")
        .values_list("pk", "name", "code", "kind__short_label", "kind__holds_members", "level", Exists(below))
    )


# ---- the branches behind a figure -----------------------------------------------------------------------------------

WHICH = {
    "tat-ca": "Tất cả chi bộ",
    "chua-thong-bao": "Chưa thông báo họp",
    "chua-hop": "Chưa họp",
    "chua-bien-ban": "Chưa khóa biên bản",
    "chua-chuyen-de": "Chưa có chuyên đề",
    "du-hop-thap": "Dự họp dưới 85%",
}
ABSENT_LONG = "vang-ba-ky"


def number_of(tally: Tally, which: str) -> int:
    return {
        "tat-ca": tally.branches,
        "chua-thong-bao": tally.not_called,
        "chua-hop": tally.not_held,
        "chua-bien-ban": tally.not_written,
        "chua-chuyen-de": tally.no_thematic,
        ABSENT_LONG: tally.absent,
    }[which]


def _within(unit: OrgUnit) -> Q:
    return Q(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)


def branches_behind(unit: OrgUnit, month: Month, which: str) -> QuerySet[OrgUnit]:
    """In the order of the tree, each with the month's numbers."""
    of_month = BranchPeriod.objects.filter(unit_id=OuterRef("pk"), period=month.period)
    of_quarter = BranchPeriod.objects.filter(unit_id=OuterRef("pk"), period=month.quarter, thematic__gt=0)
    last = month.last_of_quarter if which == "chua-chuyen-de" else month.last
    branches = OrgUnit.objects.filter(
        _within(unit), Q(founded_on=None) | Q(founded_on__lte=last), closed_on=None, kind__holds_members=True
    )
    condition = {
        "tat-ca": Q(),
        "chua-thong-bao": ~Exists(of_month.filter(called__gt=0)),
        "chua-hop": ~Exists(of_month.filter(held__gt=0)),
        "chua-bien-ban": Exists(of_month.filter(held__gt=F("written"))),
        "chua-chuyen-de": ~Exists(of_quarter),
        "du-hop-thap": Exists(of_month.filter(LOW_ATTENDANCE)),
    }[which]
    numbers = {name: Subquery(of_month.values(name)[:1]) for name in ("called", "held", "written", "expected", "here")}
    return (
        branches.filter(condition)
        .annotate(**numbers, thematic=Exists(of_quarter))
        .select_related("parent")
        .order_by("lft")
    )


def secretaries(unit_ids: Sequence[int]) -> dict[int, str]:
    """Who leads each, by name. One query."""
    posts = Post.objects.filter(
        unit_id__in=list(unit_ids), code=PostCode.SECRETARY, ends_on=None, member__status__in=COUNTED
    )
    return dict(posts.order_by("-pk").values_list("unit_id", "member__full_name"))


def absent_for_long(unit: OrgUnit) -> QuerySet[LongAbsence]:
    rows = LongAbsence.objects.filter(
        unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght, unit__closed_on=None
    )
    return rows.select_related("unit__parent", "member", "last").order_by("unit__lft", "-times", "member_id")


MOST_IN_SHEET = 20_000


def sheet_of_branches(unit: OrgUnit, month: Month) -> Iterator[tuple]:
    """(name, code, superior, called, held, written, thematic, expected, here) of every branch below, one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT u.name, u.code, p.name, coalesce(m.called, 0), coalesce(m.held, 0), coalesce(m.written, 0),
                   coalesce(q.thematic, 0), coalesce(m.expected, 0), coalesce(m.here, 0)
            FROM orgtree_orgunit u
            JOIN orgtree_unitkind k ON k.id = u.kind_id AND k.holds_members
            LEFT JOIN orgtree_orgunit p ON p.id = u.parent_id
            LEFT JOIN meetings_branchperiod m ON m.unit_id = u.id AND m.period = %s
            LEFT JOIN meetings_branchperiod q ON q.unit_id = u.id AND q.period = %s
            WHERE u.tree_id = %s AND u.lft >= %s AND u.rght <= %s AND u.closed_on IS NULL
              AND (u.founded_on IS NULL OR u.founded_on <= %s)
            ORDER BY u.lft LIMIT %s
            """,
            [month.period, month.quarter, unit.tree_id, unit.lft, unit.rght, month.last, MOST_IN_SHEET],
        )
        yield from cursor.fetchall()

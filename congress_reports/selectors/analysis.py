"""Analysis of the figures of a campaign (features E6): sums of the reports of a unit and all below it, by column of the
forms, with how many reports they are of, and the reports behind each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from orgtree.models import OrgUnit

from ..definitions import form_of_duty
from ..enums import WAITING, ReportState
from ..forms import Form
from ..forms.definition import Field, FieldType, Group, SectionKind
from ..models import Campaign, Duty, Report
from .board import reports_below_unit
from .totals import totals

MOST_UNITS = 500
AVERAGE = "age_avg"


@dataclass(frozen=True)
class Measure:
    """What part of a group has a property; the columns of the forms whose sum it is."""

    code: str
    label: str
    short: str
    columns: tuple[str, ...]


MEASURES = (
    Measure("nu", "Nữ", "Nữ", ("female",)),
    Measure("tre", "Tuổi trẻ", "Trẻ", ("young",)),
    Measure("dtts", "Dân tộc thiểu số", "DTTS", ("minority",)),
    Measure("tai-cu", "Tái cử", "Tái cử", ("re_elected",)),
    Measure("dai-hoc", "Trình độ đại học trở lên", "Đại học trở lên", ("pro_university", "pro_master", "pro_doctor")),
    Measure(
        "ly-luan",
        "Lý luận từ trung cấp trở lên",
        "Lý luận trung cấp trở lên",
        ("pt_intermediate", "pt_advanced", "pt_bachelor"),
    ),
)


@dataclass
class Figures:
    """Sums over reports: `counted` of `expected` are in them; `values` by code of the forms ("committee.female")."""

    expected: int = 0
    counted: int = 0
    waiting: int = 0
    incomplete: int = 0
    stale: int = 0
    values: dict[str, int] = field(default_factory=dict)

    def take(self, places: Iterable[tuple[int, str]], vector: Sequence[int]) -> None:
        """A vector that is too short, or empty, stands for zeros."""
        for at, code in places:
            self.values[code] = self.values.get(code, 0) + (vector[at] if at < len(vector) else 0)

    def add(self, other: "Figures") -> None:
        self.expected += other.expected
        self.counted += other.counted
        self.waiting += other.waiting
        self.incomplete += other.incomplete
        self.stale += other.stale
        for code, value in other.values.items():
            self.values[code] = self.values.get(code, 0) + value

    def of(self, code: str) -> int | None:
        """None where no form asks for it."""
        return self.values.get(code)

    def sum_of(self, group: str, columns: Iterable[str]) -> int | None:
        found = [self.values[code] for column in columns if (code := f"{group}.{column}") in self.values]
        return sum(found) if found else None

    def average(self, group: str) -> Fraction | None:
        """Over all persons of the group: the figure is kept in hundredths, times the number of persons."""
        value, n = self.of(f"{group}.{AVERAGE}"), self.of(f"{group}.n")
        return Fraction(value, 100 * n) if value and n else None


@dataclass(frozen=True)
class Narrow:
    """Of all units but one (`whole`) only the figures of these groups are read: lines of a table show no more."""

    whole: int
    groups: frozenset[str]

    def places(self, ground: "Ground") -> dict[int, list[tuple[int, str]]]:
        return {
            pk: [(at, code) for at, code in enumerate(form.summed) if code.rpartition(".")[0] in self.groups]
            for pk, form in ground.forms.items()
        }


@dataclass
class Row:
    """A unit with all below it, or a level."""

    key: int
    name: str
    note: str
    figures: Figures
    # The unit's own reports alone.
    is_own: bool = False
    opens: bool = False


@dataclass
class Ground:
    """The forms that are analysed, and what they ask."""

    campaign: Campaign
    duties: list[Duty]
    forms: dict[int, Form]

    @property
    def groups(self) -> list[Group]:
        """Of all forms, each once."""
        found: dict[str, Group] = {}
        for form in self.forms.values():
            section = form.section_of(SectionKind.GROUPS)
            for group in section.groups if section else ():
                found.setdefault(group.code, group)
        return list(found.values())

    @property
    def columns(self) -> list[tuple[str, Field]]:
        """Summed columns of the quality analysis, each with what it splits up."""
        found: dict[str, tuple[str, Field]] = {}
        for form in self.forms.values():
            section = form.section_of(SectionKind.GROUPS)
            for one in section.fields if section else ():
                if one.summed and one.type == FieldType.COUNT and one.code not in found:
                    split = next((label for label, codes in section.splits.items() if one.code in codes), "")
                    found[one.code] = (split, one)
        return list(found.values())

    def fields_summed(self) -> dict[str, Field]:
        """Figures of the report itself: members, summoned, present …"""
        found: dict[str, Field] = {}
        for form in self.forms.values():
            for code in form.summed:
                if code in form.fields:
                    found.setdefault(code, form.fields[code])
        return found


def ground_of(campaign: Campaign, duties: Iterable[Duty], kind: SectionKind) -> Ground:
    """The duties whose form has a section of the kind. No query but the first time."""
    forms = {duty.pk: form_of_duty(duty, campaign) for duty in duties}
    kept = [duty for duty in duties if forms[duty.pk].section_of(kind)]
    return Ground(campaign, kept, {duty.pk: forms[duty.pk] for duty in kept})


def target_of(campaign: Campaign, measure: Measure) -> Fraction | None:
    """In percent; none for what has no target."""
    value = {
        "nu": campaign.target_female,
        "tre": campaign.target_young,
        "dtts": campaign.target_minority,
    }.get(measure.code)
    return Fraction(value) if value else None


def children_of(unit: OrgUnit) -> list[tuple[int, str, str, bool]]:
    """Primary key, name, short kind, has units below. Closed ones too: what was approved of them counts. One query."""
    rows = OrgUnit.objects.filter(parent_id=unit.pk).order_by("lft")
    named = rows.values_list("pk", "name", "kind__short_label", "lft", "rght")[:MOST_UNITS]
    return [(pk, name, kind, rght - lft > 1) for pk, name, kind, lft, rght in named]


def figures_of_units(
    ground: Ground, unit_ids: Sequence[int], *, with_waiting: bool, narrow: Narrow | None = None
) -> dict[tuple[int, int, bool], Figures]:
    """By (unit, duty, is its own report): sums over all below, and what the unit itself tells. Two queries."""
    found: dict[tuple[int, int, bool], Figures] = {}
    every = {pk: list(enumerate(form.summed)) for pk, form in ground.forms.items()}
    some = narrow.places(ground) if narrow else every
    kinds = ("states", "approved", "waiting") if with_waiting else ("states", "approved")
    for (unit, duty), sums in totals(unit_ids, ground.forms, kinds=kinds).items():
        states = sums.states
        waiting = states["sent"] + states["in_review"]
        one = found[unit, duty, False] = Figures(
            expected=waiting + sum(states[name] for name in ("expected", "draft", "approved", "rejected")),
            counted=states["approved"] + (waiting if with_waiting else 0),
            waiting=waiting if with_waiting else 0,
            incomplete=states["incomplete"],
            stale=states["stale"],
        )
        places = every[duty] if narrow is None or unit == narrow.whole else some.get(duty, [])
        one.take(places, sums.approved)
        if with_waiting:
            one.take(places, sums.waiting)
    own = Report.objects.filter(unit_id__in=unit_ids, duty_id__in=ground.forms).exclude(state=ReportState.ENDED)
    rows = own.values_list("unit_id", "duty_id", "state", "figures", "incomplete_reason", "stale_since")
    for unit, duty, state, figures, incomplete, stale in rows:
        counts = state == ReportState.APPROVED or (with_waiting and state in WAITING)
        one = found[unit, duty, True] = Figures(
            expected=1, counted=int(counts), waiting=int(counts and state in WAITING)
        )
        if state == ReportState.APPROVED or state in WAITING:
            one.incomplete, one.stale = int(bool(incomplete)), int(stale is not None)
        places = every[duty] if narrow is None or unit == narrow.whole else some.get(duty, [])
        one.take(places, figures if counts else ())
    return found


def merged(figures: Iterable[Figures]) -> Figures:
    whole = Figures()
    for one in figures:
        whole.add(one)
    return whole


@dataclass
class Analysis:
    """`whole` = the sum of `levels` = the sum of `units`."""

    ground: Ground
    unit: OrgUnit
    whole: Figures
    levels: list[Row]
    units: list[Row]
    with_waiting: bool


def analysis_of(ground: Ground, unit: OrgUnit, *, with_waiting: bool) -> Analysis:
    return analyses_of([ground], unit, with_waiting=with_waiting)[0]


def analyses_of(
    grounds: Sequence[Ground], unit: OrgUnit, *, with_waiting: bool, groups: frozenset[str] | None = None
) -> list[Analysis]:
    """Three queries, whatever the size and however many grounds. `groups`: all that the lines of units are asked."""
    children = children_of(unit)
    duties = {duty.pk: duty for ground in grounds for duty in ground.duties}
    forms = {pk: form for ground in grounds for pk, form in ground.forms.items()}
    every = Ground(grounds[0].campaign, list(duties.values()), forms)
    narrow = None if groups is None else Narrow(unit.pk, groups)
    nodes = [unit.pk, *(pk for pk, *_ in children)]
    found = figures_of_units(every, nodes, with_waiting=with_waiting, narrow=narrow)
    return [
        _analysis(
            ground, unit, children, {key: one for key, one in found.items() if key[1] in ground.forms}, with_waiting
        )
        for ground in grounds
    ]


def _analysis(
    ground: Ground,
    unit: OrgUnit,
    children: Sequence[tuple[int, str, str, bool]],
    found: dict[tuple[int, int, bool], Figures],
    with_waiting: bool,
) -> Analysis:
    levels: dict[int, Row] = {}
    for duty in ground.duties:
        row = levels.setdefault(duty.kind_id, Row(duty.kind_id, duty.kind.label, "", Figures()))
        for is_own in (True, False):
            if (one := found.get((unit.pk, duty.pk, is_own))) is not None:
                row.figures.add(one)
    units = []
    own = [one for (pk, _, is_own), one in found.items() if pk == unit.pk and is_own]
    if own:
        units.append(Row(unit.pk, unit.name, "Báo cáo của chính đơn vị", merged(own), is_own=True))
    for pk, name, kind, opens in children:
        figures = [one for (of, _, _), one in found.items() if of == pk]
        if figures:
            units.append(Row(pk, name, kind, merged(figures), opens=opens))
    shown = [row for row in levels.values() if row.figures.expected]
    return Analysis(ground, unit, merged(row.figures for row in shown), shown, units, with_waiting)


def _value(ground: Ground, codes: Sequence[str]) -> Case:
    """The sum of the figures of these codes in a row of Report."""
    cases = []
    for pk, form in ground.forms.items():
        places = [form.summed.index(code) for code in codes if code in form.summed]
        if places:
            added = sum(
                (Coalesce(F(f"figures__{at}"), 0) for at in places[1:]), Coalesce(F(f"figures__{places[0]}"), 0)
            )
            cases.append(When(duty_id=pk, then=added))
    return Case(*cases, default=Value(0), output_field=IntegerField())


def addends(
    ground: Ground,
    unit: OrgUnit,
    codes: Sequence[str],
    *,
    beside: Sequence[str] = (),
    with_waiting: bool,
    own: bool,
    by_size: bool = True,
) -> QuerySet[Report]:
    """The reports that a figure sums; `value` is what each adds, `beside` the sum of other codes. `own`: those of the
    unit itself alone. `by_size`: the largest addend first, else in the order of the tree."""
    asking = [duty for duty in ground.duties if any(code in ground.forms[duty.pk].summed for code in codes)]
    states = [ReportState.APPROVED, *(WAITING if with_waiting else ())]
    rows = reports_below_unit(ground.campaign, unit, asking).filter(state__in=states)
    if own:
        rows = rows.filter(Q(unit_id=unit.pk))
    rows = rows.annotate(value=_value(ground, codes), beside=_value(ground, beside))
    return rows.order_by(*(["-value"] if by_size else []), "unit__lft", "duty__form__code", "pk")


def figures_asked(ground: Ground, unit: OrgUnit, codes: Sequence[str], *, with_waiting: bool, own: bool) -> Figures:
    """Sums over the reports of `addends`: of the forms that ask for the codes. Two queries."""
    forms = {pk: form for pk, form in ground.forms.items() if any(code in form.summed for code in codes)}
    asking = Ground(ground.campaign, [duty for duty in ground.duties if duty.pk in forms], forms)
    found = figures_of_units(asking, [unit.pk], with_waiting=with_waiting)
    return merged(one for (_, _, is_own), one in found.items() if is_own or not own)

"""Everything that a page of the filling-in shows, read at once: what was typed, what is found, what stood before."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from accounts.models import User
from common.text import search_key
from members.enums import COUNTED
from members.models import Member
from orgtree.enums import Right
from orgtree.rights import units_where

from ..definitions import answers_of, definition_of, surroundings_of
from ..enums import EventKind, ReportState
from ..forms import Answers, Finding, RuleLevel
from ..forms.definition import FieldType, SectionKind
from ..forms.rules import REQUIRED, judge
from ..forms.sheets import Sheet, paths_of, row_of, sheet_at, sheets_of
from ..models import Report, ReportVersion
from .records import Analysis, analysed
from .sources import counts_today

MOST_FOUND = 30


@dataclass(frozen=True)
class State:
    """How far a sheet is, as the list of sections says it."""

    tone: str
    text: str
    sign: str = ""


class Desk:
    """A report as its typist sees it. `answers`: other than the kept ones, where something was typed that could not
    be kept."""

    def __init__(self, report: Report, answers: Answers | None = None) -> None:
        self.report = report
        self.form = definition_of(report)
        self.answers = answers_of(report) if answers is None else answers
        self.around = surroundings_of(report)
        self.judgement = judge(self.form, self.answers, self.around)

    def changed_to(self, answers: Answers) -> "Desk":
        """The same surroundings, other answers; no query."""
        other = object.__new__(Desk)
        other.report, other.form, other.around = self.report, self.form, self.around
        for name in ("analysis", "before", "rejection"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        other.answers, other.judgement = answers, judge(self.form, answers, self.around)
        return other

    @cached_property
    def analysis(self) -> dict[str, Analysis]:
        """What the members' records say of those elected. At most three queries."""
        return analysed(self.report)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """Those on which something is asked of this unit: a branch has no branches below it."""
        return [one for one in sheets_of(self.form, self.answers) if self._asks(one)]

    def _asks(self, sheet: Sheet) -> bool:
        if sheet.kind != SectionKind.FIELDS:
            return True
        return any(one.computed is None and one.code in self.judgement.asked for one in sheet.fields)

    @cached_property
    def by_sheet(self) -> dict[tuple[str, str], list[Finding]]:
        """Each finding once: on the sheet of its first field."""
        found: dict[tuple[str, str], list[Finding]] = {one.key: [] for one in self.sheets}
        for one in self.judgement.findings:
            found.setdefault(sheet_at(self.form, one.paths[0] if one.paths else ""), []).append(one)
        return found

    def to_mend(self, sheet: Sheet) -> list[Finding]:
        """What stands in the way on this sheet, besides what is not typed yet."""
        return [
            one
            for one in self.by_sheet[sheet.key]
            if one.rule != REQUIRED
            and (one.is_hard or (one.level == RuleLevel.SOFT and not self.answers.reasons.get(one.key)))
        ]

    def missing(self, sheet: Sheet) -> list[Finding]:
        return [one for one in self.by_sheet[sheet.key] if one.rule == REQUIRED]

    def is_begun(self, sheet: Sheet) -> bool:
        if sheet.is_list:
            return bool(self.answers.rounds if sheet.kind == SectionKind.ROUNDS else self.answers.groups)
        row = row_of(self.answers, sheet)
        return any(row.get(one.code) not in (None, "") for one in sheet.fields)

    def state_of(self, sheet: Sheet) -> State:
        if sheet.kind == SectionKind.SHOWN:
            return State("info", "Tự lấy số liệu")
        parts = [one for one in self.sheets if sheet.is_list and one.row and one.section.code == sheet.section.code]
        mend = sum(len(self.to_mend(one)) for one in (sheet, *parts))
        if mend:
            return State("late", f"Có {mend} chỗ cần sửa")
        if any(one.key in self.pointed_at for one in (sheet, *parts)):
            return State("wait", "Cần xem lại")
        if not self.is_begun(sheet):
            if sheet.row and sheet.kind == SectionKind.GROUPS and not self.missing(sheet):
                return State("idle", "Không có")
            return State("idle", "Chưa nhập")
        lacks = any(self.missing(one) for one in (sheet, *parts))
        return State("wait", "Đang nhập") if lacks else State("ok", "Xong")

    @cached_property
    def before(self) -> tuple[str, Answers | None]:
        """What stands beside as "before", with its name: the version sent last, else the last term's report. At most
        two queries."""
        if self.report.version:
            kept = ReportVersion.objects.filter(report=self.report, number=self.report.version).first()
            if kept is not None:
                return f"Lần gửi {kept.number}", Answers.from_json(kept.answers, self.form)
        campaign = self.report.campaign
        earlier = Q(campaign__top_id=campaign.top_id, campaign__opens_on__lt=campaign.opens_on)
        if campaign.copied_from_id:
            earlier |= Q(campaign_id=campaign.copied_from_id)
        same = Report.objects.filter(
            earlier, unit_id=self.report.unit_id, duty__form__code=self.form.code, state=ReportState.APPROVED
        )
        kept = same.order_by("-campaign__opens_on").values_list("answers", flat=True).first()
        return "Kỳ trước", None if kept is None else Answers.from_json(kept, self.form)

    def before_at(self, path: str):
        """Elections of another term are other elections; those of the version before are the same."""
        name, answers = self.before
        if answers is None or (path.startswith("rounds.") and name == "Kỳ trước"):
            return None
        return self._before_leaves.get(path)

    @cached_property
    def _before_leaves(self) -> dict:
        return dict(self.before[1].leaves()) if self.before[1] is not None else {}

    def today(self, sheet: Sheet) -> dict[str, int]:
        return counts_today(self.report, sheet.fields)

    @cached_property
    def rejection(self) -> tuple[str, frozenset[str]]:
        """Why the report came back, and the fields that the superior pointed at."""
        if not self.report.reason or not self.report.version:
            return "", frozenset()
        event = (
            self.report.events.filter(kind__in=[EventKind.REJECTED, EventKind.UNAPPROVED])
            .order_by("-pk")
            .values_list("paths", flat=True)
            .first()
        )
        return self.report.reason, frozenset(event or ())

    @cached_property
    def pointed_at(self) -> set[tuple[str, str]]:
        """Sheets with a field that the superior pointed at and that still says what it said then."""
        now = dict(self.answers.leaves()) if self.rejection[1] else {}
        before = self._before_leaves if now and self.before[1] is not None else {}

        def at(leaves: dict, path: str) -> dict:
            return {one: value for one, value in leaves.items() if one == path or one.startswith(f"{path}.")}

        return {sheet_at(self.form, path) for path in self.rejection[1] if at(now, path) == at(before, path)}

    @cached_property
    def elections(self) -> list[dict]:
        """Each body that is elected with its rounds."""
        section = self.form.section_of(SectionKind.ROUNDS)
        if section is None:
            return []
        counts = Counter(one.body for one in self.answers.rounds)
        found = []
        for group in section.groups:
            rounds = [
                {"sheet": sheet, "round": self.answers.rounds[int(sheet.row)]}
                for sheet in self.sheets
                if sheet.kind == SectionKind.ROUNDS and sheet.row
                and self.answers.rounds[int(sheet.row)].body == group.code
            ]  # fmt: skip
            for one in rounds:
                one["elected"] = sum(person.elected for person in one["round"].candidates)
                one["state"] = self.state_of(one["sheet"])
            found.append({"group": group, "rounds": rounds, "again": counts[group.code] > 0})
        return found

    def typed_paths(self, sheet: Sheet) -> list[str]:
        return [path for path, _ in paths_of(self.answers, sheet)]


def analysis_shown(report: Report) -> dict | None:
    """The unit's own analysis (another report's) to read: a row for each column, a column for each group. At most one
    query; None while nobody has begun it."""
    wanted = next(one.of for one in definition_of(report).sections if one.kind == SectionKind.SHOWN)
    other = (
        Report.objects.filter(campaign_id=report.campaign_id, unit_id=report.unit_id, duty__form__code=wanted)
        .exclude(state__in=[ReportState.EXPECTED, ReportState.ENDED])
        .select_related("duty__form", "campaign")
        .first()
    )
    return None if other is None else table_of(other, answers_of(other))


def table_of(report: Report, answers: Answers) -> dict | None:
    section = definition_of(report).section_of(SectionKind.GROUPS)
    groups = [
        group for group in section.groups if any(v is not None for v in answers.groups.get(group.code, {}).values())
    ]
    rows = []
    for one in section.fields:
        values = [answers.groups[group.code].get(one.code) for group in groups]
        if any(value is not None for value in values):
            totals = [answers.groups[group.code].get("n") for group in groups]
            rows.append({"field": one, "values": list(zip(groups, values, totals, strict=True))})
    return {"report": report, "groups": groups, "rows": rows, "counts": FieldType.COUNT} if groups else None


def people_to_pick(user: User, report: Report, text: str, answers: Answers, body: str) -> list[Member]:
    """Members of the unit and below whom the typist may see, by name; without a name, those of the new committee first
    (the leaders are elected from it). One query."""
    unit = report.unit
    below = units_where(user, Right.VIEW).filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    found = Member.objects.filter(branch__in=below.values("pk"), status__in=COUNTED).select_related("branch")
    words = search_key(text).split()
    if words:
        for word in words:
            found = found.filter(search_key__contains=word)
    elif body != "committee":
        elected = [
            person.member_id
            for one in answers.rounds
            if one.body == "committee"
            for person in one.candidates
            if person.elected and person.member_id is not None
        ]
        if elected:
            found = found.filter(pk__in=elected)
    return list(found.order_by("name_sort", "pk")[:MOST_FOUND])


def picked(user: User, report: Report, ids: list[int]) -> list[Member]:
    """The members named, as far as they may be picked."""
    unit = report.unit
    below = units_where(user, Right.VIEW).filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    return list(Member.objects.filter(pk__in=ids[:MOST_FOUND], branch__in=below.values("pk"), status__in=COUNTED))

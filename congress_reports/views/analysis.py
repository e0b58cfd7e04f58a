"""Analysis of the figures of a campaign: shares against targets, levels and units compared, the reports behind each."""

from fractions import Fraction
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.ui.charts import Chart, Share, Slice, bars, shares
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of
from orgtree.models import OrgUnit

from .. import policies
from ..analysis_sheets import analysis_workbook
from ..forms.definition import SectionKind
from ..presenting import state_of
from ..selectors.analysis import (
    AVERAGE,
    MEASURES,
    Analysis,
    Figures,
    Ground,
    Measure,
    Row,
    addends,
    analyses_of,
    figures_asked,
    ground_of,
    target_of,
)
from .asked import Asked, ScopeForm, address, workbook
from .common import home_crumbs

PER_PAGE = 50
_MOST_BARS = 25
_MOST_UNITS = 100
# More reports than these are listed in the order of the tree: to put them in the order of size takes too long.
_MOST_BY_SIZE = 5000
_OF_ALL = "tong"
_AVERAGE = "tuoi"
_FIRST_GROUP = "committee"


class AnalysisForm(ScopeForm):
    nhom = forms.ChoiceField(label="Phân tích về", required=False)
    so_sanh = forms.ChoiceField(
        label="So sánh các đơn vị theo", required=False, choices=[(one.code, one.label) for one in MEASURES]
    )
    ca_cho = forms.BooleanField(label="Tính cả báo cáo đang chờ phê duyệt", required=False)

    def __init__(self, data: QueryDict, asked: Asked, ground: Ground | None) -> None:
        super().__init__(data, asked)
        del self.fields["mau"]
        groups = ground.groups if ground else []
        self.fields["nhom"].choices = [(one.code, one.label) for one in groups]
        if ground:
            kinds = {duty.kind_id: duty.kind.label for duty in ground.duties}
            self.fields["loai"].choices = [("", "Tất cả"), *((str(pk), label) for pk, label in kinds.items())]


class _Read:
    """What the page and the workbook share."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.asked = asked = Asked(request)
        everything = ground_of(asked.campaign, asked.duties, SectionKind.GROUPS) if asked.campaign else None
        self.form = AnalysisForm(request.GET, asked, everything)
        self.chosen = self.form.chosen()
        known = self.form.known()
        self.with_waiting = bool(known.get("ca_cho"))
        groups = {one.code: one.label for one in everything.groups} if everything else {}
        default = _FIRST_GROUP if _FIRST_GROUP in groups else next(iter(groups), "")
        self.group = known.get("nhom", default)
        self.group_label = groups.get(self.group, "")
        self.compared = next((one for one in MEASURES if one.code == known.get("so_sanh")), MEASURES[0])
        self.ground: Ground | None = None
        self.results: Ground | None = None
        if asked.campaign is not None:
            duties = asked.duties_for(self.chosen)
            self.ground = ground_of(asked.campaign, duties, SectionKind.GROUPS)
            self.results = ground_of(asked.campaign, duties, SectionKind.ROUNDS)

    def analyses(self) -> tuple[Analysis | None, Analysis | None]:
        """Of the quality of the committees, and of the results; none where nobody owes such a report."""
        if self.ground is None:
            return None, None
        told = analyses_of(
            [self.ground, self.results],
            self.asked.unit,
            with_waiting=self.with_waiting,
            groups=frozenset({self.group}),
        )
        return tuple(one if one.ground.duties else None for one in told)

    @property
    def measures(self) -> list[Measure]:
        """Those for which the forms ask."""
        asked = {one.code for _, one in self.ground.columns}
        return [one for one in MEASURES if asked & set(one.columns)]

    def behind(self, code: str, row: Row | None = None, *, kind: int | None = None, group: str = "") -> str:
        """Where the reports stand that a figure sums."""
        kept = {"dot": self.asked.campaign.pk, "don_vi": row.key if row else self.asked.unit.pk}
        kept |= {"nhom": group or self.group, "cot": code}
        if row and row.is_own:
            kept["rieng"] = 1
        if kind or self.chosen.kind:
            kept["loai"] = kind or self.chosen.kind
        if self.with_waiting:
            kept["ca_cho"] = "on"
        return f"{reverse('congress_reports:analysis_reports')}?{urlencode(kept)}"


@require_GET
def analysis(request: HttpRequest) -> HttpResponse:
    read = _Read(request)
    asked = read.asked
    told, of_results = read.analyses()
    context = {
        "asked": asked,
        "filters": read.form,
        "crumbs": home_crumbs("Phân tích đại hội"),
        "shown_at": timezone.localtime(),
        "told": told,
        "board_url": reverse("congress_reports:board") + (f"?{urlencode(asked.kept())}" if asked.campaign else ""),
        "active": [one for one in read.form.active(request.GET) if not one["label"].startswith("So sánh")],
        "reset_url": "?" + urlencode(asked.kept() if asked.campaign else {}),
        "up_url": _up(read),
    }
    if of_results is not None and of_results.whole.counted:
        context["results"] = _results(read, of_results)
    if told is None:
        return render(request, "congress_reports/analysis.html", context)
    if told.whole.counted:
        context |= {
            "tiles": _tiles(read, told.whole),
            "against": _against(read, told.whole),
            "spreads": _spreads(read, told.whole),
            "heads": ["Số báo cáo", "Tổng số", *(one.short for one in read.measures), "Tuổi bình quân"],
            "levels": [_cells(read, row, kind=row.key) for row in told.levels],
            "units": _sorted([_cells(read, row) for row in told.units], request),
            "compared": _compared(read, told),
            "full": _full(read, told.whole),
        }
    return render(
        request,
        "congress_reports/analysis.html",
        context
        | {
            "group_label": read.group_label,
            "with_waiting": read.with_waiting,
            "xlsx_url": f"{reverse('congress_reports:analysis_xlsx')}?{request.GET.urlencode()}",
            "may_export": policies.may_export(request.user, asked.campaign),
            "waiting_url": address(request.GET, "ca_cho") if read.with_waiting else address(request.GET, ca_cho="on"),
        },
    )


def _up(read: _Read) -> str:
    """The unit above, as far as the reader follows it."""
    own = {pk for pk, _ in read.asked.own}
    unit = read.asked.unit
    if unit.pk in own or unit.parent_id is None:
        return ""
    return address(read.request.GET, don_vi=unit.parent_id)


def _share_text(part: int | None, whole: int | None) -> str:
    return "–" if part is None or not whole else vi_percent(part, whole)


def _tiles(read: _Read, whole: Figures) -> list[dict]:
    n = whole.of(f"{read.group}.n") or 0
    tiles = [{"label": read.group_label, "value": vi_number(n), "note": "đồng chí", "url": read.behind(_OF_ALL)}]
    for one in read.measures:
        part = whole.sum_of(read.group, one.columns)
        if part is None:
            continue
        target = target_of(read.asked.campaign, one)
        reached = n and part * 100 >= target * n if target else None
        note = f"{vi_number(part)} đồng chí"
        if target:
            note += f", mục tiêu {vi_number(float(target))}%"
        tone = "" if reached is None else "ok" if reached else "wait"
        tiles.append(
            {
                "label": one.label,
                "value": _share_text(part, n),
                "note": note,
                "tone": tone,
                "url": read.behind(one.code),
            }
        )
    if (average := whole.average(read.group)) is not None:
        tiles.append(
            {
                "label": "Tuổi bình quân",
                "value": _one_place(average),
                "note": "tính trên mọi đồng chí",
                "url": read.behind(_AVERAGE),
            }
        )
    return tiles


def _one_place(value: Fraction | None) -> str:
    return "–" if value is None else vi_number(round(float(value), 1), 1)


def _against(read: _Read, whole: Figures) -> Chart | None:
    n = whole.of(f"{read.group}.n") or 0
    rows = []
    for one in read.measures:
        part = whole.sum_of(read.group, one.columns)
        if part is not None:
            target = target_of(read.asked.campaign, one)
            rows.append(Share(one.label, part, n, float(target) if target else None))
    return shares(f"Cơ cấu, chất lượng {read.group_label.lower()}", rows, what="Tiêu chí") if n and rows else None


def _spreads(read: _Read, whole: Figures) -> list[Chart]:
    """A drawing for each figure that is split up: age, education, political theory."""
    splits: dict[str, list[Slice]] = {}
    for split, one in read.ground.columns:
        value = whole.of(f"{read.group}.{one.code}")
        if split and value is not None:
            splits.setdefault(split, []).append(Slice(one.label, value))
    return [
        bars(split[:1].upper() + split[1:], slices, unit="Số đồng chí")
        for split, slices in splits.items()
        if any(one.value for one in slices)
    ]


def _cells(read: _Read, row: Row, *, kind: int | None = None) -> dict:
    """A line of the tables: each figure with its share and the address of what it sums. `kind`: the line is a level of
    the whole."""
    figures, at = row.figures, None if kind else row
    n = figures.of(f"{read.group}.n")
    cells = [
        {
            "label": "Số báo cáo",
            "text": f"{vi_number(figures.counted)}/{vi_number(figures.expected)}",
            "detail": "",
            "url": read.behind(_OF_ALL, at, kind=kind) if figures.counted else "",
            "raw": figures.counted,
        },
        {
            "label": "Tổng số",
            "text": vi_number(n),
            "detail": "",
            "url": read.behind(_OF_ALL, at, kind=kind) if n else "",
            "raw": n or 0,
        },
    ]
    for one in read.measures:
        part = figures.sum_of(read.group, one.columns)
        cells.append(
            {
                "label": one.short,
                "text": vi_number(part) if n else "–",
                "detail": _share_text(part, n) if n else "",
                "url": read.behind(one.code, at, kind=kind) if n and part else "",
                "raw": Fraction(part or 0, n) if n else Fraction(-1),
            }
        )
    average = figures.average(read.group)
    cells.append(
        {
            "label": "Tuổi bình quân",
            "text": _one_place(average),
            "detail": "",
            "url": read.behind(_AVERAGE, at, kind=kind) if average is not None else "",
            "raw": average or Fraction(-1),
        }
    )
    into = address(read.request.GET, don_vi=row.key) if row.opens and not kind else ""
    return {"row": row, "cells": cells, "url": into}


def _sorted(rows: list[dict], request: HttpRequest) -> dict:
    """By a column of the table; without one in the order of the tree. The first of them."""
    wanted = request.GET.get("xep", "")
    name = wanted.lstrip("-")
    count = len(rows[0]["cells"]) if rows else 0
    at = int(name) if name.isascii() and name.isdecimal() and len(name) < 3 and int(name) < count else None
    if at is not None:
        rows = sorted(rows, key=lambda row: row["cells"][at]["raw"], reverse=wanted.startswith("-"))
    heads = [
        {
            "url": address(request.GET, xep=f"-{number}" if wanted != f"-{number}" else number) + "#theo-don-vi",
            "state": "" if number != at else "descending" if wanted.startswith("-") else "ascending",
        }
        for number in range(count)
    ]
    return {
        "rows": rows[:_MOST_UNITS],
        "heads": heads,
        "plain_url": address(request.GET, "xep") + "#theo-don-vi",
        "sorted": at is not None,
        "cut": _MOST_UNITS if len(rows) > _MOST_UNITS else 0,
    }


def _compared(read: _Read, told: Analysis) -> Chart | None:
    """The units side by side, the largest share first."""
    target = target_of(read.asked.campaign, read.compared)
    found = []
    for row in told.units:
        n, part = row.figures.of(f"{read.group}.n"), row.figures.sum_of(read.group, read.compared.columns)
        if n and part is not None:
            found.append((Fraction(part, n), row.name, part, n))
    if len(found) < 2:
        return None
    found.sort(key=lambda one: (-one[0], one[1]))
    rows = [Share(name, part, n, float(target) if target else None) for _, name, part, n in found[:_MOST_BARS]]
    return shares(f"{read.compared.label}: so sánh các đơn vị", rows, what="Đơn vị")


def _full(read: _Read, whole: Figures) -> dict:
    """Every summed column of the forms for every group."""
    groups = [one for one in read.ground.groups if whole.of(f"{one.code}.n")]
    rows, last = [], None
    for split, one in read.ground.columns:
        cells = []
        for group in groups:
            value, n = whole.of(f"{group.code}.{one.code}"), whole.of(f"{group.code}.n")
            url = read.behind(one.code, group=group.code) if value else ""
            share = _share_text(value, n) if one.code != "n" and value else ""
            cells.append({"label": group.label, "text": vi_number(value), "detail": share, "url": url})
        if any(cell["text"] not in {"–", "0"} for cell in cells):
            rows.append({"split": split if split != last else "", "label": one.label, "cells": cells})
            last = split
    return {"groups": [one.label for one in groups], "rows": rows}


def _results(read: _Read, told: Analysis) -> dict:
    """Members, who came, who was elected: by level, for the report of a committee counts the members of its branches
    once more."""
    fields = told.ground.fields_summed()
    columns = [
        (code, one.label)
        for code, one in fields.items()
        if code in {"members_total", "members_official", "summoned", "present"}
    ]
    for group in ("committee", "standing", "secretary", "deputy", "delegates"):
        form = next((f for f in told.ground.forms.values() if f"elected.{group}" in f.summed), None)
        if form is not None:
            label = next(one.label for one in form.section_of(SectionKind.ROUNDS).groups if one.code == group)
            columns.append((f"elected.{group}", f"Trúng cử: {label[:1].lower() + label[1:]}"))
    rows = []
    for row in told.levels:
        figures = row.figures
        cells = [
            {
                "label": label,
                "text": vi_number(figures.of(code)),
                "detail": "",
                "url": read.behind(code, kind=row.key) if figures.of(code) else "",
            }
            for code, label in columns
        ]
        came, called = figures.of("present"), figures.of("summoned")
        rows.append(
            {
                "name": row.name,
                "count": f"{vi_number(figures.counted)}/{vi_number(figures.expected)}",
                "cells": cells,
                "rate": _share_text(came, called),
            }
        )
    return {"columns": [label for _, label in columns], "rows": rows}


@require_GET
def analysis_xlsx(request: HttpRequest) -> HttpResponse:
    read = _Read(request)
    told, _ = read.analyses()
    content = analysis_workbook(
        told,
        read.group,
        read.group_label,
        read.measures if told else [],
        campaign=read.asked.campaign,
        unit=read.asked.unit,
    )
    return workbook(content, "phan-tich-dai-hoi")


@require_GET
def analysis_reports(request: HttpRequest) -> HttpResponse:
    """The addends of a figure: each report with what it adds, and their sum."""
    read = _Read(request)
    asked = read.asked
    code = request.GET.get("cot", _OF_ALL)
    own = request.GET.get("rieng") == "1"
    ground, codes, beside, label = _column(read, code)
    rows, page, whole = [], None, None
    if ground is not None and codes:
        asked_for = {"with_waiting": read.with_waiting, "own": own}
        sums = figures_asked(ground, asked.unit, codes, **asked_for)
        by_size = sums.counted <= _MOST_BY_SIZE
        found = addends(ground, asked.unit, codes, beside=beside, by_size=by_size, **asked_for)
        page = page_of(found, request, PER_PAGE)
        value, of = (sum(sums.of(one) or 0 for one in some) for some in (codes, beside))
        whole = _addend(code, value, of)
        rows = [
            {"report": report, "state": state_of(report), "told": _addend(code, report.value, report.beside)}
            for report in page.rows
        ]
    back = reverse("congress_reports:analysis") + address(
        request.GET, "cot", "rieng", don_vi=_back_unit(asked.unit, read)
    )
    return render(
        request,
        "congress_reports/analysis_reports.html",
        {
            "asked": asked,
            "own": own,
            "label": label,
            "rows": rows,
            "page": page,
            "whole": whole,
            "has_share": bool(beside) and code != _AVERAGE,
            "with_waiting": read.with_waiting,
            "active": [one for one in read.form.active(request.GET) if one["label"].startswith("Loại hình")],
            "back_url": back,
            "crumbs": [*home_crumbs(), Crumb("Phân tích đại hội", back), Crumb(label)],
        },
    )


def _back_unit(unit: OrgUnit, read: _Read) -> int:
    """The page on which the figure stood: of the unit above, where the unit was one of its lines."""
    own = {pk for pk, _ in read.asked.own}
    return unit.pk if unit.pk in own or unit.parent_id is None or unit.rght - unit.lft > 1 else unit.parent_id


def _column(read: _Read, code: str) -> tuple[Ground | None, list[str], list[str], str]:
    """Whose reports, which codes of their figures, of what whole they are a part, and how the figure is called."""
    whole = [f"{read.group}.n"]
    if code == _OF_ALL:
        return read.ground, whole, [], read.group_label
    if code == _AVERAGE:
        return read.ground, [f"{read.group}.{AVERAGE}"], whole, f"Tuổi bình quân, {read.group_label.lower()}"
    for one in MEASURES:
        if one.code == code:
            return (
                read.ground,
                [f"{read.group}.{name}" for name in one.columns],
                whole,
                f"{one.label}, {read.group_label.lower()}",
            )
    if read.ground is not None:
        for _, one in read.ground.columns:
            if one.code == code:
                beside = [] if code == "n" else whole
                return read.ground, [f"{read.group}.{code}"], beside, f"{one.label}, {read.group_label.lower()}"
    if read.results is not None:
        if (one := read.results.fields_summed().get(code)) is not None:
            return read.results, [code], [], one.label
        group = code.removeprefix("elected.")
        for form in read.results.forms.values():
            if code in form.summed and group != code:
                label = next(one.label for one in form.section_of(SectionKind.ROUNDS).groups if one.code == group)
                return read.results, [code], [], f"Trúng cử: {label[:1].lower() + label[1:]}"
    return None, [], [], "Số liệu"


def _addend(code: str, value: int, beside: int) -> dict:
    if code == _AVERAGE:
        average = Fraction(value, 100 * beside) if beside else None
        return {"text": _one_place(average), "share": f"{vi_number(beside)} đồng chí"}
    return {"text": vi_number(value), "share": _share_text(value, beside) if beside else ""}

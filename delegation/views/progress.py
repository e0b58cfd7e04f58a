"""How far handing rights down has come: the tree with its figures, and the units behind each figure."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from common.ui.charts import Series, stacked
from common.ui.forms import Form
from common.ui.nav import Crumb
from common.ui.numbers import vi_number, vi_percent
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right_anywhere, units_where

from ..filters import active_in, number_in, without
from ..progress import (
    ACTIVATED,
    GIVEN,
    IN_FORCE,
    LEFT,
    LISTED,
    UNITS,
    WHICH,
    Progress,
    Wanted,
    area_of,
    kinds_in_use,
    led_units,
    progress_for,
    units_of,
)
from ..steps import STEPS, step_label
from ..workbooks import SHEET_TYPE, progress_workbook, state_of, units_workbook

PER_PAGE = 50
_ROW = ("pk", "name", "code", "step", "parent_id", "parent__name")


class ProgressFilter(Form):
    buoc = forms.ChoiceField(
        label="Bước phân quyền",
        required=False,
        choices=[("", "Cả bốn bước"), *((str(step), step_label(step).capitalize()) for step in STEPS)],
    )
    loai = forms.ChoiceField(label="Loại hình", required=False)
    con = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Mọi đơn vị"), ("chua", "Còn đơn vị chưa giao")]
    )

    def __init__(self, data, kinds: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="loc-%s")
        self.fields["loai"].choices = [("", "Mọi loại hình"), *kinds]

    def wanted(self) -> Wanted:
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value and name not in self.errors}
        return Wanted(
            step=int(known["buoc"]) if "buoc" in known else None, kind=int(known["loai"]) if "loai" in known else None
        )


def _allowed(request: HttpRequest) -> None:
    if not has_right_anywhere(request.user, Right.DELEGATE) and not has_right_anywhere(request.user, Right.INSPECT):
        raise PermissionDenied


def _unit_in(user: User, pk: int | None) -> OrgUnit | None:
    return OrgUnit.objects.filter(area_of(user), pk=pk).first() if pk else None


class _Asked:
    def __init__(self, request: HttpRequest) -> None:
        _allowed(request)
        self.form = ProgressFilter(request.GET, kinds_in_use())
        self.wanted = self.form.wanted()
        self.only_left = request.GET.get("con") == "chua"

    def words(self) -> str:
        parts = [step_label(self.wanted.step).capitalize()] if self.wanted.step else []
        if self.wanted.kind:
            parts.append(dict(self.form.fields["loai"].choices)[str(self.wanted.kind)])
        return f"{', '.join(parts)}." if parts else "Cả bốn bước."


def _read(request: HttpRequest) -> tuple[_Asked, Progress, OrgUnit | None]:
    asked = _Asked(request)
    opened = _unit_in(request.user, number_in(request, "mo"))
    return asked, progress_for(request.user, asked.wanted, opened=opened, only_left=asked.only_left), opened


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The reader's part of the tree with its figures; `mo` opens it down to a unit."""
    asked, told, opened = _read(request)
    units = reverse("delegation:progress_units")
    kept = without(request.GET, "mo", "con")
    whole = told.whole
    return render(
        request,
        "delegation/progress.html",
        {
            "told": told,
            "lines": [_line(line, request, units, kept) for line in told.lines],
            "tiles": _tiles(told, units, request) if whole.units else [],
            "chart": _chart(whole) if whole.units else None,
            "filters": asked.form,
            "active": active_in(asked.form, request, ""),
            "reset_url": "?",
            "opened": opened,
            "has_below": any(line.opens for line in told.lines),
            "delegates": has_right_anywhere(request.user, Right.DELEGATE),
            "xlsx_url": f"{reverse('delegation:progress_xlsx')}?{request.GET.urlencode()}",
            "shown_at": timezone.localtime(),
            "crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Tiến độ phân quyền")],
        },
    )


def _line(line, request: HttpRequest, units: str, kept: str) -> dict:
    start = f"{units}{kept}{'&' if len(kept) > 1 else ''}don_vi={line.pk}&muc="
    count = line.count
    numbers = [
        (label, number, f"{start}{which}" if number else "")
        for label, number, which in (
            ("Số đơn vị", count.units, UNITS),
            ("Có Bí thư trong danh sách", count.listed, LISTED),
            ("Đã giao vai trò", count.given, GIVEN),
            ("Đã kích hoạt", count.activated, ACTIVATED),
            ("Đã có hiệu lực", count.in_force, IN_FORCE),
            ("Còn lại", count.left, LEFT),
        )
    ]
    toggle = ""
    if line.opens:
        # An open node closes by opening the tree only down to what stands above it.
        toggle = without(request.GET, "mo") if line.opened else without(request.GET, mo=str(line.pk))
    return {
        "line": line,
        "numbers": numbers,
        "toggle": f"{toggle}#dv-{line.pk}" if toggle and line.depth else "",
        "share": vi_percent(count.given, count.units) if count.units else "",
    }


def _tiles(told: Progress, units: str, request: HttpRequest) -> list[dict]:
    tiles = []
    for step, count in told.by_step.items():
        if not count.units:
            continue
        tiles.append(
            {
                "label": step_label(step).capitalize(),
                "value": f"{vi_number(count.given)}/{vi_number(count.units)}",
                "note": f"còn {vi_number(count.left)} đơn vị" if count.left else "đã giao đủ",
                "tone": "wait" if count.left else "ok",
                "url": f"{units}{without(request.GET, 'mo', 'con', buoc=str(step), muc=LEFT if count.left else GIVEN)}",
            }
        )
    return tiles


def _chart(whole):
    """Each unit once, by how far it has come. Who is confirmed has activated his account."""
    confirmed = whole.in_force
    activated = max(whole.activated - confirmed, 0)
    given = whole.given - confirmed - activated
    return stacked(
        "Vai trò Bí thư của các đơn vị",
        ["Đơn vị"],
        [
            Series("Đã có hiệu lực", [confirmed], "done"),
            Series("Đã kích hoạt, chưa nhập mã", [activated], "info"),
            Series("Đã giao, chưa kích hoạt", [given], "wait"),
            Series("Chưa giao", [whole.left], "idle"),
        ],
    )


@require_GET
def progress_xlsx(request: HttpRequest) -> HttpResponse:
    asked, told, _ = _read(request)
    return _workbook(progress_workbook(told, asked.words()), "tien-do-phan-quyen")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=SHEET_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return response


def _units(request: HttpRequest):
    asked = _Asked(request)
    which = request.GET.get("muc", UNITS)
    which = which if which in WHICH else UNITS
    unit = _unit_in(request.user, number_in(request, "don_vi"))
    found = units_of(request.user, unit, which, asked.wanted)
    if request.GET.get("cap") == "truc-tiep":
        found = found.filter(parent__in=units_where(request.user, Right.DELEGATE))
    return asked, which, unit, found


@require_GET
def progress_units(request: HttpRequest) -> HttpResponse:
    """The units behind a figure: who is the secretary by the lists, who holds the role."""
    asked, which, unit, found = _units(request)
    page = page_of(found.values(*_ROW), request, PER_PAGE)
    led = led_units([row["pk"] for row in page.rows])
    for row in page.rows:
        row["led"] = led[row["pk"]]
        row["tone"], row["state"] = state_of(led[row["pk"]])
    back = f"{reverse('delegation:progress')}{without(request.GET, 'muc', 'don_vi')}"
    return render(
        request,
        "delegation/progress_units.html",
        {
            "page": page,
            "unit": unit,
            "which": f"{WHICH[which]} vai trò Bí thư" if which in (LEFT, GIVEN) else WHICH[which],
            "words": asked.words() if asked.wanted != Wanted() else "",
            "direct": request.GET.get("cap") == "truc-tiep",
            "all_url": without(request.GET, "cap"),
            "tabs": [
                {"label": label, "url": without(request.GET, muc=word), "current": word == which}
                for word, label in WHICH.items()
            ],
            "delegates": has_right_anywhere(request.user, Right.DELEGATE),
            "left": which == LEFT,
            "suggestions_url": f"{reverse('delegation:suggestions')}?vai=secretary"
            + (f"&don_vi={unit.pk}" if unit else "")
            + (f"&buoc={asked.wanted.step}" if asked.wanted.step else ""),
            "back_url": back,
            "xlsx_url": f"{reverse('delegation:progress_units_xlsx')}?{request.GET.urlencode()}",
            "crumbs": [
                Crumb("Trang chủ", reverse("portal:home")),
                Crumb("Tiến độ phân quyền", back),
                Crumb(WHICH[which]),
            ],
        },
    )


@require_GET
def progress_units_xlsx(request: HttpRequest) -> HttpResponse:
    asked, which, unit, found = _units(request)
    rows = list(found.values(*_ROW))
    words = f"{WHICH[which]}{f', {unit.name}' if unit else ''}. {asked.words()}"
    return _workbook(units_workbook(rows, led_units([row["pk"] for row in rows]), words), "don-vi-phan-quyen")

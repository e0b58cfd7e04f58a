"""The schedule of congresses: list, month, map of the tree, and what others take along of it."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.ui.nav import Crumb
from common.ui.numbers import vi_number
from common.ui.paging import page_of
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right, has_right_anywhere

from .. import policies
from ..enums import CongressState
from ..models import Campaign
from ..presenting import congress_state
from ..schedule_inputs import ScheduleFilter, month_in
from ..schedule_papers import ICS, XLSX, schedule_calendar, schedule_workbook
from ..selectors import schedule as selectors
from ..selectors.schedule import Chosen, Line

PER_PAGE = 50
_MOST_UNITS = 500
_WIDE, _NEAR = "tat-ca", "truc-thuoc"
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass
class Asked:
    """The campaign, the unit and the conditions that the address names, read once for all views of the schedule."""

    campaign: Campaign
    campaigns: list[Campaign]
    unit: OrgUnit
    wide: bool
    form: ScheduleFilter
    chosen: Chosen
    in_sight: QuerySet

    @property
    def rows(self) -> QuerySet:
        return selectors.narrowed(self.in_sight, self.chosen, timezone.localdate())


def number_in(given: Mapping, name: str) -> int | None:
    wanted = given.get(name, "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else None


def campaign_in(request: HttpRequest, given: Mapping) -> tuple[Campaign | None, list[Campaign]]:
    """The one asked for, else the newest that runs."""
    seen = list(selectors.campaigns_seen_by(request.user)[:50])
    wanted = number_in(given, "dot")
    if wanted is not None:
        found = next((one for one in seen if one.pk == wanted), None)
        if found is None:
            raise Http404
        return found, seen
    running = [one for one in seen if not one.is_closed and not one.is_prepared]
    return next(iter(running or seen), None), seen


def asked(request: HttpRequest, given: QueryDict | None = None) -> Asked | None:
    """None where there is no campaign yet."""
    if not has_right_anywhere(request.user, Right.VIEW):
        raise PermissionDenied
    given = request.GET if given is None else given
    campaign, seen = campaign_in(request, given)
    if campaign is None:
        return None
    own = selectors.own_units(request.user)
    wanted = number_in(given, "don_vi") or own[0][0]
    unit = OrgUnit.objects.filter(pk=wanted).first()
    if unit is None or not has_right(request.user, Right.VIEW, unit):
        raise Http404
    in_sight = selectors.lines(campaign, request.user)
    wide = given.get("pham_vi") == _WIDE
    if not given.get("pham_vi") and unit.rght > unit.lft + 1:
        # Where nothing is said of how far: all below, if this campaign is none of those directly below.
        wide = not selectors.narrowed(in_sight, Chosen(unit=unit), timezone.localdate()).exists()
    near = selectors.near_units(request.user, unit).order_by("tree_id", "lft").values_list("pk", "name", "level")
    near = list(near[:_MOST_UNITS])
    top = min((level for *_, level in near), default=0)
    units = [(str(pk), "– " * (level - top) + name) for pk, name, level in near]
    known = {pk for pk, _ in units}
    units += [(str(pk), name) for pk, name in own if str(pk) not in known]
    form = ScheduleFilter(given, units=units, kinds=selectors.kinds_of(campaign))
    if "don_vi" in form.fields:
        form.fields["don_vi"].initial = unit.pk
        form.data = given.copy()
        form.data["don_vi"] = str(unit.pk)
    return Asked(campaign, seen, unit, wide, form, form.chosen(unit, wide=wide), in_sight)


def query_of(given: Mapping, *without: str, **more: str) -> str:
    """The same address with other conditions, from its first page."""
    rest = given.copy()
    for name in ("trang", *without):
        rest.pop(name, None)
    for name, value in more.items():
        rest[name] = value
    return f"?{rest.urlencode()}"


def _frame(request: HttpRequest, found: Asked, view: str) -> dict:
    """What the three pages of the schedule have in common."""
    user, unit = request.user, found.unit
    same = query_of(request.GET, "mo", "thang", dot=str(found.campaign.pk))
    below = unit.rght > unit.lft + 1
    views = (
        ("schedule", "Danh sách", "list-bullet"),
        ("schedule_month", "Theo tháng", "calendar-days"),
        ("schedule_map", "Theo cây tổ chức", "map"),
    )
    return {
        "found": found,
        "campaign": found.campaign,
        "unit": unit,
        "wide": found.wide,
        "below": below,
        "views": [
            {
                "label": label,
                "sign": sign,
                "url": f"{reverse(f'congress_reports:{name}')}{same}",
                "current": name == view,
            }
            for name, label, sign in views
        ],
        "scopes": [
            {"label": "Trực thuộc trực tiếp", "url": query_of(request.GET, pham_vi=_NEAR), "current": not found.wide},
            {"label": "Tất cả cấp dưới", "url": query_of(request.GET, pham_vi=_WIDE), "current": found.wide},
        ]
        if below
        else [],
        "others": [
            {"label": one.name, "url": f"{reverse(f'congress_reports:{view}')}?dot={one.pk}"}
            for one in found.campaigns
            if one.pk != found.campaign.pk
        ],
        "filters": found.form,
        "names": "tim tinh_trang",
        "more": " ".join(name for name in found.form.fields if name not in ("tim", "tinh_trang")),
        "kept": [(name, request.GET[name]) for name in ("dot", "pham_vi", "thang") if request.GET.get(name)],
        "active": _active(request, found.form),
        "reset_url": query_of(request.GET, *(name for name in found.form.fields if name != "don_vi")),
        "xlsx_url": f"{reverse('congress_reports:schedule_xlsx')}{same}",
        "ics_url": f"{reverse('congress_reports:schedule_ics')}{same}",
        "import_url": f"{reverse('congress_reports:schedule_import')}?dot={found.campaign.pk}",
        "schedules": not found.campaign.is_closed and below and has_right_anywhere(user, Right.MANAGE_UNIT),
        "query": request.GET.urlencode(),
        "crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Lịch đại hội")],
    }


def _active(request: HttpRequest, form: ScheduleFilter) -> list[dict]:
    active = []
    for name, field in form.fields.items():
        value = request.GET.get(name)
        if not value or name in form.errors or name == "don_vi":
            continue
        shown = {str(key): words for key, words in getattr(field, "choices", ())}.get(value, value)
        active.append({"label": f"{field.label}: {shown}", "url": query_of(request.GET, name)})
    return active


def no_campaign(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "congress_reports/schedule/none.html",
        {"crumbs": [Crumb("Trang chủ", reverse("portal:home")), Crumb("Lịch đại hội")]},
    )


@require_GET
def schedule(request: HttpRequest) -> HttpResponse:
    found = asked(request)
    if found is None:
        return no_campaign(request)
    page = page_of(found.rows.values_list(*selectors.COLUMNS), request, PER_PAGE)
    frame = _frame(request, found, "schedule")
    rows = [_row(request, found.campaign, Line(*row)) for row in page.rows]
    scope = selectors.narrowed(found.in_sight, Chosen(unit=found.unit, wide=found.wide), timezone.localdate())
    return render(
        request,
        "congress_reports/schedule/list.html",
        frame
        | {
            "page": page,
            "rows": rows,
            "ticks": any(row["ticks"] for row in rows),
            "tiles": _tiles(request, selectors.counts(scope)),
        },
    )


def _row(request: HttpRequest, campaign: Campaign, line: Line) -> dict:
    edits = not campaign.is_closed and policies.may_schedule_line(request.user, line)
    return {
        "line": line,
        "state": congress_state(line, timezone.localdate()),
        "url": reverse("congress_reports:schedule_line", args=[campaign.pk, line.unit_id]),
        "edits": edits,
        "ticks": edits and line.state != CongressState.HELD,
    }


def _tiles(request: HttpRequest, counts: selectors.Counts) -> list[dict]:
    def tile(label: str, number: int, word: str, tone: str = "", note: str = "") -> dict:
        url = query_of(request.GET, "tim", "loai", "hinh_thuc", "tu", "den", tinh_trang=word)
        return {"label": label, "value": vi_number(number), "url": url, "tone": tone, "note": note}

    if not counts.units:
        return []
    return [
        tile("Phải đại hội", counts.units, ""),
        tile("Đã tổ chức", counts.held, "da", "ok"),
        tile("Chưa tổ chức", counts.planned, "chua", note=f"{vi_number(counts.dated)} đã định ngày"),
        tile("Chưa định ngày", counts.undated, "chua-dinh-ngay", "wait" if counts.undated else ""),
        tile("Hoãn", counts.postponed, "hoan", "late" if counts.postponed else ""),
    ]


@require_GET
def schedule_month(request: HttpRequest) -> HttpResponse:
    found = asked(request)
    if found is None:
        return no_campaign(request)
    today = timezone.localdate()
    first = month_in(request.GET.get("thang", ""), _month_to_show(found.campaign, today))
    many, shown = selectors.month_of(found.rows, first)
    frame = _frame(request, found, "schedule_month")
    listed = reverse("congress_reports:schedule")
    weeks = [
        [_day(request, found.campaign, day, first, many, shown, listed, today) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return render(
        request,
        "congress_reports/schedule/month.html",
        frame
        | {
            "weeks": weeks,
            "weekdays": _WEEKDAYS,
            "first": first,
            "total": sum(many.values()),
            "before": (before, query_of(request.GET, thang=f"{before:%Y-%m}")),
            "after": (after, query_of(request.GET, thang=f"{after:%Y-%m}")),
        },
    )


def _month_to_show(campaign: Campaign, today: date) -> date:
    """This month while the campaign runs, else its nearest one."""
    return min(max(today, campaign.opens_on), campaign.closed_on or campaign.ends_on)


def _day(request, campaign: Campaign, day: date, first: date, many, shown, listed: str, today: date) -> dict:
    inside = day.month == first.month
    lines = shown.get(day, []) if inside else []
    word = f"{day:%d/%m/%Y}"
    return {
        "day": day,
        "inside": inside,
        "today": day == today,
        "weekday": _WEEKDAYS[day.weekday()],
        "rows": [_row(request, campaign, line) for line in lines],
        "rest": many.get(day, 0) - len(lines) if inside else 0,
        "url": f"{listed}{query_of(request.GET, 'thang', dot=str(campaign.pk), tu=word, den=word)}",
    }


@require_GET
def schedule_map(request: HttpRequest) -> HttpResponse:
    """The tree with how far it has come; `mo` opens it down to a unit."""
    found = asked(request)
    if found is None:
        return no_campaign(request)
    wanted = number_in(request.GET, "mo")
    opened = OrgUnit.objects.filter(pk=wanted).first() if wanted else found.unit
    if opened is None or not has_right(request.user, Right.VIEW, opened):
        opened = found.unit
    frame = _frame(request, found, "schedule_map")
    return render(
        request,
        "congress_reports/schedule/map.html",
        frame | {"lines": _map(request, found, opened), "opened": opened},
    )


def _map(request: HttpRequest, found: Asked, opened: OrgUnit) -> list[dict]:
    """The reader's unit, the way down to what is open, and what stands right below each of these. Three queries."""
    start = found.unit
    way = [start.pk, *(pk for pk in [*opened.ancestor_ids, opened.pk] if pk not in start.ancestor_ids)]
    drawn = list(
        OrgUnit.objects.filter(tree_id=start.tree_id, lft__gte=start.lft, rght__lte=start.rght, closed_on=None)
        .filter(selectors.on_the_way(way))
        .order_by("lft")
        .values("pk", "name", "code", "level", "lft", "rght", "kind__short_label")[:2000]
    )
    ids = [row["pk"] for row in drawn]
    counts = selectors.counts_below(found.campaign, ids)
    own = {line.unit_id: line for line in selectors.lines_of(found.in_sight.filter(pk__in=ids))}
    listed = reverse("congress_reports:schedule")
    today = timezone.localdate()
    rows = []
    for row in drawn:
        count = counts.get(row["pk"])
        if count is None:
            continue
        line = own.get(row["pk"])
        opens, is_open = row["rght"] > row["lft"] + 1, row["pk"] in way
        toggle = ""
        if opens and row["pk"] != start.pk:
            toggle = query_of(request.GET, "mo") if is_open else query_of(request.GET, mo=str(row["pk"]))
        base = {"dot": str(found.campaign.pk), "don_vi": str(row["pk"]), "pham_vi": _WIDE}
        numbers = [
            (label, number, f"{listed}{query_of(QueryDict(), **base, tinh_trang=word)}" if number else "")
            for label, number, word in (
                ("Phải đại hội", count.units, ""),
                ("Đã tổ chức", count.held, "da"),
                ("Chưa tổ chức", count.planned, "chua"),
                ("Chưa định ngày", count.undated, "chua-dinh-ngay"),
                ("Hoãn", count.postponed, "hoan"),
            )
        ]
        rows.append(
            {
                "pk": row["pk"],
                "name": row["name"],
                "leaf": not opens,
                "note": f"{row['kind__short_label']} · {row['code']}",
                "depth": min(row["level"] - start.level, 6),
                "toggle": toggle,
                "opened": is_open,
                "numbers": numbers,
                "count": count,
                "line": line,
                "state": congress_state(line, today) if line else None,
                "url": reverse("congress_reports:schedule_line", args=[found.campaign.pk, row["pk"]]) if line else "",
            }
        )
    return rows


def _in_words(found: Asked, active: list[dict]) -> str:
    scope = "và các đơn vị bên dưới" if found.wide else "và các đơn vị trực thuộc trực tiếp"
    parts = [f"{found.unit.name} {scope}" if found.unit.rght > found.unit.lft + 1 else found.unit.name]
    return f"{'; '.join([*parts, *(one['label'] for one in active)])}."


@require_GET
def schedule_xlsx(request: HttpRequest) -> HttpResponse:
    """The rows of the list as it is narrowed, all pages."""
    found = asked(request)
    if found is None:
        raise Http404
    words = _in_words(found, _active(request, found.form))
    content = schedule_workbook(found.campaign, selectors.lines_of(found.rows), words)
    return _attached(content, XLSX, "xlsx")


@require_GET
def schedule_ics(request: HttpRequest) -> HttpResponse:
    found = asked(request)
    if found is None:
        raise Http404
    rows = selectors.lines_of(found.rows.filter(day__isnull=False))
    return _attached(schedule_calendar(found.campaign, rows, request.get_host().split(":")[0]), ICS, "ics")


def _attached(content: bytes, kind: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="lich-dai-hoi-{timezone.localdate():%Y%m%d}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response

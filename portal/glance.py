"""A unit at a glance: tiles and charts from the figures along the tree."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from common.ui.charts import Chart, Slice, bars, ring
from common.ui.numbers import vi_number, vi_percent
from congress_reports.counts import to_plan
from members.enums import Standing, Status
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right
from orgtree.selectors import figures

from .reader import Reader

_MEASURES = ("members", "official", "probationary", "exempt", "in_scope", "activated")
_MOST_BARS = 10


@dataclass
class Glance:
    """`tiles` lead to the lists only where the reader may open them."""

    unit: OrgUnit
    tiles: list[dict]
    activated: Chart | None
    children: Chart | None
    members: int


def glance_at(reader: Reader) -> Glance | None:
    """The unit in which the reader works and the units right below it (2 queries)."""
    if reader.unit is None:
        return None
    units = OrgUnit.objects.filter(Q(pk=reader.unit.id) | Q(parent_id=reader.unit.id, closed_on=None))
    rows = list(units.select_related("kind").order_by("tree_id", "lft"))
    unit = next(row for row in rows if row.pk == reader.unit.id)
    children = [row for row in rows if row is not unit]
    found = figures([row.pk for row in rows], _MEASURES)
    count = {name: found[unit.pk, name][1] for name in _MEASURES}
    opens = has_right(reader.user, Right.VIEW, unit)
    return Glance(
        unit=unit,
        tiles=[*_tiles(unit, count, children, opens), *_congresses(reader, unit)],
        activated=_activated(count),
        children=_children(children, {child.pk: found[child.pk, "members"][1] for child in children}),
        members=count["members"],
    )


def _tiles(unit: OrgUnit, count: dict[str, int], children: list[OrgUnit], opens: bool) -> list[dict]:
    people = f"{reverse('members:list')}?unit={unit.pk}" if opens else ""
    tiles = [
        {"label": "Đảng viên", "value": vi_number(count["members"]), "url": people},
        _tile("Chính thức", count, "official", people and f"{people}&tu_cach={Standing.OFFICIAL}"),
        _tile("Dự bị", count, "probationary", people and f"{people}&tu_cach={Standing.PROBATIONARY}"),
        {
            "label": "Được miễn sinh hoạt",
            "value": vi_number(count["exempt"]),
            "url": people and f"{people}&tinh_trang={Status.EXEMPT}",
        },
    ]
    if children:
        url = unit.get_absolute_url() if opens else ""
        tiles.append({"label": "Đơn vị trực thuộc", "value": vi_number(len(children)), "url": url})
    return tiles


def _congresses(reader: Reader, unit: OrgUnit) -> list[dict]:
    """How many of the units right below have held theirs; for who plans them."""
    one = to_plan(reader.user, unit.pk)
    if one is None:
        return []
    url = f"{reverse('congress_reports:schedule')}?dot={one.campaign_id}&don_vi={unit.pk}"
    return [{"label": "Đại hội đã tổ chức", "value": f"{vi_number(one.held)}/{vi_number(one.units)}", "url": url}]


def _tile(label: str, count: dict[str, int], measure: str, url: str) -> dict:
    return {"label": label, "value": vi_number(count[measure]), "note": _share(count, measure), "url": url}


def _share(count: dict[str, int], measure: str) -> str:
    return vi_percent(count[measure], count["members"]) if count["members"] else ""


def _activated(count: dict[str, int]) -> Chart | None:
    """Of those in scope: without the exempt (letter 001)."""
    if not count["in_scope"]:
        return None
    waiting = count["in_scope"] - count["activated"]
    return ring(
        "Kích hoạt tài khoản",
        [Slice("Đã kích hoạt", count["activated"], "done"), Slice("Chưa kích hoạt", waiting, "idle")],
        what="Tình trạng",
    )


def _children(children: list[OrgUnit], members: dict[int, int]) -> Chart | None:
    """The largest units below; the rest as one figure, so that all add up to the whole."""
    if len(children) < 2 or not any(members.values()):
        return None
    ordered = sorted(children, key=lambda child: -members[child.pk])
    shown, rest = ordered[:_MOST_BARS], ordered[_MOST_BARS:]
    if len(rest) == 1:
        shown, rest = ordered, []
    slices = [Slice(child.name, members[child.pk], "info") for child in shown]
    others = Slice(f"{len(rest)} đơn vị khác", sum(members[child.pk] for child in rest)) if rest else None
    return bars("Đảng viên theo đơn vị trực thuộc", slices, rest=others, unit="Đảng viên", what="Đơn vị")

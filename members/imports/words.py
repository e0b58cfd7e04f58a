"""What a row does, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from common.citizen_id import mask
from common.dates import PartialDate, Precision
from members.enums import PostCode
from members.models import Member
from orgtree.models import OrgUnit

from .models import ImportRow

_UNSAID = {"posts_unclear", "birth_precision", "admission_precision", "official_precision"}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """A row for a page: the citizen id masked."""

    row: ImportRow
    citizen_id: str
    branch: str
    changes: list[Change]


def lines_of(rows: Iterable[ImportRow]) -> list[Line]:
    """One query for the names of all units that the rows mention."""
    rows = list(rows)
    names = _unit_names(rows)
    return [
        Line(
            row,
            mask(row.citizen_id) if row.citizen_id else "",
            names.get(_branch_of(row), ""),
            changes_of(row.changes, names),
        )
        for row in rows
    ]


def _branch_of(row: ImportRow) -> int | None:
    stated = next((one["new"] for one in row.changes if one["field"] == "branch_id"), None)
    return stated or (row.block.branch_id if row.block else None)


def _unit_names(rows: list[ImportRow]) -> dict[int, str]:
    wanted = {_branch_of(row) for row in rows}
    for row in rows:
        for one in row.changes:
            if one["field"] == "branch_id":
                wanted |= {one["old"], one["new"]}
            elif one["field"].startswith("post_"):
                wanted.add((one["new"] or one["old"])[0])
    return dict(OrgUnit.objects.filter(pk__in=wanted - {None}).values_list("pk", "name"))


def changes_of(changes: Iterable[dict], names: dict[int, str]) -> list[Change]:
    """Old → new of each field, as people read it."""
    changes = list(changes)
    by_field = {one["field"]: one for one in changes}
    told = []
    for one in changes:
        name = one["field"]
        if name in _UNSAID:
            continue
        if name in ("post_added", "post_ended"):
            unit_id, code = one["new"] or one["old"]
            words = f"{PostCode(code).label}, {names.get(unit_id, '')}"
            told.append(Change("Chức vụ", words if one["old"] else "", words if one["new"] else ""))
            continue
        precision = by_field.get(f"{name.removesuffix('_date')}_precision", {})
        told.append(
            Change(
                str(Member._meta.get_field(name.removesuffix("_id")).verbose_name),
                _shown(name, one["old"], precision.get("old"), names),
                _shown(name, one["new"], precision.get("new"), names),
            )
        )
    return told


def _shown(name: str, value: object, precision: str | None, names: dict[int, str]) -> str:
    if value in (None, ""):
        return ""
    if name == "branch_id":
        return names.get(value, "")
    if name.endswith("_date"):
        return str(PartialDate.of(date.fromisoformat(value), Precision(precision or "day")))
    choices = dict(Member._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))

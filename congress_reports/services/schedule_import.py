"""What a workbook would change in the schedule: shown first, written when it is confirmed. The workbook itself is never
stored; what was read of it waits a day in the cache, for its reader alone."""

import secrets
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.core.cache import cache

from accounts.models import User
from common.errors import RuleViolation
from common.text import search_key
from orgtree.enums import Right
from orgtree.rights import units_where

from .. import policies
from ..models import Campaign, Congress
from ..schedule_lists import ListedCongress, ScheduleList
from ..selectors.schedule import LABELS, units_that_hold, value_in_words
from .schedule import Outcome, put, schedule_rows

KEEP_SECONDS = 24 * 3600
_DAYS, _HOURS = {"planned_on", "held_on"}, {"planned_at"}


@dataclass
class Plan:
    """`changes`: a row for each line that would be written, with old and new values in words."""

    campaign: int
    label: str
    changes: list[dict] = field(default_factory=list)
    problems: list[dict] = field(default_factory=list)
    unchanged: int = 0
    dropped_columns: list[str] = field(default_factory=list)


def plan_schedule(*, campaign: Campaign, read: ScheduleList, label: str, actor: User) -> Plan:
    """Two queries, however many rows."""
    plan = Plan(campaign.pk, label, dropped_columns=read.dropped_columns)
    in_sight = units_that_hold(campaign).filter(pk__in=units_where(actor, Right.VIEW).values("pk"))
    units = {unit.pk: unit for unit in in_sight.select_related("kind", "parent")}
    known = {one.unit_id: one for one in Congress.objects.filter(campaign=campaign)}
    by_code = {unit.code.upper(): unit for unit in units.values()}
    by_name: dict[str, list] = {}
    for unit in units.values():
        by_name.setdefault(search_key(unit.name), []).append(unit)
    taken: dict[int, int] = {}
    for one in read.rows:
        try:
            unit = _unit_of(one, by_code, by_name)
            if unit.pk in taken:
                raise RuleViolation(f"{unit.name} đã có ở dòng {taken[unit.pk]}. Đồng chí bỏ một trong hai.")
            taken[unit.pk] = one.row
            if not policies.may_schedule(actor, unit):
                raise RuleViolation(f"Lịch của {unit.name} do cấp ủy khác xếp.")
            if one.problems:
                raise RuleViolation(" ".join(f"Ô {problem.cell}: {problem.message}" for problem in one.problems))
            line = known.get(unit.pk) or Congress(campaign=campaign, unit=unit)
            after = copy(line)
            put(after, unit, campaign, one.values, keep_held=False)
        except RuleViolation as refusal:
            plan.problems.append({"row": one.row, "name": one.name or one.code, "message": str(refusal)})
            continue
        changed = [name for name in LABELS if getattr(after, name) != getattr(line, name)]
        if not changed:
            plan.unchanged += 1
            continue
        plan.changes.append(
            {
                "row": one.row,
                "unit": unit.pk,
                "name": unit.name,
                "code": unit.code,
                "changes": [
                    {
                        "label": LABELS[name],
                        "old": value_in_words(name, getattr(line, name)),
                        "new": value_in_words(name, getattr(after, name)),
                    }
                    for name in changed
                ],
                "values": {name: _plain(value) for name, value in one.values.items()},
                "seen": line.changed_at.isoformat() if line.pk else None,
            }
        )
    return plan


def _unit_of(one: ListedCongress, by_code: dict, by_name: dict):
    if one.code:
        if one.code in by_code:
            return by_code[one.code]
        raise RuleViolation(f"Không thấy mã {one.code} trong lịch của đợt này ở phạm vi của đồng chí.")
    found = by_name.get(search_key(one.name), [])
    if not found:
        raise RuleViolation(f"Không thấy đơn vị “{one.name}” trong lịch của đợt này ở phạm vi của đồng chí.")
    if len(found) > 1:
        raise RuleViolation(f"Có {len(found)} đơn vị tên “{one.name}”. Đồng chí ghi thêm mã tổ chức.")
    return found[0]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, time)) else value


def _values(plain: dict) -> dict:
    return {
        name: date.fromisoformat(value) if name in _DAYS else time.fromisoformat(value) if name in _HOURS else value
        for name, value in plain.items()
    }


def keep_plan(plan: Plan, actor: User) -> str:
    """Returns the word under which it waits."""
    word = secrets.token_urlsafe(12)
    cache.set(_key(word, actor), plan, KEEP_SECONDS)
    return word


def kept_plan(word: str, actor: User) -> Plan | None:
    return cache.get(_key(word, actor))


def drop_plan(word: str, actor: User) -> None:
    cache.delete(_key(word, actor))


def _key(word: str, actor: User) -> str:
    return f"schedule-plan:{actor.pk}:{word}"


def confirm_plan(*, campaign: Campaign, plan: Plan, actor: User) -> Outcome:
    """Writes what was shown; a line that somebody else changed since then is left out and told."""
    rows = {one["unit"]: _values(one["values"]) for one in plan.changes}
    seen = {one["unit"]: datetime.fromisoformat(one["seen"]) if one["seen"] else None for one in plan.changes}
    return schedule_rows(campaign=campaign, rows=rows, seen=seen, actor=actor)

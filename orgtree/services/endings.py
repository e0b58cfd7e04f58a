"""Closing, reopening, merging and splitting units. What stood on them follows through `orgtree.followers`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation

from ..enums import ChangeKind
from ..followers import blockers_of, followers, tell_placed, watchers
from ..locks import lock_endings
from ..models import Grant, OrgUnit
from ..policies import may_create_below, may_edit, may_receive
from . import place
from .grants import take_back
from .history import checked_day, write_audit, write_change
from .tree import carry_over, found


@transaction.atomic
def close_unit(
    *, unit: OrgUnit, effective_on: date | None = None, decision: str = "", reason: str = "", actor: User | None
) -> OrgUnit:
    """Dissolve a unit on which nothing stands any more; the roles held on it are taken back."""
    (unit,) = place.locked(unit.pk, actor=actor)
    _check_may_end(unit, actor, "giải thể")
    day = checked_day(effective_on, unit)
    lock_endings([unit.pk])
    _end(unit, day, verb="giải thể", reason=reason, actor=actor)
    write_change(unit, ChangeKind.CLOSED, day, before=unit.name, decision=decision, reason=reason, actor=actor)
    write_audit("unit.closed", unit, decision=decision, reason=reason, actor=actor)
    return unit


@transaction.atomic
def reopen_unit(
    *, unit: OrgUnit, effective_on: date | None = None, decision: str = "", reason: str = "", actor: User | None
) -> OrgUnit:
    """Take back a closing; roles are not given back by it."""
    (unit,) = place.locked(unit.pk, actor=actor)
    if actor is not None and not may_edit(actor, unit):
        raise PermissionDenied
    if unit.is_open:
        raise RuleViolation(f"{unit.name} đang hoạt động.")
    if unit.merged_into_id is not None:
        raise RuleViolation(f"{unit.name} đã sáp nhập vào {unit.merged_into.name}, không hoạt động trở lại được.")
    day = checked_day(effective_on, unit)
    if day < unit.closed_on:
        raise RuleViolation(f"Ngày hiệu lực phải từ ngày kết thúc ({unit.closed_on:%d/%m/%Y}) trở đi.")
    place.check_kind(unit.kind, unit.parent)
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    write_change(unit, ChangeKind.REOPENED, day, after=unit.name, decision=decision, reason=reason, actor=actor)
    write_audit("unit.reopened", unit, decision=decision, reason=reason, actor=actor)
    tell_placed([unit.pk], actor=actor)
    return unit


@transaction.atomic
def merge_units(
    *,
    sources: Sequence[OrgUnit],
    target: OrgUnit,
    effective_on: date | None = None,
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> OrgUnit:
    """Merge `sources` into `target`: units below and what is alive on them follow, the sources end and lead to the
    target, what is finished stays with them."""
    ids = list(dict.fromkeys(unit.pk for unit in sources))
    if not ids:
        raise RuleViolation("Đồng chí hãy chọn ít nhất một đơn vị để sáp nhập.")
    if target.pk in ids:
        raise RuleViolation("Không thể sáp nhập một đơn vị vào chính nó.")
    target, *merged = place.locked(target.pk, *ids, actor=actor)
    if actor is not None and not may_receive(actor, target):
        raise PermissionDenied
    for unit in merged:
        _check_may_end(unit, actor, "sáp nhập")
        _check_may_follow(unit, target)
    day = checked_day(effective_on, target, *merged)
    lock_endings(ids)
    for unit in merged:
        below = OrgUnit.objects.filter(parent_id=unit.pk, closed_on=None).order_by("lft")
        for child_id in list(below.values_list("pk", flat=True)):
            _carry(child_id, target.pk, day, decision=decision, reason=reason, actor=actor)
        for follower in followers():
            follower.follow(unit, target, actor=actor)
        (unit,) = place.locked(unit.pk, actor=None)
        unit.merged_into = target
        _end(unit, day, verb="sáp nhập", reason=reason, actor=actor)
        write_change(
            unit,
            ChangeKind.MERGED_AWAY,
            day,
            other=target,
            before=unit.name,
            after=target.name,
            decision=decision,
            reason=reason,
            actor=actor,
        )
        write_change(
            target,
            ChangeKind.MERGED_IN,
            day,
            other=unit,
            before=unit.name,
            after=target.name,
            decision=decision,
            reason=reason,
            actor=actor,
        )
        write_audit("unit.merged", unit, decision=decision, reason=reason, actor=actor, into=target.name)
    (target,) = place.locked(target.pk, actor=actor)
    return target


@dataclass(frozen=True)
class Part:
    """A new unit that is split off: which units below go to it, and which of a follower's ids (by its key)."""

    code: str
    name: str
    child_ids: frozenset[int] = frozenset()
    selected: Mapping[str, Collection[int]] = field(default_factory=dict)


@transaction.atomic
def split_unit(
    *,
    unit: OrgUnit,
    parts: Sequence[Part],
    effective_on: date | None = None,
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> list[OrgUnit]:
    """Found new units of the same kind beside `unit` and hand them what was chosen; the unit itself goes on."""
    (unit,) = place.locked(unit.pk, actor=actor)
    if unit.parent is None:
        raise RuleViolation("Đơn vị cao nhất không chia tách được.")
    if actor is not None and not (may_edit(actor, unit) and may_create_below(actor, unit.parent)):
        raise PermissionDenied
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động, không chia tách được.")
    if not parts:
        raise RuleViolation("Đồng chí hãy khai ít nhất một đơn vị mới.")
    chosen = [pk for part in parts for pk in part.child_ids]
    own = set(OrgUnit.objects.filter(parent=unit, closed_on=None).values_list("pk", flat=True))
    if len(chosen) != len(set(chosen)) or not set(chosen) <= own:
        raise RuleViolation("Mỗi đơn vị trực thuộc chỉ chuyển sang một đơn vị mới.")
    day = checked_day(effective_on, unit)
    made = []
    for part in parts:
        (parent,) = place.locked(unit.parent_id, actor=None)
        new = found(parent=parent, code=part.code, name=part.name, kind=unit.kind, founded_on=day)
        for child_id in sorted(part.child_ids):
            _carry(child_id, new.pk, day, decision=decision, reason=reason, actor=actor)
        for follower in followers():
            if ids := part.selected.get(follower.key):
                follower.follow(unit, new, selected=ids, actor=actor)
        write_change(
            new,
            ChangeKind.SPLIT_FROM,
            day,
            other=unit,
            before=unit.name,
            after=new.name,
            decision=decision,
            reason=reason,
            actor=actor,
        )
        write_change(
            unit,
            ChangeKind.SPLIT_INTO,
            day,
            other=new,
            before=unit.name,
            after=new.name,
            decision=decision,
            reason=reason,
            actor=actor,
        )
        write_audit("unit.split", unit, decision=decision, reason=reason, actor=actor, into=new.name)
        tell_placed([new.pk], actor=actor)
        made.append(new)
    return list(OrgUnit.objects.filter(pk__in=[new.pk for new in made]).select_related("kind").order_by("lft"))


def _check_may_end(unit: OrgUnit, actor: User | None, verb: str) -> None:
    if unit.parent is None:
        raise RuleViolation(f"Đơn vị cao nhất không {verb} được.")
    if actor is not None and not may_edit(actor, unit):
        raise PermissionDenied
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động từ ngày {unit.closed_on:%d/%m/%Y}.")


def _check_may_follow(unit: OrgUnit, target: OrgUnit) -> None:
    if not target.is_open:
        raise RuleViolation(f"{target.name} đã kết thúc hoạt động, không nhận sáp nhập được.")
    if unit.pk in target.ancestor_ids:
        raise RuleViolation(f"Không thể sáp nhập {unit.name} vào một đơn vị bên dưới nó.")
    if unit.kind.holds_members and not target.kind.holds_members:
        raise RuleViolation(
            f"{target.name} là {target.kind.label}, không trực tiếp quản lý đảng viên nên không nhận được {unit.name}."
        )


def _carry(child_id: int, parent_id: int, day: date, *, decision: str, reason: str, actor: User | None) -> None:
    """Read both again: each move shifts the intervals of what was read before."""
    child, parent = place.locked(child_id, parent_id, actor=None)
    carry_over(child, parent, day, decision=decision, reason=reason, actor=actor)


def _end(unit: OrgUnit, day: date, *, verb: str, reason: str, actor: User | None) -> None:
    """Close what is empty, take back the roles held on it."""
    if standing := blockers_of(unit):
        raise RuleViolation(f"Chưa {verb} được {unit.name}: {', '.join(standing)}.")
    unit.closed_on = day
    unit.save(update_fields=["closed_on", "merged_into"])
    grants = Grant.objects.filter(unit=unit, revoked_at=None).order_by("pk")
    take_back(list(grants), reason=reason or f"{unit.name} kết thúc hoạt động", actor=actor)
    for watcher in watchers():
        watcher.ended(unit, reason=reason or f"{unit.name} {verb}.", actor=actor)

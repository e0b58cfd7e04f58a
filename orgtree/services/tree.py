"""Founding and moving units."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, search_key

from ..enums import ChangeKind
from ..models import OrgUnit, UnitChange, UnitKind
from ..policies import may_create_below, may_move
from . import figures, place


def _checked_day(day: date | None, unit: OrgUnit | None = None) -> date:
    today = timezone.localdate()
    day = day or today
    if day > today:
        raise RuleViolation("Ngày hiệu lực chưa đến. Đồng chí hãy cập nhật vào đúng ngày quyết định có hiệu lực.")
    if unit is not None and unit.founded_on and day < unit.founded_on:
        raise RuleViolation(f"Ngày hiệu lực phải từ ngày thành lập của {unit.name} trở đi.")
    return day


@transaction.atomic
def create_unit(
    *,
    parent: OrgUnit | None,
    code: str,
    name: str,
    kind: UnitKind,
    founded_on: date | None = None,
    decision: str = "",
    note: str = "",
    actor: User | None,
) -> OrgUnit:
    """Found a unit below `parent`; with no parent a top unit, which only the server itself (no actor) may do."""
    if parent is not None:
        (parent,) = place.locked(parent.pk, actor=actor)
    if actor is not None and (parent is None or not may_create_below(actor, parent)):
        raise PermissionDenied
    day = _checked_day(founded_on)
    code, name = clean(code), clean(name)
    place.check_kind(kind, parent)
    if OrgUnit.objects.filter(code=code).exists():
        raise RuleViolation(f"Mã tổ chức {code} đã có. Đồng chí hãy chọn mã khác.")
    unit = OrgUnit(
        code=code,
        name=name,
        search_key=search_key(f"{name} {code}"),
        kind=kind,
        founded_on=founded_on,
        note=note,
    )
    place.insert(unit, parent)
    UnitChange.objects.create(
        unit=unit,
        kind=ChangeKind.CREATED,
        effective_on=day,
        other_unit=parent,
        after=name,
        decision=decision,
        made_by=actor,
    )
    record(
        "unit.created",
        actor=actor,
        target=unit,
        unit=unit,
        detail={"parent": parent.name if parent else "cấp cao nhất"},
    )
    return unit


@transaction.atomic
def move_unit(
    *,
    unit: OrgUnit,
    new_parent: OrgUnit,
    effective_on: date | None = None,
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> OrgUnit:
    """Put a unit, with all below it, under another superior. Grants from above are won and lost with it."""
    unit, new_parent = place.locked(unit.pk, new_parent.pk, actor=actor)
    if actor is not None and not may_move(actor, unit, new_parent):
        raise PermissionDenied
    if unit.parent is None:
        raise RuleViolation("Đơn vị cao nhất không thể chuyển đi.")
    if unit.parent_id == new_parent.pk:
        raise RuleViolation(f"{unit.name} đang trực thuộc {new_parent.name} rồi.")
    day = _checked_day(effective_on, unit)
    place.check_kind(unit.kind, new_parent)
    old_parent = unit.parent
    figures.carry(unit, old_parent=old_parent, new_parent=new_parent)
    place.relocate(unit, new_parent)
    UnitChange.objects.create(
        unit=unit,
        kind=ChangeKind.MOVED,
        effective_on=day,
        other_unit=new_parent,
        before=old_parent.name,
        after=new_parent.name,
        decision=decision,
        reason=reason,
        made_by=actor,
    )
    record(
        "unit.moved",
        actor=actor,
        target=unit,
        unit=unit,
        detail={"before": old_parent.name, "after": new_parent.name, "reason": reason},
    )
    return unit

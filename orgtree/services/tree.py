"""Founding and moving units."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation

from ..enums import ChangeKind
from ..locks import lock_grants
from ..models import OrgUnit, UnitKind
from ..policies import may_create_below, may_move
from . import figures, place
from .details import checked_words
from .history import checked_day, write_audit, write_change
from .standing import hang_anew


@transaction.atomic
def create_unit(
    *,
    parent: OrgUnit | None,
    code: str,
    name: str,
    kind: UnitKind,
    founded_on: date | None = None,
    decision: str = "",
    reason: str = "",
    note: str = "",
    has_seal: bool = False,
    actor: User | None,
) -> OrgUnit:
    """Found a unit below `parent`; with no parent a top unit, which only the server itself (no actor) may do."""
    if parent is not None:
        (parent,) = place.locked(parent.pk, actor=actor)
    if actor is not None and (parent is None or not may_create_below(actor, parent)):
        raise PermissionDenied
    day = checked_day(founded_on)
    unit = found(
        parent=parent, code=code, name=name, kind=kind, founded_on=founded_on, note=note.strip(), has_seal=has_seal
    )
    write_change(
        unit, ChangeKind.CREATED, day, other=parent, after=unit.name, decision=decision, reason=reason, actor=actor
    )
    write_audit(
        "unit.created",
        unit,
        decision=decision,
        reason=reason,
        actor=actor,
        parent=parent.name if parent else "cấp cao nhất",
    )
    return unit


def found(*, parent: OrgUnit | None, code: str, name: str, kind: UnitKind, **details: object) -> OrgUnit:
    """Check and insert, without policy and history; under the lock of the parent's tree."""
    code, name = checked_words(code, name)
    place.check_kind(kind, parent)
    unit = OrgUnit(code=code, name=name, kind=kind, **details)
    place.name_keys(unit)
    place.insert(unit, parent)
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
    if unit.parent is None:
        raise RuleViolation("Đơn vị cao nhất không thể chuyển đi.")
    if actor is not None and not may_move(actor, unit, new_parent):
        raise PermissionDenied
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động, không chuyển đi được nữa.")
    if unit.parent_id == new_parent.pk:
        raise RuleViolation(f"{unit.name} đang trực thuộc {new_parent.name} rồi.")
    carry_over(
        unit,
        new_parent,
        checked_day(effective_on, unit, new_parent),
        decision=decision,
        reason=reason,
        actor=actor,
    )
    return unit


def carry_over(
    unit: OrgUnit, new_parent: OrgUnit, day: date, *, decision: str = "", reason: str = "", actor: User | None
) -> None:
    """Check the place and move, with figures and history, without policy; under the locks of both trees. Both
    must have been read after the last change of their trees."""
    old_parent = unit.parent
    place.check_kind(unit.kind, new_parent)
    if new_parent.pk == unit.pk or unit.pk in new_parent.ancestor_ids:
        raise RuleViolation("Không thể chuyển một đơn vị xuống dưới chính nó.")
    lock_grants()
    figures.carry(unit, old_parent=old_parent, new_parent=new_parent)
    place.relocate(unit, new_parent)
    hang_anew([unit], actor=actor)
    write_change(
        unit,
        ChangeKind.MOVED,
        day,
        other=new_parent,
        before=old_parent.name,
        after=new_parent.name,
        decision=decision,
        reason=reason,
        actor=actor,
    )
    write_audit(
        "unit.moved",
        unit,
        decision=decision,
        reason=reason,
        actor=actor,
        before=old_parent.name,
        after=new_parent.name,
    )

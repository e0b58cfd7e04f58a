"""What is written on a unit: its name and code, and what stands beside them."""

import re
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean

from ..enums import ChangeKind
from ..followers import followers, tell_placed
from ..models import OrgUnit, UnitKind
from ..policies import may_edit
from . import place
from .history import checked_day, keep_former_name, write_audit, write_change

# Regulation 208-QĐ/TW (domain.md §2.6): province, direct superior, grassroots, below it, branch.
_CENTRAL_CODE = re.compile(r"^\d{2}(\.\d{3}){4}\Z")
_CODE = re.compile(r"^[^\W_]([\w.\-/]*[^\W_])?\Z")


def normal_code(code: str | None) -> str:
    """A code as we keep it: `dsvn.01 ` → `DSVN.01`."""
    return clean(code).upper()


def fault_of_words(code: str, name: str) -> str:
    """What is wrong with a code and a name by themselves, or nothing."""
    if not code:
        return "Thiếu mã tổ chức."
    if not name:
        return "Thiếu tên tổ chức đảng."
    if len(code) > 40:
        return "Mã tổ chức dài quá 40 ký tự."
    if not _CODE.match(code):
        return f"Mã tổ chức «{code}» chỉ được gồm chữ, số và dấu . - / ở giữa."
    if len(name) > 200:
        return "Tên tổ chức đảng dài quá 200 ký tự."
    return ""


def checked_words(code: str, name: str, unit: OrgUnit | None = None) -> tuple[str, str]:
    code, name = normal_code(code), clean(name)
    if fault := fault_of_words(code, name):
        raise RuleViolation(fault)
    other = OrgUnit.objects.filter(code=code).exclude(pk=unit.pk if unit else None).first()
    if other is not None:
        raise RuleViolation(f"Mã tổ chức {code} đã dùng cho {other.name}. Đồng chí hãy chọn mã khác.")
    return code, name


def _open_unit_to_edit(unit: OrgUnit, actor: User | None) -> OrgUnit:
    (unit,) = place.locked(unit.pk, actor=actor)
    if actor is not None and not may_edit(actor, unit):
        raise PermissionDenied
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động, không sửa được nữa.")
    return unit


@transaction.atomic
def rename_unit(
    *,
    unit: OrgUnit,
    name: str,
    code: str | None = None,
    effective_on: date | None = None,
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> OrgUnit:
    """Give a unit another name, code or both; it is found by the old ones for ever."""
    unit = _open_unit_to_edit(unit, actor)
    code, name = checked_words(unit.code if code is None else code, name, unit)
    if (code, name) == (unit.code, unit.name):
        raise RuleViolation("Tên và mã mới giống tên và mã đang dùng.")
    write_name(unit, code, name, checked_day(effective_on, unit), decision=decision, reason=reason, actor=actor)
    return unit


def write_name(
    unit: OrgUnit, code: str, name: str, day: date, *, decision: str = "", reason: str = "", actor: User | None
) -> None:
    """Without policy; under the lock of the tree. `code` and `name` are clean and free."""
    keep_former_name(unit, day)
    before = unit.name if unit.code == code else f"{unit.name} ({unit.code})"
    after = name if unit.code == code else f"{name} ({code})"
    moved = unit.code != code
    unit.code, unit.name = code, name
    place.name_keys(unit)
    unit.save(update_fields=["code", "name", "search_key", "order_key"])
    if moved and unit.parent is not None:
        place.relocate(unit, unit.parent)
    write_change(
        unit, ChangeKind.RENAMED, day, before=before, after=after, decision=decision, reason=reason, actor=actor
    )
    write_audit("unit.renamed", unit, decision=decision, reason=reason, actor=actor, before=before, after=after)


@transaction.atomic
def edit_unit(
    *,
    unit: OrgUnit,
    kind: UnitKind | None = None,
    founded_on: date | None = None,
    has_seal: bool = False,
    central_code: str = "",
    note: str = "",
    effective_on: date | None = None,
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> OrgUnit:
    """Write all that stands beside the name; what is not given is emptied, but the kind stays without one."""
    unit = _open_unit_to_edit(unit, actor)
    day = checked_day(effective_on)
    central_code, note = clean(central_code), clean(note)
    if central_code and not _CENTRAL_CODE.match(central_code):
        raise RuleViolation("Mã theo Quy định 208 có dạng 38.168.053.000.001.")
    if len(note) > 300:
        raise RuleViolation("Ghi chú dài quá 300 ký tự.")
    if founded_on:
        checked_day(founded_on)
    values = {"founded_on": founded_on, "has_seal": has_seal, "central_code": central_code, "note": note}
    if kind is not None and kind.pk != unit.kind_id:
        check_new_kind(unit, kind)
        values["kind"] = kind
    if not write_values(unit, values, day, decision=decision, reason=reason, actor=actor):
        raise RuleViolation("Đồng chí chưa thay đổi thông tin nào.")
    return unit


def check_new_kind(unit: OrgUnit, kind: UnitKind) -> None:
    """A unit may become of another kind (a chi bộ cơ sở of 30 members a đảng bộ cơ sở) where it stands, with what
    stands below it, if its members can stay."""
    place.check_kind(kind, unit.parent)
    legal_below = set(kind.legal_children.values_list("pk", flat=True))
    for child in OrgUnit.objects.filter(parent=unit, closed_on=None).select_related("kind").order_by("lft"):
        if child.kind_id not in legal_below:
            raise RuleViolation(
                f"{unit.name} không thể là {kind.label}: {child.name} là {child.kind.label}, "
                f"không được trực thuộc {kind.label}."
            )
    if unit.kind.holds_members and not kind.holds_members:
        standing = [line for follower in followers() for line in follower.blockers(unit)]
        if standing:
            raise RuleViolation(f"{unit.name} chưa thể là {kind.label}: {', '.join(standing)}.")


LABELS = {
    "kind": "Loại hình",
    "founded_on": "Ngày thành lập",
    "has_seal": "Con dấu",
    "central_code": "Mã theo Quy định 208",
    "note": "Ghi chú",
}


def write_values(
    unit: OrgUnit,
    values: dict[str, object],
    day: date,
    *,
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> list[str]:
    """Write what differs, with history, without policy; returns the names of the fields that did."""
    changed = [name for name, value in values.items() if getattr(unit, name) != value]
    if not changed:
        return []
    before = "; ".join(f"{LABELS[name]}: {in_words(getattr(unit, name))}" for name in changed)
    for name in changed:
        setattr(unit, name, values[name])
    unit.save(update_fields=changed)
    after = "; ".join(f"{LABELS[name]}: {in_words(getattr(unit, name))}" for name in changed)
    write_change(
        unit, ChangeKind.EDITED, day, before=before, after=after, decision=decision, reason=reason, actor=actor
    )
    write_audit("unit.edited", unit, decision=decision, reason=reason, actor=actor, before=before, after=after)
    if "kind" in changed:
        tell_placed([unit.pk], actor=actor)
    return changed


def in_words(value: object) -> str:
    if value is None or value == "":
        return "trống"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)

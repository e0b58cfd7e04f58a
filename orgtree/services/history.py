"""The line in a unit's history and the line in the record, always both."""

from datetime import date

from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean

from ..enums import ChangeKind
from ..models import FormerName, OrgUnit, UnitChange


def checked_day(day: date | None, *units: OrgUnit) -> date:
    """The day from which a change holds: today if none is given, not to come, not before the founding."""
    today = timezone.localdate()
    day = day or today
    if day > today:
        raise RuleViolation("Ngày hiệu lực chưa đến. Đồng chí hãy cập nhật vào đúng ngày quyết định có hiệu lực.")
    for unit in units:
        if unit.founded_on and day < unit.founded_on:
            raise RuleViolation(
                f"Ngày hiệu lực phải từ ngày thành lập của {unit.name} ({unit.founded_on:%d/%m/%Y}) trở đi."
            )
    return day


def write_change(
    unit: OrgUnit,
    kind: ChangeKind,
    day: date,
    *,
    other: OrgUnit | None = None,
    before: str = "",
    after: str = "",
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> UnitChange:
    change = build_change(
        unit, kind, day, other=other, before=before, after=after, decision=decision, reason=reason, actor=actor
    )
    change.save(force_insert=True)
    return change


def build_change(
    unit: OrgUnit,
    kind: ChangeKind,
    day: date,
    *,
    other: OrgUnit | None = None,
    before: str = "",
    after: str = "",
    decision: str = "",
    reason: str = "",
    actor: User | None,
) -> UnitChange:
    """Not yet written, for many at once."""
    return UnitChange(
        unit=unit,
        kind=kind,
        effective_on=day,
        other_unit=other,
        before=before[:900],
        after=after[:900],
        decision=clean(decision)[:120],
        reason=clean(reason)[:500],
        made_by=actor,
    )


def write_audit(
    action: str, unit: OrgUnit, *, decision: str = "", reason: str = "", actor: User | None, **detail: object
) -> None:
    if clean(decision):
        detail["decision"] = clean(decision)
    if clean(reason):
        detail["reason"] = clean(reason)
    record(action, actor=actor, target=unit, unit=unit, detail=detail)


def keep_former_name(unit: OrgUnit, until: date) -> None:
    """Before name or code changes: the old ones stay findable for ever."""
    FormerName.objects.create(unit=unit, name=unit.name, code=unit.code, search_key=unit.search_key, until=until)

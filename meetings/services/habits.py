"""What next month's meeting is proposed from."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean
from orgtree.models import OrgUnit
from orgtree.rights import forget_holdings

from .. import policies
from ..enums import MeetingKind, kinds_of
from ..models import Habit
from ..rules.habits import in_words


def _check(unit: OrgUnit, kind: str, actor: User) -> None:
    forget_holdings(actor)
    if not policies.may_hold(actor, unit):
        raise PermissionDenied
    if kind not in kinds_of(unit):
        raise RuleViolation(f"{unit.name} không tổ chức {MeetingKind(kind).label.lower()}.")


@transaction.atomic
def keep_habit(
    *,
    unit: OrgUnit,
    kind: str,
    at,
    place: str,
    minutes: int = 90,
    day: int | None = None,
    week: int | None = None,
    weekday: int | None = None,
    actor: User,
) -> Habit:
    """A day of the month, or the nth weekday of it."""
    _check(unit, kind, actor)
    place = clean(place)[:200]
    if not place:
        raise RuleViolation("Đồng chí ghi địa điểm họp.")
    if (day is None) == (week is None or weekday is None):
        raise RuleViolation("Đồng chí chọn một ngày trong tháng, hoặc một thứ của một tuần trong tháng.")
    if day is not None:
        week = weekday = None
    values = {"day": day, "week": week, "weekday": weekday, "at": at, "place": place, "minutes": minutes}
    habit, _ = Habit.objects.update_or_create(unit=unit, kind=kind, defaults=values)
    detail = {"unit": unit.name, "kind": habit.get_kind_display(), "habit": in_words(habit)}
    record("meeting.habit_kept", actor=actor, target=unit, unit=unit, detail=detail)
    return habit


@transaction.atomic
def drop_habit(*, habit: Habit, actor: User) -> None:
    _check(habit.unit, habit.kind, actor)
    habit.delete()
    detail = {"unit": habit.unit.name, "kind": habit.get_kind_display()}
    record("meeting.habit_dropped", actor=actor, target=habit.unit, unit=habit.unit, detail=detail)

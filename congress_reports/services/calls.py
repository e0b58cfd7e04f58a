"""The list to call by: units with late reports, their secretaries and phones. Phones leave the portal with it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from members.models import ListedMember
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import units_where

from .. import policies
from ..selectors.late import LateUnit, described, late_units

MOST_CALLS = 300


@transaction.atomic
def calls_to_print(*, unit: OrgUnit, wide: bool, actor: User) -> list[LateUnit]:
    """The rows, written down as taken out, with each person whose phone stands there."""
    if not policies.may_print_calls(actor, unit):
        raise PermissionDenied
    today = timezone.localdate()
    found = list(
        late_units(unit, seen=units_where(actor, Right.MANAGE_MEMBERS), day=today, wide=wide)[: MOST_CALLS + 1]
    )
    if len(found) > MOST_CALLS:
        raise RuleViolation(f"Danh sách gọi in tối đa {MOST_CALLS} đơn vị. Đồng chí chọn một đơn vị nhỏ hơn.")
    rows = described(found, day=today)
    called = sorted({person.member_id for row in rows for person in row.people})
    entry = record("reports.calls_printed", actor=actor, target=unit, unit=unit, detail={"rows": len(called)})
    ListedMember.objects.bulk_create(ListedMember(member_id=pk, entry_id=entry.pk) for pk in called)
    return rows

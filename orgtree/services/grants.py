"""Handing a role on and taking it back. Every path that yields a right ends here; who may receive is asked above."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation

from ..enums import ROLES, Reach, Right, Role
from ..locks import keep_units_open
from ..models import Grant, OrgUnit
from ..rights import Holding, forget_holdings, holdings_of, living


def giving_holding(actor: User, unit: OrgUnit, role: Role) -> Holding | None:
    """The holding under which `actor` may hand `role` to somebody in `unit`: DELEGATE on the direct superior, or on
    the top unit itself for that unit, and a role that lists `role` in may_give (DESIGN §3)."""
    source_id = unit.parent_id or unit.pk
    for holding in holdings_of(actor):
        may_give = ROLES[holding.role].may_give
        if holding.unit_id == source_id and Right.DELEGATE in holding.rights and role in may_give:
            return holding
    return None


def acting_delegates(unit_id: int | OuterRef) -> QuerySet[Grant]:
    """Living grants on the unit whose holder can hand rights to the units right below. Who has not shown yet that he
    is the person cannot act, and the units below must not wait for him."""
    delegating = [role for role, rule in ROLES.items() if Right.DELEGATE in rule.rights]
    grants = living(Grant.objects.filter(unit_id=unit_id, role__in=delegating))
    return grants.filter(user__identity_confirmed_at__isnull=False)


def superior_acts_instead(actor: User, unit: OrgUnit, role: Role) -> Holding | None:
    """Where the direct superior has no living holder of DELEGATE, the organisation department further up may give
    "thay cấp dưới" (DESIGN §3)."""
    if unit.parent_id is None:
        return None
    if acting_delegates(unit.parent_id).exists():
        return None
    for holding in holdings_of(actor):
        if (
            holding.role == Role.ORG_DEPARTMENT
            and Right.DELEGATE in holding.rights
            and holding.unit_id in unit.ancestor_ids
            and role in ROLES[holding.role].may_give
        ):
            return holding
    return None


@transaction.atomic
def give_grant(
    *,
    user: User,
    unit: OrgUnit,
    role: Role,
    reach: Reach | None = None,
    begins_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    actor: User | None,
) -> Grant:
    """Hand `role` on `unit` to `user`, not further nor longer than the giver holds his own. No actor: the server
    itself (first administrator, demo)."""
    keep_units_open([unit.pk])
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once may not give the same twice
    unit = OrgUnit.objects.get(pk=unit.pk)
    reach = reach or ROLES[role].reach
    begins_on = begins_on or timezone.localdate()
    under, instead = None, False
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động, không giao vai trò được nữa.")
    if actor is not None:
        if actor.pk == user.pk:
            raise RuleViolation("Không ai tự giao vai trò cho mình.")
        forget_holdings(actor)
        holding = giving_holding(actor, unit, role)
        if holding is None:
            holding = superior_acts_instead(actor, unit, role)
            instead = holding is not None
        if holding is None:
            raise PermissionDenied
        under = Grant.objects.select_for_update().get(pk=holding.grant_id)
        if under.revoked_at is not None:  # while we waited for it
            raise PermissionDenied
        if reach == Reach.SUBTREE and holding.reach == Reach.UNIT:
            raise RuleViolation("Đồng chí không giao được phạm vi rộng hơn phạm vi của mình.")
        if under.ends_on and (ends_on is None or ends_on > under.ends_on):
            raise RuleViolation(
                f"Vai trò của đồng chí có hạn đến {under.ends_on:%d/%m/%Y}, không giao được lâu hơn thế."
            )
    if ends_on and ends_on < begins_on:
        raise RuleViolation("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if Grant.objects.filter(user=user, unit=unit, role=role, revoked_at=None).exists():
        raise RuleViolation(f"Đồng chí {user.full_name} đang giữ vai trò {role.label} tại {unit.name} rồi.")
    grant = Grant.objects.create(
        user=user,
        unit=unit,
        role=role,
        reach=reach,
        begins_on=begins_on,
        ends_on=ends_on,
        given_by=actor,
        given_under=under,
        instead_of_below=instead,
        reason=reason,
    )
    _keep_object_permissions(user, unit)
    record(
        "grant.given",
        actor=actor,
        target=grant,
        unit=unit,
        detail={
            "role": role.label,
            "unit": unit.name,
            "receiver": user.full_name,
            "instead_of_below": instead,
        },
    )
    forget_holdings(user)
    return grant


@transaction.atomic
def revoke_grant(*, grant: Grant, reason: str = "", actor: User | None) -> list[Grant]:
    """Take a grant back, with all that hangs from it: no grant outlives the one it was given under. Returns all
    that were taken back, the given one first."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=grant.pk)
    if actor is not None:
        forget_holdings(actor)
        role = Role(grant.role)
        if giving_holding(actor, grant.unit, role) is None and superior_acts_instead(actor, grant.unit, role) is None:
            raise PermissionDenied
        if grant.user_id == actor.pk:
            raise RuleViolation("Đồng chí không tự thu hồi vai trò của mình được.")
        if any(one.user_id == actor.pk for one in hanging_from(grant)):
            raise RuleViolation("Thu hồi vai trò này thì vai trò của chính mình cũng mất. Việc này do cấp trên làm.")
    if grant.revoked_at is not None:
        raise RuleViolation("Vai trò này đã được thu hồi trước đó.")
    return take_back([grant], reason=reason, actor=actor)


def take_back(grants: list[Grant], *, reason: str, actor: User | None) -> list[Grant]:
    """Revoke these with all that hangs from them, without policy: the caller has asked his own. Each layer is locked
    before the one below is read, so that nothing given meanwhile stays behind."""
    taken: dict[int, Grant] = {}
    layer = [grant.pk for grant in grants]
    while layer:
        rows = Grant.objects.select_for_update(of=("self",)).filter(pk__in=layer, revoked_at=None)
        found = list(rows.select_related("unit", "user").order_by("pk"))
        taken |= {grant.pk: grant for grant in found}
        below = Grant.objects.filter(given_under__in=[grant.pk for grant in found], revoked_at=None)
        layer = [pk for pk in below.values_list("pk", flat=True) if pk not in taken]
    now = timezone.now()
    for one in taken.values():
        one.revoked_at, one.revoked_by, one.revoke_reason = now, actor, reason[:500]
        one.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _keep_object_permissions(one.user, one.unit)
        record(
            "grant.revoked",
            actor=actor,
            target=one,
            unit=one.unit,
            detail={
                "role": one.get_role_display(),
                "unit": one.unit.name,
                "receiver": one.user.full_name,
                "reason": reason,
            },
        )
        forget_holdings(one.user)
    forget_holdings(actor)
    return list(taken.values())


def hanging_from(grant: Grant) -> list[Grant]:
    """All living grants given under this one, and under those, nearest first (features A6)."""
    found: list[Grant] = []
    layer = [grant.pk]
    while layer:
        below = list(
            Grant.objects.filter(given_under__in=layer, revoked_at=None).select_related("unit", "user").order_by("pk")
        )
        found += below
        layer = [one.pk for one in below]
    return found


def _keep_object_permissions(user: User, unit: OrgUnit) -> None:
    """Bring guardian's rows for (user, unit) in step with the living grants there."""
    wanted = {
        right
        for role in Grant.objects.filter(user=user, unit=unit, revoked_at=None).values_list("role", flat=True)
        for right in ROLES[Role(role)].rights
    }
    held = set(unit.unitpermission_set.filter(user=user).values_list("permission__codename", flat=True))
    for right in wanted - held:
        assign_perm(f"orgtree.{right}", user, unit)
    for right in held - {r.value for r in wanted}:
        remove_perm(f"orgtree.{right}", user, unit)

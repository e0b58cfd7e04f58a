"""Handing a role on and taking it back. Every path that yields a right ends here; who may receive is asked above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import OneTimeCode, User
from audit.services import record
from common.errors import RuleViolation

from ..enums import ROLES, Reach, Right, Role
from ..locks import keep_units_open, lock_grants
from ..models import Grant, OrgUnit, UnitPermission
from ..policies import may_vouch_for
from ..rights import Holding, forget_holdings, holdings_of, living
from ..selectors.reach import reaches_already
from .standing import Stand, can_stand_under, hang_under, hangs_from

NO_END = "không thời hạn"


class HangsOtherwise(RuleViolation):
    """What hangs from a grant is no longer what was shown: it must be shown again."""

    def __init__(self) -> None:
        super().__init__("Những vai trò phụ thuộc vừa thay đổi. Đồng chí xem lại danh sách dưới đây rồi xác nhận.")


# Who may give


def giving_holding(actor: User, unit: OrgUnit, role: Role) -> Holding | None:
    """The holding under which `actor` may hand `role` to somebody in `unit`: DELEGATE on the direct superior and a
    role that lists `role` in may_give (DESIGN §3). The top unit has no superior: its organisation department."""
    for holding in holdings_of(actor):
        rule = ROLES[holding.role]
        if Right.DELEGATE not in holding.rights:
            continue
        if unit.parent_id is None and holding.unit_id == unit.pk and role in rule.may_give_beside:
            return holding
        if unit.parent_id is not None and holding.unit_id == unit.parent_id and role in rule.may_give:
            return holding
    return None


def superior_acts_instead(actor: User, unit: OrgUnit, role: Role) -> Holding | None:
    """Where the direct superior has no living holder of DELEGATE, the organisation department further up may give
    "thay cấp dưới" (DESIGN §3)."""
    for holding in holdings_of(actor):
        if (
            holding.role == Role.ORG_DEPARTMENT
            and holding.reach == Reach.SUBTREE
            and Right.DELEGATE in holding.rights
            and holding.unit_id in unit.ancestor_ids
            and role in ROLES[holding.role].may_give
        ):
            return holding if _has_no_giver(unit) else None
    return None


def delegating_roles() -> list[Role]:
    return [role for role, rule in ROLES.items() if Right.DELEGATE in rule.rights]


def acting_delegates(unit_id: int | OuterRef) -> QuerySet[Grant]:
    """Living grants on the unit by which rights can be handed to the units right below. Whose roles rest cannot act,
    and the units below must not wait for him."""
    holders = living(Grant.objects.filter(unit_id=unit_id, role__in=delegating_roles()))
    return holders.filter(user__identity_confirmed_at__isnull=False).exclude(_without_second_factor())


def _without_second_factor() -> Q:
    """Holders whose grace is over, as `rights.second_factor_due` says of one (by this grant, not by an older one)."""
    last = timezone.localdate() - timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS + 1)
    if settings.SECOND_FACTOR != "roles" or (settings.SECOND_FACTOR_FROM and last < settings.SECOND_FACTOR_FROM):
        return Q(pk__in=[])
    active = Q(user__activated_at=None) | Q(user__activated_at__date__lte=last)
    return Q(user__second_factor_since=None, given_at__date__lte=last) & active


def _has_no_giver(unit: OrgUnit) -> bool:
    return unit.parent_id is not None and not acting_delegates(unit.parent_id).exists()


@dataclass(frozen=True)
class Giving:
    """By which holding somebody gives a role, and whether he does so in place of the direct superior."""

    holding: Holding
    instead: bool


def giving(actor: User, unit: OrgUnit) -> dict[Role, Giving]:
    """All roles that `actor` may hand out in `unit`. One query at most."""
    found: dict[Role, Giving] = {}
    instead: Holding | None = None
    asked = False
    for role in Role:
        if holding := giving_holding(actor, unit, role):
            found[role] = Giving(holding, False)
            continue
        if not asked:
            instead, asked = superior_acts_instead(actor, unit, Role.SECRETARY), True
        if instead is not None and role in ROLES[instead.role].may_give:
            found[role] = Giving(instead, True)
    return found


# Giving


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
    basis: str = "",
    succeeds: Grant | None = None,
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
    _close_what_has_ended(user, unit, role)
    if actor is not None:
        if actor.pk == user.pk:
            raise RuleViolation("Không ai tự giao vai trò cho mình.")
        under, instead = _under(actor, unit, role)
        _check_within(under, reach, begins_on, ends_on)
    if ends_on and ends_on < begins_on:
        raise RuleViolation("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if Grant.objects.filter(user=user, unit=unit, role=role, revoked_at=None).exists():
        raise RuleViolation(f"Đồng chí {user.full_name} đang giữ vai trò {role.label} tại {unit.name} rồi.")
    waits = actor is not None and must_be_confirmed_anew(Grant(user=user, unit=unit, role=role, reach=reach))
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
        basis=basis,
        succeeds=succeeds,
    )
    _keep_object_permissions(user, unit)
    record(
        "grant.given",
        actor=actor,
        target=grant,
        unit=unit,
        detail=_told(grant) | {"instead_of_below": instead, "reason": reason},
    )
    if waits:
        user.identity_confirmed_at = None
        User.objects.filter(pk=user.pk).update(identity_confirmed_at=None)
        record("grant.waits_for_code", actor=actor, target=grant, unit=unit, detail=_told(grant))
    forget_holdings(user)
    return grant


def must_be_confirmed_anew(grant: Grant) -> bool:
    """Was the holder let in last by a code from somebody who is not entitled to this role? Whoever hands out a code may
    have kept it: a person of straw whom he entered, or a member who never came for his slip, would carry for him what
    he may not hold. Then the roles rest until a code from one who is (decision 5). Not where the new role adds nothing
    to what its holder can do already: else whoever gives him something small would put him to rest."""
    user = User.objects.get(pk=grant.user_id)
    used = OneTimeCode.objects.filter(user=user, used_at__isnull=False).select_related("issued_by")
    code = used.order_by("-used_at", "-pk").first()
    if user.identity_confirmed_at is None or code is None or code.issued_by is None:
        return False
    return not may_vouch_for(code.issued_by, grant) and not reaches_already(user, grant)


def _under(actor: User, unit: OrgUnit, role: Role, *, lock: bool = True) -> tuple[Grant, bool]:
    """The actor's own grant by which he acts in the unit; with `lock` held until the transaction ends."""
    forget_holdings(actor)
    holding, instead = giving_holding(actor, unit, role), False
    if holding is None:
        holding, instead = superior_acts_instead(actor, unit, role), True
    if holding is None:
        raise PermissionDenied
    grants = Grant.objects.select_for_update(of=("self",)) if lock else Grant.objects
    under = grants.select_related("unit", "user").get(pk=holding.grant_id)
    if under.revoked_at is not None:  # while we waited for it
        raise PermissionDenied
    return under, instead


def _check_within(under: Grant, reach: Reach, begins_on: date, ends_on: date | None) -> None:
    """Not further, not longer and not from earlier than the giver holds his own."""
    if reach == Reach.SUBTREE and under.reach == Reach.UNIT:
        raise RuleViolation("Đồng chí không giao được phạm vi rộng hơn phạm vi của mình.")
    if under.ends_on and (ends_on is None or ends_on > under.ends_on):
        raise RuleViolation(f"Vai trò của đồng chí có hạn đến {under.ends_on:%d/%m/%Y}, không giao được lâu hơn thế.")
    if begins_on < under.begins_on:
        raise RuleViolation(
            f"Vai trò của đồng chí có từ {under.begins_on:%d/%m/%Y}, không giao được từ ngày sớm hơn thế."
        )


def _close_what_has_ended(user: User, unit: OrgUnit, role: Role) -> None:
    """A grant whose last day is over makes room for the next one of the same role."""
    ended = Grant.objects.filter(
        user=user, unit=unit, role=role, revoked_at=None, ends_on__lt=timezone.localdate()
    ).order_by("pk")
    if found := list(ended):
        take_back(found, reason="Đã hết hạn", actor=None, action="grant.ended")


# Taking back


@dataclass(frozen=True)
class Hanging:
    """A grant that hangs from another; `depth` counts the steps. `kept`: it can go on under the actor's own right."""

    grant: Grant
    depth: int
    kept: bool


@dataclass(frozen=True)
class Taking:
    """What taking a grant back would do, as it is shown before."""

    grant: Grant
    hanging: tuple[Hanging, ...]
    own: Grant | None = None
    instead: bool = False
    going: tuple[Hanging, ...] = field(init=False)
    kept: tuple[Hanging, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "going", tuple(one for one in self.hanging if not one.kept))
        object.__setattr__(self, "kept", tuple(one for one in self.hanging if one.kept))

    @property
    def fingerprint(self) -> str:
        """Changes when something else hangs there, or hangs otherwise."""
        rows = [
            (one.grant.pk, one.grant.given_under_id, one.kept, str(one.grant.ends_on), one.grant.role)
            for one in self.hanging
        ]
        return sha256(repr(sorted(rows)).encode()).hexdigest()[:24]


def plan_taking(grant: Grant, *, keep: bool, actor: User, lock: bool = False) -> Taking:
    """May the actor take it back, and what goes along? With `keep` what he could give himself goes on under his own
    right, with all that hangs from it."""
    role = Role(grant.role)
    if grant.user_id == actor.pk and grant.revoked_at is None:
        may = giving(actor, grant.unit)
        if role in may:
            raise RuleViolation("Đồng chí không tự thu hồi vai trò của mình được.")
    own, instead = _under(actor, grant.unit, role, lock=lock)
    if grant.revoked_at is not None:
        raise RuleViolation("Vai trò này đã được thu hồi trước đó.")
    hanging = hanging_from(grant)
    if any(one.user_id == actor.pk for one in hanging) or own.pk in {one.pk for one in hanging}:
        raise RuleViolation("Thu hồi vai trò này thì vai trò của chính mình cũng mất. Việc này do cấp trên làm.")
    return Taking(grant, tuple(_laid_out(grant, hanging, own if keep else None)), own, instead)


def _laid_out(grant: Grant, hanging: Sequence[Grant], own: Grant | None) -> list[Hanging]:
    below: dict[int, list[Grant]] = {}
    for one in hanging:
        below.setdefault(one.given_under_id, []).append(one)
    found: list[Hanging] = []

    def walk(parent_id: int, depth: int, parent_kept: bool) -> None:
        for one in below.get(parent_id, []):
            kept = parent_kept or (own is not None and can_stand_under(own, one))
            found.append(Hanging(one, depth, kept))
            walk(one.pk, depth + 1, kept)

    walk(grant.pk, 1, False)
    return found


@transaction.atomic
def revoke_grant(
    *, grant: Grant, reason: str = "", keep: bool = False, expected: str | None = None, actor: User | None
) -> list[Grant]:
    """Take a grant back, with all that hangs from it: no grant outlives the one it was given under. With `keep` what
    the actor could give himself goes on under his own right. `expected` is the fingerprint of what he was shown.
    Returns all that were taken back, the given one first."""
    lock_grants()
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=grant.pk)
    if actor is None:
        if grant.revoked_at is not None:
            raise RuleViolation("Vai trò này đã được thu hồi trước đó.")
        return take_back([grant], reason=reason, actor=None)
    plan = plan_taking(grant, keep=keep, actor=actor, lock=True)
    if expected is not None and plan.fingerprint != expected:
        raise HangsOtherwise
    own = plan.own if keep else None

    def spare(one: Grant) -> Stand | None:
        return Stand(own) if own is not None and can_stand_under(own, one) else None

    return take_back([grant], reason=reason, actor=actor, spare=spare, given_anew=True)


Spare = Callable[[Grant], Stand | None]


def take_back(
    grants: list[Grant],
    *,
    reason: str,
    actor: User | None,
    spare: Spare | None = None,
    given_anew: bool = False,
    action: str = "grant.revoked",
) -> list[Grant]:
    """Revoke these with all that hangs from them, without policy: the caller has asked his own. `spare` says under
    what one of those that hang goes on, if it does. Each layer is locked before the one below is read, so that nothing
    given meanwhile stays behind."""
    lock_grants()
    taken: dict[int, Grant] = {}
    layer, first = [grant.pk for grant in grants], True
    while layer:
        rows = Grant.objects.select_for_update(of=("self",)).filter(pk__in=layer, revoked_at=None)
        found = []
        for one in rows.select_related("unit", "user").order_by("pk"):
            stand = None if first or spare is None else spare(one)
            if stand is not None:
                hang_under(one, stand.source, actor=actor, given_anew=given_anew)
            else:
                _revoke(one, reason=reason, action=action, actor=actor)
                found.append(one)
        taken |= {grant.pk: grant for grant in found}
        below = Grant.objects.filter(given_under__in=[grant.pk for grant in found], revoked_at=None)
        layer, first = [pk for pk in below.values_list("pk", flat=True) if pk not in taken], False
    forget_holdings(actor)
    return list(taken.values())


def _revoke(one: Grant, *, reason: str, action: str, actor: User | None) -> None:
    one.revoked_at, one.revoked_by, one.revoke_reason = timezone.now(), actor, reason[:500]
    one.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    _keep_object_permissions(one.user, one.unit)
    record(action, actor=actor, target=one, unit=one.unit, detail=_told(one) | {"reason": reason})
    forget_holdings(one.user)


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


# Another end, another holder


@dataclass(frozen=True)
class TermChange:
    grant: Grant
    shortened: tuple[Grant, ...]


def plan_term(grant: Grant, ends_on: date | None, *, actor: User, lock: bool = False) -> TermChange:
    """May the actor set this last day, and whose grants under it end earlier by it?"""
    if grant.user_id == actor.pk:
        raise RuleViolation("Đồng chí không tự đổi hạn vai trò của mình được.")
    own, _ = _under(actor, grant.unit, Role(grant.role), lock=lock)
    if grant.revoked_at is not None:
        raise RuleViolation("Vai trò này đã được thu hồi trước đó.")
    if grant.ends_on and grant.ends_on < timezone.localdate():
        raise RuleViolation("Vai trò này đã hết hạn. Đồng chí giao lại vai trò mới cho đồng chí ấy.")
    if ends_on == grant.ends_on:
        raise RuleViolation("Hạn này đang là hạn của vai trò rồi.")
    if ends_on and ends_on < max(grant.begins_on, timezone.localdate()):
        raise RuleViolation("Ngày kết thúc phải từ hôm nay (hoặc ngày bắt đầu) trở đi. Muốn dừng ngay thì thu hồi.")
    if own.ends_on and (ends_on is None or ends_on > own.ends_on):
        raise RuleViolation(f"Vai trò của đồng chí có hạn đến {own.ends_on:%d/%m/%Y}, không giao được lâu hơn thế.")
    above = grant.given_under
    if above and above.ends_on and (ends_on is None or ends_on > above.ends_on):
        raise RuleViolation(
            f"Vai trò này được giao theo quyền của đồng chí {above.user.full_name}, có hạn đến "
            f"{above.ends_on:%d/%m/%Y}; không kéo dài hơn thế được."
        )
    hanging = hanging_from(grant)
    if any(one.user_id == actor.pk for one in hanging):
        raise RuleViolation("Vai trò của chính đồng chí phụ thuộc vai trò này. Việc này do cấp trên làm.")
    return TermChange(grant, tuple(one for one in hanging if _outlives(one, ends_on)))


def _outlives(one: Grant, ends_on: date | None) -> bool:
    return ends_on is not None and (one.ends_on is None or one.ends_on > ends_on)


@transaction.atomic
def change_term(*, grant: Grant, ends_on: date | None, reason: str = "", actor: User) -> TermChange:
    """Give a grant another last day, within the actor's own and that of the grant it hangs from; what hangs from it
    ends with it at the latest."""
    lock_grants()
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("unit", "user", "given_under__user")
        .get(pk=grant.pk)
    )
    plan = plan_term(grant, ends_on, actor=actor, lock=True)
    for one in [grant, *plan.shortened]:
        _set_end(one, ends_on, reason=reason, actor=actor)
    return plan


def _set_end(grant: Grant, ends_on: date | None, *, reason: str, actor: User | None) -> None:
    before = in_words(grant.ends_on)
    if ends_on and grant.begins_on > ends_on:  # it was to begin later: it does not begin any more
        take_back([grant], reason=reason, actor=actor)
        return
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on"])
    detail = _told(grant) | {"before": before, "after": in_words(ends_on), "reason": reason}
    record("grant.term_changed", actor=actor, target=grant, unit=grant.unit, detail=detail)
    forget_holdings(grant.user)


def in_words(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else NO_END


@dataclass(frozen=True)
class HandOver:
    """What a hand-over does: `moved` stand under the new grant from now on, `going` cannot and end."""

    old: Grant
    new: Grant
    moved: tuple[Grant, ...]
    going: tuple[Grant, ...]


@transaction.atomic
def hand_over(
    *,
    grant: Grant,
    user: User,
    begins_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    basis: str = "",
    expected: str | None = None,
    actor: User,
) -> HandOver:
    """End a role of one person and begin it for another, from today or a later day; what hangs from it goes on under
    the new one. The actor is who may give there; nobody hands over his own."""
    lock_grants()
    keep_units_open([grant.unit_id])
    grant = Grant.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=grant.pk)
    today = timezone.localdate()
    begins_on = begins_on or today
    if grant.user_id == actor.pk:
        raise RuleViolation("Đồng chí không tự bàn giao vai trò của mình được. Việc này do cấp trên trực tiếp làm.")
    taking = plan_taking(grant, keep=False, actor=actor, lock=True)
    if user.pk == grant.user_id:
        raise RuleViolation("Người nhận bàn giao phải là đồng chí khác.")
    if begins_on < today:
        raise RuleViolation("Ngày bàn giao phải từ hôm nay trở đi.")
    if grant.ends_on and begins_on > grant.ends_on + timedelta(days=1):
        raise RuleViolation(
            f"Vai trò này hết hạn ngày {grant.ends_on:%d/%m/%Y}; ngày bàn giao chậm nhất là ngày hôm sau."
        )
    if grant.successors.filter(revoked_at=None).exists():
        raise RuleViolation("Vai trò này đã được bàn giao cho đồng chí khác.")
    if expected is not None and taking.fingerprint != expected:
        raise HangsOtherwise
    new = give_grant(
        user=user,
        unit=grant.unit,
        role=Role(grant.role),
        reach=Reach(grant.reach),
        begins_on=begins_on,
        ends_on=ends_on,
        reason=reason,
        basis=basis,
        succeeds=grant,
        actor=actor,
    )
    new.unit, new.user = grant.unit, user
    moved, going = _hang_over(grant, new, actor=actor)
    record(
        "grant.handed_over",
        actor=actor,
        target=grant,
        unit=grant.unit,
        detail=_told(new) | {"before": grant.user.full_name, "on": f"{begins_on:%d/%m/%Y}", "reason": reason},
    )
    why = f"Bàn giao cho đồng chí {user.full_name}"
    last = begins_on - timedelta(days=1)
    if last < max(today, grant.begins_on):
        take_back([grant], reason=why, actor=actor)
    elif grant.ends_on != last:
        _set_end(grant, last, reason=why, actor=actor)
    return HandOver(grant, new, tuple(moved), tuple(going))


def _hang_over(old: Grant, new: Grant, *, actor: User) -> tuple[list[Grant], list[Grant]]:
    """What was given directly under the old grant, under the new one: not longer than it lasts. What the new holder
    himself was given there cannot hang from himself and is taken back."""
    moved, going = [], []
    rows = Grant.objects.select_for_update(of=("self",)).filter(given_under=old, revoked_at=None)
    for one in rows.select_related("unit", "user").order_by("pk"):
        if one.user_id == new.user_id or hangs_from(new, one):
            going.append(one)
            continue
        hang_under(one, new, actor=actor)
        moved.append(one)
        for each in [one, *hanging_from(one)]:
            if _outlives(each, new.ends_on):
                _set_end(each, new.ends_on, reason="Theo hạn của người nhận bàn giao", actor=actor)
    if going:
        own = Grant.objects.select_related("unit", "user").get(pk=new.given_under_id)
        going = take_back(
            going,
            reason=f"Đồng chí {new.user.full_name} nhận bàn giao vai trò cấp trên",
            actor=actor,
            spare=lambda one: next((Stand(source) for source in (new, own) if can_stand_under(source, one)), None),
        )
    return moved, going


def _told(grant: Grant) -> dict[str, object]:
    return {"role": grant.get_role_display(), "unit": grant.unit.name, "receiver": grant.user.full_name}


def _keep_object_permissions(user: User, unit: OrgUnit) -> None:
    """Bring guardian's rows for (user, unit) in step with the living grants there: four queries at most, where its own
    functions take four for each right, and many are given in one sitting."""
    wanted = {
        right.value
        for role in Grant.objects.filter(user=user, unit=unit, revoked_at=None).values_list("role", flat=True)
        for right in ROLES[Role(role)].rights
    }
    held = set(unit.unitpermission_set.filter(user=user).values_list("permission__codename", flat=True))
    if missing := wanted - held:
        found = Permission.objects.filter(content_type=ContentType.objects.get_for_model(OrgUnit), codename__in=missing)
        UnitPermission.objects.bulk_create(
            [UnitPermission(user=user, content_object=unit, permission=one) for one in found], ignore_conflicts=True
        )
    if gone := held - wanted:
        unit.unitpermission_set.filter(user=user, permission__codename__in=gone).delete()

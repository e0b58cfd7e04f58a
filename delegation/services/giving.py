"""Handing a role down. Every path ends in `give`: the form, the suggestions from posts, the hand-over."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean_lines
from members.enums import POST_RANK
from members.models import Member
from notifications.services import notify
from orgtree.enums import Reach, Role
from orgtree.locks import keep_units_open
from orgtree.models import Grant, OrgUnit
from orgtree.services import give_grant

from ..eligibility import LEAST_REASON, barred, posts_in, why_not
from ..policies import roles_to_give
from ..steps import posts_for, step_of


@transaction.atomic
def give(
    *,
    member: Member,
    unit: OrgUnit,
    roles: Iterable[Role],
    reach: Reach | None = None,
    begins_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    actor: User,
) -> list[Grant]:
    """All these roles, or none. The member's row is held, so that he is not moved away meanwhile."""
    wanted = [role for role in Role if role in set(roles)]
    if not wanted:
        raise RuleViolation("Đồng chí chọn ít nhất một vai trò.")
    member, unit = held(member, unit)
    if not set(wanted) <= set(roles_to_give(actor, unit)):
        raise PermissionDenied
    reason = clean_lines(reason)
    given = [
        give_grant(
            user=member.account,
            unit=unit,
            role=role,
            reach=reach,
            begins_on=begins_on,
            ends_on=ends_on,
            reason=reason,
            basis=received_by(member, unit, role, reason),
            actor=actor,
        )
        for role in wanted
    ]
    tell_receiver(given, actor=actor)
    return given


def held(member: Member, unit: OrgUnit) -> tuple[Member, OrgUnit]:
    """Both as they are now, and as they stay until the transaction ends."""
    keep_units_open([unit.pk])
    unit = OrgUnit.objects.select_related("kind", "parent__kind").get(pk=unit.pk)
    member = Member.objects.select_for_update(of=("self",)).select_related("branch", "account").get(pk=member.pk)
    return member, unit


def received_by(member: Member, unit: OrgUnit, role: Role, reason: str) -> str:
    """The post by which he receives the role; nothing when he is named with a reason. Refuses whoever may not."""
    if sentence := barred(member, unit, role):
        raise RuleViolation(sentence)
    posts = posts_in(member, unit)
    if by := posts & posts_for(step_of(unit), role):
        return min(by, key=POST_RANK.__getitem__).value
    if len(reason.strip()) >= LEAST_REASON:
        return ""
    raise RuleViolation(f"{why_not(member, unit, role, posts=posts)[:-1]} (ít nhất {LEAST_REASON} ký tự).")


def tell_receiver(grants: list[Grant], *, actor: User) -> None:
    """One notice for what was given in one act."""
    first = grants[0]
    roles = ", ".join(grant.get_role_display() for grant in grants)
    until = f" đến {first.ends_on:%d/%m/%Y}" if first.ends_on else ""
    notify(
        "delegation.given",
        users=[first.user_id],
        text=f"Đồng chí được giao vai trò {roles} tại {first.unit.name} từ {first.begins_on:%d/%m/%Y}{until}, "
        f"do đồng chí {actor.full_name} giao.",
        url=reverse("delegation:grant", args=[first.pk]),
        unit_id=first.unit_id,
    )

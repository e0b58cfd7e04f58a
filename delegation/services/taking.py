"""Taking back, handing over, another last day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean_lines
from members.models import Member
from notifications.services import notify
from orgtree import services as orgtree
from orgtree.enums import Role
from orgtree.locks import lock_grants
from orgtree.models import Grant, OrgUnit
from orgtree.services.grants import HandOver, TermChange, hanging_from, in_words, plan_taking

from ..eligibility import LEAST_REASON, barred
from .giving import held, received_by, tell_receiver


@dataclass(frozen=True)
class TakenBack:
    """The one that was taken back first, then what went along; `kept` goes on under the actor's own right."""

    taken: tuple[Grant, ...]
    kept: tuple[Grant, ...]


@transaction.atomic
def take_back(*, grant: Grant, reason: str, keep: bool = False, expected: str | None = None, actor: User) -> TakenBack:
    """Take a grant back with what hangs from it, as `orgtree` holds it; all who are touched are told."""
    reason = clean_lines(reason)
    if len(reason) < LEAST_REASON:
        raise RuleViolation(f"Đồng chí ghi lý do thu hồi (ít nhất {LEAST_REASON} ký tự).")
    lock_grants()
    before = hanging_from(grant)
    taken = orgtree.revoke_grant(grant=grant, reason=reason, keep=keep, expected=expected, actor=actor)
    gone = {one.pk for one in taken}
    kept = [one for one in before if one.pk not in gone]
    for one in taken:
        _tell(
            "delegation.taken_back",
            one,
            f"Vai trò {one.get_role_display()} của đồng chí tại {one.unit.name} đã được thu hồi. Lý do: {reason}",
        )
    _tell_givers_kept(kept, f"Đồng chí {taken[0].user.full_name} không còn giữ vai trò tại {taken[0].unit.name}")
    return TakenBack(tuple(taken), tuple(kept))


def _tell_givers_kept(grants: Iterable[Grant], why: str) -> None:
    for one in grants:
        _tell(
            "delegation.kept",
            one,
            f"{why}. Vai trò {one.get_role_display()} của đồng chí tại {one.unit.name} vẫn giữ nguyên.",
        )


def _tell(kind: str, grant: Grant, text: str) -> None:
    notify(
        kind,
        users=[grant.user_id],
        text=text,
        url=reverse("delegation:grant", args=[grant.pk]),
        unit_id=grant.unit_id,
    )


@transaction.atomic
def hand_over(
    *,
    grant: Grant,
    member: Member,
    begins_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    expected: str | None = None,
    actor: User,
) -> HandOver:
    """One ends, the other begins, from today or a later day; the receiver must be one who may receive there."""
    reason = clean_lines(reason)
    member, unit = held(member, grant.unit)
    # May the actor at all, before it is told whether that person may.
    lock_grants()
    plan_taking(_now(grant), keep=False, actor=actor)
    done = orgtree.hand_over(
        grant=grant,
        user=member.account,
        begins_on=begins_on,
        ends_on=ends_on,
        reason=reason,
        basis=received_by(member, unit, Role(grant.role), reason),
        expected=expected,
        actor=actor,
    )
    tell_receiver([done.new], actor=actor)
    role, name = done.old.get_role_display(), member.full_name
    _tell(
        "delegation.handed_over",
        done.old,
        f"Vai trò {role} của đồng chí tại {unit.name} được bàn giao cho đồng chí {name} "
        f"từ {done.new.begins_on:%d/%m/%Y}.",
    )
    _tell_givers_kept(done.moved, f"Vai trò {role} tại {unit.name} được bàn giao cho đồng chí {name}")
    for one in done.going:
        _tell(
            "delegation.taken_back",
            one,
            f"Vai trò {one.get_role_display()} của đồng chí tại {one.unit.name} kết thúc do bàn giao vai trò cấp trên.",
        )
    return done


def _now(grant: Grant) -> Grant:
    return Grant.objects.select_related("unit", "user").get(pk=grant.pk)


@transaction.atomic
def change_term(*, grant: Grant, ends_on: date | None, reason: str = "", actor: User) -> TermChange:
    """Another last day; the holder and those whose roles end earlier by it are told. For longer it is given anew: to
    who could receive it now."""
    if grant.ends_on and (ends_on is None or ends_on > grant.ends_on):
        _check_may_go_on(grant)
    done = orgtree.change_term(grant=grant, ends_on=ends_on, reason=clean_lines(reason), actor=actor)
    for one in [done.grant, *done.shortened]:
        _tell(
            "delegation.term_changed",
            one,
            f"Hạn vai trò {one.get_role_display()} của đồng chí tại {one.unit.name} nay là: {in_words(ends_on)}.",
        )
    return done


def _check_may_go_on(grant: Grant) -> None:
    member = Member.objects.select_related("branch", "account").filter(account_id=grant.user_id).first()
    unit = OrgUnit.objects.select_related("kind", "parent__kind").get(pk=grant.unit_id)
    if member is not None and (sentence := barred(member, unit, Role(grant.role))):
        raise RuleViolation(sentence)

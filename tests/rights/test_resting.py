"""Roles that were given and have no effect yet, and what rests for a day after an officer's code."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from orgtree.enums import HELD_AFTER_RESET, Rest, Right, Role
from orgtree.rights import (
    has_right,
    has_right_anywhere,
    holdings_of,
    resting_holdings,
    rights_on,
    units_where,
    why_roles_rest,
)
from orgtree.services import give_grant


def again(user: User) -> User:
    """As at the next request."""
    return User.objects.get(pk=user.pk)


def test_roles_rest_until_the_person_was_confirmed(world):
    User.objects.filter(pk=world.committee.pk).update(identity_confirmed_at=None)
    committee = again(world.committee)
    assert holdings_of(committee) == ()
    assert not rights_on(committee, world.company)
    assert not any(has_right_anywhere(committee, right) for right in Right)
    assert not units_where(committee, Right.VIEW).exists()
    assert not committee.has_perm("orgtree.view", world.company)
    assert why_roles_rest(committee) == Rest.IDENTITY
    assert [holding.unit_id for holding in resting_holdings(committee)] == [world.company.pk]
    User.objects.filter(pk=world.committee.pk).update(identity_confirmed_at=timezone.now())
    assert has_right(again(world.committee), Right.DELEGATE, world.company)
    assert why_roles_rest(again(world.committee)) is None


def test_who_has_no_role_has_nothing_that_rests(world):
    User.objects.filter(pk=world.member.pk).update(identity_confirmed_at=None)
    assert why_roles_rest(again(world.member)) is None


def test_the_units_below_need_not_wait_for_who_was_not_confirmed(world):
    with pytest.raises(PermissionDenied):
        give_grant(user=world.member, unit=world.near_branch, role=Role.SECRETARY, actor=again(world.org_department))
    User.objects.filter(pk=world.committee.pk).update(identity_confirmed_at=None)
    department = again(world.org_department)
    grant = give_grant(user=world.member, unit=world.near_branch, role=Role.SECRETARY, actor=department)
    assert grant.instead_of_below


def test_decisions_rest_after_a_password_by_code(world):
    held = world.company
    before = rights_on(again(world.committee), held)
    assert before >= HELD_AFTER_RESET
    User.objects.filter(pk=world.committee.pk).update(decisions_held_until=timezone.now() + timedelta(hours=24))
    committee = again(world.committee)
    assert rights_on(committee, held) == before - HELD_AFTER_RESET
    assert not any(units_where(committee, right).exists() for right in HELD_AFTER_RESET)
    with pytest.raises(PermissionDenied):
        give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=committee)
    User.objects.filter(pk=world.committee.pk).update(decisions_held_until=timezone.now() - timedelta(seconds=1))
    assert rights_on(again(world.committee), held) == before


def test_nobody_acts_instead_of_below_while_his_decisions_rest(world):
    later = timezone.now() + timedelta(hours=24)
    User.objects.filter(pk=world.org_department.pk).update(decisions_held_until=later)
    with pytest.raises(PermissionDenied):
        give_grant(user=world.member, unit=world.sister, role=Role.SECRETARY, actor=again(world.org_department))

"""Every right × every role × own, child, grandchild, sibling, parent, other tree, and who may give what where. What is
expected is written down here by hand, from DESIGN §3 and the description of each role, not worked out by the code."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from orgtree.enums import Reach, Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right, units_where
from orgtree.services import give_grant
from tests.cast import make_member, make_unit

RELATIONS = ("own", "child", "grandchild", "sibling", "parent", "other tree")

# What each role does on its own unit, and of that what reaches the units below: a letter for each right.
#   v view  u manage_unit  m manage_members  d delegate  h hold_meetings  f file_reports  a approve_reports
#   p publish  t assign_tasks  o answer_opinions  i inspect
LETTERS = {
    "v": "view",
    "u": "manage_unit",
    "m": "manage_members",
    "d": "delegate",
    "h": "hold_meetings",
    "f": "file_reports",
    "a": "approve_reports",
    "p": "publish",
    "t": "assign_tasks",
    "o": "answer_opinions",
    "i": "inspect",
}
OWN = {
    "org_department": "vumdfapto",
    "secretary": "vumdhfapto",
    "deputy_secretary": "vumdhfapto",
    "handbook_officer": "vumdhfpt",
    "committee_member": "vhft",
    "inspector": "vi",
}
BELOW = {
    "org_department": "vumpto",
    "secretary": "vumpto",
    "deputy_secretary": "vumpto",
    "handbook_officer": "vumpt",
    "committee_member": "vt",
    "inspector": "vi",
}


def expected(role: str, relation: str, reach: str) -> set[str]:
    if relation == "own":
        return {LETTERS[letter] for letter in OWN[role]}
    if relation in ("child", "grandchild") and reach == "subtree":
        return {LETTERS[letter] for letter in BELOW[role]}
    return set()


@pytest.fixture
def places(world) -> dict[str, OrgUnit]:
    """Seen from the company."""
    other = make_unit(None, "N", "Đảng bộ Tổng công ty Khác", "upper")
    codes = {"own": "T.02", "child": "T.02.B1", "grandchild": "T.02.B1.01", "sibling": "T.61", "parent": "T"}
    found = {relation: OrgUnit.objects.get(code=code) for relation, code in codes.items()}
    return found | {"other tree": other}


def test_the_table_names_every_right_and_every_role():
    assert set(LETTERS.values()) == set(Right.values)
    assert OWN.keys() == BELOW.keys() == set(Role.values)


@pytest.mark.parametrize(("role", "reach"), list(itertools.product(Role.values, Reach.values)))
def test_each_right_of_each_role_over_each_relation(world, places, role, reach):
    holder = make_member(world.near_branch, "Nguyễn Văn Một").account
    give_grant(user=holder, unit=places["own"], role=Role(role), reach=Reach(reach), actor=None)
    user = User.objects.get(pk=holder.pk)
    for relation in RELATIONS:
        unit = places[relation]
        held = {right.value for right in Right if has_right(user, right, unit)}
        assert held == expected(role, relation, reach), relation
        listed = {right.value for right in Right if units_where(user, right).filter(pk=unit.pk).exists()}
        assert listed == held, relation
        assert {right.value for right in Right if user.has_perm(f"orgtree.{right}", unit)} == held, relation


# Who hands on what, where: DELEGATE on the direct superior, never on one's own level, the top apart.
GIVES_TO_CHILD = {
    "org_department": {"secretary", "deputy_secretary", "handbook_officer", "committee_member", "inspector"},
    "secretary": {"secretary", "deputy_secretary", "handbook_officer", "committee_member", "inspector"},
    "deputy_secretary": {"secretary", "deputy_secretary", "handbook_officer", "committee_member", "inspector"},
    "handbook_officer": {"secretary", "deputy_secretary", "handbook_officer", "committee_member"},
    "committee_member": set(),
    "inspector": set(),
}


@pytest.mark.parametrize("role", Role.values)
def test_each_role_gives_each_role_to_direct_children_only(world, places, role):
    """The section has somebody who delegates, so that nobody acts in place of it."""
    between = make_member(world.sister, "Nguyễn Văn Hai").account
    give_grant(user=between, unit=places["child"], role=Role.SECRETARY, actor=None)
    giver = make_member(world.near_branch, "Nguyễn Văn Một").account
    give_grant(user=giver, unit=places["own"], role=Role(role), actor=None)
    given: dict[str, set[str]] = {}
    for relation, wanted in itertools.product(RELATIONS, Role.values):
        with transaction.atomic():
            try:
                give_grant(
                    user=world.member,
                    unit=places[relation],
                    role=Role(wanted),
                    actor=User.objects.get(pk=giver.pk),
                )
            except (PermissionDenied, RuleViolation):
                continue
            given.setdefault(relation, set()).add(wanted)
            transaction.set_rollback(True)
    expected = {"child": GIVES_TO_CHILD[role]} if GIVES_TO_CHILD[role] else {}
    assert given == expected


def test_what_has_not_begun_gives_nothing(world):
    later = timezone.localdate() + timedelta(days=1)
    Grant.objects.filter(pk=world.grants["committee"].pk).update(begins_on=later)
    with pytest.raises(PermissionDenied):
        give_grant(
            user=world.member,
            unit=world.section,
            role=Role.SECRETARY,
            actor=User.objects.get(pk=world.committee.pk),
        )

"""May I, and is it there for me: two questions with one answer (DESIGN §3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from orgtree.enums import NEVER_INHERITED, ROLES, Reach, Right, Role
from orgtree.models import Grant, OrgUnit, UnitPermission
from orgtree.rights import has_right, has_right_anywhere, people_with, units_where
from orgtree.services import give_grant, move_unit, revoke_grant
from orgtree.services.grants import hanging_from
from tests.cast import CAST, make_unit


def again(user: User) -> User:
    """The user as the next request reads him."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("who", CAST[1:])
def test_one_unit_asked_answers_like_the_list_of_units(world, who):
    user = again(world.user(who))
    units = list(OrgUnit.objects.all())
    for right in Right:
        listed = set(units_where(user, right).values_list("pk", flat=True))
        assert {unit.pk for unit in units if has_right(user, right, unit)} == listed
        assert {unit.pk for unit in units if user.has_perm(f"orgtree.{right}", unit)} == listed
        assert {unit.pk for unit in units if people_with(right, unit).filter(pk=user.pk).exists()} == listed
        assert has_right_anywhere(user, right) == bool(listed) == user.has_perm(f"orgtree.{right}")


def test_what_each_of_the_cast_sees(world):
    seen = {
        who: set(units_where(again(world.user(who)), Right.VIEW).values_list("code", flat=True)) for who in CAST[1:]
    }
    everything = set(OrgUnit.objects.values_list("code", flat=True))
    assert seen == {
        "member": set(),
        "secretary": {"T.02.B1.01"},
        "other_secretary": {"T.02.B1.02"},
        "committee": {"T.02", "T.02.B1", "T.02.B1.01", "T.02.B1.02", "T.02.90"},
        "org_department": everything,
        "inspector": everything,
        "outsider": {"T.01.01", "T.01.01.01"},
    }


@pytest.mark.parametrize("right", sorted(NEVER_INHERITED))
def test_some_rights_stay_on_the_unit_itself(world, right):
    holder = again(world.committee)
    assert right in ROLES[Role.SECRETARY].rights
    assert has_right(holder, right, world.company)
    assert not has_right(holder, right, world.section)
    assert list(units_where(holder, right)) == [world.company]


def test_an_inspector_holds_no_right_that_changes_anything():
    assert ROLES[Role.INSPECTOR].rights == {Right.VIEW, Right.INSPECT}


def test_a_grant_on_the_unit_alone_does_not_reach_below(world):
    revoke_grant(grant=world.grants["committee"], actor=None)
    give_grant(user=world.committee, unit=world.company, role=Role.SECRETARY, reach=Reach.UNIT, actor=None)
    user = again(world.committee)
    assert has_right(user, Right.VIEW, world.company)
    assert not has_right(user, Right.VIEW, world.section)


@pytest.mark.parametrize("ended", ["revoked", "over", "not begun", "unit closed", "account inactive"])
def test_a_grant_that_does_not_live_yields_nothing(world, ended):
    today, grant = timezone.localdate(), world.grants["secretary"]
    match ended:
        case "revoked":
            revoke_grant(grant=grant, actor=None)
        case "over":
            Grant.objects.filter(pk=grant.pk).update(
                begins_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
            )
        case "not begun":
            Grant.objects.filter(pk=grant.pk).update(begins_on=today + timedelta(days=1))
        case "unit closed":
            OrgUnit.objects.filter(pk=world.branch.pk).update(closed_on=today)
        case "account inactive":
            User.objects.filter(pk=world.secretary.pk).update(is_active=False)
    user = again(world.secretary)
    for right in Right:
        assert not has_right(user, right, world.branch)
        assert not units_where(user, right).exists()
        assert not user.has_perm(f"orgtree.{right}", world.branch)
        assert not people_with(right, world.branch).filter(pk=user.pk).exists()


def test_a_grant_is_good_on_its_last_day(world):
    Grant.objects.filter(pk=world.grants["secretary"].pk).update(ends_on=timezone.localdate())
    assert has_right(again(world.secretary), Right.VIEW, world.branch)


def test_asking_often_costs_one_query(world, django_assert_num_queries):
    user = again(world.committee)
    units = list(OrgUnit.objects.all())
    with django_assert_num_queries(1):
        for unit in units:
            for right in Right:
                has_right(user, right, unit)


def test_the_rows_of_guardian_are_the_living_grants(world):
    def rows() -> set[tuple[int, int, str]]:
        return set(UnitPermission.objects.values_list("user_id", "content_object_id", "permission__codename"))

    def wanted() -> set[tuple[int, int, str]]:
        return {
            (grant.user_id, grant.unit_id, right.value)
            for grant in Grant.objects.filter(revoked_at=None)
            for right in ROLES[Role(grant.role)].rights
        }

    assert rows() == wanted() != set()
    give_grant(user=world.secretary, unit=world.sister, role=Role.COMMITTEE_MEMBER, actor=None)
    revoke_grant(grant=world.grants["other_secretary"], actor=None)
    assert rows() == wanted()


# Who may give


def test_the_direct_superior_gives_and_the_grant_tells_under_which(world):
    grant = give_grant(user=world.member, unit=world.near_branch, role=Role.SECRETARY, actor=world.committee)
    assert grant.given_under == world.grants["committee"]
    assert Entry.objects.filter(action="grant.given", actor_id=world.committee.pk).count() == 1


@pytest.mark.parametrize(
    ("giver", "unit"),
    [
        ("member", "branch"),
        ("secretary", "branch"),  # in his own unit: that is his superior's to give
        ("secretary", "sister"),
        ("committee", "company"),
        ("inspector", "company"),
        ("outsider", "near_branch"),
        ("org_department", "near_branch"),  # two steps down, and the step between has its holder
    ],
)
def test_nobody_else_gives(world, giver, unit):
    with pytest.raises(PermissionDenied):
        give_grant(user=world.people["member"].account if giver != "member" else world.inspector,
                   unit=getattr(world, unit), role=Role.SECRETARY, actor=world.user(giver))  # fmt: skip


def test_the_organisation_department_gives_where_the_step_between_has_nobody(world):
    grant = give_grant(user=world.member, unit=world.branch, role=Role.DEPUTY_SECRETARY, actor=world.org_department)
    assert grant.instead_of_below


def test_nobody_gives_himself(world):
    with pytest.raises(RuleViolation):
        give_grant(user=world.committee, unit=world.near_branch, role=Role.SECRETARY, actor=world.committee)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=world.committee,
            unit=world.near_branch,
            role=Role.SECRETARY,
            begins_on=timezone.localdate(),
            given_by=world.committee,
        )


def test_nobody_gives_what_his_role_may_not_give(world):
    with pytest.raises(PermissionDenied):
        give_grant(user=world.member, unit=world.near_branch, role=Role.ORG_DEPARTMENT, actor=world.committee)


def test_nobody_gives_for_longer_than_he_holds(world):
    end = timezone.localdate() + timedelta(days=30)
    Grant.objects.filter(pk=world.grants["committee"].pk).update(ends_on=end)
    for ends_on in (None, end + timedelta(days=1)):
        with pytest.raises(RuleViolation):
            give_grant(
                user=world.member, unit=world.near_branch, role=Role.SECRETARY, ends_on=ends_on, actor=world.committee
            )
    grant = give_grant(
        user=world.member, unit=world.near_branch, role=Role.SECRETARY, ends_on=end, actor=world.committee
    )
    assert grant.ends_on == end


def test_a_role_taken_back_takes_along_what_hangs_from_it(world):
    first = give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=world.committee)
    second = give_grant(user=world.outsider, unit=world.branch, role=Role.DEPUTY_SECRETARY, actor=again(world.member))
    assert hanging_from(world.grants["committee"]) == [first, second]
    taken = revoke_grant(grant=world.grants["committee"], reason="Thôi giữ chức", actor=world.org_department)
    assert taken == [world.grants["committee"], first, second]
    assert not has_right(again(world.member), Right.VIEW, world.section)
    assert Entry.objects.filter(action="grant.revoked").count() == 3


def test_nobody_takes_back_his_own_role_nor_one_that_is_not_his_to_take(world):
    with pytest.raises(PermissionDenied):
        revoke_grant(grant=world.grants["secretary"], actor=world.other_secretary)
    with pytest.raises(PermissionDenied):
        revoke_grant(grant=world.grants["committee"], actor=world.committee)


# Second paths to a right


def test_moving_a_unit_below_oneself_needs_the_right_on_all_three_places(world):
    """Keycloak's hole of 2026: who may add below his own unit must not fetch a foreign one there."""
    for unit in (world.other_company, world.other_branch):
        with pytest.raises(PermissionDenied):
            move_unit(unit=unit, new_parent=world.company, actor=world.committee)
    with pytest.raises(PermissionDenied):
        move_unit(unit=world.near_branch, new_parent=world.section, actor=world.secretary)


def test_rights_follow_a_moved_unit_at_the_next_request(world):
    move_unit(unit=world.near_branch, new_parent=world.section, actor=world.committee)
    assert not has_right(again(world.outsider), Right.VIEW, OrgUnit.objects.get(pk=world.near_branch.pk))
    move_unit(unit=world.other_company, new_parent=world.top, actor=world.org_department)
    assert has_right(again(world.outsider), Right.VIEW, OrgUnit.objects.get(pk=world.other_branch.pk))
    grant = give_grant(user=world.member, unit=world.empowered, role=Role.SECRETARY, actor=world.org_department)
    assert not has_right(again(grant.user), Right.VIEW, OrgUnit.objects.get(pk=world.other_branch.pk))


def test_a_new_unit_gives_rights_to_those_above_it_without_a_row(world):
    rows = UnitPermission.objects.count()
    unit = make_unit(world.section, "T.02.B1.09", "Chi bộ Ga Mới", "cell")
    assert has_right(again(world.committee), Right.VIEW, unit)
    assert not has_right(again(world.secretary), Right.VIEW, unit)
    assert UnitPermission.objects.count() == rows

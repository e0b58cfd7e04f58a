"""Handing down: who may, whom, what, for how long and how far; the four steps of letter 001."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from delegation.services import give
from members.enums import PostCode, Status
from members.models import Member, Post
from notifications.models import Notice
from orgtree.enums import Reach, Role
from orgtree.models import Grant, OrgUnit
from orgtree.services import give_grant
from tests.cast import make_member, make_unit
from tests.delegation.people import again, led

REASON = "Được phân công theo Thông báo số 12"


def test_the_receiver_is_told_and_the_act_recorded(world):
    member = led(world.section, world.branch, "Hà Văn Nam")
    (grant,) = give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    assert (grant.given_by, grant.given_under, grant.basis) == (
        world.committee,
        world.grants["committee"],
        PostCode.SECRETARY,
    )
    notice = Notice.objects.get(user=member.account, kind="delegation.given")
    assert "vai trò Bí thư tại Đảng bộ bộ phận Khối Cơ quan" in notice.text
    assert "Phạm Văn Mận" in notice.text
    assert Entry.objects.filter(action="grant.given", target_id=grant.pk, actor_id=world.committee.pk).count() == 1


def test_several_roles_are_given_together_or_not_at_all(world):
    member = led(world.section, world.branch, "Hà Văn Nam")
    with pytest.raises(RuleViolation, match="chức vụ"):
        give(member=member, unit=world.section, roles=[Role.SECRETARY, Role.INSPECTOR], actor=world.committee)
    assert not Grant.objects.filter(user=member.account).exists()
    given = give(
        member=member, unit=world.section, roles=[Role.SECRETARY, Role.HANDBOOK_OFFICER], actor=world.committee
    )
    assert {grant.role for grant in given} == {Role.SECRETARY, Role.HANDBOOK_OFFICER}
    assert Notice.objects.filter(user=member.account, kind="delegation.given").count() == 1


@pytest.mark.parametrize("reason", ["", "ngắn", "         x"])
def test_without_the_post_a_reason_is_needed(world, reason):
    with pytest.raises(RuleViolation, match="cần ghi lý do"):
        give(
            member=world.people["member"],
            unit=world.section,
            roles=[Role.SECRETARY],
            reason=reason,
            actor=world.committee,
        )


def test_with_a_reason_another_member_may_be_named_and_the_reason_stands_in_the_record(world):
    (grant,) = give(
        member=world.people["member"],
        unit=world.section,
        roles=[Role.SECRETARY],
        reason=REASON,
        actor=world.committee,
    )
    assert (grant.basis, grant.reason) == ("", REASON)
    assert Entry.objects.get(action="grant.given", target_id=grant.pk).detail["reason"] == REASON


@pytest.mark.parametrize("reason", ["", REASON])
def test_nobody_outside_the_subtree_receives_whatever_the_reason(world, reason):
    with pytest.raises(RuleViolation, match="không sinh hoạt trong"):
        give(
            member=world.people["other_secretary"],
            unit=world.near_branch,
            roles=[Role.COMMITTEE_MEMBER],
            reason=reason,
            actor=world.committee,
        )


@pytest.mark.parametrize("status", [Status.EXEMPT, Status.SUSPENDED, Status.TEMP_AWAY, Status.TRANSFERRED_OUT])
def test_nobody_who_is_not_active_receives(world, status):
    member = led(world.section, world.branch, "Hà Văn Nam", status=status)
    with pytest.raises(RuleViolation, match=status.label):
        give(member=member, unit=world.section, roles=[Role.SECRETARY], reason=REASON, actor=world.committee)


def test_nobody_gives_to_himself(world):
    own = world.people["committee"]
    Post.objects.create(member=own, unit=world.near_branch, code=PostCode.SECRETARY)
    with pytest.raises(RuleViolation, match="tự giao"):
        give(member=own, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)


def test_policy_is_asked_before_anything_is_told_about_the_person(world):
    stranger = make_member(world.other_branch, "Nguyễn Văn Xa", status=Status.LEFT)
    with pytest.raises(PermissionDenied):
        give(member=stranger, unit=world.section, roles=[Role.SECRETARY], actor=world.outsider)


# Steps


def test_each_step_is_given_by_the_one_above_and_none_is_skipped(world):
    chief = led(world.empowered, world.other_branch, "Đinh Văn Sơn")
    base = led(world.other_company, world.other_branch, "Lý Thị Thu")
    last = led(world.other_branch, world.other_branch, "Mai Văn Tư")
    secretary = [Role.SECRETARY]
    give(member=chief, unit=world.empowered, roles=secretary, actor=world.org_department)
    for actor, member, unit in (
        (world.org_department, base, world.other_company),  # step 2 past the empowered committee
        (world.org_department, last, world.other_branch),  # step 4 past two
        (chief.account, last, world.other_branch),  # step 4 past the grassroots committee: the outsider holds there
    ):
        with pytest.raises(PermissionDenied):
            give(member=member, unit=unit, roles=secretary, actor=again(actor))
    give(member=base, unit=world.other_company, roles=secretary, actor=again(chief.account))
    (given,) = give(member=last, unit=world.other_branch, roles=secretary, actor=again(base.account))
    line = []
    while given:
        line.append(given.unit.code)
        given = given.given_under
    assert line == ["T.01.01.01", "T.01.01", "T.01", "T"]


def test_a_committee_with_a_section_gives_step_3_and_the_section_step_4(world):
    chief = led(world.section, world.branch, "Hà Văn Nam")
    last = led(world.branch, world.branch, "Mai Văn Tư", PostCode.DEPUTY_SECRETARY)
    near = led(world.near_branch, world.near_branch, "Bùi Văn Năm", PostCode.DEPUTY_SECRETARY)
    give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    with pytest.raises(PermissionDenied):  # past the section
        give(member=last, unit=world.branch, roles=[Role.DEPUTY_SECRETARY], actor=world.committee)
    give(member=last, unit=world.branch, roles=[Role.DEPUTY_SECRETARY], actor=again(chief.account))
    # A branch that stands right under the committee has no section between: step 4 by the committee.
    give(member=near, unit=world.near_branch, roles=[Role.DEPUTY_SECRETARY], actor=world.committee)
    with pytest.raises(PermissionDenied):
        give(member=near, unit=world.near_branch, roles=[Role.HANDBOOK_OFFICER], actor=again(chief.account))


def test_a_grassroots_cell_receives_step_2_and_hands_on_nothing(world):
    chief = led(world.base_cell, world.base_cell, "Vũ Văn Sáu")
    give(member=chief, unit=world.base_cell, roles=[Role.SECRETARY], actor=world.org_department)
    group = make_unit(world.base_cell, "T.61.1", "Tổ đảng số 1", "group")
    with pytest.raises(PermissionDenied):
        give(
            member=world.people["inspector"],
            unit=group,
            roles=[Role.COMMITTEE_MEMBER],
            reason=REASON,
            actor=again(chief.account),
        )


def test_in_place_of_the_one_below_only_where_nobody_could(world):
    last = led(world.branch, world.branch, "Mai Văn Tư", PostCode.DEPUTY_SECRETARY)
    (grant,) = give(member=last, unit=world.branch, roles=[Role.DEPUTY_SECRETARY], actor=world.org_department)
    assert grant.instead_of_below
    assert Entry.objects.get(action="grant.given", target_id=grant.pk).detail["instead_of_below"]
    with pytest.raises(PermissionDenied):  # the company has its secretary
        give(member=last, unit=world.section, roles=[Role.DEPUTY_SECRETARY], reason=REASON, actor=world.org_department)


def test_the_organisation_department_gives_at_the_top_also_to_a_colleague(world):
    colleague = led(world.top, world.base_cell, "Ngô Thị Bảy", PostCode.ORG_DEPT_VICE_HEAD)
    (grant,) = give(member=colleague, unit=world.top, roles=[Role.ORG_DEPARTMENT], actor=world.org_department)
    assert grant.given_under == world.grants["org_department"]
    with pytest.raises(PermissionDenied):
        give(
            member=colleague,
            unit=world.empowered,
            roles=[Role.ORG_DEPARTMENT],
            reason=REASON,
            actor=world.org_department,
        )


# Not longer, not earlier, not further


def test_not_from_earlier_and_not_for_longer_than_one_s_own(world):
    member, today = led(world.section, world.branch, "Hà Văn Nam"), timezone.localdate()
    Grant.objects.filter(pk=world.grants["committee"].pk).update(ends_on=today + timedelta(days=30))
    for wrong in (
        {},
        {"ends_on": today + timedelta(days=31)},
        {"begins_on": today - timedelta(days=1), "ends_on": today},
        {"begins_on": today + timedelta(days=9), "ends_on": today},
    ):
        with pytest.raises(RuleViolation):
            give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee), **wrong)
    give(
        member=member,
        unit=world.section,
        roles=[Role.SECRETARY],
        ends_on=today + timedelta(days=30),
        actor=again(world.committee),
    )


def test_not_further_than_one_s_own(world):
    Grant.objects.filter(pk=world.grants["committee"].pk).update(reach=Reach.UNIT)
    member = led(world.section, world.branch, "Hà Văn Nam")
    with pytest.raises(RuleViolation, match="phạm vi"):
        give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))
    (grant,) = give(
        member=member, unit=world.section, roles=[Role.SECRETARY], reach=Reach.UNIT, actor=again(world.committee)
    )
    assert grant.reach == Reach.UNIT


def test_a_role_whose_last_day_is_over_makes_room_for_the_next(world):
    member, today = led(world.section, world.branch, "Hà Văn Nam"), timezone.localdate()
    (old,) = give(member=member, unit=world.section, roles=[Role.SECRETARY], ends_on=today, actor=world.committee)
    Grant.objects.filter(pk=old.pk).update(begins_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    (new,) = give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))
    old.refresh_from_db()
    assert (old.revoke_reason, new.revoked_at) == ("Đã hết hạn", None)
    with pytest.raises(RuleViolation, match="đang giữ vai trò"):
        give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))


# The database itself


def _committed(change) -> None:
    with transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("wrong", ["revoked above", "longer than above", "of the same person", "a ring", "cut above"])
def test_the_database_keeps_every_grant_under_a_living_one(world, wrong):
    member, today = led(world.section, world.branch, "Hà Văn Nam"), timezone.localdate()
    (grant,) = give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    above = Grant.objects.filter(pk=world.grants["committee"].pk)
    changes = {
        "revoked above": lambda: above.update(revoked_at=timezone.now()),
        "longer than above": lambda: above.update(ends_on=today),
        "of the same person": lambda: Grant.objects.filter(pk=grant.pk).update(user=world.committee, given_by=None),
        "a ring": lambda: above.update(given_under=grant),
        "cut above": lambda: above.update(ends_on=today + timedelta(days=400)),
    }
    with pytest.raises(IntegrityError):
        _committed(changes[wrong])


def test_every_path_that_gives_goes_through_one_door():
    """Only delegation hands roles to people; the server itself makes the first administrator and the demo."""
    root = Path(__file__).parents[2]
    callers = {
        str(path.relative_to(root))
        for folder in ("accounts", "audit", "delegation", "handbook", "jobs", "members", "notifications", "orgtree",
                       "oversight", "portal")
        for path in (root / folder).rglob("*.py")
        if "give_grant(" in path.read_text() or "Grant.objects.create(" in path.read_text()
    }  # fmt: skip
    assert callers == {
        "delegation/services/giving.py",
        "orgtree/services/first_admin.py",
        "orgtree/services/grants.py",
        "portal/demo.py",
    }


def test_a_member_moved_away_before_the_last_step_does_not_receive(world):
    """The member is read again under lock: what the form showed may be old."""
    member = led(world.section, world.branch, "Hà Văn Nam")
    old = Member.objects.select_related("branch").get(pk=member.pk)
    Member.objects.filter(pk=member.pk).update(branch=world.other_branch)
    with pytest.raises(RuleViolation, match="không sinh hoạt trong"):
        give(member=old, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)


def test_a_closed_unit_receives_nothing(world):
    unit = make_unit(world.section, "T.02.B1.50", "Chi bộ Tạm", "cell")
    member = led(unit, unit, "Hà Văn Nam")
    OrgUnit.objects.filter(pk=unit.pk).update(closed_on=timezone.localdate())
    with pytest.raises(PermissionDenied):
        give(member=member, unit=unit, roles=[Role.SECRETARY], actor=world.org_department)
    with pytest.raises(RuleViolation):
        give_grant(user=member.account, unit=unit, role=Role.SECRETARY, actor=None)


def test_a_giver_whose_decisions_rest_gives_nothing(world):
    member = led(world.section, world.branch, "Hà Văn Nam")
    later = timezone.now() + timedelta(hours=24)
    User.objects.filter(pk=world.committee.pk).update(decisions_held_until=later)
    with pytest.raises(PermissionDenied):
        give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))

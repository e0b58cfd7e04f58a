"""What a form refuses, no list, no undoing and no change of status may yield."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from members.enums import PostCode, Status
from members.imports.enums import Outcome
from members.imports.services import load_list, undo_import
from members.models import Member, Post
from members.services import give_post, set_status, update_member
from orgtree.enums import Role
from orgtree.models import Grant
from orgtree.services import give_grant, move_unit, revoke_grant
from tests.cast import make_member
from tests.members.lists_of_people import person, workbook
from tests.members.test_import_batches import entered


def listed(member: Member, branch: str, **given: str) -> dict:
    """A row of a list that says what the record says."""
    return person(
        member.full_name,
        member.account.citizen_id,
        branch,
        **{
            "Giới tính": member.get_gender_display(),
            "Ngày sinh": f"{member.birth_date:%d/%m/%Y}",
            "Ngày vào Đảng": f"{member.admission_date:%d/%m/%Y}",
            "Ngày chính thức": f"{member.official_date:%d/%m/%Y}",
            "Số điện thoại": member.phone,
        }
        | given,
    )


# Lists


def test_nobody_changes_his_own_record_by_a_list(world):
    own = world.people["secretary"]
    row = listed(own, world.branch.name, **{"Ngày vào Đảng": "19/05/2001"})
    batch = entered(world, [row, person("Nguyễn Văn Tám", "001080000001")], unit=world.branch, actor=world.secretary)
    own.refresh_from_db()
    assert own.admission_date == date(2010, 5, 19)
    assert batch.rows.get(full_name=own.full_name).outcome == Outcome.REFUSED


def test_nobody_gives_himself_a_post_by_a_list(world):
    own = world.people["committee"]
    entered(
        world,
        [
            listed(own, world.near_branch.name, **{"Chức vụ Đảng": "Bí thư chi bộ"}),
            person("Nguyễn Văn Tám", "001080000001"),
        ],
        unit=world.near_branch,
    )
    assert not Post.objects.filter(member=own).exists()


def test_the_server_enters_everybody(world):
    own = world.people["secretary"]

    told = load_list(
        workbook([listed(own, world.branch.name, **{"Ngày vào Đảng": "19/05/2001"})]), world.branch, actor=None
    )
    assert told["updated"] == 1


def _administrator(world) -> User:
    """Works for the whole tree and has no record yet."""
    account = User.objects.create_user("001080999999", "Quản Trị Viên", "mật khẩu dài 1")
    give_grant(user=account, unit=world.top, role=Role.ORG_DEPARTMENT, actor=None)
    return account


def test_a_list_takes_no_account_under_its_branch_that_holds_a_role_above(world):
    account = _administrator(world)
    row = person("Quản Trị Viên", account.citizen_id)
    batch = entered(world, [row, person("Nguyễn Văn Tám", "001080000001")], unit=world.branch, actor=world.secretary)
    assert not Member.objects.filter(account=account).exists()
    assert batch.rows.get(citizen_id=account.citizen_id).outcome == Outcome.REFUSED


def test_the_organisation_department_enters_the_administrator_s_record(world):
    account = _administrator(world)
    entered(world, [person("Quản Trị Viên", account.citizen_id)], unit=world.branch, actor=world.org_department)
    assert Member.objects.get(account=account).branch == world.branch


def test_a_list_makes_nobody_leave(world):
    one = make_member(world.branch, "Nguyễn Văn Bảy")
    row = listed(one, world.branch.name, **{"Tình trạng": "Khai trừ"})
    batch = entered(world, [row, person("Nguyễn Văn Tám", "001080000001", world.branch.name)])
    one.refresh_from_db()
    assert one.status == Status.ACTIVE
    assert batch.rows.get(full_name=one.full_name).outcome == Outcome.REFUSED


# Undoing


def test_undoing_puts_nobody_into_a_branch_that_has_left_the_area(world):
    one = make_member(world.sister, "Nguyễn Văn Bảy")
    batch = entered(world, [listed(one, world.branch.name)])
    move_unit(unit=world.sister, new_parent=world.other_company, actor=world.org_department)
    undo_import(batch=batch, actor=world.committee)
    one.refresh_from_db()
    assert one.branch == world.branch
    row = batch.rows.get(full_name=one.full_name)
    assert row.outcome == Outcome.KEPT


def test_undoing_gives_back_no_post_outside_the_area(world):
    one = make_member(world.sister, "Nguyễn Văn Bảy")
    post = give_post(member=one, unit=world.sister, code=PostCode.DEPUTY_SECRETARY, actor=None)
    batch = entered(world, [listed(one, world.branch.name)])
    post.refresh_from_db()
    assert post.ends_on is not None
    move_unit(unit=world.sister, new_parent=world.other_company, actor=world.org_department)
    undo_import(batch=batch, actor=world.committee)
    post.refresh_from_db()
    assert post.ends_on is not None


def test_nobody_undoes_what_a_list_did_to_his_own_record(world):
    own = world.people["secretary"]
    batch = entered(
        world,
        [listed(own, world.branch.name, **{"Ngày vào Đảng": "19/05/2009"}), person("Nguyễn Văn Tám", "001080000001")],
        unit=world.branch,
    )
    undo_import(batch=batch, actor=world.secretary)
    own.refresh_from_db()
    assert own.admission_date == date(2009, 5, 19)
    assert batch.rows.get(full_name=own.full_name).outcome == Outcome.KEPT


# Records of those who lead


def test_a_branch_does_not_shut_out_who_leads_it_from_above(world):
    leader = world.people["committee"]
    give_grant(user=world.secretary, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    with pytest.raises(RuleViolation, match="Thu hồi vai trò"):
        set_status(member=leader, status=Status.LEFT, on=timezone.localdate(), actor=world.secretary)
    leader.account.refresh_from_db()
    assert leader.account.is_active


def test_a_branch_does_not_change_the_sign_in_name_of_who_leads_it_from_above(world):
    leader = world.people["committee"]
    before = leader.account.citizen_id
    give_grant(user=world.secretary, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    with pytest.raises(RuleViolation, match="số định danh"):
        update_member(member=leader, values={"citizen_id": "001085999998"}, actor=world.secretary)
    leader.account.refresh_from_db()
    assert leader.account.citizen_id == before


def test_who_manages_both_ends_may(world):
    leader = world.people["committee"]
    update_member(member=leader, values={"citizen_id": "001085999998"}, actor=world.org_department)
    set_status(member=leader, status=Status.LEFT, on=timezone.localdate(), actor=world.org_department)
    leader.account.refresh_from_db()
    assert (leader.account.is_active, leader.account.citizen_id) == (False, "001085999998")


# Taking back


def test_nobody_takes_back_the_right_by_which_he_acts(world):
    colleague = make_member(world.base_cell, "Nguyễn Văn Phó").account
    give_grant(user=colleague, unit=world.top, role=Role.ORG_DEPARTMENT, actor=world.org_department)
    with pytest.raises(RuleViolation, match="vai trò của chính mình"):
        revoke_grant(grant=world.grants["org_department"], actor=colleague)
    assert Grant.objects.filter(user=colleague, revoked_at=None).exists()


def test_who_works_at_the_top_gives_nothing_there_but_the_organisation_department(world):
    chief = make_member(world.base_cell, "Nguyễn Văn Trưởng").account
    officer = make_member(world.base_cell, "Nguyễn Văn Giúp").account
    give_grant(user=chief, unit=world.top, role=Role.SECRETARY, actor=world.org_department)
    give_grant(user=officer, unit=world.top, role=Role.HANDBOOK_OFFICER, actor=world.org_department)
    for giver in (chief, officer, world.inspector):
        for role in Role:
            with pytest.raises(PermissionDenied):
                give_grant(user=world.member, unit=world.top, role=role, actor=giver)


def test_a_stranger_takes_nothing_back(world):
    with pytest.raises(PermissionDenied):
        revoke_grant(grant=world.grants["committee"], actor=world.outsider)

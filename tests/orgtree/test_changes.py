from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from members.models import Member
from orgtree.enums import ChangeKind, Right, Role
from orgtree.models import FormerName, Grant, OrgUnit, UnitChange, UnitKind, UnitPermission
from orgtree.rights import has_right
from orgtree.services import (
    Part,
    close_unit,
    create_unit,
    edit_unit,
    give_grant,
    merge_units,
    move_unit,
    rename_unit,
    reopen_unit,
    split_unit,
    stand_on,
)
from tests.cast import make_unit

from .sound import assert_sound

pytestmark = pytest.mark.django_db


class MembersFollow:
    """A follower as `members` brings one, in its shortest form."""

    key = "members"

    def preview(self, unit):
        return [f"{Member.objects.filter(branch=unit).count()} đảng viên"]

    def blockers(self, unit):
        count = Member.objects.filter(branch=unit).count()
        return [f"còn {count} đảng viên"] if count else []

    def follow(self, source, target, *, selected=None, actor):
        members = Member.objects.filter(branch=source)
        if selected is not None:
            members = members.filter(pk__in=selected)
        members.update(branch=target)


@pytest.fixture
def members_follow(settings):
    settings.ORGTREE_FOLLOWERS = [f"{__name__}.MembersFollow"]


def kind(code):
    return UnitKind.objects.get(code=code)


def fresh(unit):
    return OrgUnit.objects.get(pk=unit.pk)


def next_request(user):
    return User.objects.get(pk=user.pk)


# Founding


def test_a_unit_stands_among_its_siblings_by_the_value_of_its_code(world):
    for code in ("T.02.B1.10", "T.02.B1.9", "T.02.B1.003"):
        make_unit(world.section, code, f"Chi bộ {code}", "cell")
    codes = OrgUnit.objects.filter(parent=world.section).order_by("lft").values_list("code", flat=True)
    assert list(codes) == ["T.02.B1.01", "T.02.B1.02", "T.02.B1.003", "T.02.B1.9", "T.02.B1.10"]
    assert_sound()


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("top", "cell", "Chi bộ trực thuộc không được trực thuộc Đảng bộ cấp trên trực tiếp của tổ chức cơ sở đảng"),
        ("branch", "cell", "Chi bộ trực thuộc không được trực thuộc Chi bộ trực thuộc"),
        ("branch", "subcommittee", "Đảng bộ bộ phận không được trực thuộc Chi bộ trực thuộc"),
        ("company", "base_committee", "Đảng bộ cơ sở không được trực thuộc Đảng bộ cơ sở"),
        ("company", "upper", "Được trực thuộc: không tổ chức nào"),
    ],
)
def test_an_illegal_place_is_refused_with_the_rule(world, place, code, said):
    with pytest.raises(RuleViolation, match=said):
        make_unit(getattr(world, place), "X.1", "Đơn vị thử", code)


def test_only_the_server_founds_a_top_unit(world):
    with pytest.raises(PermissionDenied):
        create_unit(parent=None, code="N", name="Đảng bộ mới", kind=kind("upper"), actor=world.org_department)


def test_a_branch_s_secretary_founds_nothing_above_him(world):
    with pytest.raises(PermissionDenied):
        create_unit(parent=world.section, code="N", name="Chi bộ", kind=kind("cell"), actor=world.secretary)


@pytest.mark.parametrize("code", ["t.02 ", "T.02"])
def test_a_code_is_used_once(world, code):
    with pytest.raises(RuleViolation, match=r"Mã tổ chức T\.02 đã dùng cho Đảng bộ Công ty Đường sắt Sông Lam"):
        make_unit(world.top, code, "Đảng bộ khác", "base_committee")


# Names and details


def test_a_renamed_unit_keeps_its_old_name_and_code_findable(world):
    unit = rename_unit(
        unit=world.branch,
        name="Chi bộ Ga  Vinh",
        code="T.02.B1.77",
        decision="Số 12-QĐ/ĐU",
        reason="Sáp nhập ga",
        actor=world.committee,
    )
    assert (unit.name, unit.code) == ("Chi bộ Ga Vinh", "T.02.B1.77")
    old = FormerName.objects.get(unit=unit)
    assert (old.name, old.code, old.search_key) == ("Chi bộ Ga Bến Thủy", "T.02.B1.01", "chi bo ga ben thuy t 02 b1 01")
    change = UnitChange.objects.get(unit=unit, kind=ChangeKind.RENAMED)
    assert (change.before, change.after, change.decision, change.made_by) == (
        "Chi bộ Ga Bến Thủy (T.02.B1.01)",
        "Chi bộ Ga Vinh (T.02.B1.77)",
        "Số 12-QĐ/ĐU",
        world.committee,
    )
    assert Entry.objects.filter(action="unit.renamed", target_id=unit.pk, actor_id=world.committee.pk).count() == 1
    assert fresh(unit).lft > fresh(world.sister).lft
    assert_sound()


@pytest.mark.parametrize("who", ["secretary", "other_secretary", "inspector", "outsider", "member"])
def test_who_is_not_above_changes_nothing_of_a_branch(world, who):
    actor = world.user(who)
    for act in (
        lambda: rename_unit(unit=world.branch, name="Chi bộ khác", actor=actor),
        lambda: edit_unit(unit=world.branch, note="x", actor=actor),
        lambda: close_unit(unit=world.branch, actor=actor),
        lambda: reopen_unit(unit=world.branch, actor=actor),
        lambda: merge_units(sources=[world.branch], target=world.near_branch, actor=actor),
        lambda: split_unit(unit=world.branch, parts=[Part("N.1", "Chi bộ mới")], actor=actor),
        lambda: move_unit(unit=world.branch, new_parent=world.company, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not UnitChange.objects.exclude(kind=ChangeKind.CREATED).exists()


def test_a_change_is_not_dated_into_the_future_nor_before_the_founding(world):
    OrgUnit.objects.filter(pk=world.branch.pk).update(founded_on=date(2020, 2, 3))
    tomorrow = timezone.localdate() + timedelta(days=1)
    for day, said in ((tomorrow, "chưa đến"), (date(2020, 2, 2), "03/02/2020")):
        with pytest.raises(RuleViolation, match=said):
            rename_unit(unit=world.branch, name="Chi bộ mới", effective_on=day, actor=world.committee)
        with pytest.raises(RuleViolation, match=said):
            move_unit(unit=world.branch, new_parent=world.company, effective_on=day, actor=world.committee)


def test_only_what_differs_stands_in_the_history(world):
    edit_unit(
        unit=world.branch,
        note="Sinh hoạt ngày 05",
        founded_on=date(2001, 2, 3),
        central_code="38.168.053.000.001",
        actor=world.committee,
    )
    change = UnitChange.objects.get(unit=world.branch, kind=ChangeKind.EDITED)
    assert change.before == "Ngày thành lập: trống; Mã theo Quy định 208: trống; Ghi chú: trống"
    assert change.after == (
        "Ngày thành lập: 03/02/2001; Mã theo Quy định 208: 38.168.053.000.001; Ghi chú: Sinh hoạt ngày 05"
    )
    with pytest.raises(RuleViolation, match="chưa thay đổi"):
        edit_unit(
            unit=world.branch,
            note="Sinh hoạt ngày 05",
            founded_on=date(2001, 2, 3),
            central_code="38.168.053.000.001",
            actor=world.committee,
        )


def test_a_central_code_has_its_mask(world):
    with pytest.raises(RuleViolation, match=r"38\.168\.053\.000\.001"):
        edit_unit(unit=world.branch, central_code="38.168", actor=world.committee)


def test_a_branch_that_has_grown_becomes_a_committee_where_its_members_can_stay(world, members_follow):
    with pytest.raises(RuleViolation, match="còn 2 đảng viên"):
        edit_unit(unit=world.base_cell, kind=kind("base_committee"), actor=world.org_department)
    Member.objects.filter(branch=world.base_cell).update(branch=world.branch)
    unit = edit_unit(unit=world.base_cell, kind=kind("base_committee"), actor=world.org_department)
    assert fresh(unit).kind.code == "base_committee"


def test_a_kind_must_suit_what_stands_below(world):
    with pytest.raises(RuleViolation, match="Chi bộ Đội Kiến trúc là Chi bộ trực thuộc, không được"):
        edit_unit(unit=world.company, kind=kind("base_cell"), actor=world.org_department)


# Closing


def test_a_unit_with_units_or_members_does_not_close(world, members_follow):
    with pytest.raises(RuleViolation, match="Khối Cơ quan: còn 2 đơn vị trực thuộc đang hoạt động"):
        close_unit(unit=world.section, actor=world.committee)
    with pytest.raises(RuleViolation, match="Chưa giải thể được Chi bộ Ga Bến Thủy: còn 2 đảng viên"):
        close_unit(unit=world.branch, actor=world.committee)


def test_closing_takes_back_the_roles_held_there_and_what_was_moved_on_stays(world):
    empty = make_unit(world.company, "T.02.B9", "Đảng bộ bộ phận Kho", "subcommittee")
    cell = make_unit(empty, "T.02.B9.01", "Chi bộ Kho", "cell")
    officer = give_grant(user=world.other_secretary, unit=empty, role=Role.SECRETARY, actor=world.committee)
    hanging = give_grant(user=world.member, unit=cell, role=Role.SECRETARY, actor=world.other_secretary)
    move_unit(unit=cell, new_parent=world.company, actor=world.committee)
    hanging.refresh_from_db()
    assert hanging.given_under == world.grants["committee"]  # the cell's new superior
    close_unit(unit=empty, reason="Hết nhiệm vụ", actor=world.committee)
    assert set(Grant.objects.exclude(revoked_at=None)) == {officer}
    assert not has_right(next_request(world.other_secretary), Right.VIEW, fresh(empty))
    assert has_right(next_request(world.member), Right.VIEW, fresh(cell))
    assert not UnitPermission.objects.filter(content_object=empty).exists()
    assert fresh(empty).closed_on == timezone.localdate()


def test_on_a_closed_unit_nothing_is_put(world):
    empty = make_unit(world.section, "T.02.B1.50", "Chi bộ Tạm", "cell")
    close_unit(unit=empty, actor=world.committee)
    for act in (
        lambda: stand_on(world.branch.pk, empty.pk),
        lambda: make_unit(empty, "T.02.B1.50.1", "Tổ đảng 1", "group"),
        lambda: give_grant(user=world.member, unit=empty, role=Role.SECRETARY, actor=None),
        lambda: move_unit(unit=empty, new_parent=world.company, actor=world.committee),
        lambda: rename_unit(unit=empty, name="Chi bộ khác", actor=world.committee),
        lambda: close_unit(unit=empty, actor=world.committee),
        lambda: merge_units(sources=[world.sister], target=empty, actor=world.committee),
    ):
        with pytest.raises(RuleViolation, match="đã kết thúc hoạt động"):
            act()


def test_a_closed_unit_may_work_again_but_its_roles_are_not_given_back(world):
    empty = make_unit(world.section, "T.02.B1.50", "Chi bộ Tạm", "cell")
    give_grant(user=world.member, unit=empty, role=Role.SECRETARY, actor=None)
    close_unit(unit=empty, actor=world.committee)
    reopen_unit(unit=empty, actor=world.committee)
    assert fresh(empty).is_open
    assert not has_right(next_request(world.member), Right.VIEW, fresh(empty))
    with pytest.raises(RuleViolation, match="đang hoạt động"):
        reopen_unit(unit=empty, actor=world.committee)


def test_the_top_unit_neither_closes_nor_moves_nor_merges(world):
    for act in (
        lambda: close_unit(unit=world.top, actor=world.org_department),
        lambda: move_unit(unit=world.top, new_parent=world.empowered, actor=world.org_department),
        lambda: merge_units(sources=[world.top], target=world.empowered, actor=world.org_department),
        lambda: split_unit(unit=world.top, parts=[Part("N", "Đảng bộ")], actor=world.org_department),
    ):
        with pytest.raises(RuleViolation, match="Đơn vị cao nhất không"):
            act()


# Moving


def test_a_move_needs_the_right_at_all_three_places(world):
    with pytest.raises(PermissionDenied):  # the secretary of the company holds nothing at the other one
        move_unit(unit=world.branch, new_parent=world.other_company, actor=world.committee)
    with pytest.raises(PermissionDenied):  # nor takes from it
        move_unit(unit=world.other_branch, new_parent=world.company, actor=world.committee)
    move_unit(unit=world.branch, new_parent=world.other_company, actor=world.org_department)
    assert fresh(world.branch).ancestor_ids == [world.top.pk, world.empowered.pk, world.other_company.pk]
    assert not has_right(next_request(world.committee), Right.VIEW, fresh(world.branch))
    assert has_right(next_request(world.outsider), Right.VIEW, fresh(world.branch))
    assert_sound()


def test_a_unit_does_not_go_below_itself(world):
    OrgUnit.objects.get(pk=world.section.pk).kind.legal_parents.add(kind("cell"))
    with pytest.raises(RuleViolation, match="xuống dưới chính nó"):
        move_unit(unit=world.section, new_parent=world.branch, actor=world.committee)


# Merging and splitting


def test_merged_branches_lead_to_the_new_one_and_what_is_alive_follows(world, members_follow):
    make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng 1", "group")
    merge_units(
        sources=[world.branch, world.sister],
        target=world.near_branch,
        decision="Số 7-QĐ/ĐU",
        actor=world.committee,
    )
    assert Member.objects.filter(branch=world.near_branch).count() == 4
    for old in (fresh(world.branch), fresh(world.sister)):
        assert (old.merged_into_id, old.closed_on) == (world.near_branch.pk, timezone.localdate())
    assert OrgUnit.objects.get(code="T.02.B1.01.1").parent == world.near_branch
    assert world.grants["secretary"].pk not in Grant.objects.filter(revoked_at=None).values_list("pk", flat=True)
    assert sorted(UnitChange.objects.filter(unit=world.near_branch).values_list("kind", flat=True)) == [
        "created",
        "merged_in",
        "merged_in",
    ]
    with pytest.raises(RuleViolation, match="đã sáp nhập vào Chi bộ Đội Kiến trúc"):
        reopen_unit(unit=world.branch, actor=world.committee)
    assert_sound()


def test_a_section_may_merge_into_the_committee_above_it(world):
    merge_units(sources=[world.section], target=world.company, actor=world.committee)
    assert {fresh(world.branch).parent_id, fresh(world.sister).parent_id} == {world.company.pk}
    assert not fresh(world.section).is_open
    assert_sound()


class Stays(MembersFollow):
    def follow(self, source, target, *, selected=None, actor):
        """As an open vote does."""


def test_what_cannot_follow_stops_the_merge_whole(world, settings):
    settings.ORGTREE_FOLLOWERS = [f"{__name__}.Stays"]
    with pytest.raises(RuleViolation, match="Chưa sáp nhập được Chi bộ Ga Bến Thủy: còn 2 đảng viên"):
        merge_units(sources=[world.branch], target=world.sister, actor=world.committee)
    assert fresh(world.branch).is_open
    assert not UnitChange.objects.filter(kind__startswith="merged").exists()


@pytest.mark.parametrize(
    ("sources", "target", "said"),
    [
        (["branch"], "branch", "vào chính nó"),
        (["section"], "branch", "vào một đơn vị bên dưới nó"),
        (["branch"], "company", "không trực tiếp quản lý đảng viên"),
        ([], "branch", "ít nhất một đơn vị"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(world, sources, target, said):
    with pytest.raises(RuleViolation, match=said):
        merge_units(
            sources=[getattr(world, name) for name in sources], target=getattr(world, target), actor=world.committee
        )


def test_a_split_founds_units_beside_and_hands_over_what_was_chosen(world, members_follow):
    member = Member.objects.filter(branch=world.branch).first()
    group = make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng 1", "group")
    (new,) = split_unit(
        unit=world.branch,
        parts=[Part("T.02.B1.03", "Chi bộ Ga Vinh", frozenset({group.pk}), {"members": [member.pk]})],
        actor=world.committee,
    )
    assert (new.parent_id, new.kind.code, new.code) == (world.section.pk, "cell", "T.02.B1.03")
    assert list(Member.objects.filter(branch=new)) == [member]
    assert fresh(group).parent_id == new.pk
    assert fresh(world.branch).is_open
    kinds = dict(UnitChange.objects.filter(kind__startswith="split").values_list("kind", "unit_id"))
    assert kinds == {"split_into": world.branch.pk, "split_from": new.pk}
    assert_sound()


def test_a_split_takes_no_unit_that_stands_elsewhere(world):
    with pytest.raises(RuleViolation, match="Mỗi đơn vị trực thuộc"):
        split_unit(
            unit=world.company,
            parts=[Part("T.03", "Đảng bộ mới", frozenset({world.other_branch.pk}))],
            actor=world.org_department,
        )

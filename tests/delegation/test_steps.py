"""Which step leads to which unit, for the four shapes of the letter and for the model of 2026; who receives there."""

import pytest
from django.utils import timezone

from accounts.models import User
from delegation.eligibility import barred, is_eligible, possible_receivers, receivers_of, suggested_role, why_not
from delegation.steps import NO_STEP, posts_for, step_of
from members.enums import PostCode, Standing, Status
from members.models import Post
from orgtree.enums import Role
from orgtree.models import OrgUnit
from tests.cast import make_member, make_unit


def step(code: str) -> int:
    return step_of(OrgUnit.objects.select_related("kind", "parent__kind").get(code=code))


def test_the_four_shapes_of_the_letter(world):
    """Empowered company: 1, 2, 4, with a section 3; grassroots committee: 2, 4, with a section 3; cell: 2 only."""
    make_unit(world.empowered, "T.01.B1", "Đảng bộ bộ phận Đầu máy", "subcommittee")
    make_unit(OrgUnit.objects.get(code="T.01.B1"), "T.01.B1.1", "Chi bộ Tổ máy", "cell")
    make_unit(world.empowered, "T.01.61", "Chi bộ Trạm Vinh", "base_cell")
    make_unit(world.empowered, "T.01.90", "Chi bộ Văn phòng", "cell")
    make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng số 1", "group")
    assert {unit.code: step(unit.code) for unit in OrgUnit.objects.all()} == {
        "T": 0,
        "T.01": 1,
        "T.01.01": 2,
        "T.01.01.01": 4,
        "T.01.61": 2,
        "T.01.90": 4,
        "T.01.B1": 3,
        "T.01.B1.1": 4,
        "T.02": 2,
        "T.02.90": 4,
        "T.02.B1": 3,
        "T.02.B1.01": 4,
        "T.02.B1.02": 4,
        "T.02.B1.01.1": NO_STEP,
        "T.61": 2,
    }


def test_in_the_model_of_2026_a_branch_is_grassroots_only_below_the_top(world):
    top = make_unit(None, "M", "Đảng bộ Mới", "upper_2026")
    base = make_unit(top, "M.1", "Đảng bộ cơ sở Một", "base_committee_2026")
    below = make_unit(base, "M.1.1", "Đảng bộ trực thuộc Một", "committee_below_base_2026")
    cells = [
        make_unit(parent, f"{parent.code}.9", f"Chi bộ {parent.code}", "branch_2026") for parent in (top, base, below)
    ]
    group = make_unit(cells[2], "M.1.1.9.1", "Tổ đảng", "group_2026")
    assert [step(unit.code) for unit in (top, base, below, *cells, group)] == [0, 2, 3, 2, 4, 4, NO_STEP]


@pytest.mark.parametrize(
    ("at", "role", "posts"),
    [
        (1, Role.SECRETARY, {"secretary"}),
        (2, Role.SECRETARY, {"secretary"}),
        (3, Role.SECRETARY, {"secretary"}),
        (4, Role.SECRETARY, {"secretary"}),
        (2, Role.DEPUTY_SECRETARY, {"standing_deputy_secretary", "deputy_secretary"}),
        (
            2,
            Role.HANDBOOK_OFFICER,
            {
                "secretary",
                "standing_deputy_secretary",
                "deputy_secretary",
                "handbook_officer",
                "office_head",
                "office_vice_head",
            },
        ),
        (3, Role.HANDBOOK_OFFICER, {"secretary", "standing_deputy_secretary", "deputy_secretary"}),
        (2, Role.COMMITTEE_MEMBER, set()),
        (
            4,
            Role.COMMITTEE_MEMBER,
            {"secretary", "standing_deputy_secretary", "deputy_secretary", "cell_committee_member"},
        ),
        (2, Role.INSPECTOR, {"inspection_chair", "inspection_vice_chair", "inspection_member"}),
        (4, Role.INSPECTOR, set()),
        (4, Role.ORG_DEPARTMENT, set()),
        (NO_STEP, Role.SECRETARY, set()),
    ],
)
def test_the_posts_of_each_step(at, role, posts):
    assert posts_for(at, role) == posts


def test_the_post_must_be_held_in_the_unit_itself(world):
    person = world.people["member"]
    Post.objects.create(member=person, unit=world.branch, code=PostCode.SECRETARY)
    assert is_eligible(person, world.branch, Role.SECRETARY)
    assert not is_eligible(person, world.section, Role.SECRETARY)
    assert "cần ghi lý do" in why_not(person, world.section, Role.SECRETARY)
    assert barred(person, world.section, Role.SECRETARY) == ""


def test_a_post_that_has_ended_counts_no_more(world):
    person, today = world.people["member"], timezone.localdate()
    Post.objects.create(member=person, unit=world.branch, code=PostCode.SECRETARY, ends_on=today)
    assert not is_eligible(person, world.branch, Role.SECRETARY)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ACTIVE])
def test_only_an_active_member_receives(world, status):
    person = make_member(world.branch, "Nguyễn Văn Một", status=status)
    Post.objects.create(member=person, unit=world.branch, code=PostCode.SECRETARY)
    assert status.label in barred(person, world.branch, Role.SECRETARY)
    assert not possible_receivers(world.branch).filter(pk=person.pk).exists()


def test_nobody_outside_the_subtree_receives(world):
    person = world.people["member"]
    for unit in (world.sister, world.near_branch, world.other_company, world.other_branch):
        assert "không sinh hoạt trong" in barred(person, unit, Role.COMMITTEE_MEMBER)
        assert not possible_receivers(unit).filter(pk=person.pk).exists()
    for unit in (world.branch, world.section, world.company, world.top):
        assert barred(person, unit, Role.COMMITTEE_MEMBER) == ""
        assert possible_receivers(unit).filter(pk=person.pk).exists()


def test_a_locked_account_and_a_party_group_receive_nothing(world):
    person = world.people["member"]
    group = make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng số 1", "group")
    assert "tổ đảng" in barred(person, group, Role.COMMITTEE_MEMBER)
    User.objects.filter(pk=person.account_id).update(is_active=False)
    person.account.refresh_from_db()
    assert "khóa" in barred(person, world.branch, Role.COMMITTEE_MEMBER)


def test_a_probationary_member_leads_nothing(world):
    person = make_member(world.branch, "Nguyễn Văn Một", standing=Standing.PROBATIONARY, official_date=None)
    assert "dự bị" in barred(person, world.branch, Role.SECRETARY)
    assert barred(person, world.branch, Role.HANDBOOK_OFFICER) == ""


def test_receivers_are_shown_with_their_posts_in_the_unit(world, django_assert_num_queries):
    person = world.people["member"]
    Post.objects.create(member=person, unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER)
    Post.objects.create(member=person, unit=world.branch, code=PostCode.DEPUTY_SECRETARY)
    Post.objects.create(member=person, unit=world.section, code=PostCode.SECRETARY)
    members = list(possible_receivers(world.branch).select_related("branch").order_by("pk"))
    with django_assert_num_queries(1):
        found = {one.member_id: one for one in receivers_of(members, world.branch)}
    assert found[person.pk].posts == (PostCode.DEPUTY_SECRETARY, PostCode.CELL_COMMITTEE_MEMBER)
    assert found[world.people["secretary"].pk].posts == ()


def test_the_role_that_goes_with_a_post():
    assert suggested_role(PostCode.SECRETARY) == Role.SECRETARY
    assert suggested_role(PostCode.STANDING_DEPUTY_SECRETARY) == Role.DEPUTY_SECRETARY
    assert suggested_role(PostCode.CELL_COMMITTEE_MEMBER) == Role.COMMITTEE_MEMBER
    assert suggested_role(PostCode.COMMITTEE_MEMBER) is None
    assert suggested_role(PostCode.GROUP_LEADER) is None

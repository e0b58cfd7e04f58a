"""Roles end of themselves: by a move, another status, the end of a post; what was given under them goes on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from delegation.selectors.grants import groundless
from delegation.services import give
from members.enums import PostCode, Status
from members.models import Post
from members.services import end_post, move_member, set_status
from notifications.models import Notice
from orgtree.enums import Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right
from orgtree.services import Part, give_grant, merge_units, split_unit
from tests.cast import make_member
from tests.delegation.people import again, led, six_below
from tests.members.lists_of_people import person
from tests.members.test_import_batches import entered
from tests.security.test_second_paths import listed

TODAY = timezone.localdate


def living(grant: Grant) -> bool:
    return Grant.objects.get(pk=grant.pk).revoked_at is None


def test_who_moves_out_of_the_unit_loses_the_role_and_his_gifts_go_on(world):
    first = six_below(world)
    chief = first.user.member
    move_member(member=chief, branch=world.near_branch, on=TODAY(), actor=world.committee)
    first.refresh_from_db()
    assert "không còn sinh hoạt trong Đảng bộ bộ phận Khối Cơ quan" in first.revoke_reason
    assert not has_right(again(first.user), Right.VIEW, world.section)
    below = Grant.objects.filter(unit=world.branch, role=Role.COMMITTEE_MEMBER)
    assert {(one.given_under_id, one.revoked_at) for one in below} == {(world.grants["committee"].pk, None)}
    assert Entry.objects.filter(action="grant.ended", target_id=first.pk).count() == 1
    assert Notice.objects.filter(user=first.user, kind="delegation.ended").exists()
    assert Notice.objects.filter(user=world.committee, kind="delegation.to_settle").exists()


def test_who_moves_within_the_unit_keeps_the_role(world):
    first = six_below(world)
    move_member(member=first.user.member, branch=world.sister, on=TODAY(), actor=world.committee)
    assert living(first)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ACTIVE])
def test_who_is_not_active_any_more_loses_his_roles(world, status):
    first = six_below(world)
    set_status(member=first.user.member, status=status, on=TODAY(), actor=world.committee)
    assert not living(first)
    assert Grant.objects.filter(unit=world.branch, role=Role.COMMITTEE_MEMBER, revoked_at=None).count() == 6


@pytest.mark.parametrize("status", [Status.EXEMPT, Status.SUSPENDED, Status.TEMP_AWAY, Status.LEFT])
def test_a_branch_ends_no_role_above_it_by_the_status_of_its_holder(world, status):
    first = six_below(world)
    with pytest.raises(RuleViolation, match="ngoài phạm vi"):
        set_status(member=first.user.member, status=status, on=TODAY(), actor=world.secretary)
    first.user.member.refresh_from_db()
    assert (living(first), first.user.member.status) == (True, Status.ACTIVE)


def test_the_server_s_own_grant_leaves_what_hung_from_it_to_the_nearest_who_can_bear_it(world):
    first = six_below(world)
    colleague = led(world.company, world.near_branch, "Đào Thị Chín", PostCode.DEPUTY_SECRETARY)
    (deputy,) = give(member=colleague, unit=world.company, roles=[Role.DEPUTY_SECRETARY], actor=world.org_department)
    set_status(member=world.people["committee"], status=Status.EXEMPT, on=TODAY(), actor=world.org_department)
    first.refresh_from_db()
    assert (first.revoked_at, first.given_under) == (None, deputy)
    set_status(member=colleague, status=Status.EXEMPT, on=TODAY(), actor=world.org_department)
    first.refresh_from_db()
    assert (first.revoked_at, first.given_under) == (None, world.grants["org_department"])


def test_a_role_already_over_is_left_alone(world):
    first = six_below(world)
    Grant.objects.filter(given_under=first).update(
        ends_on=TODAY() - timedelta(days=1), begins_on=TODAY() - timedelta(9)
    )
    Grant.objects.filter(pk=first.pk).update(ends_on=TODAY() - timedelta(days=1), begins_on=TODAY() - timedelta(9))
    set_status(member=first.user.member, status=Status.EXEMPT, on=TODAY(), actor=world.committee)
    assert living(first)


# Posts


def test_the_end_of_the_post_by_who_gave_the_role_ends_it(world):
    first = six_below(world)
    post = Post.objects.get(member=first.user.member, unit=world.section)
    end_post(post=post, ends_on=TODAY(), actor=world.committee)
    first.refresh_from_db()
    assert first.revoke_reason == "Thôi chức vụ Bí thư"
    assert Grant.objects.filter(unit=world.branch, role=Role.COMMITTEE_MEMBER, revoked_at=None).count() == 6


def test_the_end_of_the_post_by_somebody_else_is_brought_before_the_superior(world):
    first = six_below(world)
    post = Post.objects.get(member=first.user.member, unit=world.section)
    end_post(post=post, ends_on=TODAY(), actor=world.org_department)
    assert living(first)
    assert list(groundless(Grant.objects.all())) == [first]
    told = Notice.objects.filter(kind="delegation.to_settle")
    assert [notice.user for notice in told] == [world.committee]


def test_another_fitting_post_keeps_the_role(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai", PostCode.CELL_COMMITTEE_MEMBER)
    Post.objects.create(member=member, unit=world.near_branch, code=PostCode.DEPUTY_SECRETARY)
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.COMMITTEE_MEMBER], actor=world.committee)
    for post in Post.objects.filter(member=member).order_by("pk"):
        assert living(grant)
        end_post(post=post, ends_on=TODAY(), actor=world.committee)
    assert not living(grant)


def test_a_role_named_with_a_reason_depends_on_no_post(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    (grant,) = give(
        member=member,
        unit=world.near_branch,
        roles=[Role.INSPECTOR],
        reason="Được phân công kiểm tra",
        actor=world.committee,
    )
    end_post(post=Post.objects.get(member=member), ends_on=TODAY(), actor=world.committee)
    assert living(grant)


def test_the_check_page_says_what_the_end_of_a_post_takes_along(world, client_of):
    first = six_below(world)
    post = Post.objects.get(member=first.user.member, unit=world.section)
    client, url = client_of(world.committee), reverse("members:end_post", args=[post.pk])
    sent = {"ends_on": f"{TODAY():%d/%m/%Y}"}
    text = client.post(url, sent).content.decode()
    assert "Vai trò Bí thư tại Đảng bộ bộ phận Khối Cơ quan kết thúc ngay." in text
    assert "6 vai trò đồng chí ấy đã giao vẫn giữ nguyên" in text
    assert living(first)
    client.post(url, sent | {"confirm": "yes"})
    assert not living(first)


def test_the_check_page_says_what_a_move_takes_along(world, client_of):
    first = six_below(world)
    sent = {"branch": world.near_branch.pk, "on": f"{TODAY():%d/%m/%Y}"}
    url = reverse("members:move", args=[first.user.member.pk])
    text = client_of(world.committee).post(url, sent).content.decode()
    assert "Vai trò Bí thư tại Đảng bộ bộ phận Khối Cơ quan kết thúc ngay." in text
    assert living(first)


# Lists, mergers, splits


def test_a_list_that_ends_a_post_beheads_nobody_and_tells_the_superior(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)
    batch_of = [
        listed(member, world.near_branch.name, **{"Chức vụ Đảng": "Phó Bí thư chi bộ"}),
        person("Nguyễn Văn Tám", "001080000001", world.near_branch.name),
    ]
    entered(world, batch_of)
    assert not Post.objects.filter(member=member, code=PostCode.SECRETARY, ends_on=None).exists()
    assert living(grant)
    assert list(groundless(Grant.objects.all())) == [grant]
    assert Notice.objects.filter(kind="delegation.to_settle", user=world.committee).count() == 1


def test_a_list_that_moves_somebody_ends_his_role_in_the_old_branch(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)
    entered(world, [listed(member, world.sister.name), person("Nguyễn Văn Tám", "001080000001", world.sister.name)])
    member.refresh_from_db()
    assert member.branch == world.sister
    assert not living(grant)


def test_a_list_of_a_branch_ends_no_role_above_it(world):
    first = six_below(world)
    member = first.user.member
    entered(
        world,
        [
            listed(member, world.branch.name, **{"Tình trạng": "Miễn công tác và sinh hoạt đảng"}),
            person("Nguyễn Văn Tám", "001080000001", world.branch.name),
        ],
        unit=world.branch,
        actor=world.secretary,
    )
    assert living(first)


def test_a_merger_carries_what_hangs_in_the_units_below_to_the_new_superior(world):
    chief = led(world.section, world.branch, "Hà Văn Nam")
    (first,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    member = led(world.sister, world.sister, "Cao Thị Mười", PostCode.DEPUTY_SECRETARY)
    (second,) = give(member=member, unit=world.sister, roles=[Role.DEPUTY_SECRETARY], actor=again(chief.account))
    merge_units(
        sources=[OrgUnit.objects.get(pk=world.section.pk)],
        target=OrgUnit.objects.get(pk=world.company.pk),
        actor=world.org_department,
    )
    second.refresh_from_db()
    assert not living(first)
    assert (second.revoked_at, second.given_under) == (None, world.grants["committee"])


def test_who_goes_along_with_a_split_loses_his_role_in_the_old_unit(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai", PostCode.DEPUTY_SECRETARY)
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.DEPUTY_SECRETARY], actor=world.committee)
    part = Part("T.02.91", "Chi bộ Đội Cầu", frozenset(), {"members": [member.pk]})
    split_unit(unit=world.near_branch, parts=[part], actor=world.committee)
    member.refresh_from_db()
    assert member.branch.code == "T.02.91"
    assert not living(grant)


def test_a_server_s_account_without_a_record_is_left_alone(world):
    member = make_member(world.branch, "Nguyễn Văn Một")
    grant = give_grant(user=member.account, unit=world.top, role=Role.INSPECTOR, actor=None)
    move_member(member=member, branch=world.sister, on=TODAY(), actor=world.org_department)
    assert living(grant)

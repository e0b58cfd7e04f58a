"""Taking back with what hangs from it, handing over, another last day; dead at the next request."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from delegation.services import change_term, give, hand_over, take_back
from members.enums import PostCode
from members.models import Post
from notifications.models import Notice
from orgtree.enums import Reach, Right, Role
from orgtree.models import Grant, UnitPermission
from orgtree.rights import has_right
from orgtree.services import give_grant, move_unit
from orgtree.services.grants import HangsOtherwise, hanging_from, plan_taking
from tests.cast import make_member
from tests.delegation.people import again, led, six_below

REASON = "Thôi giữ chức vụ"


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


# Taking back


def test_all_that_hangs_goes_along_and_each_is_told(world):
    first = six_below(world)
    hanging = hanging_from(first)
    done = take_back(grant=first, reason=REASON, actor=world.committee)
    assert [one.pk for one in done.taken] == [first.pk, *(one.pk for one in hanging)]
    assert done.kept == ()
    told = Notice.objects.filter(kind="delegation.taken_back")
    assert set(told.values_list("user_id", flat=True)) == {first.user_id, *(one.user_id for one in hanging)}
    assert Entry.objects.filter(action="grant.revoked").count() == 7
    assert not UnitPermission.objects.filter(user=first.user).exists()


def test_what_the_actor_could_give_himself_stays_under_his_own_right(world):
    first = six_below(world)
    done = take_back(grant=first, reason=REASON, keep=True, actor=world.committee)
    assert (len(done.taken), len(done.kept)) == (1, 6)
    for one in Grant.objects.filter(unit=world.branch, role=Role.COMMITTEE_MEMBER):
        assert (one.given_under, one.given_by, one.revoked_at) == (world.grants["committee"], world.committee, None)
    assert Entry.objects.filter(action="grant.rehung").count() == 6
    assert Notice.objects.filter(kind="delegation.kept").count() == 6


def test_what_the_actor_could_not_give_goes_along_and_what_hangs_below_is_asked_by_itself(world):
    chief = led(world.company, world.near_branch, "Đào Thị Chín", PostCode.HANDBOOK_OFFICER)
    (officer,) = give(member=chief, unit=world.company, roles=[Role.HANDBOOK_OFFICER], actor=world.org_department)
    second = six_below(world)
    Grant.objects.filter(pk=second.pk).update(given_under=officer, given_by=chief.account)
    inspected = world.people["member"]
    (inspector,) = give(
        member=inspected,
        unit=world.branch,
        roles=[Role.INSPECTOR],
        reason="Được phân công kiểm tra",
        actor=again(second.user),
    )
    # A handbook officer hands on everything but inspection.
    done = take_back(grant=second, reason=REASON, keep=True, actor=again(chief.account))
    assert {one.pk for one in done.taken} == {second.pk, inspector.pk}
    assert len(done.kept) == 6


def test_a_longer_one_cannot_be_kept_under_a_shorter_right(world):
    first = six_below(world)
    month = timezone.localdate() + timedelta(days=30)
    colleague = led(world.company, world.near_branch, "Đào Thị Chín", PostCode.DEPUTY_SECRETARY)
    give(
        member=colleague,
        unit=world.company,
        roles=[Role.DEPUTY_SECRETARY],
        ends_on=month,
        actor=world.org_department,
    )
    plan = plan_taking(first, keep=True, actor=again(colleague.account))
    assert (len(plan.kept), len(plan.going)) == (0, 6)


def test_a_reason_is_needed(world):
    with pytest.raises(RuleViolation, match="lý do"):
        take_back(grant=six_below(world), reason="ngắn", actor=world.committee)


@pytest.mark.parametrize("who", ["member", "secretary", "other_secretary", "org_department", "inspector", "outsider"])
def test_nobody_but_the_direct_superior_takes_back(world, who):
    first = six_below(world)
    for act in (
        lambda actor: take_back(grant=first, reason=REASON, actor=actor),
        lambda actor: change_term(grant=first, ends_on=tomorrow(), actor=actor),
        lambda actor: hand_over(
            grant=first, member=world.people["secretary"], reason="Theo nghị quyết số 5", actor=actor
        ),
    ):
        with pytest.raises(PermissionDenied):
            act(again(world.user(who)))


def test_nobody_takes_back_his_own_nor_what_carries_his_own(world):
    first = six_below(world)
    for act in (
        lambda actor: take_back(grant=first, reason=REASON, actor=actor),
        lambda actor: change_term(grant=first, ends_on=None, actor=actor),
        lambda actor: hand_over(grant=first, member=world.people["secretary"], reason=REASON * 2, actor=actor),
    ):
        with pytest.raises((RuleViolation, PermissionDenied)):
            act(again(first.user))
    assert Grant.objects.get(pk=first.pk).revoked_at is None


def test_what_hung_otherwise_is_shown_again(world):
    first = six_below(world)
    seal = plan_taking(first, keep=False, actor=world.committee).fingerprint
    late = led(world.sister, world.sister, "Cao Thị Mười", PostCode.DEPUTY_SECRETARY)
    give(member=late, unit=world.sister, roles=[Role.DEPUTY_SECRETARY], actor=again(first.user))
    with pytest.raises(HangsOtherwise):
        take_back(grant=first, reason=REASON, expected=seal, actor=world.committee)
    assert Grant.objects.get(pk=first.pk).revoked_at is None


def test_over_http_what_hung_otherwise_is_shown_before_anything_is_done(world, client_of):
    first = six_below(world)
    client, url = client_of(world.committee), reverse("delegation:take_back", args=[first.pk])
    sent = {"keep": "het", "reason": REASON}
    seal = dict(client.post(url, sent).context["hidden"])["seal"]
    late = led(world.sister, world.sister, "Cao Thị Mười", PostCode.DEPUTY_SECRETARY)
    give(member=late, unit=world.sister, roles=[Role.DEPUTY_SECRETARY], actor=again(first.user))
    page = client.post(url, sent | {"confirm": "yes", "seal": seal})
    text = page.content.decode()
    assert "Những vai trò phụ thuộc vừa thay đổi" in text
    assert "Cao Thị Mười" in text
    assert Grant.objects.get(pk=first.pk).revoked_at is None
    seal = dict(page.context["hidden"])["seal"]
    done = client.post(url, sent | {"confirm": "yes", "seal": seal}, follow=True)
    assert "Đã thu hồi 8 vai trò (vai trò đã chọn và 7 vai trò phụ thuộc)." in done.content.decode()


def test_a_right_taken_back_is_dead_at_the_next_request_in_every_browser(world, client_of):
    first = six_below(world)
    desk, phone = client_of(first.user), client_of(first.user)
    addresses = [
        reverse("orgtree:unit", args=[world.sister.pk]),
        f"{reverse('members:list')}?unit={world.sister.pk}",
        f"{reverse('members:export')}?unit={world.sister.pk}",
        reverse("orgtree:rename", args=[world.sister.pk]),
    ]
    for client in (desk, phone):
        assert [client.get(url).status_code for url in addresses] == [200] * 4
    take_back(grant=first, reason=REASON, actor=world.committee)
    for client in (desk, phone):
        assert [client.get(url).status_code for url in addresses] == [404] * 4
        assert client.get(addresses[0], headers={"HX-Request": "true"}).status_code == 404
        assert client.post(addresses[2], {"reason": "Cần báo cáo gấp"}).status_code == 404
        assert client.get(reverse("delegation:find")).status_code == 403
        assert client.get(reverse("delegation:grant", args=[first.pk])).status_code == 200  # told of his own


# Handing over


def test_one_ends_the_other_begins_and_what_hangs_goes_along(world):
    first = six_below(world)
    heir = led(world.section, world.sister, "Phan Thị Mai")
    done = hand_over(grant=first, member=heir, actor=world.committee)
    first.refresh_from_db()
    assert first.revoke_reason == "Bàn giao cho đồng chí Phan Thị Mai"
    assert (done.new.user, done.new.succeeds, done.new.basis) == (heir.account, first, PostCode.SECRETARY)
    assert len(done.moved) == 6
    for one in done.moved:
        one.refresh_from_db()
        assert (one.given_under, one.given_by, one.revoked_at) == (done.new, first.user, None)
    assert not has_right(again(first.user), Right.VIEW, world.section)
    assert has_right(again(heir.account), Right.DELEGATE, world.section)
    assert {notice.kind for notice in Notice.objects.filter(user=first.user)} >= {"delegation.handed_over"}
    assert Notice.objects.filter(user=heir.account, kind="delegation.given").exists()


def test_from_a_later_day_the_one_goes_on_until_the_eve(world):
    first = six_below(world)
    heir = led(world.section, world.sister, "Phan Thị Mai")
    day = timezone.localdate() + timedelta(days=10)
    done = hand_over(grant=first, member=heir, begins_on=day, actor=world.committee)
    first.refresh_from_db()
    assert (first.revoked_at, first.ends_on, done.new.begins_on) == (None, day - timedelta(days=1), day)
    assert has_right(again(first.user), Right.VIEW, world.section)
    assert not has_right(again(heir.account), Right.VIEW, world.section)
    assert len(hanging_from(done.new)) == 6
    other = led(world.section, world.sister, "Phan Thị Lan", PostCode.SECRETARY)
    with pytest.raises(RuleViolation, match="đã được bàn giao"):
        hand_over(grant=first, member=other, begins_on=day, actor=world.committee)


def test_what_the_new_one_was_given_there_cannot_hang_from_himself(world):
    first = six_below(world)
    heir = hanging_from(first)[0].user.member
    Post.objects.create(member=heir, unit=world.section, code=PostCode.SECRETARY)
    done = hand_over(grant=first, member=heir, actor=world.committee)
    assert [one.user for one in done.going] == [heir.account]
    assert len(done.moved) == 5


def test_what_hangs_lasts_no_longer_than_the_new_one(world):
    first = six_below(world)
    heir = led(world.section, world.sister, "Phan Thị Mai")
    end = timezone.localdate() + timedelta(days=90)
    done = hand_over(grant=first, member=heir, ends_on=end, actor=world.committee)
    assert {one.ends_on for one in hanging_from(done.new)} == {end}


def test_the_receiver_must_be_one_who_may_receive(world):
    first = six_below(world)
    with pytest.raises(RuleViolation, match="chức vụ"):
        hand_over(grant=first, member=world.people["member"], actor=world.committee)
    with pytest.raises(RuleViolation, match="không sinh hoạt"):
        hand_over(
            grant=first,
            member=world.people["outsider"],
            reason="Theo nghị quyết số 5 của đảng ủy",
            actor=world.committee,
        )
    with pytest.raises(RuleViolation):
        hand_over(grant=first, member=first.user.member, actor=world.committee)
    with pytest.raises(RuleViolation, match="tự giao"):
        hand_over(
            grant=six_of_near_branch(world),
            member=world.people["committee"],
            reason="Theo nghị quyết số 5 của đảng ủy",
            actor=again(world.committee),
        )


def six_of_near_branch(world) -> Grant:
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)
    return grant


# Another last day


def test_a_shorter_term_shortens_what_hangs_and_a_longer_one_stays_within_bounds(world):
    first = six_below(world)
    month = timezone.localdate() + timedelta(days=30)
    done = change_term(grant=first, ends_on=month, reason="Hết nhiệm kỳ", actor=world.committee)
    assert len(done.shortened) == 6
    assert set(Grant.objects.filter(given_under=first).values_list("ends_on", flat=True)) == {month}
    Grant.objects.filter(pk=world.grants["committee"].pk).update(ends_on=month + timedelta(days=5))
    for too_long in (None, month + timedelta(days=6)):
        with pytest.raises(RuleViolation, match=r"không giao được lâu hơn|không kéo dài"):
            change_term(grant=first, ends_on=too_long, actor=again(world.committee))
    change_term(grant=first, ends_on=month + timedelta(days=5), actor=again(world.committee))
    assert set(Grant.objects.filter(given_under=first).values_list("ends_on", flat=True)) == {month}


def test_a_term_may_not_end_before_today(world):
    first = six_below(world)
    with pytest.raises(RuleViolation):
        change_term(grant=first, ends_on=timezone.localdate() - timedelta(days=1), actor=world.committee)


# Units that move


def test_a_moved_unit_hangs_from_nobody_who_has_no_say_there(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)
    chief = led(world.other_company, world.other_branch, "Lý Thị Thu")
    above = give_secretary(world, chief)
    move_unit(unit=world.near_branch, new_parent=world.other_company, actor=world.org_department)
    grant.refresh_from_db()
    assert grant.revoked_at is None
    assert grant.given_under == above
    assert grant.given_by == world.committee  # who gave it stays told
    with pytest.raises(PermissionDenied):
        take_back(grant=grant, reason=REASON, actor=again(world.committee))
    take_back(grant=grant, reason=REASON, actor=again(chief.account))


def give_secretary(world, member) -> Grant:
    return give_grant(user=member.account, unit=world.other_company, role=Role.SECRETARY, actor=None)


def test_what_hung_from_the_old_superior_survives_his_end_after_the_move(world):
    member = led(world.near_branch, world.near_branch, "Tạ Văn Hai")
    (grant,) = give(member=member, unit=world.near_branch, roles=[Role.SECRETARY], actor=world.committee)
    move_unit(unit=world.near_branch, new_parent=world.section, actor=world.committee)
    grant.refresh_from_db()
    assert grant.given_under == world.grants["committee"]  # still above: nothing changes
    move_unit(unit=world.near_branch, new_parent=world.other_company, actor=world.org_department)
    grant.refresh_from_db()
    take_back(grant=world.grants["committee"], reason=REASON, actor=world.org_department)
    grant.refresh_from_db()
    assert grant.revoked_at is None
    assert grant.given_under.unit_id in (world.other_company.pk, world.empowered.pk, world.top.pk)


def test_a_reach_of_one_unit_bears_nothing_further_down(world):
    first = six_below(world)
    Grant.objects.filter(pk=world.grants["committee"].pk).update(reach=Reach.UNIT)
    plan = plan_taking(first, keep=True, actor=again(world.committee))
    assert plan.kept == ()


def test_the_account_of_a_stranger_finds_no_grant(world, client_of):
    first = six_below(world)
    stranger = make_member(world.other_branch, "Nguyễn Văn Lạ").account
    for name in ("grant", "take_back", "hand_over", "term"):
        assert client_of(stranger).get(reverse(f"delegation:{name}", args=[first.pk])).status_code == 404

"""Roles that rest until a code that was handed over in person is entered."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, OneTimeCode, User
from accounts.throttle import ACCOUNT_AT_ADDRESS
from audit.models import Entry
from common.errors import RuleViolation
from members.activation.policies import living_roles, may_hand_code
from members.activation.selectors import resting_below
from members.activation.vouching import hand_role_code
from notifications.models import Notice
from orgtree.enums import Reach, Role
from orgtree.services import give_grant, revoke_grant

ENTER = "/kich-hoat/ma-vai-tro/"


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def resting(user: User) -> User:
    """Activated by the letter's way, so that his roles rest."""
    User.objects.filter(pk=user.pk).update(identity_confirmed_at=None, activated_at=timezone.now())
    return again(user)


def may(actor: User, account: User) -> bool:
    return may_hand_code(again(actor), account.pk, living_roles([account.pk]).get(account.pk, []))


def test_every_page_says_so_to_him_and_to_nobody_else(world, client_of):
    resting(world.secretary)
    for address in ("/", reverse("members:me")):
        page = client_of(again(world.secretary)).get(address).content.decode()
        assert f"Vai trò Bí thư, {world.branch.name} chưa có hiệu lực" in page
        assert f'href="{ENTER}"' in page
        for who in ("member", "committee"):
            page = client_of(world.user(who)).get(address).content.decode()
            assert "chưa có hiệu lực" not in page
            assert '<ul class="notices' not in page


def test_the_code_wakes_the_roles(world, client_of):
    secretary = resting(world.secretary)
    code = hand_role_code(account=secretary, actor=again(world.committee))
    client = client_of(secretary)
    unit = f"/kich-hoat/don-vi/?unit={world.branch.pk}"
    assert client.get(unit).status_code == 404
    assert client.post(ENTER, {"code": codes.in_groups(code)})["Location"] == "/"
    assert client.get(unit).status_code == 200
    assert "chưa có hiệu lực" not in client.get("/").content.decode()
    assert Entry.objects.filter(action="account.identity_confirmed", actor_id=secretary.pk).count() == 1
    assert Notice.objects.filter(user=world.committee, kind="members.roles_confirmed").count() == 1


def test_the_receiver_is_told_who_issued_it(world):
    secretary = resting(world.secretary)
    code = hand_role_code(account=secretary, actor=again(world.committee))
    notice = Notice.objects.get(user=secretary)
    assert f"Đồng chí {world.committee.full_name} vừa cấp mã" in notice.text
    entry = Entry.objects.get(action="activation.role_code_issued")
    assert (entry.actor_id, entry.target_id) == (world.committee.pk, secretary.pk)
    kept = notice.text + str(list(Entry.objects.values("detail", "target_label")))
    assert code not in kept.replace(" ", "")


def test_a_wrong_code_is_held_by_the_count_of_all_doors(world, client_of):
    secretary = resting(world.secretary)
    code = hand_role_code(account=secretary, actor=again(world.committee))
    client = client_of(secretary)
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        assert client.post(ENTER, {"code": "1" * 12}).status_code == 200
    assert client.post(ENTER, {"code": code}).status_code == 429
    assert again(secretary).identity_confirmed_at is None
    assert Entry.objects.filter(action="activation.role_code_refused").count() == ACCOUNT_AT_ADDRESS.most


def test_a_code_of_another_purpose_wakes_nothing(world, client_of):
    secretary = resting(world.secretary)
    code = codes.issue(user=secretary, purpose=CodePurpose.PASSWORD, days=1, issued_by=world.committee)
    assert client_of(secretary).post(ENTER, {"code": code}).status_code == 200
    assert again(secretary).identity_confirmed_at is None


def test_a_code_of_somebody_who_has_lost_the_right_wakes_nothing(world, client_of):
    secretary = resting(world.secretary)
    code = hand_role_code(account=secretary, actor=again(world.committee))
    revoke_grant(grant=world.grants["committee"], actor=world.org_department)
    answer = client_of(secretary).post(ENTER, {"code": code})
    assert "không còn quyền cấp" in str(answer.context["form"].errors)
    assert again(secretary).identity_confirmed_at is None
    assert OneTimeCode.objects.get().used_at is None


# Who may hand one out


@pytest.mark.parametrize(
    ("issuer", "receiver", "allowed"),
    [
        ("committee", "secretary", True),  # two steps up
        ("org_department", "secretary", True),
        ("org_department", "committee", True),  # right below
        ("org_department", "inspector", True),  # of the top unit itself
        ("org_department", "outsider", True),
        ("secretary", "committee", False),  # his superior
        ("committee", "org_department", False),
        ("committee", "inspector", False),
        ("other_secretary", "secretary", False),  # beside
        ("outsider", "secretary", False),  # another part of the tree
        ("inspector", "secretary", False),
        ("secretary", "secretary", False),
        ("member", "secretary", False),
        ("inspector", "org_department", False),
    ],
)
def test_a_code_comes_from_above(world, issuer, receiver, allowed):
    account = resting(world.user(receiver)) if issuer != receiver else world.user(receiver)
    actor = world.user(issuer)
    assert may(actor, account) == allowed
    if allowed:
        assert hand_role_code(account=account, actor=again(actor))
    else:
        with pytest.raises(PermissionDenied):
            hand_role_code(account=account, actor=again(actor))


def test_all_roles_of_the_receiver_count(world):
    give_grant(user=world.secretary, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    assert may(world.org_department, world.secretary)
    give_grant(user=world.secretary, unit=world.other_company, role=Role.SECRETARY, actor=None)
    assert not may(world.committee, world.secretary)
    assert may(world.org_department, world.secretary)


def test_beside_each_other_the_lesser_does_not_let_the_greater_in(world):
    give_grant(user=world.member, unit=world.company, role=Role.HANDBOOK_OFFICER, actor=None)
    assert not may(world.member, world.committee)
    assert may(world.committee, world.member)
    give_grant(user=world.other_secretary, unit=world.company, role=Role.DEPUTY_SECRETARY, reach=Reach.UNIT, actor=None)
    assert not may(world.other_secretary, world.committee)


def test_two_whom_nobody_confirmed_do_not_confirm_each_other(world):
    deputy = world.member
    give_grant(user=deputy, unit=world.branch, role=Role.DEPUTY_SECRETARY, actor=None)
    assert may(deputy, world.secretary)
    resting(deputy)
    resting(world.secretary)
    assert not may(deputy, world.secretary)
    assert not may(world.secretary, deputy)
    with pytest.raises(PermissionDenied):
        hand_role_code(account=world.secretary, actor=again(deputy))


def test_nobody_hands_out_codes_on_the_day_after_a_reset(world):
    User.objects.filter(pk=world.committee.pk).update(decisions_held_until=timezone.now() + timedelta(hours=24))
    assert not may(world.committee, resting(world.secretary))


def test_who_needs_none_gets_none(world):
    with pytest.raises(RuleViolation, match="không giữ vai trò nào"):
        hand_role_code(account=world.member, actor=again(world.committee))
    with pytest.raises(RuleViolation, match="đã có hiệu lực"):
        hand_role_code(account=world.secretary, actor=again(world.committee))
    User.objects.filter(pk=world.secretary.pk).update(identity_confirmed_at=None)
    with pytest.raises(RuleViolation, match="chưa kích hoạt"):
        hand_role_code(account=world.secretary, actor=again(world.committee))


# Pages


def test_the_code_is_shown_once(world, client_of):
    secretary = resting(world.secretary)
    client = client_of(world.committee)
    address = reverse("activation:hand_code", args=[secretary.pk])
    check = client.get(address).content.decode()
    assert secretary.full_name in check
    assert OneTimeCode.objects.count() == 0
    answer = client.post(address)
    shown = answer.context["code"]
    assert shown in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert shown not in client.get(address).content.decode()
    assert client_of(secretary).post(ENTER, {"code": shown}).status_code == 302


def test_the_list_holds_those_below(world, client_of):
    resting(world.secretary)
    resting(world.outsider)
    assert [one.account for one in resting_below(again(world.committee))] == [world.secretary]
    both = [one.account for one in resting_below(again(world.org_department))]
    assert sorted(one.pk for one in both) == sorted([world.secretary.pk, world.outsider.pk])
    assert resting_below(again(world.other_secretary)) == []
    page = client_of(world.committee).get(reverse("activation:waiting")).content.decode()
    assert "Cấp mã" in page
    assert "Không có ai chờ mã" in client_of(world.member).get(reverse("activation:waiting")).content.decode()


def test_the_notice_costs_no_query(world, client_of):
    client = client_of(world.other_secretary)
    client.get("/huong-dan/")
    with CaptureQueriesContext(connection) as before:
        client.get("/huong-dan/")
    resting(world.other_secretary)
    with CaptureQueriesContext(connection) as after:
        assert "chưa có hiệu lực" in client.get("/huong-dan/").content.decode()
    assert len(after) <= len(before)

"""A lost password by an officer's code: who gives one out for whom, and what it opens."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OneTimeCode, User
from accounts.policies import may_decide
from accounts.recovery import services as recovery
from accounts.throttle import ACCOUNT_AT_ADDRESS
from audit.models import Entry
from common.errors import RuleViolation
from members.services import issue_password_code
from notifications.models import Notice
from orgtree.enums import Reach, Role
from orgtree.models import Grant
from orgtree.services import give_grant, revoke_grant
from tests.cast import make_member

BY_CODE = "/tai-khoan/quen-mat-khau/ma/"
OLD, NEW = "cau-vong-sau-con-mua", "con-tau-chay-qua-deo"
REFUSED = (
    "Số định danh cá nhân hoặc mã chưa đúng, hoặc mã đã hết hạn. "
    "Đồng chí kiểm tra lại từng chữ số; nếu vẫn chưa được, đề nghị cán bộ phụ trách cấp mã mới."
)


def activate(account: User) -> User:
    account.set_password(OLD)
    account.activated_at = timezone.now()
    account.save(update_fields=["password", "activated_at"])
    return account


@pytest.fixture
def member(world):
    """The branch's member, activated; her secretary may give out codes."""
    activate(world.member)
    return world.people["member"]


def code_for(member, actor) -> str:
    return issue_password_code(member=member, actor=User.objects.get(pk=actor.pk))[0]


def enter(client: Client, citizen_id: str, code: str, password: str = NEW, again: str = ""):
    given = {"login": citizen_id, "code": code, "password1": password, "password2": again or password}
    return client.post(BY_CODE, given)


def faults(page) -> list[str]:
    return [str(text) for texts in page.context["form"].errors.values() for text in texts]


# Using it


def test_a_code_gives_a_new_password_and_decisions_rest_for_a_day(world, member, client, client_of):
    inside = client_of(world.member)
    answer = enter(client, world.member.citizen_id, code_for(member, world.secretary))
    assert answer["Location"] == "/tai-khoan/dang-nhap/"
    account = User.objects.get(pk=world.member.pk)
    assert account.check_password(NEW)
    left = account.decisions_held_until - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    assert not may_decide(account)
    assert [browser.get("/tai-khoan/").status_code for browser in (client, inside)] == [302, 302]


def test_how_long_decisions_rest_is_a_setting(world, member, client, settings):
    settings.HOLD_HOURS = 48
    enter(client, world.member.citizen_id, code_for(member, world.secretary))
    left = User.objects.get(pk=world.member.pk).decisions_held_until - timezone.now()
    assert left > timedelta(hours=47)


def test_second_factors_stay(world, member, client):
    factor = Authenticator.objects.create(user=world.member, type=Authenticator.Type.TOTP, data={"secret": "x"})
    enter(client, world.member.citizen_id, code_for(member, world.secretary))
    assert list(Authenticator.objects.values("pk", "data")) == [{"pk": factor.pk, "data": {"secret": "x"}}]


def test_a_code_works_once(world, member, client):
    digits = code_for(member, world.secretary)
    enter(client, world.member.citizen_id, digits)
    assert faults(enter(client, world.member.citizen_id, digits, "mat-khau-khac-hoan-toan")) == [REFUSED]
    assert User.objects.get(pk=world.member.pk).check_password(NEW)


def test_a_code_works_for_a_day(world, member, client):
    digits = code_for(member, world.secretary)
    code = OneTimeCode.objects.get()
    assert timedelta(hours=23, minutes=59) < code.closes_at - timezone.now() <= timedelta(days=1)
    OneTimeCode.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert faults(enter(client, world.member.citizen_id, digits)) == [REFUSED]


def test_a_new_code_voids_the_one_before(world, member, client):
    first, second = code_for(member, world.secretary), code_for(member, world.secretary)
    assert faults(enter(client, world.member.citizen_id, first)) == [REFUSED]
    assert enter(client, world.member.citizen_id, second).status_code == 302


def test_a_code_dies_with_a_password_change(world, member, client, client_of):
    digits = code_for(member, world.secretary)
    change = {"oldpassword": OLD, "password1": "mat-khau-khac-hoan-toan", "password2": "mat-khau-khac-hoan-toan"}
    assert client_of(world.member).post("/tai-khoan/mat-khau/", change)["Location"] == "/tai-khoan/"
    assert faults(enter(client, world.member.citizen_id, digits)) == [REFUSED]


def test_unknown_number_wrong_code_and_no_code_are_one_answer_for_the_same_work(world, member, client):
    code_for(member, world.secretary)
    seen = []
    for citizen_id in (world.member.citizen_id, world.other_secretary.citizen_id, "001085000000"):
        with CaptureQueriesContext(connection) as queries:
            page = enter(client, citizen_id, "111122223333")
        seen.append((page.status_code, faults(page), len(queries)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][:2] == (200, [REFUSED])
    assert [entry.action for entry in Entry.objects.order_by("-id")[:3]] == [
        "account.reset_code_unknown",
        "account.reset_code_refused",
        "account.reset_code_refused",
    ]


def test_a_password_made_of_the_name_is_told_only_to_who_has_the_code(world, member, client):
    digits = code_for(member, world.secretary)
    without = enter(client, world.member.citizen_id, "111122223333", "nguyenthibuoi")
    assert faults(without) == [REFUSED]
    withit = enter(client, world.member.citizen_id, digits, "nguyenthibuoi")
    assert "Mật khẩu dễ đoán" in faults(withit)[0]
    assert enter(client, world.member.citizen_id, digits).status_code == 302


def test_neither_code_nor_password_comes_back_in_the_page(world, member, client):
    page = enter(client, world.member.citizen_id, "111122223333").content.decode()
    assert NEW not in page


def test_wrong_codes_are_slowed_down_with_wrong_passwords(world, member, client):
    digits = code_for(member, world.secretary)
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        assert enter(client, world.member.citizen_id, "111122223333").status_code == 200
    stopped = enter(client, world.member.citizen_id, digits)
    assert stopped.status_code == 429
    assert "thử lại sau" in faults(stopped)[0]
    signing_in = client.post("/tai-khoan/dang-nhap/", {"login": world.member.citizen_id, "password": OLD})
    assert signing_in.status_code == 429


@pytest.mark.parametrize("spoil", [{"is_active": False}, {"activated_at": None}])
def test_a_code_opens_no_account_that_was_closed_meanwhile(world, member, client, spoil):
    digits = code_for(member, world.secretary)
    User.objects.filter(pk=world.member.pk).update(**spoil)
    assert faults(enter(client, world.member.citizen_id, digits)) == [REFUSED]


def test_two_at_once_set_one_password(world, member, transactional_db):
    digits = code_for(member, world.secretary)

    def use(password: str) -> bool:
        try:
            recovery.reset_by_code(citizen_id=world.member.citizen_id, typed=digits, password=password)
        except recovery.CodeRefused:
            return False
        else:
            return True
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(use, [NEW, "mat-khau-khac-hoan-toan"]))
    assert sorted(done) == [False, True]


# What the person is told


def test_the_person_is_told_who_gave_the_code_out(world, member, client, letters_arrive):
    User.objects.filter(pk=world.member.pk).update(email="buoi@donvi.vn")
    with letters_arrive():
        digits = code_for(member, world.secretary)
    assert f"Đồng chí {world.secretary.full_name} đã cấp mã" in Notice.objects.get(user=world.member).text
    assert digits not in mail.outbox[0].body.replace(" ", "")
    assert world.secretary.full_name in mail.outbox[0].body
    with letters_arrive():
        enter(client, world.member.citizen_id, digits)
    assert world.secretary.full_name in mail.outbox[1].body
    client.post("/tai-khoan/dang-nhap/", {"login": world.member.citizen_id, "password": NEW})
    page = client.get("/tai-khoan/").content.decode()
    assert f"bằng mã do đồng chí {world.secretary.full_name} cấp" in page
    assert "đồng chí chưa biểu quyết, phê duyệt, phân quyền được" in page
    client.post("/tai-khoan/dang-xuat/")
    client.post("/tai-khoan/dang-nhap/", {"login": world.member.citizen_id, "password": NEW})
    assert "cấp lúc" not in client.get("/tai-khoan/thiet-bi/").content.decode()


def test_the_banner_goes_when_the_day_is_over(world, client_of):
    User.objects.filter(pk=world.member.pk).update(decisions_held_until=timezone.now() - timedelta(seconds=1))
    page = client_of(world.member).get("/tai-khoan/").content.decode()
    assert "chưa biểu quyết, phê duyệt, phân quyền được" not in page


def test_the_record_names_both_and_holds_no_code(world, member, client):
    digits = code_for(member, world.secretary)
    enter(client, world.member.citizen_id, digits)
    lines = {entry.action: entry for entry in Entry.objects.all()}
    issued = lines["member.password_code_issued"]
    assert (issued.actor_id, issued.target_id, issued.unit_id) == (world.secretary.pk, member.pk, world.branch.pk)
    assert world.secretary.full_name in lines["account.password_reset"].detail["way"]
    assert not any(digits in str(entry.detail) for entry in lines.values())


# Giving it out


def test_the_officer_sees_the_code_once(world, member, client_of):
    client = client_of(world.secretary)
    address = reverse("members:password_code", args=[member.pk])
    check = client.get(address).content.decode()
    assert "24 giờ" in check
    assert OneTimeCode.objects.count() == 0
    slip = client.post(address)
    digits = slip.context["digits"]
    assert digits in slip.content.decode()
    assert slip["Cache-Control"] == "private, no-store"
    assert digits not in client.get(address).content.decode()
    assert world.member.citizen_id not in slip.content.decode()
    assert OneTimeCode.objects.get().code_hash != digits.replace(" ", "")


def test_the_address_on_the_slip_is_that_of_the_settings(world, member, client_of, settings):
    settings.PUBLIC_ADDRESS, settings.ALLOWED_HOSTS = "https://so-tay.example.vn", ["*"]
    slip = client_of(world.secretary).post(reverse("members:password_code", args=[member.pk]), HTTP_HOST="xau.example")
    text = slip.content.decode()
    assert "https://so-tay.example.vn/tai-khoan/quen-mat-khau/ma/" in text
    assert "xau.example" not in text


@pytest.mark.parametrize("who", ["other_secretary", "inspector", "outsider", "member"])
def test_only_who_keeps_the_record_gives_out_codes(world, member, who):
    with pytest.raises(PermissionDenied):
        code_for(member, world.user(who))


def test_nobody_gives_himself_a_code(world):
    activate(world.secretary)
    with pytest.raises(PermissionDenied):
        code_for(world.people["secretary"], world.secretary)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"is_active": False}, "tạm dừng"), ({"activated_at": None}, "kích hoạt"), ({"password": "!"}, "cách khác")],
)
def test_an_account_without_a_password_to_lose_gets_no_code(world, member, client_of, change, said):
    User.objects.filter(pk=world.member.pk).update(**change)
    member.refresh_from_db()
    with pytest.raises(RuleViolation, match=said):
        code_for(member, world.secretary)
    page = client_of(world.secretary).get(reverse("members:password_code", args=[member.pk])).content.decode()
    assert said in page
    assert "Cấp mã</span>" not in page


def test_who_has_lost_his_own_yesterday_gives_out_none(world, member):
    User.objects.filter(pk=world.secretary.pk).update(decisions_held_until=timezone.now() + timedelta(hours=3))
    with pytest.raises(RuleViolation, match="chưa cấp mã"):
        code_for(member, world.secretary)


def test_while_his_roles_rest_an_officer_gives_out_none(world, member):
    User.objects.filter(pk=world.secretary.pk).update(identity_confirmed_at=None)
    with pytest.raises(PermissionDenied):
        code_for(member, world.secretary)


# More rights than himself


def _today(**more) -> dict:
    return {"begins_on": timezone.localdate(), "reach": Reach.SUBTREE} | more


@pytest.mark.parametrize(
    ("unit", "role", "more"),
    [
        ("section", Role.SECRETARY, {}),
        ("top", Role.INSPECTOR, {}),
        ("other_branch", Role.SECRETARY, {}),
        ("sister", Role.COMMITTEE_MEMBER, {"reach": Reach.UNIT}),
        ("company", Role.HANDBOOK_OFFICER, {"begins_on": timezone.localdate() + timedelta(days=30)}),
        ("branch", Role.INSPECTOR, {}),
    ],
    ids=["above", "inspector", "another tree", "beside", "to begin yet", "another right on his own unit"],
)
def test_no_code_for_who_has_a_right_that_the_officer_has_not(world, member, unit, role, more):
    Grant.objects.create(user=world.member, unit=getattr(world, unit), role=role, **_today(**more))
    with pytest.raises(RuleViolation, match="có quyền mà đồng chí không có"):
        code_for(member, world.secretary)
    assert not OneTimeCode.objects.exists()


def test_nor_for_whose_roles_rest(world, member):
    Grant.objects.create(user=world.member, unit=world.section, role=Role.SECRETARY, **_today())
    User.objects.filter(pk=world.member.pk).update(identity_confirmed_at=None)
    with pytest.raises(RuleViolation, match="có quyền mà đồng chí không có"):
        code_for(member, world.secretary)


def test_nor_for_who_reaches_further_down(world):
    leader = make_member(world.near_branch, "Ngô Thị Sen")
    activate(leader.account)
    Grant.objects.create(user=leader.account, unit=world.company, role=Role.SECRETARY, **_today())
    Grant.objects.filter(pk=world.grants["committee"].pk).update(reach=Reach.UNIT)
    Grant.objects.create(user=world.committee, unit=world.near_branch, role=Role.SECRETARY, **_today())
    with pytest.raises(RuleViolation, match="có quyền mà đồng chí không có"):
        code_for(leader, world.committee)


@pytest.mark.parametrize(
    ("who", "of"),
    [("committee", "secretary"), ("org_department", "secretary"), ("org_department", "committee")],
)
def test_who_stands_above_gives_out_codes_for_those_who_lead_below(world, client, who, of):
    account = activate(world.user(of))
    digits = code_for(world.people[of], world.user(who))
    assert enter(client, account.citizen_id, digits).status_code == 302


def test_equals_on_one_unit_help_each_other(world, client):
    deputy = make_member(world.branch, "Ngô Thị Sen")
    activate(deputy.account)
    Grant.objects.create(user=deputy.account, unit=world.branch, role=Role.DEPUTY_SECRETARY, **_today())
    assert enter(client, deputy.account.citizen_id, code_for(deputy, world.secretary)).status_code == 302


def test_roles_of_before_do_not_count(world, member, client):
    grant = Grant.objects.create(user=world.member, unit=world.section, role=Role.SECRETARY, **_today())
    revoke_grant(grant=grant, actor=None)
    assert enter(client, world.member.citizen_id, code_for(member, world.secretary)).status_code == 302


# The second path: what is refused at giving out is refused at using


def test_a_code_kept_until_the_person_has_more_rights_is_good_no_longer(world, member, client):
    digits = code_for(member, world.secretary)
    give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=None)
    assert faults(enter(client, world.member.citizen_id, digits)) == [REFUSED]
    assert User.objects.get(pk=world.member.pk).check_password(OLD)


def test_a_code_of_who_has_lost_his_right_is_good_no_longer(world, member, client):
    digits = code_for(member, world.secretary)
    revoke_grant(grant=world.grants["secretary"], actor=None)
    assert faults(enter(client, world.member.citizen_id, digits)) == [REFUSED]


def test_a_code_of_a_member_who_has_moved_away_is_good_no_longer(world, member, client):
    digits = code_for(member, world.secretary)
    member.branch = world.other_branch
    member.save(update_fields=["branch"])
    assert faults(enter(client, world.member.citizen_id, digits)) == [REFUSED]


def test_who_moves_a_leader_into_his_own_branch_gets_no_code_for_him(world):
    """The hole of Keycloak's addChild: the way round by where the person stands."""
    leader = world.people["committee"]
    activate(world.committee)
    leader.branch = world.branch
    leader.save(update_fields=["branch"])
    with pytest.raises(RuleViolation, match="Bí thư, Đảng bộ Công ty Đường sắt Sông Lam"):
        code_for(leader, world.secretary)


def test_held_decisions_hold_over_http(world, client_of):
    """A committee's secretary whose password was just set by code cannot give a role on the pages either."""
    User.objects.filter(pk=world.committee.pk).update(decisions_held_until=timezone.now() + timedelta(hours=24))
    with pytest.raises(PermissionDenied):
        give_grant(
            user=world.member, unit=world.section, role=Role.SECRETARY, actor=User.objects.get(pk=world.committee.pk)
        )
    assert "chưa biểu quyết, phê duyệt, phân quyền được" in client_of(world.committee).get("/").content.decode()


# From the server


def from_server(monkeypatch, typed: str) -> str:
    monkeypatch.setattr("members.management.commands.password_code.getpass", lambda prompt: typed)
    out = StringIO()
    call_command("password_code", stdout=out)
    return out.getvalue()


def test_the_server_gives_out_a_code_for_whom_nobody_stands_above(world, client, monkeypatch):
    activate(world.inspector)
    said = from_server(monkeypatch, world.inspector.citizen_id)
    digits = re.search(r"\d{4} \d{4} \d{4}", said)[0]
    line = Entry.objects.get(action="member.password_code_issued")
    assert (line.actor_name, line.target_label) == ("Hệ thống", world.inspector.full_name)
    assert "Người quản trị hệ thống" in Notice.objects.get(user=world.inspector).text
    assert enter(client, world.inspector.citizen_id, digits).status_code == 302
    client.post("/tai-khoan/dang-nhap/", {"login": world.inspector.citizen_id, "password": NEW})
    assert "do người quản trị hệ thống cấp" in client.get("/tai-khoan/").content.decode()


@pytest.mark.parametrize("typed", ["001085000000", ""])
def test_the_server_gives_out_none_for_an_unknown_number(world, monkeypatch, typed):
    with pytest.raises(CommandError):
        from_server(monkeypatch, typed)


def test_the_server_gives_out_none_for_who_was_never_activated(world, monkeypatch):
    with pytest.raises(CommandError, match="chưa kích hoạt"):
        from_server(monkeypatch, world.inspector.citizen_id)


# On the member's page


@pytest.mark.parametrize(
    ("who", "sees"), [("secretary", True), ("committee", True), ("org_department", True), ("inspector", False)]
)
def test_who_keeps_the_record_sees_the_day_of_the_last_sign_in(world, member, client_of, who, sees):
    User.objects.filter(pk=world.member.pk).update(last_login=timezone.now().replace(hour=3, minute=7))
    page = client_of(world.user(who)).get(member.get_absolute_url()).content.decode()
    assert ("Ngày đăng nhập gần nhất" in page) is sees
    assert ("Cấp mã đặt lại mật khẩu" in page) is sees
    assert "10:07" not in page

"""Attacks on the first sign-in, on codes and on delegation, each tried by who would gain from it (security.md §3.5)."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts import codes, kept_text, throttle
from accounts.models import CodePurpose, OneTimeCode, User
from accounts.throttle import ACCOUNT_AT_ADDRESS, DATES_OF_ACCOUNT, Attempt, TooManyFailures
from audit.models import Entry
from common.errors import RuleViolation
from delegation.services import change_term, give, hand_over
from jobs.models import Job
from members.activation.policies import living_roles, may_hand_code
from members.activation.slips import who_gets_one
from members.activation.vouching import hand_role_code
from members.enums import PostCode, Status
from members.models import Member
from members.services import create_member, give_post, move_member, set_status, update_member
from members.services.passwords import issue_password_code
from notifications.models import Notice
from orgtree.enums import Rest, Right, Role
from orgtree.models import Grant
from orgtree.rights import has_right, holdings_of, why_roles_rest
from orgtree.services import give_grant
from tests.activation.conftest import DATES, OWN, RIGHT, SIGN_IN, by_slip, knock, opened, set_password, slip_of
from tests.cast import make_member
from tests.delegation.people import again, led

REASON = "Theo Nghị quyết số 5 của đảng ủy"


def officer_of_company(world) -> User:
    """Keeps the records of the company; approves nothing, answers nobody, appoints no inspector."""
    member = make_member(world.near_branch, "Đào Văn Chín")
    give_grant(user=member.account, unit=world.company, role=Role.HANDBOOK_OFFICER, actor=world.org_department)
    return again(member.account)


def activated_by(issuer: User, member: Member) -> User:
    """Somebody, whoever it was, used the slip that this officer printed."""
    User.objects.filter(pk=member.account_id).update(identity_confirmed_at=None)
    code = slip_of(member, issued_by=issuer)
    born = {"birth_0": "14", "birth_1": "3", "birth_2": "1985"}
    client = Client()
    assert by_slip(client, again(member.account).citizen_id, code, **born).status_code == 302
    assert set_password(client).status_code == 302
    return again(member.account)


# A person of straw: made, activated and posted by the officer who wants the role


def test_a_person_of_straw_gains_no_right_that_his_maker_lacks(world):
    officer = officer_of_company(world)
    values = {
        "citizen_id": "001085777777",
        "full_name": "Nguyễn Văn Rơm",
        "gender": "male",
        "birth_date": date(1985, 3, 14),
        "admission_date": date(2010, 5, 19),
        "official_date": date(2011, 5, 19),
        "standing": "official",
    }
    straw = create_member(branch=world.near_branch, values=values, actor=officer)
    account = activated_by(officer, straw)
    give_post(member=straw, unit=world.company, code=PostCode.DEPUTY_SECRETARY, actor=again(officer))
    # By the suggestion from the post, in good faith.
    give(member=straw, unit=world.company, roles=[Role.DEPUTY_SECRETARY], actor=again(world.org_department))
    assert why_roles_rest(again(account)) == Rest.IDENTITY
    assert not holdings_of(again(account))
    with pytest.raises(PermissionDenied):
        hand_role_code(account=again(account), actor=again(officer))
    assert hand_role_code(account=again(account), actor=again(world.org_department))


def test_a_slip_used_before_the_promotion_leads_no_further_than_its_issuer(world):
    member = make_member(world.branch, "Ngô Văn Sung")
    account = activated_by(world.secretary, member)
    give_post(member=member, unit=world.company, code=PostCode.DEPUTY_SECRETARY, actor=world.committee)
    give(member=member, unit=world.company, roles=[Role.DEPUTY_SECRETARY], actor=again(world.org_department))
    assert not holdings_of(again(account))
    assert Entry.objects.filter(action="grant.waits_for_code", target_id__isnull=False).count() == 1


def test_a_password_code_used_before_the_promotion_leads_no_further_than_its_issuer(world):
    member = world.people["member"]
    User.objects.filter(pk=member.account_id).update(activated_at=timezone.now())
    account = again(member.account)
    account.set_password(OWN)
    account.save()
    digits, _ = issue_password_code(member=member, actor=again(world.secretary))
    assert codes.redeem(user=account, purpose=CodePurpose.PASSWORD, typed=digits)
    give(member=member, unit=world.section, roles=[Role.SECRETARY], reason=REASON, actor=again(world.committee))
    assert not holdings_of(again(account))


def test_who_was_confirmed_by_one_entitled_works_at_once(world):
    member = make_member(world.branch, "Ngô Văn Sung")
    account = activated_by(world.committee, member)
    give(member=member, unit=world.section, roles=[Role.SECRETARY], reason=REASON, actor=again(world.committee))
    assert has_right(again(account), Right.DELEGATE, world.section)


def test_a_small_role_puts_nobody_s_great_one_to_rest(world):
    """Else whoever stands below could shut his superior out by giving him something."""
    member = make_member(world.near_branch, "Ngô Văn Sung")
    account = activated_by(world.org_department, member)
    give(member=member, unit=world.company, roles=[Role.SECRETARY], reason=REASON, actor=again(world.org_department))
    User.objects.filter(pk=world.org_department.pk).update(is_active=False)  # who confirmed him is gone
    give(
        member=member,
        unit=world.near_branch,
        roles=[Role.COMMITTEE_MEMBER],
        reason=REASON,
        actor=again(world.committee),
    )
    assert holdings_of(again(account))


# Roles that begin later


def test_a_role_that_begins_tomorrow_counts_for_a_code_today(world):
    member = make_member(world.branch, "Ngô Văn Sung")
    User.objects.filter(pk=member.account_id).update(identity_confirmed_at=None)
    tomorrow = timezone.localdate() + timedelta(days=1)
    give_grant(
        user=member.account, unit=world.company, role=Role.SECRETARY, begins_on=tomorrow, actor=world.org_department
    )
    given, left = who_gets_one(again(world.secretary), [member])
    assert not given
    assert len(left) == 1
    account = activated_by(world.secretary, member)  # printed before the role was given
    assert account.identity_confirmed_at is None


def test_a_role_that_begins_tomorrow_keeps_the_number_of_its_holder(world):
    member = world.people["member"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    give_grant(
        user=member.account, unit=world.company, role=Role.SECRETARY, begins_on=tomorrow, actor=world.org_department
    )
    with pytest.raises(RuleViolation, match="số định danh"):
        update_member(member=member, values={"citizen_id": "001085999998"}, actor=again(world.secretary))


# Codes of whoever may issue none


def test_on_the_day_after_a_reset_an_officer_prints_no_slip(world):
    member = make_member(world.branch, "Ngô Văn Sung")
    User.objects.filter(pk=world.secretary.pk).update(decisions_held_until=timezone.now() + timedelta(hours=3))
    given, _ = who_gets_one(again(world.secretary), [member])
    assert not given


def test_an_officer_two_steps_up_wakes_no_role_that_he_neither_gives_nor_holds(world):
    """He hands Bí thư only to the units right below his own."""
    officer = officer_of_company(world)
    User.objects.filter(pk=world.secretary.pk).update(identity_confirmed_at=None, activated_at=timezone.now())
    roles = living_roles([world.secretary.pk])[world.secretary.pk]
    assert not may_hand_code(officer, world.secretary.pk, roles)
    with pytest.raises(PermissionDenied):
        hand_role_code(account=again(world.secretary), actor=officer)


# The sign-in name lent to a friend


def test_a_number_lent_to_a_friend_leaves_him_no_door(world):
    """An officer writes a friend's number into a record, the friend signs on with the provider, the number is put
    back: what was bound by the wrong number must not stay bound."""
    member = world.people["member"]
    SocialAccount.objects.create(user=member.account, provider="https://provider", uid="friend")
    update_member(member=member, values={"citizen_id": "001085999998"}, actor=again(world.secretary))
    assert not SocialAccount.objects.filter(user=member.account_id).exists()


# Taking a role away by another path


@pytest.mark.parametrize("path", ["status", "gone", "number"])
def test_an_officer_does_not_shut_out_the_secretary_whom_he_helps(world, path):
    officer, chief = officer_of_company(world), world.people["committee"]
    acts = {
        "status": lambda: set_status(member=chief, status=Status.EXEMPT, on=timezone.localdate(), actor=officer),
        "gone": lambda: set_status(member=chief, status=Status.LEFT, on=timezone.localdate(), actor=officer),
        "number": lambda: update_member(member=chief, values={"citizen_id": "001085999998"}, actor=officer),
    }
    with pytest.raises(RuleViolation):
        acts[path]()
    assert holdings_of(again(world.committee))


def test_nobody_shuts_out_the_inspector_of_his_own_unit(world):
    inspector = world.people["member"]
    give_grant(user=inspector.account, unit=world.branch, role=Role.INSPECTOR, actor=None)
    with pytest.raises(RuleViolation):
        set_status(member=inspector, status=Status.EXEMPT, on=timezone.localdate(), actor=again(world.secretary))


def test_a_secretary_still_keeps_the_records_of_those_who_help_him(world):
    member = world.people["member"]
    give_grant(user=member.account, unit=world.branch, role=Role.COMMITTEE_MEMBER, actor=None)
    set_status(member=member, status=Status.EXEMPT, on=timezone.localdate(), actor=again(world.secretary))
    assert not holdings_of(again(member.account))


# Roles that are over


def test_a_role_that_is_over_is_not_brought_back_for_who_has_left(world):
    member = led(world.section, world.branch, "Hà Văn Nam")
    (grant,) = give(
        member=member,
        unit=world.section,
        roles=[Role.SECRETARY],
        ends_on=timezone.localdate(),
        actor=again(world.committee),
    )
    yesterday = timezone.localdate() - timedelta(days=1)
    Grant.objects.filter(pk=grant.pk).update(begins_on=yesterday, ends_on=yesterday)
    move_member(member=member, branch=world.near_branch, on=timezone.localdate(), actor=again(world.committee))
    with pytest.raises(RuleViolation):
        change_term(grant=grant, ends_on=None, reason=REASON, actor=again(world.committee))
    assert not holdings_of(again(member.account))


def test_a_role_goes_on_for_nobody_who_could_not_receive_it(world):
    member = led(world.section, world.branch, "Hà Văn Nam")
    month = timezone.localdate() + timedelta(days=30)
    (grant,) = give(
        member=member, unit=world.section, roles=[Role.SECRETARY], ends_on=month, actor=again(world.committee)
    )
    Member.objects.filter(pk=member.pk).update(status=Status.SUSPENDED)
    with pytest.raises(RuleViolation):
        change_term(grant=grant, ends_on=None, reason=REASON, actor=again(world.committee))
    sooner = change_term(grant=grant, ends_on=timezone.localdate(), reason=REASON, actor=again(world.committee))
    assert sooner.grant.ends_on == timezone.localdate()


def test_nobody_hands_a_role_over_to_himself(world):
    deputy = led(world.company, world.near_branch, "Lưu Văn Phó", PostCode.DEPUTY_SECRETARY)
    give_grant(user=deputy.account, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    chief = led(world.section, world.branch, "Hà Văn Nam")
    (grant,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))
    move_member(member=deputy, branch=world.branch, on=timezone.localdate(), actor=again(world.committee))
    with pytest.raises(RuleViolation, match="tự giao"):
        hand_over(grant=grant, member=deputy, reason=REASON, actor=again(deputy.account))


# Guessing


@pytest.mark.parametrize("address", ["::ffff:203.0.113.7", "203.0.113.7"])
def test_one_address_has_one_count_however_it_is_written(db, address):
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        Attempt("001085000001", "203.0.113.7").begin()
    with pytest.raises(TooManyFailures):
        Attempt("001085000001", address).begin()
    Attempt("001085000001", "::ffff:198.51.100.9").begin()


def test_patience_does_not_come_through_the_dates(world):
    """From many addresses, day after day: of 14,600 possibilities few are looked at while activation is open."""
    member = opened(make_member(world.branch, "Ngô Văn Sung"))
    looked_at = 0
    for number in range(DATES_OF_ACCOUNT.most + 5):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        knock(client, member)
        of_hour = throttle._key(throttle.ACCOUNT, member.account.citizen_id)
        throttle.cache.delete_many([of_hour, f"{of_hour}:until"])  # an hour is over
        looked_at += client.post(DATES, RIGHT | {"birth_0": "15"}).status_code == 200
    assert looked_at == DATES_OF_ACCOUNT.most


def test_a_code_for_one_door_opens_no_other(world, client_of):
    member = world.people["member"]
    for purpose in CodePurpose:
        digits = codes.issue(user=member.account, purpose=purpose, days=1, issued_by=None)
        for other in set(CodePurpose) - {purpose}:
            assert codes.redeem(user=member.account, purpose=other, typed=digits) is None
        assert codes.redeem(user=world.secretary, purpose=purpose, typed=digits) is None
        assert codes.redeem(user=member.account, purpose=purpose, typed=digits)
        assert codes.redeem(user=member.account, purpose=purpose, typed=digits) is None
    assert OneTimeCode.objects.filter(used_at=None, voided_at=None).count() == 0


# Looking beyond one's own part of the tree


@pytest.mark.parametrize(
    "path",
    [
        "/phan-quyen/?don_vi={unit}",
        "/phan-quyen/moi/?nguoi={member}",
        "/phan-quyen/moi/?nguoi={member}&don_vi={unit}",
        "/phan-quyen/moi/tim/?don_vi={unit}",
        "/phan-quyen/moi/tim/?ban_giao={grant}",
        "/phan-quyen/{grant}/ban-giao/?nguoi={member}",
        "/phan-quyen/goi-y/?don_vi={unit}",
        "/phan-quyen/goi-y/bi-tu-choi/?don_vi={unit}",
        "/phan-quyen/tien-do/?mo={unit}",
        "/phan-quyen/tien-do/don-vi/?don_vi={unit}&trong={unit}&mo={unit}",
        "/kich-hoat/don-vi/?unit={unit}",
        "/kich-hoat/vai-tro/{account}/",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_forged_number_shows_nothing_of_another_tree(world, client_of, path, headers):
    chief = led(world.section, world.branch, "Hà Văn Nam")
    (grant,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))
    User.objects.filter(pk=chief.account_id).update(identity_confirmed_at=None, activated_at=timezone.now())
    numbers = {"unit": world.section.pk, "member": chief.pk, "grant": grant.pk, "account": chief.account_id}
    page = client_of(world.outsider).get(path.format(**numbers), headers=headers, follow=True).content.decode()
    for secret in (chief.full_name, world.section.name, world.section.code, world.company.name):
        assert secret not in page


@pytest.mark.parametrize("path", ["/phan-quyen/tien-do/tep/?mo={0}", "/phan-quyen/tien-do/don-vi/tep/?don_vi={0}"])
def test_a_workbook_holds_nothing_of_another_tree(world, client_of, path):
    answer = client_of(world.outsider).get(path.format(world.company.pk))
    assert answer.status_code == 200
    sheets = load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content))
    words = " ".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row)
    assert world.other_branch.name in words or world.other_company.name in words
    assert world.company.name not in words
    assert world.branch.name not in words


@pytest.mark.parametrize("words", ["Bưởi", "whole number", "part of it"])
def test_nobody_finds_who_cannot_receive_from_him(world, client_of, words):
    number = world.member.citizen_id
    typed = {"whole number": number, "part of it": number[:11]}.get(words, words)
    page = client_of(world.outsider).post("/phan-quyen/moi/tim/", {"q": typed}).content.decode()
    assert world.people["member"].full_name not in page
    if words == "part of it":
        page = client_of(world.committee).post("/phan-quyen/moi/tim/", {"q": typed}).content.decode()
        assert world.people["member"].full_name not in page


# Sessions


@pytest.mark.parametrize("method", ["head", "options", "get", "post", "put", "delete"])
@pytest.mark.parametrize("how", [{}, {"HX-Request": "true", "HX-Boosted": "true"}])
def test_a_session_that_activates_is_nobody_by_every_method(world, method, how):
    member = opened(make_member(world.branch, "Ngô Văn Sung"))
    client = Client()
    knock(client, member)
    for path in (
        "/",
        "/tai-khoan/",
        "/tai-khoan/mat-khau/",
        "/tai-khoan/xac-nhan/",
        "/tai-khoan/xac-thuc-hai-lop/",
        "/tai-khoan/xac-thuc-hai-lop/buoc-hai/",
        "/tai-khoan/xac-thuc-hai-lop/xac-nhan/",
        "/tai-khoan/xac-thuc-hai-lop/khoa/them/",
        "/tai-khoan/xac-thuc-hai-lop/ma-du-phong/",
        "/tai-khoan/thiet-bi/",
        "/kich-hoat/xong/",
        "/kich-hoat/ma-vai-tro/",
    ):
        answer = getattr(client, method)(path, headers=how)
        assert answer.status_code in {204, 302, 405}, path
        assert member.full_name.encode() not in answer.content
    assert "_auth_user_id" not in client.session


def test_a_session_dies_with_its_account(world, client_of):
    client = client_of(world.member)
    assert client.get("/tai-khoan/").status_code == 200
    User.objects.filter(pk=world.member.pk).update(is_active=False)
    assert client.get("/tai-khoan/").status_code == 302


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"])
def test_no_door_leads_to_another_site(world, next_url):
    member = world.people["member"]
    account = again(member.account)
    account.set_password(OWN)
    account.activated_at = timezone.now()
    account.save()
    client = Client()
    answer = client.post(SIGN_IN, {"login": account.citizen_id, "password": OWN, "next": next_url})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]
    answer = client.post(f"/tai-khoan/xac-nhan/?next={next_url}", {"password": OWN, "next": next_url})
    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


def test_dates_typed_into_a_stale_page_are_kept_nowhere(world, client_of, monkeypatch):
    """The browser still knows who read in it last: what a visitor types at the first sign-in is not kept for him."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = client_of(world.member).cookies
    browser.get("/")
    browser.cookies.pop("sessionid", None)
    kept = []
    monkeypatch.setattr(kept_text.cache, "set", lambda key, value, *rest: kept.append(value))
    answer = browser.post(
        "/kich-hoat/xac-nhan/", RIGHT, headers={"Referer": "https://testserver/kich-hoat/xac-nhan/"}, secure=True
    )
    assert answer.status_code in {302, 403}
    assert not kept


def test_the_way_of_a_role_leaves_no_secret_behind(world, client_of):
    """Slip, password, role, role code: looked for in everything that is written."""
    member = make_member(world.branch, "Ngô Văn Sung")
    slip = slip_of(member, issued_by=world.secretary)
    client = Client()
    by_slip(client, member.account.citizen_id, slip)
    kept = str(dict(client.session.items()))
    set_password(client)
    give(member=member, unit=world.section, roles=[Role.SECRETARY], reason=REASON, actor=again(world.committee))
    User.objects.filter(pk=member.account_id).update(identity_confirmed_at=None)
    code = hand_role_code(account=again(member.account), actor=again(world.committee))
    client.post("/kich-hoat/ma-vai-tro/", {"code": code})
    kept += str(dict(client.session.items()))
    kept += str(list(Entry.objects.values())) + str(list(Notice.objects.values())) + str(list(Job.objects.values()))
    plain = kept.replace(" ", "")
    for secret in (slip, code, OWN, member.account.citizen_id, "14/03/1985", "1985-03-14", "19/05/2010"):
        assert secret not in plain
    assert again(member.account).identity_confirmed_at is not None

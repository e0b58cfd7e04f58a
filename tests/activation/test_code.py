"""The first sign-in with a code from a slip."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, OneTimeCode, User
from accounts.throttle import ACCOUNT_AT_ADDRESS
from audit.models import Entry
from members.models import Member
from orgtree.enums import Rest, Role
from orgtree.rights import holdings_of, why_roles_rest
from orgtree.services import give_grant

from .conftest import CODE, DATES, PASSWORD, RIGHT, SIGN_IN, by_slip, errors_of, knock, set_password, slip_of


@pytest.mark.parametrize("setting", ["letter", "code"])
def test_a_slip_works_in_both_settings_and_confirms_the_person(world, newcomer, client, settings, setting):
    settings.FIRST_SIGN_IN = setting
    code = slip_of(newcomer)
    assert by_slip(client, newcomer.account.citizen_id, codes.in_groups(code))["Location"] == PASSWORD
    assert set_password(client)["Location"] == "/kich-hoat/xong/"
    newcomer.account.refresh_from_db()
    assert newcomer.account.identity_confirmed_at is not None
    assert newcomer.account.activated_at is not None
    assert OneTimeCode.objects.get().used_at is not None


def test_a_slip_works_although_activation_was_not_opened(newcomer, client):
    User.objects.filter(pk=newcomer.account_id).update(activation_closes_at=None)
    assert by_slip(client, newcomer.account.citizen_id, slip_of(newcomer)).status_code == 302


def test_who_is_interrupted_begins_again_with_the_same_slip(newcomer):
    code = slip_of(newcomer)
    first, second = Client(), Client()
    by_slip(first, newcomer.account.citizen_id, code)
    assert by_slip(second, newcomer.account.citizen_id, code).status_code == 302
    assert set_password(second).status_code == 302
    assert set_password(first)["Location"] == SIGN_IN
    assert by_slip(Client(), newcomer.account.citizen_id, code).status_code == 200


def test_every_fault_reads_the_same(world, newcomer):
    number, code = newcomer.account.citizen_id, slip_of(newcomer)
    answers = [
        by_slip(Client(), number, "1" * 12),
        by_slip(Client(), number, code, birth_0="15"),
        by_slip(Client(), "001085999999", code),
        by_slip(Client(), world.people["member"].account.citizen_id, code),
    ]
    OneTimeCode.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    answers.append(by_slip(Client(), number, code))
    said = {(answer.status_code, *errors_of(answer)) for answer in answers}
    assert len(said) == 1
    assert "Số định danh, mã hoặc ngày sinh chưa đúng" in str(said)
    assert all("activating" not in answer.client.session for answer in answers)


def test_where_the_record_holds_no_date_of_birth_the_code_is_enough(newcomer, client):
    Member.objects.filter(pk=newcomer.pk).update(birth_date=None)
    assert by_slip(client, newcomer.account.citizen_id, slip_of(newcomer), birth_0="1").status_code == 302


def test_a_code_of_another_purpose_does_not_open(newcomer, client):
    code = slip_of(newcomer, purpose=CodePurpose.IDENTITY)
    assert by_slip(client, newcomer.account.citizen_id, code).status_code == 200


def test_guessing_is_held_by_the_same_count_as_passwords(newcomer, client):
    number, code = newcomer.account.citizen_id, slip_of(newcomer)
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        assert by_slip(client, number, "1" * 12).status_code == 200
    assert by_slip(client, number, code).status_code == 429
    assert client.post(SIGN_IN, {"login": number, "password": "sai-mat-khau"}).status_code == 429


def test_a_code_of_the_wrong_length_is_explained_and_counts_as_no_try(newcomer, client):
    for _ in range(ACCOUNT_AT_ADDRESS.most + 1):
        answer = by_slip(client, newcomer.account.citizen_id, "1234 5678")
        assert errors_of(answer) == ["Mã gồm 12 chữ số; đồng chí đã nhập 8 chữ số."]


def test_a_slip_is_void_after_the_letter_s_way(newcomer, client):
    code = slip_of(newcomer)
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    set_password(client)
    assert OneTimeCode.objects.filter(voided_at=None, used_at=None).count() == 0
    assert by_slip(Client(), newcomer.account.citizen_id, code).status_code == 200


def test_a_code_stands_in_no_record_and_no_session(newcomer, client):
    code = slip_of(newcomer)
    by_slip(client, newcomer.account.citizen_id, code)
    kept = str(dict(client.session)) + str(list(Entry.objects.values()))
    assert code not in kept
    assert codes.in_groups(code) not in kept
    assert "1985" not in kept


def test_an_issuer_who_is_not_entitled_to_a_role_given_since_confirms_nobody(world, newcomer, client):
    code = slip_of(newcomer, issued_by=world.secretary)
    give_grant(user=newcomer.account, unit=world.company, role=Role.SECRETARY, actor=None)
    by_slip(client, newcomer.account.citizen_id, code)
    set_password(client)
    account = User.objects.get(pk=newcomer.account_id)
    assert account.activated_at is not None
    assert why_roles_rest(account) == Rest.IDENTITY


def test_an_issuer_who_stands_above_confirms(world, newcomer, client):
    code = slip_of(newcomer, issued_by=world.org_department)
    give_grant(user=newcomer.account, unit=world.company, role=Role.SECRETARY, actor=None)
    by_slip(client, newcomer.account.citizen_id, code)
    set_password(client)
    assert holdings_of(User.objects.get(pk=newcomer.account_id))


def test_the_page_is_for_visitors(world, client_of):
    assert client_of(world.member).get(CODE)["Location"] == "/"


def test_every_fault_asks_the_database_the_same_and_hashes_once(world, newcomer, monkeypatch):
    hashed = []
    for name in ("make_password", "check_password"):
        real = getattr(codes, name)
        monkeypatch.setattr(codes, name, lambda *given, real=real: hashed.append(1) or real(*given))
    code, number = slip_of(newcomer), newcomer.account.citizen_id
    faults = {
        "wrong code": (number, "1" * 12, {}),
        "wrong date": (number, code, {"birth_0": "15"}),
        "unknown": ("001085999999", code, {}),
        "no code": (world.people["member"].account.citizen_id, code, {}),
    }
    asked = {}
    for name, (citizen_id, typed, dates) in faults.items():
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            by_slip(Client(), citizen_id, typed, **dates)
        asked[name] = (len(hashed), [re.findall(r'(?:FROM|INTO) "(\w+)"', query["sql"]) for query in queries])
    assert asked["unknown"][0] == 1
    assert [name for name, what in asked.items() if what != asked["unknown"]] == []

"""The first sign-in as letter 001 says: the citizen id as password, two dates, a password of one's own."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import NO_PASSWORD, User
from accounts.throttle import ACCOUNT_AT_ADDRESS
from audit.models import Entry
from members.enums import Precision, Status
from members.models import Member
from orgtree.enums import Rest, Role
from orgtree.rights import why_roles_rest
from orgtree.selectors import figures
from orgtree.services import give_grant
from tests.cast import make_member

from .conftest import DATES, OWN, PASSWORD, RIGHT, SIGN_IN, errors_of, knock, opened, set_password


def test_three_steps_lead_inside(world, newcomer, client):
    assert knock(client, newcomer)["Location"] == DATES
    assert client.post(DATES, RIGHT)["Location"] == PASSWORD
    assert set_password(client)["Location"] == "/kich-hoat/xong/"
    page = client.get("/kich-hoat/xong/").content.decode()
    assert "Chào mừng đồng chí Ngô Văn Sung" in page
    other = Client()
    assert other.post(SIGN_IN, {"login": newcomer.account.citizen_id, "password": OWN})["Location"] == "/"


def test_the_account_the_record_and_the_figures_know_at_once(world, newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    set_password(client)
    newcomer.refresh_from_db()
    account = newcomer.account
    assert account.activated_at is not None
    assert newcomer.activated_at == account.activated_at
    assert account.activation_closes_at is None
    assert account.identity_confirmed_at is None
    assert figures([world.top.pk], ["activated"])[world.top.pk, "activated"][1] == 1


def test_whatever_path_activates_the_record_follows(world):
    member = world.people["member"]
    moment = timezone.now()
    User.objects.filter(pk=member.account_id).update(activated_at=moment)
    member.refresh_from_db()
    assert member.activated_at == moment
    account = User.objects.create_user("001085111111", "Ngô Văn Sung", OWN, activated_at=moment)
    assert make_member(world.branch, "Ngô Văn Sung", account=account).pk
    assert Member.objects.get(account=account).activated_at == moment


def test_roles_rest_after_it(world, newcomer, client):
    give_grant(user=newcomer.account, unit=world.branch, role=Role.HANDBOOK_OFFICER, actor=None)
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    set_password(client)
    assert why_roles_rest(User.objects.get(pk=newcomer.account_id)) == Rest.IDENTITY
    assert client.get(f"/kich-hoat/don-vi/?unit={world.branch.pk}").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"birth_0": "14/3/1985", "birth_1": "", "birth_2": ""},
        {"birth_0": "14-03-1985", "birth_1": "", "birth_2": ""},
        {"birth_0": " 14 ", "birth_1": "03", "birth_2": "1985"},
        {"admission_0": "19.5.2010", "admission_1": "", "admission_2": ""},
    ],
)
def test_a_date_may_be_typed_in_many_ways(newcomer, client, typed):
    knock(client, newcomer)
    assert client.post(DATES, RIGHT | typed)["Location"] == PASSWORD


def test_a_whole_date_in_the_first_box_comes_back_in_three(newcomer, client):
    knock(client, newcomer)
    page = client.post(DATES, RIGHT | {"birth_0": "03-02-1958", "birth_1": "", "birth_2": ""}).content.decode()
    for number, part in enumerate(("3", "2", "1958")):
        assert f'name="birth_{number}" value="{part}"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"birth_1": "13"}, "Ngày sinh chưa đúng. “14/13/1985”: không có tháng 13."),
        ({"birth_0": "", "birth_1": "", "birth_2": ""}, "Chưa nhập ngày sinh."),
        ({"birth_2": "85"}, "Ngày sinh chưa đúng. “14/3/85”: năm 85 không hợp lý."),
        ({"birth_0": "mồng ba", "birth_1": "", "birth_2": ""}, "Ngày sinh chưa đúng."),
        ({"birth_0": "31", "birth_1": "2"}, "Ngày sinh chưa đúng. “31/2/1985”: tháng 2 năm 1985 không có ngày 31."),
    ],
)
def test_what_is_no_date_is_explained_and_counts_as_no_try(newcomer, client, typed, said):
    knock(client, newcomer)
    for _ in range(ACCOUNT_AT_ADDRESS.most + 1):
        answer = client.post(DATES, RIGHT | typed)
        assert errors_of(answer)[0].startswith(said)
    assert client.post(DATES, RIGHT)["Location"] == PASSWORD


@pytest.mark.parametrize(
    ("held", "typed", "right"),
    [
        (("year", date(1985, 1, 1)), {"birth_0": "", "birth_1": ""}, True),
        (("year", date(1985, 1, 1)), {}, True),
        (("year", date(1985, 1, 1)), {"birth_2": "1986"}, False),
        (("month", date(1985, 3, 1)), {"birth_0": ""}, True),
        (("month", date(1985, 3, 1)), {"birth_0": "", "birth_1": "4"}, False),
        (("month", date(1985, 3, 1)), {"birth_0": "", "birth_1": ""}, False),
        (("day", date(1985, 3, 14)), {"birth_0": ""}, False),
        (("day", date(1985, 3, 14)), {"birth_0": "15"}, False),
        (("day", date(1985, 3, 14)), {"admission_0": "20"}, False),
    ],
)
def test_a_date_must_be_as_exact_as_the_record(newcomer, client, held, typed, right):
    Member.objects.filter(pk=newcomer.pk).update(birth_precision=Precision(held[0]), birth_date=held[1])
    knock(client, newcomer)
    answer = client.post(DATES, RIGHT | typed)
    assert (answer.status_code == 302) == right
    if not right:
        assert "chưa khớp với hồ sơ" in errors_of(answer)[0]


@pytest.mark.parametrize(
    "lacking",
    [
        {"birth_date": None},
        {"admission_date": None},
        {"birth_date": None, "admission_date": None},
        {"birth_precision": "year", "admission_precision": "month"},
    ],
)
def test_a_record_that_knows_too_little_sends_to_the_branch_for_a_code(newcomer, client, lacking):
    Member.objects.filter(pk=newcomer.pk).update(official_date=None, **lacking)
    knock(client, newcomer)
    assert "Cần phiếu có mã kích hoạt" in client.get(DATES).content.decode()
    assert client.post(DATES, RIGHT).status_code == 200
    assert client.get(PASSWORD)["Location"] == DATES


def test_wrong_dates_are_held_like_wrong_passwords_and_by_the_same_count(newcomer, client):
    for _ in range(ACCOUNT_AT_ADDRESS.most - 1):
        assert knock(client, newcomer, "sai-mat-khau").status_code == 200
    knock(client, newcomer)
    assert client.post(DATES, RIGHT | {"birth_0": "15"}).status_code == 200
    refused = client.post(DATES, RIGHT)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "thử lại sau" in errors_of(refused)[0]
    assert knock(Client(), newcomer).status_code == 429


def test_knocking_again_does_not_forgive_the_wrong_dates(newcomer, client):
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        knock(client, newcomer)
        assert client.post(DATES, RIGHT | {"birth_0": "15"}).status_code == 200
    assert knock(client, newcomer).status_code == 429


def test_the_password_is_ones_own(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    for password in (newcomer.account.citizen_id, "14031985", "14/03/1985", "1985-03-14", "19052010", "ngày 19/5/2010"):
        assert set_password(client, password).status_code == 200, password
    assert errors_of(set_password(client, "mưa-cao")) == ["Mật khẩu ngắn quá: cần ít nhất 8 ký tự."]
    assert errors_of(set_password(client, OWN, OWN + "x")) == ["Hai lần nhập mật khẩu phải giống nhau."]
    assert set_password(client).status_code == 302


def _not_open(member: Member) -> None:
    User.objects.filter(pk=member.account_id).update(activation_closes_at=None)


def _ran_out(member: Member) -> None:
    opened(member, days=-0.001)


def _activated(member: Member) -> None:
    member.account.set_password(OWN)
    member.account.activated_at = timezone.now()
    member.account.save()


def _closed(member: Member) -> None:
    User.objects.filter(pk=member.account_id).update(is_active=False)


@pytest.mark.parametrize("how", [_not_open, _ran_out, _activated, _closed])
def test_the_number_as_password_opens_nothing_else(newcomer, client, how):
    how(newcomer)
    answer = knock(client, newcomer)
    assert answer.status_code == 200
    assert "chưa đúng, hoặc tài khoản chưa được kích hoạt" in errors_of(answer)[0]
    assert client.get(DATES)["Location"] == SIGN_IN


def test_another_password_opens_nothing(newcomer, client):
    assert knock(client, newcomer, "001085000000").status_code == 200
    assert client.get(DATES)["Location"] == SIGN_IN


def test_by_the_other_setting_the_number_opens_nothing(newcomer, client, settings):
    settings.FIRST_SIGN_IN = "code"
    assert knock(client, newcomer).status_code == 200


@pytest.mark.parametrize("typed", ["{0[0:3]} {0[3:6]} {0[6:9]} {0[9:12]}", " {0} "])
def test_the_number_may_be_typed_in_groups(newcomer, client, typed):
    number = newcomer.account.citizen_id
    groups = typed.replace("{0[0:3]}", number[:3]).replace("{0[3:6]}", number[3:6])
    groups = groups.replace("{0[6:9]}", number[6:9]).replace("{0[9:12]}", number[9:]).replace("{0}", number)
    assert knock(client, newcomer, groups)["Location"] == DATES


def test_who_is_excused_is_told_so(newcomer, client):
    Member.objects.filter(pk=newcomer.pk).update(status=Status.EXEMPT)
    knock(client, newcomer)
    assert "không thuộc diện dùng Sổ tay" in client.get(DATES).content.decode()


def test_what_happened_is_recorded_without_what_was_typed(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT | {"birth_0": "15"})
    client.post(DATES, RIGHT)
    set_password(client)
    lines = list(Entry.objects.filter(target_id=newcomer.account_id).order_by("pk").values_list("action", "detail"))
    assert lines == [
        ("account.activation_begun", {"way": "letter"}),
        ("activation.refused", {}),
        ("account.activated", {"way": "letter"}),
        ("account.signed_in", {}),
    ]
    assert Entry.objects.get(action="activation.refused").actor_id is None


def test_time_is_over_between_the_steps(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    _ran_out(newcomer)
    assert set_password(client)["Location"] == SIGN_IN
    newcomer.account.refresh_from_db()
    assert newcomer.account.password == NO_PASSWORD


def test_opened_anew_means_begun_anew(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    opened(newcomer, days=15)
    assert client.get(PASSWORD)["Location"] == SIGN_IN


def test_the_mark_lasts_twenty_minutes(newcomer, client, monkeypatch):
    knock(client, newcomer)
    session = client.session
    mark = session["activating"]
    session["activating"] = mark | {"since": mark["since"] - timedelta(minutes=21).total_seconds()}
    session.save()
    assert client.get(DATES)["Location"] == SIGN_IN
    assert "activating" not in client.session

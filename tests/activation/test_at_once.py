"""Two browsers at the same moment."""

import threading

import pytest
from django.db import connection
from django.test import Client

from accounts import codes
from accounts.models import CodePurpose, OneTimeCode, User
from audit.models import Entry
from tests.cast import build_world, make_member

from .conftest import DATES, RIGHT, SIGN_IN, by_slip, knock, opened, set_password, slip_of

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def at_once(*works) -> list:
    """What each gave back."""
    start, given = threading.Barrier(len(works)), [None] * len(works)

    def run(number, work) -> None:
        try:
            start.wait()
            given[number] = work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


@pytest.fixture
def someone(transactional_db):
    return opened(make_member(build_world().branch, "Ngô Văn Sung"))


def _check_one_won(member, clients, answers, passwords) -> None:
    places = [answer["Location"] for answer in answers]
    assert sorted(places) == ["/kich-hoat/xong/", SIGN_IN]
    winner = places.index("/kich-hoat/xong/")
    account = User.objects.get(pk=member.account_id)
    assert account.check_password(passwords[winner])
    assert clients[winner].get("/").status_code == 200
    assert clients[1 - winner].get("/").status_code == 302
    assert Entry.objects.filter(action="account.activated").count() == 1


def test_of_two_who_activate_by_the_letter_one_does(someone):
    clients, passwords = [Client(), Client()], ["con-tau-qua-deo", "cau-vong-sau-mua"]
    for client in clients:
        knock(client, someone)
        client.post(DATES, RIGHT)
    works = [lambda i=i: set_password(clients[i], passwords[i]) for i in range(2)]
    _check_one_won(someone, clients, at_once(*works), passwords)


def test_the_same_slip_in_two_browsers_activates_once(someone):
    code, number = slip_of(someone), someone.account.citizen_id
    clients, passwords = [Client(), Client()], ["con-tau-qua-deo", "cau-vong-sau-mua"]
    for client in clients:
        by_slip(client, number, code)
    works = [lambda i=i: set_password(clients[i], passwords[i]) for i in range(2)]
    _check_one_won(someone, clients, at_once(*works), passwords)
    assert OneTimeCode.objects.exclude(used_at=None).count() == 1


def test_by_both_ways_at_once_one_wins(someone):
    code = slip_of(someone)
    clients, passwords = [Client(), Client()], ["con-tau-qua-deo", "cau-vong-sau-mua"]
    by_slip(clients[0], someone.account.citizen_id, code)
    knock(clients[1], someone)
    clients[1].post(DATES, RIGHT)
    works = [lambda i=i: set_password(clients[i], passwords[i]) for i in range(2)]
    _check_one_won(someone, clients, at_once(*works), passwords)
    confirmed = User.objects.get(pk=someone.account_id).identity_confirmed_at is not None
    assert confirmed == User.objects.get(pk=someone.account_id).check_password(passwords[0])


def test_a_code_is_redeemed_once(someone):
    code = slip_of(someone, purpose=CodePurpose.IDENTITY)

    def redeem():
        return codes.redeem(user=someone.account, purpose=CodePurpose.IDENTITY, typed=code)

    assert sum(one is not None for one in at_once(*[redeem] * 4)) == 1


def test_dates_guessed_at_once_are_not_all_looked_at(someone):
    clients = [Client() for _ in range(10)]
    for client in clients:
        knock(client, someone)
    works = [lambda client=client: client.post(DATES, RIGHT | {"birth_0": "15"}).status_code for client in clients]
    answers = at_once(*works)
    assert answers.count(200) <= 5
    assert answers.count(429) >= 5

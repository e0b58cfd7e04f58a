"""Devices on which the owner has signed in before: strangers who guess do not stop him there."""

import pytest
from django.core import signing
from django.test import Client

from accounts import throttle
from accounts.known_devices import COOKIE
from accounts.models import KnownDevice, User
from accounts.throttle import ACCOUNT, ACCOUNT_ON_DEVICE, ADDRESS, Attempt

from .conftest import PASSWORD


def guessed_from_everywhere(person: User) -> None:
    """Until the account is heard from no address any more."""
    for number in range(ACCOUNT.most):
        Attempt(person.citizen_id, f"10.0.0.{number}").begin()


def guessed_at(address: str) -> None:
    """Until the address is heard for no account any more."""
    for number in range(ADDRESS.most):
        Attempt(f"0010850{number:05d}", address).begin()


@pytest.fixture
def known(person, try_to_sign_in) -> Client:
    """A browser in which the owner has been, and has signed out."""
    client = Client()
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    client.post("/tai-khoan/dang-xuat/")
    return client


def test_the_owner_gets_in_while_strangers_guess_from_everywhere(person, known, try_to_sign_in):
    guessed_from_everywhere(person)
    assert try_to_sign_in(Client(), person.citizen_id, PASSWORD).status_code == 429
    assert try_to_sign_in(known, person.citizen_id, PASSWORD).status_code == 302


def test_the_owner_gets_in_while_the_hall_is_full_of_failures(person, known, try_to_sign_in):
    guessed_at("127.0.0.1")
    assert try_to_sign_in(Client(), person.citizen_id, PASSWORD).status_code == 429
    assert try_to_sign_in(known, person.citizen_id, PASSWORD).status_code == 302


def test_a_known_device_is_no_place_for_guessing(person, known, try_to_sign_in):
    for _ in range(ACCOUNT_ON_DEVICE.most):
        assert try_to_sign_in(known, person.citizen_id, "sai-mat-khau").status_code == 200
    assert try_to_sign_in(known, person.citizen_id, PASSWORD).status_code == 429


def test_it_is_known_to_its_own_account_alone(person, known, try_to_sign_in):
    other = User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD)
    guessed_from_everywhere(other)
    assert try_to_sign_in(known, other.citizen_id, PASSWORD).status_code == 429


def test_one_browser_may_be_known_to_several(person, known, try_to_sign_in):
    other = User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD)
    try_to_sign_in(known, other.citizen_id, PASSWORD)
    known.post("/tai-khoan/dang-xuat/")
    for one in (person, other):
        guessed_from_everywhere(one)
        assert try_to_sign_in(known, one.citizen_id, PASSWORD).status_code == 302
        known.post("/tai-khoan/dang-xuat/")


def test_it_is_known_no_more_after_another_password(person, known, try_to_sign_in):
    person.set_password("mot-mat-khau-khac")
    person.save()
    guessed_from_everywhere(person)
    assert try_to_sign_in(known, person.citizen_id, "mot-mat-khau-khac").status_code == 429


def test_where_the_password_is_changed_it_stays_known(person, try_to_sign_in):
    client = Client()
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    new = "con-tau-chay-qua-deo"
    client.post("/tai-khoan/mat-khau/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    client.post("/tai-khoan/dang-xuat/")
    guessed_from_everywhere(person)
    assert try_to_sign_in(client, person.citizen_id, new).status_code == 302


def test_it_is_known_no_more_once_the_owner_ends_it(person, try_to_sign_in):
    lost, own = Client(), Client()
    for client in (lost, own):
        try_to_sign_in(client, person.citizen_id, PASSWORD)
    page = own.get("/tai-khoan/thiet-bi/")
    (other,) = [device for device in page.context["devices"] if not device.here]
    own.post(f"/tai-khoan/thiet-bi/{other.id}/dang-xuat/")
    guessed_from_everywhere(person)
    assert try_to_sign_in(lost, person.citizen_id, PASSWORD).status_code == 429
    own.post("/tai-khoan/dang-xuat/")
    assert try_to_sign_in(own, person.citizen_id, PASSWORD).status_code == 302


def test_ending_all_others_leaves_this_one_known(person, known, try_to_sign_in):
    own = Client()
    try_to_sign_in(own, person.citizen_id, PASSWORD)
    own.post("/tai-khoan/thiet-bi/khac/dang-xuat/")
    guessed_from_everywhere(person)
    assert try_to_sign_in(known, person.citizen_id, PASSWORD).status_code == 429
    own.post("/tai-khoan/dang-xuat/")
    assert try_to_sign_in(own, person.citizen_id, PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "forged",
    ["", "x", "eyJ", signing.dumps("abc", salt="another"), signing.dumps("abc")],
    ids=["empty", "one sign", "cut", "for another use", "with no use"],  # signatures change with the second
)
def test_a_forged_cookie_is_that_of_a_stranger(person, known, try_to_sign_in, forged):
    guessed_from_everywhere(person)
    client = Client()
    client.cookies[COOKIE] = forged
    assert try_to_sign_in(client, person.citizen_id, PASSWORD).status_code == 429


def test_the_cookie_is_closed_to_scripts_and_names_nobody(person, try_to_sign_in):
    client = Client()
    answer = try_to_sign_in(client, person.citizen_id, PASSWORD)
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 300 * 24 * 3600
    word = signing.loads(cookie.value, salt="accounts.known_devices")
    kept = KnownDevice.objects.values_list("mark", flat=True).get()
    assert word not in kept
    assert person.citizen_id not in cookie.value + word + kept
    assert f"{person.pk}" != word


def test_a_wrong_password_makes_nothing_known(person, try_to_sign_in):
    client = Client()
    try_to_sign_in(client, person.citizen_id, "sai-mat-khau")
    assert COOKIE not in client.cookies
    assert not KnownDevice.objects.exists()


def test_an_account_knows_a_bounded_number(person, try_to_sign_in, monkeypatch):
    monkeypatch.setattr("accounts.known_devices._MOST", 3)
    for _ in range(5):
        try_to_sign_in(Client(), person.citizen_id, PASSWORD)
    assert KnownDevice.objects.count() == 3


def test_the_counts_of_a_device_stand_alone(db):
    for _ in range(ACCOUNT_ON_DEVICE.most):
        Attempt("001185004321", "10.0.0.1", "a" * 64).begin()
    with pytest.raises(throttle.TooManyFailures):
        Attempt("001185004321", "10.0.0.1", "a" * 64).begin()
    Attempt("001185004321", "10.0.0.1").begin()
    Attempt("001185004321", "10.0.0.1", "b" * 64).begin()

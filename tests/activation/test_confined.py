"""A session that activates can do nothing else, and shows nothing of the record."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from audit.models import Entry

from .conftest import DATES, OWN, PASSWORD, RIGHT, SIGN_IN, by_slip, knock, set_password, slip_of

_ACTIVATION = {"activation:by_code", "activation:dates", "activation:password", "activation:stop"}


def _addresses(patterns=None, space: str = "") -> list[tuple[str, str]]:
    """(name, address) of every page, with any number for an argument."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += _addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            name = space + pattern.name
            values = ["dang-vien" if "slug" in part else 1 for part in pattern.pattern.converters]
            found.append((name, reverse(name, args=values)))
    return found


@pytest.mark.parametrize("how", [{}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_X_REQUESTED_WITH": "fetch"}])
@pytest.mark.parametrize("shown", [False, True])
def test_every_other_address_sees_a_visitor(world, newcomer, shown, how):
    client = Client()
    knock(client, newcomer)
    if shown:
        client.post(DATES, RIGHT)
    key = client.session.session_key
    visitor = Client()
    looked_at = 0
    for name, address in _addresses():
        if name in _ACTIVATION or name in ("account_login", "accounts:display"):
            continue
        for method in ("get", "post"):
            mine, theirs = getattr(client, method)(address, **how), getattr(visitor, method)(address, **how)
            assert mine.status_code == theirs.status_code, (name, method)
            assert mine.get("Location", "") == theirs.get("Location", ""), (name, method)
            assert mine.get("HX-Redirect", "") == theirs.get("HX-Redirect", ""), (name, method)
            looked_at += 1
    assert looked_at > 100
    assert client.session.session_key == key  # and the mark is still there
    assert "_auth_user_id" not in client.session


def test_it_is_signed_in_nowhere_until_the_password_is_set(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    assert client.get("/")["Location"] == SIGN_IN
    assert client.get("/kich-hoat/xong/")["Location"].startswith(SIGN_IN)
    assert not Entry.objects.filter(action="account.signed_in").exists()
    set_password(client)
    assert client.get("/").status_code == 200


def test_no_step_can_be_left_out(newcomer, client):
    assert client.get(PASSWORD)["Location"] == SIGN_IN
    assert set_password(client)["Location"] == SIGN_IN
    knock(client, newcomer)
    assert client.get(PASSWORD)["Location"] == DATES
    assert set_password(client)["Location"] == DATES
    newcomer.account.refresh_from_db()
    assert not newcomer.account.has_usable_password()


def test_a_stolen_session_reads_neither_name_nor_number_nor_dates(world, newcomer, client):
    knock(client, newcomer)
    wrong = {"birth_0": "15", "birth_1": "4", "birth_2": "1986", "admission_2": "2011", "admission_0": "3"}
    pages = [client.get(DATES), client.post(DATES, RIGHT | wrong)]
    client.post(DATES, RIGHT)
    pages += [client.get(PASSWORD), set_password(client, "14031985"), client.get(DATES)]
    text = "".join(page.content.decode() for page in pages)
    account = newcomer.account
    for secret in (account.full_name, account.citizen_id, "1985", "14/03", "2010", "19/05", world.branch.name):
        assert secret not in text, secret


def test_a_refused_password_does_not_tell_which_dates_are_one_s_own(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    own, other = set_password(client, "14/03/1985"), set_password(client, "15/04/1986")
    assert own.context["form"].errors == other.context["form"].errors != {}


def test_the_session_holds_no_date_no_code_and_no_number(newcomer, client):
    code = slip_of(newcomer)
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    by_letter = str(dict(client.session))
    by_slip(client, newcomer.account.citizen_id, code)
    kept = by_letter + str(dict(client.session))
    for secret in (code, newcomer.account.citizen_id, "1985", "2010"):
        assert secret not in kept


def test_each_gain_changes_the_key_of_the_session(newcomer, client):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    keys = [session.session_key]
    knock(client, newcomer)
    keys.append(client.session.session_key)
    assert "planted" not in client.session
    client.post(DATES, RIGHT)
    keys.append(client.session.session_key)
    set_password(client)
    keys.append(client.session.session_key)
    assert len(set(keys)) == 4
    assert set(Session.objects.values_list("session_key", flat=True)) == {keys[-1]}
    assert "activating" not in client.session


def test_the_session_inside_lasts_as_long_as_any(newcomer, client, settings):
    knock(client, newcomer)
    assert client.session.get_expiry_age() <= 20 * 60
    client.post(DATES, RIGHT)
    set_password(client)
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_it_gains_nothing_from_an_activation_in_another_browser(newcomer):
    stolen, own = Client(), Client()
    for one in (stolen, own):
        knock(one, newcomer)
        one.post(DATES, RIGHT)
    set_password(own)
    assert set_password(stolen, "mot-mat-khau-khac")["Location"] == SIGN_IN
    assert stolen.get("/")["Location"] == SIGN_IN
    assert stolen.get(DATES)["Location"] == SIGN_IN
    account = User.objects.get(pk=newcomer.account_id)
    assert account.check_password(OWN)


def test_closing_activation_ends_it(newcomer, client):
    knock(client, newcomer)
    client.post(DATES, RIGHT)
    User.objects.filter(pk=newcomer.account_id).update(activation_closes_at=None)
    assert set_password(client)["Location"] == SIGN_IN
    assert "activating" not in client.session


def test_it_can_be_left(newcomer, client):
    knock(client, newcomer)
    assert client.post("/kich-hoat/thoi/")["Location"] == SIGN_IN
    assert client.get(DATES)["Location"] == SIGN_IN


def test_who_is_signed_in_does_not_activate_for_another(world, newcomer, client_of):
    client = client_of(world.member)
    assert knock(client, newcomer).status_code == 302  # home: he is inside
    assert "activating" not in client.session
    assert client.get(DATES)["Location"] == "/"


def test_no_cache_keeps_the_pages(newcomer, client):
    knock(client, newcomer)
    assert "no-store" in client.get(DATES)["Cache-Control"]

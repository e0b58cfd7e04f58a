from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from common.ui.look import COOKIE, Look, look_of

pytestmark = pytest.mark.urls("tests.look.urls")


def asked(cookie: str = "", **user: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = cookie
    request.user = SimpleNamespace(**user)
    return request


@pytest.mark.parametrize(
    ("cookie", "user", "look"),
    [
        ("", {}, Look("normal", "auto")),
        ("large.dark", {}, Look("large", "dark")),
        ("huge.pink", {}, Look("normal", "auto")),
        ("large.dark", {"text_size": "larger", "theme": "light"}, Look("larger", "light")),
        ("large.dark", {"text_size": "normal", "theme": "auto"}, Look("large", "dark")),
    ],
)
def test_the_account_wins_over_the_cookie_and_new_accounts_keep_what_the_visitor_chose(cookie, user, look):
    assert look_of(asked(cookie, **user)) == look


def test_a_visitor_chooses_and_goes_back_where_he_was(client):
    answer = client.post("/hien-thi/", {"size": "larger", "next": "/styleguide/?a=1"})
    assert (answer.status_code, answer.url) == (302, "/styleguide/?a=1")
    assert 'data-size="larger" data-theme="auto"' in client.get("/styleguide/").content.decode()
    client.post("/hien-thi/", {"theme": "dark"})
    assert 'data-size="larger" data-theme="dark"' in client.get("/styleguide/").content.decode()


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere(client, target):
    assert client.post("/hien-thi/", {"size": "large", "next": target}).url == "/"


def test_a_choice_that_does_not_exist_changes_nothing(client):
    client.post("/hien-thi/", {"size": '"><script>', "theme": "pink"})
    assert client.cookies[COOKIE].value == "normal.auto"


def test_a_script_gets_no_page(client):
    assert client.post("/hien-thi/", {"size": "large"}, headers={"X-Requested-With": "fetch"}).status_code == 204


def test_looking_does_not_choose(client):
    assert client.get("/hien-thi/").status_code == 405

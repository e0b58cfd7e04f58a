"""A lost password by a letter: who gets one, what its link is good for, and what nobody learns."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import codes, letters, links
from accounts.models import CodePurpose, OneTimeCode, User
from accounts.recovery import services
from accounts.recovery.limits import LETTERS_FROM_ADDRESS, LETTERS_OF_ACCOUNT
from audit.models import Entry
from handbook.celery import app
from notifications.models import Notice
from tests.accounts.test_words import english_in

from .conftest import PASSWORD

LOST = "/tai-khoan/quen-mat-khau/"
NEW = "con-tau-chay-qua-deo"


@pytest.fixture
def owner(person) -> User:
    """Activated, with an address that was confirmed."""
    person.email, person.activated_at = "buoi@donvi.vn", timezone.now()
    person.save(update_fields=["email", "activated_at"])
    return person


@pytest.fixture
def ask(client, letters_arrive):
    def send(citizen_id: str, **extra):
        with letters_arrive():
            return client.post(LOST, {"login": citizen_id}, **extra)

    return send


def link_in(letter) -> str:
    return re.search(r"https?://\S+?(/tai-khoan/\S+)", letter.body)[1]


def open_link(client: Client, path: str):
    """As a browser does: the form stands behind a redirect."""
    page = client.get(path)
    return client.get(page["Location"]) if page.status_code == 302 else page


def set_password(client: Client, page, password: str = NEW, again: str = ""):
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": again or password})


def test_the_link_of_the_letter_gives_a_new_password_and_ends_every_session(owner, client, ask, try_to_sign_in):
    elsewhere = Client()
    try_to_sign_in(elsewhere, owner.citizen_id, PASSWORD)
    assert ask(owner.citizen_id)["Location"] == "/tai-khoan/quen-mat-khau/da-nhan/"
    assert [letter.to for letter in mail.outbox] == [["buoi@donvi.vn"]]

    page = open_link(client, link_in(mail.outbox[0]))
    answer = set_password(client, page)

    assert answer["Location"] == "/tai-khoan/dang-nhap/"
    assert client.get("/tai-khoan/").status_code == 302  # nobody is signed in by it
    assert elsewhere.get("/tai-khoan/").status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert not owner.decisions_are_held
    assert Entry.objects.get(action="account.password_reset").detail == {"way": "bằng thư điện tử"}
    assert "đã được đặt lại bằng thư điện tử" in Notice.objects.get(user=owner).text


def test_the_owner_gets_a_letter_that_it_happened(owner, client, ask, letters_arrive):
    ask(owner.citizen_id)
    page = open_link(client, link_in(mail.outbox[0]))
    with letters_arrive():
        set_password(client, page)
    assert [letter.subject for letter in mail.outbox][1:] == ["Mật khẩu đã được đặt lại"]


def test_a_link_works_once(owner, client, ask):
    ask(owner.citizen_id)
    path = link_in(mail.outbox[0])
    set_password(client, open_link(client, path))
    page = open_link(Client(), path)
    assert not page.context["validlink"]
    assert "không còn dùng được" in page.content.decode()


def _by_change(owner: User) -> None:
    owner.set_password("mat-khau-khac-hoan-toan")
    owner.save(update_fields=["password"])


@pytest.mark.parametrize(
    "spoil",
    [
        _by_change,
        lambda owner: User.objects.filter(pk=owner.pk).update(last_login=timezone.now()),
        lambda owner: User.objects.filter(pk=owner.pk).update(email="khac@donvi.vn"),
        lambda owner: User.objects.filter(pk=owner.pk).update(is_active=False),
    ],
    ids=["new password", "sign-in", "other address", "closed account"],
)
def test_a_link_dies_with_what_it_was_made_for(owner, client, ask, spoil):
    ask(owner.citizen_id)
    path = link_in(mail.outbox[0])
    spoil(owner)
    assert not open_link(client, path).context["validlink"]


def test_a_link_dies_between_the_form_and_its_sending(owner, client, ask):
    ask(owner.citizen_id)
    page = open_link(client, link_in(mail.outbox[0]))
    _by_change(owner)
    assert not set_password(client, page).context["validlink"]
    owner.refresh_from_db()
    assert not owner.check_password(NEW)


def test_a_link_is_good_for_an_hour(owner, client, ask, monkeypatch):
    ask(owner.citizen_id)
    path = link_in(mail.outbox[0])
    now = links.reset_tokens._now()
    monkeypatch.setattr(links.reset_tokens, "_now", lambda: now + timedelta(minutes=59))
    assert open_link(Client(), path).context["validlink"]
    monkeypatch.setattr(links.reset_tokens, "_now", lambda: now + timedelta(minutes=61))
    assert not open_link(Client(), path).context["validlink"]


def test_the_token_does_not_stand_in_the_address_of_the_form(owner, client, ask):
    ask(owner.citizen_id)
    path = link_in(mail.outbox[0])
    page = open_link(client, path)
    assert page.request["PATH_INFO"] != path
    assert path.split("/")[-2] not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [("ngan", "ngan", "password1"), (NEW, "khac-hoan-toan", "password2"), ("nguyenthibuoi", "", "password1")],
)
def test_a_refused_password_leaves_the_link_as_it_was(owner, client, ask, password, again, field):
    ask(owner.citizen_id)
    page = open_link(client, link_in(mail.outbox[0]))
    refused = set_password(client, page, password, again)
    assert field in refused.context["form"].errors
    assert set_password(client, page)["Location"] == "/tai-khoan/dang-nhap/"


def _never_activated(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(activated_at=None)


def _closed(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)


def _not_confirmed(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(email="", new_email="buoi@donvi.vn")


def _without_password(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(password="!")


@pytest.mark.parametrize("change", [_never_activated, _closed, _not_confirmed, _without_password])
def test_no_letter_for_who_has_none_to_get_and_the_same_answer(owner, ask, change):
    change(owner)
    assert ask(owner.citizen_id)["Location"] == "/tai-khoan/quen-mat-khau/da-nhan/"
    assert mail.outbox == []


def test_an_unknown_number_gets_the_same_answer_for_the_same_work(owner, client, monkeypatch):
    handed = []
    monkeypatch.setattr(letters, "_hand_over", lambda kind, pk: handed.append((str(kind), pk)))
    seen = []
    for citizen_id in (owner.citizen_id, "001085000000"):
        with CaptureQueriesContext(connection) as queries, pytest.MonkeyPatch.context() as patch:
            patch.setattr(letters.transaction, "on_commit", lambda call, robust: call())
            answer = client.post(LOST, {"login": citizen_id})
        seen.append((answer.status_code, answer["Location"], answer.content, len(queries)))
    assert seen[0] == seen[1]
    assert handed == [("reset_link", owner.pk), ("reset_link", 0)]
    assert [e.action for e in Entry.objects.order_by("id")] == ["account.reset_asked", "account.reset_asked_unknown"]


def test_after_three_letters_an_hour_no_more_come_and_nobody_is_told(owner, ask):
    answers = {ask(owner.citizen_id)["Location"] for _ in range(LETTERS_OF_ACCOUNT.most + 2)}
    assert answers == {"/tai-khoan/quen-mat-khau/da-nhan/"}
    assert len(mail.outbox) == LETTERS_OF_ACCOUNT.most


def test_one_address_cannot_ask_for_everybody(owner, ask):
    for number in range(LETTERS_FROM_ADDRESS.most):
        assert ask(f"0010850{number:05d}").status_code == 302
    refused = ask(owner.citizen_id)
    assert refused.status_code == 429
    assert mail.outbox == []
    assert ask(owner.citizen_id, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_no_number_stands_in_the_keys_of_the_counts(owner, ask, monkeypatch):
    keys = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *rest: keys.append(key) or add(key, *rest))
    ask(owner.citizen_id)
    assert len(keys) >= 2
    assert not any(owner.citizen_id in key for key in keys)


def test_the_link_leads_to_the_address_of_the_settings_not_to_the_host_of_the_request(owner, ask, settings):
    settings.PUBLIC_ADDRESS = "https://so-tay.example.vn"
    settings.ALLOWED_HOSTS = ["*"]
    ask(owner.citizen_id, HTTP_HOST="xau.example", HTTP_X_FORWARDED_HOST="xau.example")
    letter = mail.outbox[0]
    text = letter.body + letter.alternatives[0].content
    assert "https://so-tay.example.vn/tai-khoan/quen-mat-khau/" in text
    assert "xau.example" not in text


def test_two_at_once_set_one_password(owner, transactional_db):
    token = links.reset_tokens.make_token(owner)

    def use(password: str) -> bool:
        try:
            return services.reset_by_link(user=owner, token=token, password=password)
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(use, [NEW, "mat-khau-khac-hoan-toan"]))
    assert sorted(done) == [False, True]


def test_the_worker_knows_the_task():
    app.loader.import_default_modules()
    assert "accounts.send_letter" in app.tasks


def test_a_queue_that_does_not_answer_changes_no_answer(owner, client, monkeypatch, django_capture_on_commit_callbacks):
    def fail(*task):
        raise OSError

    monkeypatch.setattr(letters, "_hand_over", fail)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(LOST, {"login": owner.citizen_id}).status_code == 302


def test_second_factors_stay(owner, client, ask):
    factor = Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={"secret": "x"})
    ask(owner.citizen_id)
    set_password(client, open_link(client, link_in(mail.outbox[0])))
    assert list(Authenticator.objects.values("pk", "data")) == [{"pk": factor.pk, "data": {"secret": "x"}}]


def test_without_a_mail_server_no_letter_is_offered(client, db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    page = client.get(LOST).content.decode()
    assert "Gửi thư cho tôi" not in page
    assert "Tôi đã có mã" in page
    assert client.post(LOST, {"login": "001185004321"}).status_code == 200
    assert Entry.objects.count() == 0


def test_who_is_signed_in_changes_his_password_instead(owner, client_of):
    assert client_of(owner).get(LOST)["Location"] == "/tai-khoan/mat-khau/"


@pytest.mark.parametrize("kind", letters.Kind)
def test_letters_are_vietnamese_and_begin_with_no_bracket(world, owner, kind):
    code = _used_code(world)
    event = User.pgh_event_model.objects.filter(pgh_obj_id=owner.pk).latest("pgh_id")
    User.objects.filter(pk=owner.pk).update(new_email="moi@donvi.vn")
    of = {letters.Kind.ADDRESS_CHANGED: event.pgh_id, letters.Kind.CODE_ISSUED: code, letters.Kind.RESET_BY_CODE: code}
    assert letters.send(kind, of.get(kind, owner.pk))
    letter = mail.outbox[0]
    plain, rich = letter.body, letter.alternatives[0].content
    for text in (letter.subject, plain, re.sub(r"<head>.*?</head>|<[^>]*>", " ", rich, flags=re.DOTALL)):
        assert english_in(text) == []
    assert letter.subject[0].isupper()
    assert "[" not in letter.subject
    assert owner.citizen_id not in plain + rich


def _used_code(world) -> int:
    User.objects.filter(pk=world.member.pk).update(email="x@donvi.vn")
    digits = codes.issue(user=world.member, purpose=CodePurpose.PASSWORD, days=1, issued_by=world.secretary)
    codes.redeem(user=world.member, purpose=CodePurpose.PASSWORD, typed=digits)
    return OneTimeCode.objects.get(user=world.member).pk


def test_a_letter_to_an_address_that_waits_names_nobody(owner):
    User.objects.filter(pk=owner.pk).update(new_email="nham@donvi.vn")
    letters.send(letters.Kind.CONFIRM_ADDRESS, owner.pk)
    text = mail.outbox[0].body + mail.outbox[0].alternatives[0].content
    assert owner.full_name not in text

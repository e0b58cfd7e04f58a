"""The address of mail counts only once the link of a letter to it was opened by the account itself."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.utils import timezone

from accounts import letters, links, services
from accounts.models import User
from accounts.recovery.limits import CONFIRMATIONS
from audit.models import Entry

from .conftest import PASSWORD


@pytest.fixture
def inside(client, person, try_to_sign_in):
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    return client


@pytest.fixture
def asked(person, letters_arrive):
    """Ask for an address; the path in the letter to it."""

    def ask(email: str) -> str:
        with letters_arrive():
            services.ask_for_address(user=person, email=email)
        letter = next(one for one in reversed(mail.outbox) if one.to == [email])
        return re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]

    return ask


def of(person: User) -> tuple[str, str]:
    person.refresh_from_db()
    return person.email, person.new_email


def test_an_address_counts_after_its_link_was_opened(inside, person, asked):
    path = asked("buoi@donvi.vn")
    assert of(person) == ("", "buoi@donvi.vn")
    assert of(person) == ("", "buoi@donvi.vn")
    assert inside.get(path).context["good"]
    assert of(person) == ("", "buoi@donvi.vn")  # looking at it changes nothing
    assert inside.post(path)["Location"] == "/tai-khoan/"
    assert of(person) == ("buoi@donvi.vn", "")
    assert Entry.objects.filter(action="account.email_changed").count() == 1


def test_who_opens_a_letter_that_was_not_for_him_confirms_nothing(person, asked, client, client_of):
    path = asked("nham@donvi.vn")
    assert client.post(path).status_code == 302  # a visitor is asked to sign in
    stranger = client_of(User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD))
    page = stranger.post(path)
    assert not page.context["good"]
    assert "nham@donvi.vn" not in page.content.decode()
    assert of(person) == ("", "nham@donvi.vn")


def test_an_older_link_does_not_confirm_a_newer_address(inside, person, asked):
    first = asked("cu@donvi.vn")
    asked("moi@donvi.vn")
    inside.post(first)
    assert of(person) == ("", "moi@donvi.vn")


def test_a_link_is_good_for_a_day(inside, person, asked, monkeypatch):
    path = asked("buoi@donvi.vn")
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + timedelta(hours=25).total_seconds())
    assert not links.confirms(User.objects.get(pk=person.pk), path.split("/")[-2])


def test_until_the_new_one_is_confirmed_the_old_one_counts_and_is_told(inside, person, asked, letters_arrive):
    inside.post(asked("cu@donvi.vn"))
    mail.outbox.clear()
    path = asked("moi@donvi.vn")
    assert sorted(letter.to[0] for letter in mail.outbox) == ["cu@donvi.vn", "moi@donvi.vn"]
    assert of(person) == ("cu@donvi.vn", "moi@donvi.vn")
    mail.outbox.clear()
    with letters_arrive():
        inside.post(path)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["cu@donvi.vn"], "Địa chỉ thư điện tử đã thay đổi")
    ]
    assert of(person) == ("moi@donvi.vn", "")


def test_the_old_address_is_told_when_it_is_removed(inside, person, asked, letters_arrive):
    inside.post(asked("cu@donvi.vn"))
    mail.outbox.clear()
    with letters_arrive():
        services.ask_for_address(user=person, email="")
    assert [letter.to for letter in mail.outbox] == [["cu@donvi.vn"]]
    assert of(person) == ("", "")


def test_no_address_stands_in_what_is_queued(inside, person, asked, monkeypatch, django_capture_on_commit_callbacks):
    inside.post(asked("cu@donvi.vn"))
    queued = []
    monkeypatch.setattr(letters, "_hand_over", lambda *task: queued.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        services.ask_for_address(user=person, email="moi@donvi.vn")
        services.ask_for_address(user=person, email="")
    assert len(queued) == 3
    assert all(isinstance(pk, int) for _, pk in queued)


def test_the_letter_can_be_sent_again_but_not_for_ever(inside, person, asked, letters_arrive):
    asked("buoi@donvi.vn")
    mail.outbox.clear()
    for _ in range(CONFIRMATIONS.most + 2):
        with letters_arrive():
            inside.post("/tai-khoan/thu-dien-tu/gui-lai/")
    assert len(mail.outbox) == CONFIRMATIONS.most


def test_a_second_person_may_use_the_same_mailbox(person, asked, inside, client_of, letters_arrive):
    """A couple has one. Who resets which account is settled by the number, not by the address."""
    inside.post(asked("chung@donvi.vn"))
    other = User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD, email="chung@donvi.vn")
    User.objects.update(activated_at=timezone.now())
    mail.outbox.clear()
    letters.send(letters.Kind.RESET_LINK, other.pk)
    assert other.full_name in mail.outbox[0].body


def test_the_own_page_shows_what_waits_and_the_sign_in_before_this_one(client, person, try_to_sign_in):
    before = timezone.now() - timedelta(days=3)
    User.objects.filter(pk=person.pk).update(last_login=before, new_email="buoi@donvi.vn", activated_at=before)
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    page = client.get("/tai-khoan/")
    assert page.context["last_time"] == before
    text = page.content.decode()
    assert "Thư điện tử chờ xác nhận" in text
    assert text.count(f"{timezone.localtime(before):%H:%M} ngày {timezone.localtime(before):%d/%m/%Y}") == 2

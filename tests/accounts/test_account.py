import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.devices import name_of
from accounts.models import User
from audit.models import Entry

from .conftest import PASSWORD

NEW = "con-tau-chay-qua-deo"


@pytest.fixture
def inside(person, try_to_sign_in):
    """A browser in which the person has signed in by the form."""

    def make(**headers) -> Client:
        client = Client(**headers)
        assert try_to_sign_in(client, person.citizen_id, PASSWORD).status_code == 302
        return client

    return make


def change(client: Client, old: str, new: str, again: str | None = None):
    return client.post("/tai-khoan/mat-khau/", {"oldpassword": old, "password1": new, "password2": again or new})


def test_a_changed_password_holds_and_other_devices_are_out(person, inside):
    here, elsewhere = inside(), inside()

    assert change(here, PASSWORD, NEW)["Location"] == "/tai-khoan/"

    person.refresh_from_db()
    assert person.check_password(NEW)
    assert here.get("/tai-khoan/").status_code == 200
    assert elsewhere.get("/tai-khoan/").status_code == 302
    assert Entry.objects.filter(action="account.password_changed", actor_id=person.pk).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "said"),
    [
        ("sai-mat-khau", NEW, NEW, "oldpassword", "Mật khẩu đang dùng chưa đúng. Đồng chí nhập lại."),
        (PASSWORD, NEW, "khac-hoan-toan", "password2", "Hai lần nhập mật khẩu phải giống nhau."),
        (PASSWORD, PASSWORD, PASSWORD, "password1", "Mật khẩu mới phải khác mật khẩu đang dùng."),
        (PASSWORD, "ngan", "ngan", "password1", "Mật khẩu ngắn quá: cần ít nhất 8 ký tự."),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(person, inside, old, new, again, field, said):
    page = change(inside(), old, new, again)

    assert said in page.context["form"].errors[field]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_with_a_password_of_somebody_elses_one_can_only_set_ones_own(person, inside):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client = inside()

    for address in ("/tai-khoan/", "/tai-khoan/thiet-bi/", "/tai-khoan/thu-dien-tu/"):
        assert client.get(address)["Location"] == "/tai-khoan/mat-khau/"
    assert client.get("/tai-khoan/mat-khau/").status_code == 200
    assert change(client, PASSWORD, NEW)["Location"] == "/"
    assert client.get("/tai-khoan/").status_code == 200
    person.refresh_from_db()
    assert person.is_activated


def test_the_own_number_is_shown_only_when_asked_for(person, inside):
    client = inside()

    page = client.get("/tai-khoan/").content.decode()
    assert person.citizen_id not in page
    assert "••••••••••21" in page
    assert person.citizen_id in client.post("/tai-khoan/so-dinh-danh/").content.decode()
    part = client.post("/tai-khoan/so-dinh-danh/", HTTP_HX_REQUEST="true").content.decode()
    assert person.citizen_id in part
    assert "<html" not in part


def test_the_address_changes_only_after_the_password_was_given_once_more(person, inside):
    client = inside()

    asked = client.get("/tai-khoan/thu-dien-tu/")
    assert asked["Location"] == "/tai-khoan/xac-nhan/?next=%2Ftai-khoan%2Fthu-dien-tu%2F"
    wrong = client.post("/tai-khoan/xac-nhan/", {"password": "sai-mat-khau"})
    assert wrong.context["form"].errors == {"password": ["Mật khẩu chưa đúng. Đồng chí nhập lại."]}
    right = client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD, "next": "/tai-khoan/thu-dien-tu/"})
    assert right["Location"] == "/tai-khoan/thu-dien-tu/"
    client.post("/tai-khoan/thu-dien-tu/", {"email": "buoi@donvi.vn"})

    person.refresh_from_db()
    assert (person.email, person.new_email) == ("", "buoi@donvi.vn")
    assert [e.action for e in Entry.objects.order_by("id")] == [
        "account.signed_in",
        "account.password_not_confirmed",
        "account.email_asked",
    ]


def test_devices_are_named_and_each_can_be_ended(inside):
    phone = inside(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36")
    desk = inside(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko Firefox/128.0")

    listed = desk.get("/tai-khoan/thiet-bi/").context["devices"]
    assert [(device.name, device.here) for device in listed] == [
        ("Firefox trên máy tính Windows", True),
        ("Chrome trên điện thoại Android", False),
    ]
    desk.post(f"/tai-khoan/thiet-bi/{listed[1].id}/dang-xuat/")
    assert phone.get("/tai-khoan/").status_code == 302
    assert desk.get("/tai-khoan/").status_code == 200
    assert Entry.objects.get(action="account.session_ended").detail == {"device": "Chrome trên điện thoại Android"}


def test_all_others_can_be_ended_at_once(inside):
    here, one, two = inside(), inside(), inside()

    here.post("/tai-khoan/thiet-bi/khac/dang-xuat/")

    assert [client.get("/tai-khoan/").status_code for client in (here, one, two)] == [200, 302, 302]
    assert len(here.get("/tai-khoan/thiet-bi/").context["devices"]) == 1


def test_nobody_ends_the_session_of_another(inside, client_of, db):
    mine = inside()
    session = UserSession.objects.get()
    stranger = client_of(User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD))

    assert stranger.post(f"/tai-khoan/thiet-bi/{session.pk}/dang-xuat/").status_code == 404
    assert mine.get("/tai-khoan/").status_code == 200


def test_sessions_that_ended_by_themselves_are_not_listed(person, inside):
    here = inside()
    gone = inside()
    gone.session.flush()

    assert len(here.get("/tai-khoan/thiet-bi/").context["devices"]) == 1


def test_the_pages_cost_the_same_for_any_number_of_devices(person, inside):
    client = inside()

    def queries() -> list[int]:
        counts = []
        for address in ("/tai-khoan/", "/tai-khoan/thiet-bi/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(captured))
        return counts

    with_one = queries()
    for _ in range(12):
        inside()

    assert queries() == with_one
    assert max(with_one) <= 12


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("", "Trình duyệt trên thiết bị chưa rõ loại"),
        ("(iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari trên điện thoại iPhone"),
        ("(Linux; Android 13) SamsungBrowser/25 Mobile Safari/537", "Samsung Internet trên điện thoại Android"),
        ("(Windows NT 10.0) coc_coc_browser/125.0 Chrome/119 Safari/537.36", "Cốc Cốc trên máy tính Windows"),
    ],
)
def test_a_device_is_named_in_words(agent, name):
    assert name_of(agent) == name


def test_the_choice_of_letters_is_kept_with_the_account(person, inside):
    answer = inside().post("/tai-khoan/hien-thi/", {"size": "large", "theme": "dark", "next": "/tai-khoan/"})

    person.refresh_from_db()
    assert answer["Location"] == "/tai-khoan/"
    assert (person.text_size, person.theme) == ("large", "dark")
    assert 'data-size="large" data-theme="dark"' in inside().get("/tai-khoan/").content.decode()


def test_the_choice_of_a_visitor_is_kept_in_his_browser(client, db):
    client.post("/tai-khoan/hien-thi/", {"size": "large"})

    assert 'data-size="large"' in client.get("/tai-khoan/dang-nhap/").content.decode()


def test_the_own_page_lists_what_happened_to_the_account(person, inside, try_to_sign_in):
    try_to_sign_in(Client(), person.citizen_id, "sai-mat-khau")
    client = inside()

    assert [event.kind for event in client.get("/tai-khoan/").context["events"]] == ["signed_in", "sign_in_failed"]

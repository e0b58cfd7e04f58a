from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from audit.models import Entry

from .conftest import PASSWORD

SIGN_IN = "/tai-khoan/dang-nhap/"
REFUSED = (
    "Số định danh cá nhân hoặc mật khẩu chưa đúng, hoặc tài khoản chưa được kích hoạt. "
    "Đồng chí kiểm tra lại, chú ý chữ hoa, chữ thường, rồi thử lại."
)


def errors_of(response) -> list[str]:
    return [message for messages in response.context["form"].errors.values() for message in messages]


def test_the_right_password_opens_the_portal(client, person, try_to_sign_in):
    response = try_to_sign_in(client, person.citizen_id, PASSWORD)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/tai-khoan/").status_code == 200


@pytest.mark.parametrize("typed", ["001 185 004 321", " 001185004321 ", "001.185.004.321", "001185-004321"])
def test_spaces_dots_and_dashes_in_the_number_do_not_matter(client, person, try_to_sign_in, typed):
    assert try_to_sign_in(client, typed, PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Chưa nhập số định danh cá nhân."),
        ("123456789", "Số chứng minh nhân dân 9 số không còn dùng. Đồng chí nhập số định danh cá nhân 12 số."),
        ("00118500432", "Số định danh cá nhân gồm 12 chữ số; đồng chí đã nhập 11 chữ số."),
        ("nguyenthibuoi", "Số định danh cá nhân chỉ gồm chữ số."),
    ],
)
def test_a_number_of_the_wrong_shape_is_explained(client, db, try_to_sign_in, typed, said):
    assert errors_of(try_to_sign_in(client, typed, PASSWORD)) == [said]


def test_unknown_wrong_and_not_activated_get_the_same_answer(client, person, try_to_sign_in):
    waiting = User.objects.create_user("001085009999", "Trần Văn Cam")

    answers = [
        errors_of(try_to_sign_in(client, citizen_id, "sai-mat-khau"))
        for citizen_id in (person.citizen_id, waiting.citizen_id, "001085000000")
    ]

    assert answers == [[REFUSED]] * 3


def test_the_number_that_was_typed_is_not_lost_after_a_wrong_try(client, person, try_to_sign_in):
    page = try_to_sign_in(client, person.citizen_id, "sai-mat-khau").content.decode()

    assert f'value="{person.citizen_id}"' in page
    assert "sai-mat-khau" not in page


def test_an_account_that_was_closed_is_told_so_only_with_its_password(client, person, try_to_sign_in):
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert errors_of(try_to_sign_in(client, person.citizen_id, "sai-mat-khau")) == [REFUSED]
    assert try_to_sign_in(client, person.citizen_id, PASSWORD)["Location"] == "/tai-khoan/tam-dung/"
    assert client.get("/tai-khoan/").status_code == 302


def test_the_session_gets_a_new_key_at_sign_in(client, person, try_to_sign_in):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before

    try_to_sign_in(client, person.citizen_id, PASSWORD)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_after_signing_in_one_is_back_on_the_page(client, person, method):
    origin = {"HTTP_REFERER": "http://testserver/tai-khoan/thiet-bi/?trang=2"} if method == "post" else {}
    asked = getattr(client, method)("/tai-khoan/thiet-bi/?trang=2", **origin)

    assert asked["Location"] == f"{SIGN_IN}?next=/tai-khoan/thiet-bi/%3Ftrang%3D2"
    page = client.get(asked["Location"])
    answer = client.post(
        SIGN_IN, {"login": person.citizen_id, "password": PASSWORD, "next": page.context["redirect_field_value"]}
    )
    assert answer["Location"] == "/tai-khoan/thiet-bi/?trang=2"


def test_a_form_sent_after_the_session_ended_does_not_lead_to_an_address_that_only_takes_forms(client, db):
    answer = client.post("/tai-khoan/thiet-bi/khac/dang-xuat/", HTTP_REFERER="https://xau.example/tai-khoan/")

    assert answer["Location"] == SIGN_IN


def test_a_part_of_a_page_asked_after_the_session_ended_sends_the_whole_page_to_sign_in(client, db):
    answer = client.get(
        "/tai-khoan/thiet-bi/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/to-chuc/?mo=3"
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{SIGN_IN}?next=/to-chuc/%3Fmo%3D3")


@pytest.mark.parametrize(
    "bad", ["https://xau.example/", "//xau.example", "/\\xau.example", "javascript:alert(1)", "http:xau.example"]
)
def test_the_page_to_come_back_to_is_one_of_ours(client, person, bad):
    answer = client.post(SIGN_IN, {"login": person.citizen_id, "password": PASSWORD, "next": bad})

    assert answer["Location"] == "/"


def test_signing_out_ends_the_session(client, person, try_to_sign_in):
    try_to_sign_in(client, person.citizen_id, PASSWORD)

    assert client.get("/tai-khoan/dang-xuat/").status_code == 200
    assert client.get("/tai-khoan/").status_code == 200
    assert client.post("/tai-khoan/dang-xuat/")["Location"] == SIGN_IN
    assert client.get("/tai-khoan/").status_code == 302


def test_nobody_makes_an_account_for_himself(client, db):
    page = client.post(
        "/tai-khoan/dang-ky/", {"username": "001085001234", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert "Tài khoản do chi bộ lập" in page.content.decode()
    assert User.objects.count() == 0


def test_what_happened_is_recorded_without_what_was_typed(client, person, try_to_sign_in):
    try_to_sign_in(client, person.citizen_id, "sai-mat-khau")
    try_to_sign_in(client, "001085000000", "sai-mat-khau")
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    client.post("/tai-khoan/dang-xuat/")

    lines = [(e.action, e.actor_id, e.target_id, e.detail) for e in Entry.objects.order_by("id")]
    assert lines == [
        ("account.sign_in_failed", None, person.pk, {}),
        ("account.sign_in_unknown", None, None, {}),
        ("account.signed_in", person.pk, person.pk, {}),
        ("account.signed_out", person.pk, person.pk, {}),
    ]


def test_the_last_sign_in_is_kept(client, person, try_to_sign_in):
    try_to_sign_in(client, person.citizen_id, PASSWORD)

    person.refresh_from_db()
    assert timezone.now() - person.last_login < timedelta(minutes=1)


def test_signing_in_costs_the_same_queries_for_every_failure(client, person, try_to_sign_in, django_assert_num_queries):
    User.objects.create_user("001085009999", "Trần Văn Cam")
    for citizen_id in (person.citizen_id, "001085009999", "001085000000"):
        with django_assert_num_queries(3):  # the account, the account for the record, the record
            try_to_sign_in(client, citizen_id, "sai-mat-khau")

"""What was typed outlives the end of a session, without scripts, for that person in that browser alone."""

import re
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import kept_text, time_out
from members.models import Member

SIGN_IN = "/tai-khoan/dang-nhap/"
PASSWORD = "cau-vong-sau-con-mua"
SAID = "Phiên làm việc đã hết hạn. Nội dung đồng chí đã nhập được giữ lại, mời kiểm tra và gửi lại."
TYPED = "Tôi mở danh sách của chi bộ thì không thấy đồng chí mới chuyển về."
ORIGIN = "http://testserver"


@pytest.fixture
def help_page() -> str:
    return reverse("portal:help")


@pytest.fixture
def enter():
    """Sign in as a browser does, following where the sign-in page leads."""

    def sign_in(client: Client, user, back: str = "/"):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        return client.post(SIGN_IN, {"login": user.citizen_id, "password": PASSWORD, "next": back})

    return sign_in


@pytest.fixture
def browser(world, enter) -> Client:
    """In which the member has signed in and opened a page."""
    client = Client()
    enter(client, world.member)
    client.get("/")
    return client


def end_session(client: Client) -> None:
    client.session.flush()


def send(client: Client, page: str, data: dict, *, action: str = "", **extra):
    return client.post(action or page, data, HTTP_REFERER=ORIGIN + page, **extra)


def lost(client: Client, page: str, data: dict, **extra) -> dict:
    """Send after the session has ended; what the server keeps of it."""
    end_session(client)
    send(client, page, data, **extra)
    name = client.session.get("kept")
    return cache.get(f"kept-text:{name}").values if name else {}


def test_the_text_is_there_again_after_signing_in(world, browser, enter, help_page):
    end_session(browser)
    answer = send(browser, help_page, {"text": TYPED, "phone": "0912 345 678"})
    assert answer["Location"] == f"{SIGN_IN}?next={help_page}"
    assert "Nội dung đồng chí vừa nhập được giữ lại" in browser.get(answer["Location"]).content.decode()
    assert enter(browser, world.member, help_page)["Location"] == help_page
    page = browser.get(help_page).content.decode()
    assert TYPED in page
    assert "0912 345 678" in page
    assert SAID in page


def test_the_text_outlives_a_session_that_ended_by_rest(world, browser, enter, help_page, monkeypatch):
    later = time.time() + 66 * 60
    monkeypatch.setattr(time_out.time, "time", lambda: later)
    send(browser, help_page, {"text": TYPED})
    assert "_auth_user_id" not in browser.session
    enter(browser, world.member, help_page)
    assert TYPED in browser.get(help_page).content.decode()


def test_nobody_else_who_signs_in_there_sees_it(world, browser, enter, help_page):
    end_session(browser)
    send(browser, help_page, {"text": TYPED})
    enter(browser, world.secretary, help_page)
    page = browser.get(help_page).content.decode()
    assert TYPED not in page
    assert SAID not in page
    assert "kept" not in browser.session
    browser.post("/tai-khoan/dang-xuat/")
    enter(browser, world.member, help_page)
    assert TYPED not in browser.get(help_page).content.decode()


def test_in_another_browser_it_is_not_there(world, browser, enter, help_page):
    end_session(browser)
    send(browser, help_page, {"text": TYPED})
    other = Client()
    enter(other, world.member, help_page)
    assert TYPED not in other.get(help_page).content.decode()


def test_after_signing_out_nothing_is_kept(world, browser, help_page):
    browser.post("/tai-khoan/dang-xuat/")
    assert not browser.cookies[kept_text.READER_COOKIE].value
    send(browser, help_page, {"text": TYPED})
    assert "kept" not in browser.session


def test_a_cookie_of_ones_own_making_keeps_nothing(db, help_page):
    client = Client()
    client.cookies[kept_text.READER_COOKIE] = "f" * 32
    answer = send(client, help_page, {"text": TYPED})
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert "kept" not in client.session


def test_a_visitor_keeps_nothing(db, help_page):
    client = Client()
    answer = send(client, help_page, {"text": TYPED})
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert "kept" not in client.session


def test_it_stays_through_a_reload_and_goes_with_the_sending(world, browser, enter, help_page):
    end_session(browser)
    send(browser, help_page, {"text": TYPED})
    enter(browser, world.member, help_page)
    assert all(TYPED in browser.get(help_page).content.decode() for _ in range(2))
    send(browser, help_page, {"text": TYPED})
    page = browser.get(help_page)
    assert SAID not in page.content.decode()
    assert page.context["form"]["text"].value() in (None, "")


def test_choosing_larger_letters_on_the_way_loses_nothing(world, browser, enter, help_page):
    end_session(browser)
    send(browser, help_page, {"text": TYPED})
    enter(browser, world.member, help_page)
    browser.post("/tai-khoan/hien-thi/", {"size": "large", "next": help_page})
    assert TYPED in browser.get(help_page).content.decode()


def test_other_pages_do_not_take_it_up(world, browser, enter, help_page):
    end_session(browser)
    send(browser, help_page, {"text": TYPED})
    enter(browser, world.member, "/")
    page = browser.get("/tai-khoan/").content.decode()
    assert SAID not in page
    assert TYPED in browser.get(help_page).content.decode()


def test_it_is_kept_for_a_short_time(world, browser, enter, help_page, monkeypatch):
    lasts = []
    put = cache.set
    monkeypatch.setattr(
        cache, "set", lambda key, value, seconds=None: lasts.append(seconds) or put(key, value, seconds)
    )
    end_session(browser)
    send(browser, help_page, {"text": TYPED})
    assert kept_text.KEPT_SECONDS in lasts
    assert kept_text.KEPT_SECONDS <= 2 * 3600


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in_and_keeps_the_text(world, browser, enter, help_page):
    end_session(browser)
    answer = browser.post(
        help_page, {"text": TYPED}, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=f"{ORIGIN}{help_page}?trang=/"
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{SIGN_IN}?next={help_page}%3Ftrang%3D/")
    enter(browser, world.member, help_page)
    assert TYPED in browser.get(f"{help_page}?trang=/").content.decode()


def test_a_form_on_one_page_sent_to_another_comes_back_to_the_first(world, browser, enter, help_page):
    end_session(browser)
    answer = send(browser, help_page, {"text": TYPED}, action=reverse("portal:help_answer", args=[1]))
    assert answer["Location"] == f"{SIGN_IN}?next={help_page}"


# Long forms and check pages


def test_a_whole_record_comes_back_with_its_version(world, enter):
    client = Client()
    enter(client, world.secretary)
    member = world.people["member"]
    address = reverse("members:edit", args=[member.pk])
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"ethnicity": "Thái", "birth": "không rõ"}
    end_session(client)
    send(client, address, data)
    enter(client, world.secretary, address)
    again = client.get(address).context["form"]
    assert (again["ethnicity"].value(), again["birth"].value()) == ("Thái", "không rõ")
    assert again["version"].value() == data["version"]
    assert again["citizen_id"].value() == member.account.citizen_id  # of the record: typed ones are not kept


def test_from_a_check_page_one_is_back_at_the_form_with_what_was_given(world, enter):
    client = Client()
    enter(client, world.committee)
    address = reverse("members:move", args=[world.people["member"].pk])
    given = {"branch": world.sister.pk, "on": "01/03/2025", "reason": "Theo nguyện vọng", "confirm": "yes"}
    end_session(client)
    send(client, address, given)
    enter(client, world.committee, address)
    page = client.get(address)
    form = page.context["form"]
    assert [str(form[name].value()) for name in ("branch", "on", "reason")] == [
        str(world.sister.pk), "01/03/2025", "Theo nguyện vọng",
    ]  # fmt: skip
    assert f'<option value="{world.sister.pk}" selected' in page.content.decode()
    assert Member.objects.get(pk=world.people["member"].pk).branch == world.branch


def test_ticks_come_back_as_they_were(world, enter):
    client = Client()
    enter(client, world.member)
    address = reverse("members:contact")
    Member.objects.filter(pk=world.people["member"].pk).update(no_smartphone=True)
    end_session(client)
    send(client, address, {"phone": "0912345678"})
    enter(client, world.member, address)
    assert client.get(address).context["form"]["no_smartphone"].value() is False


# What is never kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("csrfmiddlewaretoken", "a" * 64),
        ("password", "mat-khau-bi-mat"),
        ("oldpassword", "mat-khau-bi-mat"),
        ("password1", "mat-khau-bi-mat"),
        ("login", "001185004321"),
        ("citizen_id", "00118500432"),
        ("code", "123456"),
        ("ma", "482177301956"),
        ("account", "001185004321"),
        ("q", "001 185 004 321"),
        ("q", "4821 7730 1956"),
        ("reason", " 482177301956 "),
    ],
)
def test_secrets_are_never_kept(browser, help_page, name, value):
    values = lost(browser, help_page, {"text": TYPED, name: value})
    assert values == {"text": [TYPED]}


def test_a_telephone_is_no_secret(browser, help_page):
    assert lost(browser, help_page, {"text": TYPED, "phone": "0912 345 678"})["phone"] == ["0912 345 678"]


def test_files_are_never_kept(browser, help_page):
    upload = SimpleUploadedFile("danh-sach.txt", b"noi dung cua tep")
    assert lost(browser, help_page, {"text": TYPED, "upload": upload}) == {"text": [TYPED]}


@pytest.mark.parametrize("page", ["/tai-khoan/mat-khau/", "/tai-khoan/thu-dien-tu/", "/tai-khoan/xac-nhan/"])
def test_nothing_of_the_pages_of_the_account_is_kept(browser, page):
    assert lost(browser, page, {"email": "buoi@donvi.vn", "anything": "else"}) == {}


@pytest.mark.parametrize(("letters", "kept"), [(kept_text.MOST_BYTES - 10, True), (kept_text.MOST_BYTES, False)])
def test_too_much_is_not_kept(browser, help_page, letters, kept):
    assert bool(lost(browser, help_page, {"text": "a" * letters})) is kept


def test_the_session_itself_holds_only_a_name(browser, help_page):
    lost(browser, help_page, {"text": TYPED})
    assert TYPED not in str(dict(browser.session.items()))
    assert re.fullmatch(r"[0-9a-f]{32}", browser.session["kept"])


@pytest.mark.parametrize("origin", ["https://xau.example/form/", "http://testserver.xau.example/", ""])
def test_a_form_of_another_site_keeps_nothing(browser, help_page, origin):
    end_session(browser)
    browser.post(help_page, {"text": TYPED}, HTTP_REFERER=origin)
    assert "kept" not in browser.session


def test_a_password_field_takes_nothing_up_whatever_was_kept(world, rf):
    from accounts.recovery.forms import CodeForm
    from common.ui import kept

    names = ("login", "code", "password1")
    kept.enter({name: ["001185004321"] for name in names})
    try:
        form = CodeForm()
        assert [form[name].value() for name in ("login", "password1")] == [None, None]
    finally:
        kept.leave()


# An old page


def csrf_client(user, enter) -> Client:
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(SIGN_IN).content.decode())[1]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    given = {"login": user.citizen_id, "password": PASSWORD, "csrfmiddlewaretoken": token}
    client.post(SIGN_IN, given, HTTP_REFERER=ORIGIN + SIGN_IN)
    client.get("/")
    return client


def test_a_page_from_before_the_sign_in_comes_back_with_its_text(world, enter, help_page):
    client = csrf_client(world.member, enter)
    answer = send(client, help_page, {"text": TYPED, "csrfmiddlewaretoken": "a" * 64})
    assert answer["Location"] == help_page
    page = client.get(help_page).content.decode()
    assert TYPED in page
    assert "Trang này đã để lâu nên chưa gửi được" in page


def test_a_page_from_before_the_sign_in_whose_session_has_ended_too(world, enter, help_page):
    client = csrf_client(world.member, enter)
    end_session(client)
    answer = send(client, help_page, {"text": TYPED, "csrfmiddlewaretoken": "a" * 64})
    assert answer["Location"] == help_page
    assert client.get(help_page)["Location"] == f"{SIGN_IN}?next={help_page}"
    client.handler.enforce_csrf_checks = False
    enter(client, world.member, help_page)
    assert TYPED in client.get(help_page).content.decode()


def test_an_old_sign_in_page_is_shown_again(world, enter):
    client = Client(enforce_csrf_checks=True)
    client.get(SIGN_IN)
    answer = send(client, SIGN_IN, {"login": "1", "password": "x", "csrfmiddlewaretoken": "a" * 64})
    assert answer["Location"] == SIGN_IN
    assert "Trang này đã để lâu" in client.get(SIGN_IN).content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_REFERER": "https://xau.example/"},
        {},
        {"HTTP_REFERER": ORIGIN + "/", "HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_REFERER": ORIGIN + "/", "HTTP_ORIGIN": "https://xau.example"},
    ],
    ids=["other referer", "no referer", "other site", "other origin"],
)
def test_a_form_of_another_site_is_refused_as_before(world, enter, help_page, headers):
    client = csrf_client(world.member, enter)
    assert client.post(help_page, {"text": TYPED}, **headers).status_code == 403
    assert "kept" not in client.session


def test_where_the_browser_takes_no_cookies_the_page_says_so(db, help_page):
    client = Client(enforce_csrf_checks=True)
    answer = send(client, help_page, {"text": TYPED})
    assert answer.status_code == 403
    assert "cookie" in answer.content.decode()

"""The second factor: setting it up, the second step, what is told to whom, and taking it away."""

import json
import re
import threading
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.second_factor import services as factors
from accounts.throttle import ACCOUNT, ACCOUNT_AT_ADDRESS
from audit.models import Entry
from notifications.models import Notice

from .conftest import PASSWORD
from .soft_passkey import FLAG, SoftPasskey
from .test_words import english_in

HOME = "/tai-khoan/xac-thuc-hai-lop/"
STEP = f"{HOME}buoc-hai/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, steps: int = 0) -> str:
    """What the application shows now, or some half minutes from now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    """Stands still, so that no test runs over the end of a half minute."""
    now = time.time() // 30 * 30 + 5
    monkeypatch.setattr(totp.time, "time", lambda: now)


@pytest.fixture
def enter(person, try_to_sign_in):
    """A browser in which the password was given."""

    def make(client: Client | None = None) -> Client:
        client = client or Client()
        assert try_to_sign_in(client, person.citizen_id, PASSWORD).status_code == 302
        return client

    return make


@pytest.fixture
def confirm():
    def send(client: Client) -> Client:
        client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD, "next": HOME})
        return client

    return send


@pytest.fixture
def with_application(person) -> User:
    """The code of the step before was used to turn it on."""
    factors.set_application(user=person, secret=SECRET, typed=code(steps=-1), session_key="")
    person.refresh_from_db()
    return person


def set_up(client: Client) -> str:
    """Through the page, as a person does; returns the secret."""
    page = client.get(f"{HOME}ung-dung/")
    form = page.context["form"]
    answer = client.post(f"{HOME}ung-dung/", {"setup": form.setup, "code": code(form.secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    return form.secret


def inside(client: Client) -> bool:
    return client.get("/tai-khoan/").status_code == 200


def actions() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


# Setting up


def test_turning_the_application_on(person, enter, confirm):
    client = confirm(enter())
    page = client.get(f"{HOME}ung-dung/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert re.search(r'<p class="secret">(<span>[A-Z2-7]{4}</span> ){8}', page)
    assert person.citizen_id not in page

    set_up(client)

    person.refresh_from_db()
    assert person.second_factor_since
    assert actions()[-1] == "account.factor_added"
    assert "ứng dụng tạo mã" in Notice.objects.get(user=person).text
    shown = client.get(f"{HOME}ma-du-phong/").context["codes"]
    assert len(shown) == 10
    assert client.get("/tai-khoan/").context["events"][0].kind == "factor_added"


def test_the_password_is_asked_for_before_and_what_was_posted_is_not_kept(enter):
    client = enter()
    for address in (
        "ung-dung/",
        "ung-dung/go/",
        "khoa/them/",
        "ma-du-phong/",
        "ma-du-phong/tao-lai/",
        "ma-du-phong/tai-ve/",
    ):
        asked = (
            client.post(HOME + address, {"code": "482193"}) if "tai-ve" not in address else client.get(HOME + address)
        )
        if asked.status_code == 405:
            asked = client.get(HOME + address)
        assert asked["Location"] == f"/tai-khoan/xac-nhan/?next={(HOME + address).replace('/', '%2F')}"
    assert "482193" not in str(dict(client.session.items()))


def test_no_secret_lies_in_the_session_or_open_in_the_table(person, enter, confirm):
    client = confirm(enter())
    secret = set_up(client)
    codes = client.get(f"{HOME}ma-du-phong/").context["codes"]

    kept = str(dict(client.session.items())) + str(list(Authenticator.objects.values_list("data", flat=True)))
    told = str(list(Entry.objects.values_list("detail", flat=True))) + str(list(Notice.objects.values_list("text")))
    for word in [secret, *codes, *[one.replace(" ", "") for one in codes]]:
        assert word not in kept + told


def test_a_wrong_code_turns_nothing_on_and_the_picture_stays(person, enter, confirm):
    client = confirm(enter())
    form = client.get(f"{HOME}ung-dung/").context["form"]

    answer = client.post(f"{HOME}ung-dung/", {"setup": form.setup, "code": code(form.secret, steps=40)})

    assert "Mã chưa đúng" in answer.context["form"].errors["code"][0]
    assert answer.context["form"].secret == form.secret
    person.refresh_from_db()
    assert person.second_factor_since is None


def test_a_secret_made_for_somebody_else_is_not_taken(person, enter, confirm):
    client = confirm(enter())
    stranger = User.objects.create_user("001085009999", "Trần Văn Cam")
    foreign = factors.new_setup(stranger)

    answer = client.post(f"{HOME}ung-dung/", {"setup": foreign, "code": code(factors.secret_of(foreign, stranger))})

    assert "quét lại mã QR" in answer.context["form"].errors["code"][0]
    assert not Authenticator.objects.exists()


def test_other_devices_are_out_when_the_first_factor_comes_and_stay_for_the_next(person, enter, confirm):
    here, elsewhere = confirm(enter()), enter()
    set_up(here)
    assert (inside(here), inside(elsewhere)) == (True, False)

    other = Client()
    other.post("/tai-khoan/dang-nhap/", {"login": person.citizen_id, "password": PASSWORD})
    row = Authenticator.objects.get(type="totp")
    other.post(STEP, {"code": code(factors.decrypt(row.data["secret"]), steps=1)})
    assert inside(other)
    set_up(here)
    assert inside(other)


def test_moving_to_another_telephone_never_leaves_the_account_without(person, with_application, enter, confirm):
    client = Client()
    enter(client)
    client.post(STEP, {"code": code()})
    confirm(client)
    since = person.second_factor_since
    new = set_up(client)

    person.refresh_from_db()
    assert person.second_factor_since == since
    assert Authenticator.objects.filter(type="totp").count() == 1
    assert actions()[-1] == "account.factor_replaced"
    assert factors.check(user=person, typed=code(steps=1)) is None
    assert factors.check(user=person, typed=code(new, steps=1))


# The second step


def test_the_password_alone_does_not_let_in(with_application, enter):
    client = enter()
    assert client.get("/tai-khoan/")["Location"].startswith("/tai-khoan/dang-nhap/")

    page = client.get(STEP)
    assert page.status_code == 200
    assert 'inputmode="numeric"' in page.content.decode()
    answer = client.post(STEP, {"code": code()[:3] + " " + code()[3:]})

    assert answer["Location"] == "/"
    assert inside(client)


def test_after_the_second_step_one_is_where_one_wanted_to_be(person, with_application):
    client = Client()
    client.post(
        "/tai-khoan/dang-nhap/", {"login": person.citizen_id, "password": PASSWORD, "next": "/tai-khoan/thiet-bi/"}
    )
    assert client.post(STEP, {"code": code()})["Location"] == "/tai-khoan/thiet-bi/"


@pytest.mark.parametrize("typed", ["", "000000", "abc", "12345", "99999999", "١٢٣٤٥٦"])
def test_a_wrong_code_does_not_let_in(with_application, enter, typed):
    client = enter()
    answer = client.post(STEP, {"code": typed})

    assert answer.status_code == 200
    assert answer.context["form"].errors["code"]
    assert not inside(client)
    assert ("account.second_step_failed" in actions()) == bool(typed)


def test_a_code_works_once_also_after_its_half_minute(with_application, enter, monkeypatch):
    now = totp.time.time()
    assert inside_after(enter(), code())
    assert not inside_after(enter(), code())
    old = code()
    # It is good for one and a half minutes in all.
    monkeypatch.setattr(totp.time, "time", lambda: now + 31)
    assert not inside_after(enter(), old)
    assert totp.validate_totp_code(SECRET, old)


def inside_after(client: Client, typed: str) -> bool:
    client.post(STEP, {"code": typed})
    return inside(client)


def test_the_code_that_turned_it_on_does_not_work_again(with_application, person):
    assert factors.check(user=person, typed=code(steps=-1)) is None


def test_a_code_of_before_the_last_used_one_is_refused(with_application, person):
    assert factors.check(user=person, typed=code(steps=1))
    assert factors.check(user=person, typed=code()) is None


def test_a_recovery_code_works_once_and_its_owner_is_told(person, with_application, enter):
    given = factors.codes_to_show(person)[3]
    assert inside_after(enter(), f"{given[:4]} {given[4:]}")
    assert not inside_after(enter(), given)

    assert Entry.objects.get(action="account.recovery_code_used").detail == {"left": 9}
    assert Notice.objects.filter(user=person, text__contains="còn 9 mã").count() == 1


def test_codes_of_the_second_step_are_held_back_after_failures(with_application, enter):
    client = enter()
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        client.post(STEP, {"code": "000000"})

    refused = client.post(STEP, {"code": code()})

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "thử lại sau" in refused.context["form"].errors["code"][0]
    assert not inside(client)
    assert Entry.objects.filter(action="account.second_step_failed").count() == ACCOUNT_AT_ADDRESS.most
    assert Notice.objects.filter(text__contains="sai mã ở bước hai").count() == 1


def test_wrong_passwords_of_a_stranger_do_not_hold_the_second_step_back(
    person, with_application, enter, try_to_sign_in
):
    client = enter()
    for number in range(ACCOUNT.most + 1):
        try_to_sign_in(Client(), person.citizen_id, "sai-mat-khau", REMOTE_ADDR=f"10.0.0.{number}")
    assert inside_after(client, code())


def test_the_second_step_is_nowhere_without_the_first(client, with_application):
    for method in ("get", "post"):
        assert getattr(client, method)(STEP, {"code": code()})["Location"] == "/tai-khoan/dang-nhap/"
    assert not inside(client)


def test_an_account_shut_off_between_the_steps_stays_out(person, with_application, enter):
    client = enter()
    User.objects.filter(pk=person.pk).update(is_active=False)
    client.post(STEP, {"code": code()})
    assert not inside(client)


def test_confirming_inside_takes_a_code_and_is_held_back_too(person, with_application, enter):
    client = enter()
    client.post(STEP, {"code": code()})
    address = f"{HOME}xac-nhan/"
    for _ in range(ACCOUNT_AT_ADDRESS.most):
        assert "Mã chưa đúng" in client.post(address, {"code": "000000"}).context["form"].errors["code"][0]
    assert client.post(address, {"code": code(steps=1)}).status_code == 429
    assert client.get(f"{HOME}ung-dung/go/").status_code == 302
    assert set(Entry.objects.filter(actor_id=person.pk).values_list("action", flat=True)) >= {
        "account.code_not_confirmed"
    }
    assert not Entry.objects.filter(action="account.second_step_failed").exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_code_at_once_one_gets_in(transactional_db):
    user = User.objects.create_user("001185004321", "Nguyễn Thị Bưởi", PASSWORD)
    factors.set_application(user=user, secret=SECRET, typed=code(steps=-1), session_key="")
    recovery = factors.codes_to_show(user)[0]
    for typed in (code(), recovery):
        taken = []

        def send(typed: str = typed, taken: list = taken) -> None:
            taken.append(factors.check(user=user, typed=typed) is not None)
            connection.close()

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == [False] * 5 + [True]


# Recovery codes


def test_recovery_codes_are_shown_for_minutes_and_taken_along(person, enter, confirm):
    client = confirm(enter())
    set_up(client)
    codes = client.get(f"{HOME}ma-du-phong/").context["codes"]
    text = client.get(f"{HOME}ma-du-phong/tai-ve/")
    assert text["Content-Disposition"] == 'attachment; filename="ma-du-phong-so-tay.txt"'
    assert all(one in text.content.decode() for one in codes)

    row = Authenticator.objects.get(type="recovery_codes")
    row.created_at -= factors.CODES_SHOWN
    row.save()

    page = client.get(f"{HOME}ma-du-phong/")
    assert page.context["codes"] == []
    assert not [one for one in codes if one in page.content.decode()]
    assert client.get(f"{HOME}ma-du-phong/tai-ve/").status_code == 404


def test_new_recovery_codes_void_the_old_ones_after_a_check_page(person, enter, confirm):
    client = confirm(enter())
    set_up(client)
    old = factors.codes_to_show(person)
    asked = client.get(f"{HOME}ma-du-phong/tao-lai/")
    assert "kể cả mã đã in ra giấy" in asked.content.decode()
    assert factors.codes_to_show(person) == old

    assert client.post(f"{HOME}ma-du-phong/tao-lai/")["Location"] == f"{HOME}ma-du-phong/"

    assert not set(factors.codes_to_show(person)) & set(old)
    assert factors.check(user=person, typed=old[0]) is None
    assert actions()[-1] == "account.recovery_codes_renewed"


def test_without_a_factor_there_are_no_recovery_codes(person, enter, confirm):
    client = confirm(enter())
    assert client.get(f"{HOME}ma-du-phong/").status_code == 404
    assert client.post(f"{HOME}ma-du-phong/tao-lai/").status_code == 404
    assert not Authenticator.objects.exists()


# Taking away


def test_removing_the_last_factor_after_a_check_page(person, enter, confirm):
    client = confirm(enter())
    set_up(client)
    assert "chỉ cần mật khẩu" in client.get(f"{HOME}ung-dung/go/").content.decode()
    person.refresh_from_db()
    assert person.second_factor_since

    client.post(f"{HOME}ung-dung/go/")

    person.refresh_from_db()
    assert person.second_factor_since is None
    assert not Authenticator.objects.exists()
    assert actions()[-1] == "account.factor_removed"
    assert inside(enter())


def test_of_two_factors_one_may_go(person, with_application):
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Điện thoại", "credential": {}})
    factors.remove(user=person, factor=Authenticator.objects.get(type="totp"))
    person.refresh_from_db()
    assert person.second_factor_since
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}


def test_what_is_somebody_else_s_is_not_there(person, enter, confirm):
    stranger = User.objects.create_user("001085009999", "Trần Văn Cam")
    foreign = Authenticator.objects.create(user=stranger, type="webauthn", data={"name": "Khóa", "credential": {}})
    client = confirm(enter())
    for address in ("go/", "doi-ten/"):
        assert client.post(f"{HOME}khoa/{foreign.pk}/{address}", {"name": "x"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.data["name"] == "Khóa"


def test_the_mark_on_the_account_goes_with_the_row_in_one_transaction(person):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():  # noqa: PT012
        factors.set_application(user=person, secret=SECRET, typed=code(), session_key="")
        person.refresh_from_db()
        assert person.second_factor_since
        raise Stop
    person.refresh_from_db()
    assert person.second_factor_since is None
    assert not Entry.objects.filter(action="account.factor_added").exists()


def test_rows_that_come_and_go_by_any_path_are_noticed(person):
    Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    person.refresh_from_db()
    assert person.second_factor_since is None
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "x", "credential": {}})
    person.refresh_from_db()
    assert person.second_factor_since
    Authenticator.objects.filter(user=person).delete()
    person.refresh_from_db()
    assert person.second_factor_since is None


def test_the_server_takes_all_away_for_who_has_lost_everything(person, with_application, enter, monkeypatch, capsys):
    client = enter()
    client.post(STEP, {"code": code()})
    monkeypatch.setattr("builtins.input", lambda asked: "001 185 004 321")

    call_command("remove_second_factor")

    person.refresh_from_db()
    assert person.second_factor_since is None
    assert not inside(client)
    assert "Nguyễn Thị Bưởi" in capsys.readouterr().out
    entry = Entry.objects.get(action="account.factors_taken_away")
    assert (entry.actor_id, entry.actor_name, entry.target_id) == (None, "Quản trị từ máy chủ", person.pk)
    with pytest.raises(CommandError, match="chưa bật"):
        call_command("remove_second_factor")


def test_under_another_secret_key_no_code_fits(person, with_application, settings):
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "x" * 60
    settings.SECRET_KEY_FALLBACKS = []
    secret = factors.decrypt(Authenticator.objects.get(type="totp").data["secret"])
    assert len(secret) == 32
    assert secret != factors.decrypt(Authenticator.objects.get(type="totp").data["secret"])
    settings.SECRET_KEY_FALLBACKS = [before]
    assert factors.decrypt(Authenticator.objects.get(type="totp").data["secret"]) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    for typed in (code(), totp.format_hotp_value(totp.hotp_value("", int(time.time()) // 30))):
        assert factors.check(user=person, typed=typed) is None


def test_without_a_password_only_a_fresh_sign_in_may_add_a_factor(person, client_of):
    person.password = "!"
    person.save()
    client = client_of(person)
    assert "Cần đăng nhập lại" in client.get(f"{HOME}ung-dung/").content.decode()
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    assert "form" in client.get(f"{HOME}ung-dung/").context


# Pages


def test_the_pages_speak_vietnamese_and_hold_no_template_of_the_library(person, enter, confirm):
    pages = {}
    client = enter()
    pages["reauthenticate"] = client.get("/tai-khoan/xac-nhan/")
    confirm(client)
    pages["index"] = client.get(HOME)
    pages["set up"] = client.get(f"{HOME}ung-dung/")
    pages["refused"] = client.post(f"{HOME}ung-dung/", {"code": "1"})
    set_up(client)
    for name in ("", "ma-du-phong/", "ma-du-phong/tao-lai/", "ung-dung/", "ung-dung/go/", "khoa/them/", "xac-nhan/"):
        pages[name] = client.get(HOME + name)
    pages["no passkey"] = client.post(f"{HOME}khoa/them/", {"name": "x", "credential": "{}"})
    pages["broken passkey"] = client.post(f"{HOME}khoa/them/", {"name": "x" * 90, "credential": "{"})
    add_passkey(client, SoftPasskey())
    key = Authenticator.objects.get(type="webauthn")
    pages["rename"] = client.post(f"{HOME}khoa/{key.pk}/doi-ten/", {"name": ""})
    pages["remove"] = client.get(f"{HOME}khoa/{key.pk}/go/")
    visitor = enter()
    pages["step"] = visitor.get(STEP)
    pages["step refused"] = visitor.post(STEP, {"code": ""})
    pages["step passkey"] = visitor.post(STEP, {"credential": "{}"})
    pages["passkey sign-in"] = Client().post(f"{HOME}khoa/dang-nhap/", {"credential": "{}"}, follow=True)

    for name, page in pages.items():
        assert page.status_code == 200, name
        html = page.content.decode()
        assert '<html lang="vi"' in html, name
        plain = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>|“[^”]*”|Microsoft|Google", " ", html, flags=re.DOTALL)
        # "in" is Vietnamese here: to print
        assert [word for word in english_in(plain) if word.lower() != "in"] == [], name


def test_the_queries_of_the_pages_do_not_grow(person, enter, confirm):
    client = confirm(enter())
    set_up(client)
    add_passkey(client, SoftPasskey())

    def counts() -> list[int]:
        found = []
        for address in (HOME, f"{HOME}ma-du-phong/", f"{HOME}ung-dung/", f"{HOME}khoa/them/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            found.append(len(captured))
        return found

    before = counts()
    for number in range(5):
        add_passkey(client, SoftPasskey(name=bytes([number]) * 16))
    assert counts() == before
    assert max(before) <= 12


# Passkeys


def add_passkey(client: Client, passkey: SoftPasskey, name: str = "Điện thoại"):
    options = json.loads(client.get(f"{HOME}khoa/them/").context["options"])
    return client.post(f"{HOME}khoa/them/", {"name": name, "credential": passkey.create(options)})


def offered(client: Client) -> dict:
    address = reverse("mfa_login_webauthn")
    return client.get(address, headers={"accept": "application/json"}).json()["request_options"]


@pytest.fixture
def passkey(person, enter, confirm) -> SoftPasskey:
    made = SoftPasskey()
    assert add_passkey(confirm(enter()), made)["Location"] == f"{HOME}ma-du-phong/"
    person.refresh_from_db()
    assert person.second_factor_since
    return made


def test_a_passkey_signs_in_by_itself(passkey):
    client = Client()
    answer = client.post(
        f"{HOME}khoa/dang-nhap/", {"credential": passkey.get(offered(client)), "next": "/tai-khoan/thiet-bi/"}
    )
    assert answer["Location"] == "/tai-khoan/thiet-bi/"
    assert inside(client)
    assert actions()[-1] == "account.signed_in"


def test_a_passkey_is_a_second_step(passkey, enter):
    client = enter()
    options = json.loads(client.get(STEP).context["options"])
    assert client.post(STEP, {"credential": passkey.get(options)})["Location"] == "/"
    assert inside(client)


def test_a_passkey_confirms_inside(passkey, enter):
    client = enter()
    client.post(STEP, {"credential": passkey.get(json.loads(client.get(STEP).context["options"]))})
    address = f"{HOME}khoa/xac-nhan/?next={HOME}ung-dung/"
    options = json.loads(client.get(address).context["options"])
    client.post(address, {"credential": passkey.get(options), "next": f"{HOME}ung-dung/"})
    assert client.get(f"{HOME}ung-dung/").status_code == 200


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda passkey, client: passkey.get(offered(Client())), id="challenge of another browser"),
        pytest.param(lambda passkey, client: SoftPasskey().get(offered(client)), id="another key of the same name"),
        pytest.param(
            lambda passkey, client: other(passkey, origin="https://xau.example").get(offered(client)), id="origin"
        ),
        pytest.param(lambda passkey, client: other(passkey, flags=FLAG.UP).get(offered(client)), id="nobody verified"),
        pytest.param(lambda passkey, client: other(passkey, handle=b"zzz").get(offered(client)), id="another account"),
        pytest.param(lambda passkey, client: "[]", id="no answer"),
        pytest.param(lambda passkey, client: '{"response": {"userHandle": 5}}', id="nonsense"),
    ],
)
def test_an_answer_of_a_passkey_that_is_not_right_lets_nobody_in(passkey, settings, spoilt):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    client = Client()
    offered(client)
    answer = client.post(f"{HOME}khoa/dang-nhap/", {"credential": spoilt(passkey, client)})
    assert answer["Location"] == "/tai-khoan/dang-nhap/"
    assert not inside(client)


def other(passkey: SoftPasskey, **changes) -> SoftPasskey:
    for name, value in changes.items():
        setattr(passkey, name, value)
    return passkey


def test_an_answer_works_once(passkey):
    client = Client()
    answer = passkey.get(offered(client))
    client.post(f"{HOME}khoa/dang-nhap/", {"credential": answer})
    assert inside(client)
    client.post("/tai-khoan/dang-xuat/")
    client.post(f"{HOME}khoa/dang-nhap/", {"credential": answer})
    assert not inside(client)


def test_a_passkey_of_an_account_shut_off_lets_nobody_in(person, passkey):
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = Client()
    client.post(f"{HOME}khoa/dang-nhap/", {"credential": passkey.get(offered(client))})
    assert not inside(client)


def test_a_passkey_without_finger_face_or_pin_is_not_taken(enter, confirm):
    answer = add_passkey(confirm(enter()), SoftPasskey(verified=False))
    assert answer.context["form"].errors["__all__"]
    assert not Authenticator.objects.exists()


def test_passkeys_have_names_and_an_end(person, passkey, enter):
    client = enter()
    client.post(STEP, {"credential": passkey.get(json.loads(client.get(STEP).context["options"]))})
    client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD, "next": HOME})
    key = Authenticator.objects.get(type="webauthn")
    client.post(f"{HOME}khoa/{key.pk}/doi-ten/", {"name": "Máy ở cơ quan"})
    assert "Máy ở cơ quan" in client.get(HOME).content.decode()
    for number in range(factors.MOST_PASSKEYS - 1):
        assert add_passkey(client, SoftPasskey(name=bytes([number]) * 16)).status_code == 302
    refused = add_passkey(client, SoftPasskey(name=b"z" * 16))
    assert "nhiều nhất 10 khóa" in refused.context["form"].non_field_errors()[0]
    assert f"{HOME}khoa/them/" not in client.get(HOME).content.decode()

    client.post(f"{HOME}khoa/{key.pk}/go/")
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    assert Entry.objects.latest("pk").detail == {"factor": "khóa truy cập “Máy ở cơ quan”"}


def test_a_passkey_without_a_name_is_called_after_the_device(person, enter, confirm):
    client = confirm(enter(Client(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537")))
    add_passkey(client, SoftPasskey(), name="")
    assert factors.factors_of(person).passkeys[0].name == "Chrome trên điện thoại Android"


def test_no_citizen_id_is_handed_to_the_device(person, enter, confirm):
    options = confirm(enter()).get(f"{HOME}khoa/them/").context["options"]
    assert person.citizen_id not in options
    assert json.loads(options)["publicKey"]["user"]["displayName"] == person.full_name

"""Sign-on at a real provider that runs beside the tests."""

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from joserfc.jwk import RSAKey

from accounts.models import NO_PASSWORD, User
from accounts.sign_on import talk
from audit.models import Entry
from handbook import sign_on
from handbook.sign_on import SignOn
from orgtree.models import Grant
from orgtree.rights import holdings_of, why_roles_rest

from .conftest import PASSWORD
from .provider import SECRET, Person, Provider, signed, signed_with_secret, unsigned
from .test_words import english_in

START, BACK = "/tai-khoan/dang-nhap-mot-lan/", "/tai-khoan/dang-nhap-mot-lan/tra-loi/"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(trusted, person) -> Provider:
    """The person is signed in there."""
    trusted.person = Person("nguoi-1", {"citizen_id": person.citizen_id})
    return trusted


@pytest.fixture
def trusted(running, settings, monkeypatch) -> Provider:
    """The provider, and we set up for it."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    running.spoil, running.in_userinfo, running.discovery = None, None, {}
    running.asked, running.answers, running.codes = [], [], {}
    settings.SIGN_ON = SignOn(
        issuer=running.issuer,
        client_id="so-tay",
        client_secret=SECRET,
        name="Cổng định danh thử",
        claim="citizen_id",
        scopes=("openid",),
        acr_values=(),
        second_factor_acr=(),
        confirms_identity=False,
        insecure=True,
    )
    return running


def begin(client: Client, **data) -> str:
    """Press the button; returns the address to which the page hands over."""
    page = client.post(START, data)
    assert page.status_code == 200, page.content
    return page.context["address"]


def visit(address: str) -> str:
    """The browser at the provider; returns the address to which it is sent back."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def come_back(client: Client, address: str):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def sign_on_by(client: Client, **data):
    return come_back(client, visit(begin(client, **data)))


def inside(client: Client) -> bool:
    return client.get("/tai-khoan/").status_code == 200


def refused(client: Client, answer) -> bool:
    """One sentence for all, and nobody is in."""
    assert answer.status_code == 403
    assert "Sổ tay chưa nhận được đồng chí qua Cổng định danh thử." in answer.content.decode()
    return not inside(client)


def reason() -> str:
    return Entry.objects.filter(action__startswith="account.sign_on").latest("pk").detail["reason"]


# The way there and back


def test_the_whole_way(provider, person):
    client = Client()
    assert "Đăng nhập bằng Cổng định danh thử" in client.get("/tai-khoan/dang-nhap/").content.decode()

    answer = sign_on_by(client, next="/tai-khoan/thiet-bi/")

    assert answer["Location"] == "/tai-khoan/thiet-bi/"
    assert inside(client)
    asked = provider.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid")
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert [entry.action for entry in Entry.objects.order_by("id")] == ["account.sign_on_bound", "account.signed_in"]


def test_no_page_of_ours_lets_a_form_lead_outside(provider):
    client = Client()
    page = client.post(START)
    assert "form-action 'self'" in page["Content-Security-Policy"]
    html = page.content.decode()
    assert f'<meta http-equiv="refresh" content="0;url={provider.issuer}/authorize?' in html
    assert english_in(html.split("<main")[1].split("</main")[0].split("href=")[0]) == []


def test_nothing_of_the_provider_is_kept_but_the_subject(provider, person):
    provider.person.claims |= {"name": "Tên khác", "email": "khac@donvi.vn"}
    client = Client()
    sign_on_by(client)

    bound = SocialAccount.objects.get()
    assert (bound.provider, bound.uid, bound.extra_data, bound.user_id) == (provider.issuer, "nguoi-1", {}, person.pk)
    assert not SocialToken.objects.exists()
    sessions = str([session.get_decoded() for session in Session.objects.all()])
    for word in [*provider.tokens, person.citizen_id, "khac@donvi.vn"]:
        assert word not in sessions
    person.refresh_from_db()
    assert (person.full_name, person.email) == ("Nguyễn Thị Bưởi", "")


def test_the_claim_may_come_with_the_further_ones(provider, person):
    provider.person.claims, provider.in_userinfo = {}, {"citizen_id": person.citizen_id}
    client = Client()
    sign_on_by(client)
    assert inside(client)


def test_further_claims_of_another_subject_are_refused(provider, person):
    provider.person.claims, provider.in_userinfo = {}, {"citizen_id": person.citizen_id, "sub": "nguoi-2"}
    client = Client()
    assert refused(client, sign_on_by(client))


def test_who_gives_up_there_is_back_at_the_sign_in_page(provider):
    client = Client()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    assert client.get(BACK, {"state": state, "error": "access_denied"})["Location"] == "/tai-khoan/dang-nhap/"


def test_a_provider_out_of_reach_is_said(provider, settings):
    settings.SIGN_ON = replace(settings.SIGN_ON, issuer="http://127.0.0.1:9")
    page = Client().post(START)
    assert page.status_code == 503
    assert "chưa kết nối được" in page.content.decode()


@pytest.mark.parametrize("back", ["https://xau.example/", "//xau.example"])
def test_one_is_led_nowhere_outside_afterwards(provider, back):
    assert sign_on_by(Client(), next=back)["Location"] == "/"


def test_the_button_is_there_only_when_it_leads_somewhere(client, db):
    assert START not in client.get("/tai-khoan/dang-nhap/").content.decode()
    assert client.post(START).status_code == 404
    assert client.get(BACK).status_code == 404


def test_it_begins_with_a_form_of_ours_alone(provider):
    assert Client().get(START).status_code == 405
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403


def test_nothing_in_the_address_changes_what_is_asked(provider):
    client = Client()
    page = client.post(f"{START}?scope=admin&auth_params=prompt%3Dnone&process=connect")
    visit(page.context["address"])
    assert provider.asked[0]["scope"] == "openid"
    assert "prompt" not in provider.asked[0]


# The provider's checks, against our own mistakes


def test_a_wrong_verifier_is_refused_by_the_provider(provider):
    client = Client()
    back = visit(begin(client))
    session = client.session
    state, at, issuer = next(iter(session["socialaccount_states"].values()))
    name = next(iter(session["socialaccount_states"]))
    session["socialaccount_states"] = {name: (state | {"pkce_code_verifier": "x" * 64}, at, issuer)}
    session.save()

    assert refused(client, come_back(client, back))
    status, said = provider.answers[-1]
    assert (status, said["error"]) == (400, "invalid_grant")


def test_the_right_verifier_is_taken_by_the_same_provider(provider):
    """What the test above changes, and nothing else, makes the difference."""
    assert inside((client := Client(), sign_on_by(client))[0])
    assert provider.answers[-1][0] == 200


def test_a_flow_without_a_challenge_is_refused_by_the_provider(provider, monkeypatch):
    monkeypatch.setattr(talk.Provider, "get_pkce_params", lambda self: {"code_verifier": "y" * 64, "nonce": "n"})
    address = begin(Client())
    assert "code_challenge" not in address
    answer = requests.get(address, allow_redirects=False, timeout=5)
    said = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert said["error"] == ["invalid_request"]
    assert "code" not in said
    assert not provider.codes


def test_a_code_works_once_at_the_provider(provider):
    client = Client()
    back = visit(begin(client))
    assert come_back(client, back).status_code == 302
    other = Client()
    address = begin(other)
    state = parse_qs(urlsplit(address).query)["state"][0]
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert refused(other, other.get(BACK, {"state": state, "code": code}))
    assert provider.answers[-1][1]["error"] == "invalid_grant"


# Our checks, against what comes back


def test_an_answer_works_once_here(provider):
    client = Client()
    back = visit(begin(client))
    come_back(client, back)
    client.post("/tai-khoan/dang-xuat/")
    asked = len(provider.answers)
    assert refused(client, come_back(client, back))
    assert len(provider.answers) == asked


def test_an_answer_for_another_browser_is_refused(provider):
    victim, attacker = Client(), Client()
    back = visit(begin(attacker))
    assert refused(victim, come_back(victim, back))
    begin(victim)
    assert refused(victim, come_back(victim, back))


def test_a_state_grows_old(provider, monkeypatch):
    client = Client()
    back = visit(begin(client))
    now = time.time()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 601)
    assert client.get(back.removeprefix("http://testserver")).status_code == 403


FOREIGN = RSAKey.generate_key(2048, {"kid": "khoa-1"})


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda p, made, head, claims: signed(p.key, head, claims | {"nonce": "khac"}), id="nonce"),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, _without(claims, "nonce")), id="no nonce"),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, claims | {"aud": ["khac"]}), id="audience"),
        pytest.param(
            lambda p, made, head, claims: signed(p.key, head, claims | {"aud": ["so-tay", "khac"], "azp": "khac"}),
            id="made for another too",
        ),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, _without(claims, "aud")), id="no audience"),
        pytest.param(
            lambda p, made, head, claims: signed(p.key, head, claims | {"iss": "https://xau.example"}), id="issuer"
        ),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, _without(claims, "iss")), id="no issuer"),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, claims | {"exp": 1700000000}), id="too old"),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, _without(claims, "exp")), id="no end"),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, claims | {"sub": ""}), id="no subject"),
        pytest.param(lambda p, made, head, claims: signed(p.key, head, claims | {"sub": "x" * 200}), id="long subject"),
        pytest.param(lambda p, made, head, claims: signed(FOREIGN, head, claims), id="another key of the same name"),
        pytest.param(lambda p, made, head, claims: signed(FOREIGN, head | {"kid": "khac"}, claims), id="unknown key"),
        pytest.param(
            lambda p, made, head, claims: made[:-4] + ("AAAA" if made[-4:] != "AAAA" else "BBBB"), id="signature"
        ),
        pytest.param(lambda p, made, head, claims: unsigned(claims), id="not signed"),
        pytest.param(
            lambda p, made, head, claims: signed_with_secret(p.key.as_pem(private=False), claims),
            id="signed with the public key as a secret",
        ),
        pytest.param(lambda p, made, head, claims: "", id="none at all"),
        pytest.param(lambda p, made, head, claims: "a.b.c", id="nonsense"),
    ],
)
def test_a_token_that_is_not_right_in_every_respect_lets_nobody_in(provider, spoil):
    provider.spoil = lambda made, head, claims: spoil(provider, made, head, claims)
    client = Client()
    assert refused(client, sign_on_by(client))
    assert not SocialAccount.objects.exists()
    assert provider.answers[-1][0] == 200


def _without(claims: dict, name: str) -> dict:
    return {key: value for key, value in claims.items() if key != name}


def test_a_discovery_of_another_issuer_is_refused(provider):
    client = Client()
    back = visit(begin(client))
    provider.discovery = {"issuer": "https://xau.example"}
    assert refused(client, come_back(client, back))
    assert Client().post(START).status_code == 503


def test_endpoints_without_tls_are_refused_on_a_real_site(provider, settings):
    settings.SIGN_ON = replace(settings.SIGN_ON, insecure=False)
    assert Client().post(START).status_code == 503


# The binding


def test_from_then_on_the_binding_counts(provider, person):
    sign_on_by(Client())
    provider.person.claims = {}
    client = Client()
    sign_on_by(client)
    assert inside(client)
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    "claim",
    ["001085009999", "", None, 1185004321, "001 185 004 321", "٠٠١١٨٥٠٠٤٣٢١", ["001185004321"], "001185004321\n"],
)
def test_only_the_exact_twelve_digits_bind(provider, person, claim):
    provider.person.claims = {
        "citizen_id": claim,
        "email": person.email,
        "name": person.full_name,
        "preferred_username": person.citizen_id,
    }
    client = Client()
    assert refused(client, sign_on_by(client))
    assert not SocialAccount.objects.exists()
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.actor_name, entry.target_id) == (
        "account.sign_on_unknown",
        "Người chưa đăng nhập",
        None,
    )


def test_never_by_e_mail(provider, person):
    person.email = "buoi@donvi.vn"
    person.save()
    provider.person.claims = {"email": "buoi@donvi.vn", "email_verified": True}
    client = Client()
    assert refused(client, sign_on_by(client))


def test_a_second_subject_for_one_account_is_refused(provider, person):
    sign_on_by(Client())
    provider.person = Person("nguoi-2", {"citizen_id": person.citizen_id})
    client = Client()
    assert refused(client, sign_on_by(client))
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == ["nguoi-1"]
    assert reason() == "tài khoản đã gắn với một người dùng khác của hệ thống đó"


def test_a_claim_that_changes_later_is_refused_and_told(provider, person):
    sign_on_by(Client())
    other = User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD)
    provider.person.claims = {"citizen_id": other.citizen_id}
    client = Client()
    assert refused(client, sign_on_by(client))
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.target_id) == ("account.sign_on_refused", person.pk)
    assert other.citizen_id not in str(entry.detail)
    assert SocialAccount.objects.get().user_id == person.pk


def test_another_provider_inherits_no_binding(provider, person, settings):
    SocialAccount.objects.create(
        provider="https://cu.example", uid="nguoi-1", user=User.objects.create_user("001085009999", "Trần Văn Cam")
    )
    client = Client()
    sign_on_by(client)
    assert client.get("/tai-khoan/").context["user"] == person


def test_unknown_and_shut_off_accounts_read_the_same(provider, person):
    texts = []
    User.objects.filter(pk=person.pk).update(is_active=False)
    for claim in (person.citizen_id, "001085009999"):
        provider.person.claims = {"citizen_id": claim}
        client = Client()
        answer = sign_on_by(client)
        assert refused(client, answer)
        main = answer.content.decode().split("<main")[1].split('<div class="gate__look"')[0]
        texts.append(main)
    assert len(set(texts)) == 1
    assert reason() == "không có tài khoản mang số định danh được xác nhận"
    assert not SocialAccount.objects.exists()


def test_who_was_signed_in_as_somebody_else_is_out(provider, person, client_of):
    other = User.objects.create_user("001085009999", "Trần Văn Cam", PASSWORD)
    client = client_of(other)
    sign_on_by(client)
    assert client.get("/tai-khoan/").context["user"] == person


# What sign-on gives, and what it never gives


def test_an_account_without_a_password_gets_in_and_is_activated(provider, person):
    User.objects.filter(pk=person.pk).update(password=NO_PASSWORD, activated_at=None)
    client = Client()
    sign_on_by(client)
    assert inside(client)
    person.refresh_from_db()
    assert person.is_activated
    assert (person.password, person.identity_confirmed_at) == (NO_PASSWORD, None)


def test_the_day_of_activation_stays(provider, person):
    before = timezone.now() - timezone.timedelta(days=9)
    User.objects.filter(pk=person.pk).update(activated_at=before)
    sign_on_by(Client())
    person.refresh_from_db()
    assert person.activated_at == before


@pytest.mark.parametrize("confirms", [False, True])
def test_roles_rest_unless_the_provider_is_trusted_to_have_seen_the_person(trusted, world, settings, confirms):
    settings.SIGN_ON = replace(settings.SIGN_ON, confirms_identity=confirms)
    User.objects.filter(pk=world.committee.pk).update(identity_confirmed_at=None)
    trusted.person = Person("nguoi-1", {"citizen_id": world.committee.citizen_id})
    sign_on_by(Client())
    committee = User.objects.get(pk=world.committee.pk)
    assert (why_roles_rest(committee) is None) is confirms


def test_claims_never_carry_rights(trusted, world):
    member = world.member
    trusted.person = Person(
        "nguoi-9",
        {
            "citizen_id": member.citizen_id,
            "is_staff": True,
            "is_superuser": True,
            "is_active": True,
            "roles": ["admin", "org_department"],
            "groups": ["Ban Tổ chức", "superuser"],
            "permissions": ["orgtree.delegate"],
            "realm_access": {"roles": ["realm-admin"]},
            "resource_access": {"so-tay": {"roles": ["admin"]}},
            "scope": "admin",
        },
    )
    before = list(Grant.objects.order_by("pk").values())
    fields = {
        name: value for name, value in User.objects.filter(pk=member.pk).values()[0].items() if name not in _MOVES
    }
    client = Client()
    sign_on_by(client)
    assert inside(client)
    assert list(Grant.objects.order_by("pk").values()) == before
    assert fields == {
        name: value for name, value in User.objects.filter(pk=member.pk).values()[0].items() if name not in _MOVES
    }
    again = User.objects.get(pk=member.pk)
    assert holdings_of(again) == ()
    assert not again.has_perm("orgtree.delegate", world.top)
    assert not hasattr(again, "is_superuser")
    assert client.get("/phan-quyen/moi/tim/").status_code == 403


_MOVES = {"activated_at", "last_login"}


def test_rights_that_one_has_are_not_taken_by_claims_either(trusted, world):
    trusted.person = Person("nguoi-8", {"citizen_id": world.committee.citizen_id, "roles": [], "groups": []})
    sign_on_by(Client())
    assert len(holdings_of(User.objects.get(pk=world.committee.pk))) == 1


def _with_factor(person: User) -> None:
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x", "last_counter": 0})


def test_who_has_a_second_factor_is_asked_for_it(provider, person):
    _with_factor(person)
    provider.person.acr = "loa3"
    client = Client()
    assert sign_on_by(client)["Location"] == "/tai-khoan/xac-thuc-hai-lop/buoc-hai/"
    assert not inside(client)
    sessions = str([session.get_decoded() for session in Session.objects.all()])
    for word in [*provider.tokens, person.citizen_id]:
        assert word not in sessions


@pytest.mark.parametrize(("said", "asked"), [("loa3", False), ("loa2", True), ("", True)])
def test_unless_the_provider_has_asked_for_one_as_the_settings_say(provider, person, settings, said, asked):
    settings.SIGN_ON = replace(settings.SIGN_ON, second_factor_acr=("loa3",))
    _with_factor(person)
    provider.person.acr = said
    client = Client()
    sign_on_by(client)
    assert inside(client) is not asked


def test_a_way_of_proving_that_is_too_weak_is_refused(provider, settings):
    settings.SIGN_ON = replace(settings.SIGN_ON, acr_values=("loa2", "loa3"))
    client = Client()
    assert refused(client, sign_on_by(client))
    assert reason() == "mức xác thực không đủ"
    assert provider.asked[0]["acr_values"] == "loa2 loa3"
    provider.person.acr = "loa2"
    sign_on_by(client)
    assert inside(client)


def test_the_password_still_opens_when_the_provider_is_gone(provider, person, settings, try_to_sign_in):
    sign_on_by(Client())
    settings.SIGN_ON = replace(settings.SIGN_ON, issuer="http://127.0.0.1:9")
    client = Client()
    try_to_sign_in(client, person.citizen_id, PASSWORD)
    assert inside(client)


def test_leaving_says_that_the_provider_stays_open(provider, client_of, person):
    client = Client()
    sign_on_by(client)
    assert "hệ thống đó vẫn còn mở" in client.get("/tai-khoan/dang-xuat/").content.decode()
    assert "hệ thống đó" not in client_of(person).get("/tai-khoan/dang-xuat/").content.decode()


# The settings

GIVEN = {
    "HANDBOOK_OIDC_ISSUER": "https://sso.example.vn/realms/dang",
    "HANDBOOK_OIDC_CLIENT_ID": "a",
    "HANDBOOK_OIDC_CLIENT_SECRET": "b",
}


def test_the_environment_sets_it_up(monkeypatch):
    assert sign_on.from_environment(insecure=False) is None
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HANDBOOK_OIDC_SCOPES", "profile, openid")
    made = sign_on.from_environment(insecure=False)
    assert (made.issuer, made.claim, made.scopes) == (
        GIVEN["HANDBOOK_OIDC_ISSUER"],
        "citizen_id",
        ("openid", "profile"),
    )
    assert not made.confirms_identity


@pytest.mark.parametrize(
    "changed",
    [
        {"HANDBOOK_OIDC_ISSUER": "http://sso.example.vn"},
        {"HANDBOOK_OIDC_ISSUER": "https://sso.example.vn/?a=1"},
        {"HANDBOOK_OIDC_ISSUER": "https://" + "x" * 200},
        {"HANDBOOK_OIDC_CLIENT_ID": ""},
        {"HANDBOOK_OIDC_CLIENT_SECRET": ""},
        {"HANDBOOK_OIDC_CONFIRMS_IDENTITY": "có"},
    ],
)
def test_what_makes_no_sense_stops_the_start(monkeypatch, changed):
    for name, value in (GIVEN | changed).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=next(iter(changed))):
        sign_on.from_environment(insecure=False)

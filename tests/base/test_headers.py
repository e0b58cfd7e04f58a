"""What every answer carries, also those that no view of ours gives."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from handbook import urls as handbook_urls

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def broken(request):
    raise RuntimeError("001185004321 của danh sách.xlsx")


broken.login_required = False
urlpatterns = [*handbook_urls.urlpatterns, path("hong/", broken, name="broken")]
handler400, handler403 = handbook_urls.handler400, handbook_urls.handler403
handler404, handler500 = handbook_urls.handler404, handbook_urls.handler500

ANSWERS = {
    "sign-in": (200, {"path": "/tai-khoan/dang-nhap/"}),
    "not there": (404, {"path": "/khong-co/"}),
    "broken": (500, {"path": "/hong/"}),
    "wrong host": (400, {"path": "/tai-khoan/dang-nhap/", "HTTP_HOST": "xau.example"}),
    "healthz": (200, {"path": "/healthz"}),
}


def policy_of(response) -> set[str]:
    return set(response["Content-Security-Policy"].split("; "))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_forbids_foreign_and_inline_scripts_and_frames(db, name):
    status, asked = ANSWERS[name]

    response = Client(raise_request_exception=False).get(**asked)

    assert response.status_code == status
    assert policy_of(response) == set(POLICY.split("; "))
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", ["sign-in", "not there", "broken", "healthz"])
def test_answers_say_what_browsers_may_pass_on_and_guess(db, name):
    response = Client(raise_request_exception=False).get(**ANSWERS[name][1])

    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/tai-khoan/", "/tai-khoan/thiet-bi/", "/tai-khoan/dang-nhap/", "/khong-co/"])
def test_pages_are_kept_by_no_cache(world, client_of, address):
    for who in (None, world.member):
        assert "no-store" in client_of(who).get(address)["Cache-Control"]


def test_no_page_has_inline_scripts_or_styles(world, client_of):
    pages = {
        "visitor": client_of(None).get("/tai-khoan/dang-nhap/"),
        "member": client_of(world.member).get("/tai-khoan/"),
        "missing": client_of(None).get("/khong-co/"),
    }
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)

    assert {who: inline.findall(page.content.decode()) for who, page in pages.items()} == {who: [] for who in pages}


@override_settings(
    SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31536000, SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True
)
def test_with_tls_all_goes_over_it_and_cookies_too(db):
    plain = Client().get("/tai-khoan/dang-nhap/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/tai-khoan/dang-nhap/")

    client = Client()
    page = client.get("/tai-khoan/dang-nhap/", secure=True)
    assert page["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = page.cookies["csrftoken"]
    assert (cookie["secure"], cookie["samesite"]) == (True, "Lax")


def test_the_session_s_cookie_is_out_of_reach_of_scripts(client, world):
    world.member.set_password("cau-vong-sau-con-mua")
    world.member.save()

    answer = client.post(
        "/tai-khoan/dang-nhap/", {"login": world.member.citizen_id, "password": "cau-vong-sau-con-mua"}
    )

    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


PRODUCTION = {
    "HANDBOOK_SECRET_KEY": "k8Vd2mQx7ZpL4nRt9WbY3cHf6JgS1aUe5oPiN0qXwMz-BvTyKrD",
    "HANDBOOK_HOSTS": "sotay.example.vn",
    "HANDBOOK_INSECURE_HTTP": "0",
    "HANDBOOK_BEHIND_PROXY": "1",
    "HANDBOOK_TRUSTED_ORIGINS": "https://sotay.example.vn",
    "HANDBOOK_PLAIN_STATIC": "0",
}


def _manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    # what the journeys set for their own process is no part of a deployment
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_before_deployment_has_nothing_to_say(tmp_path):
    done = _manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, HANDBOOK_VAR=str(tmp_path))

    said = (done.returncode, done.stdout.strip(), done.stderr.strip())
    assert said == (0, "System check identified no issues (1 silenced).", "")


def test_in_production_cookies_and_pages_need_tls(tmp_path):
    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "DEBUG", "SESSION_COOKIE_HTTPONLY",
    )  # fmt: skip
    done = _manage(
        "shell", "--no-imports", "-c",
        f"from django.conf import settings as s; print(*(getattr(s, n) for n in {names}), s.SECURE_HSTS_SECONDS)",
        **PRODUCTION, HANDBOOK_VAR=str(tmp_path),
    )  # fmt: skip

    assert done.stdout.split() == ["True", "True", "True", "True", "False", "True", "31536000"]

"""What a first visit loads: at most 8 requests and 150 KB, the page itself, styles and scripts together."""

import re
from gzip import compress
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

PAGES = [
    "portal:home", "portal:more", "portal:guides", "orgtree:tree", "members:list", "members:me", "members:imports",
    "accounts:settings", "account_change_password", "notifications:inbox", "oversight:audit",
]  # fmt: skip


def loaded(html: str) -> list[str]:
    """Static files that the browser fetches for the page."""
    return re.findall(r'<(?:link|script|img)[^>]*\s(?:href|src)="/tinh/([^"]+)"', html)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_inside(world, client_of, name):
    check(client_of(world.org_department).get(reverse(name)))


def test_the_sign_in_page(client, db):
    check(client.get(reverse("account_login")))


def check(response):
    assert response.status_code == 200
    files = loaded(response.content.decode())
    assert len(files) == len(set(files)) > 4
    assert 1 + len(files) <= 8
    weight = sum(len(compress(Path(finders.find(name)).read_bytes())) for name in files)
    assert weight + len(compress(response.content)) <= 150_000

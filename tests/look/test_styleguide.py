import re
from collections import Counter

import pytest

pytestmark = pytest.mark.urls("tests.look.urls")


def test_every_id_on_the_page_is_there_once_and_every_reference_finds_it(client):
    html = client.get("/styleguide/").content.decode()
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert [name for name, times in ids.items() if times > 1] == []
    named = {
        name
        for names in re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', html)
        for name in names.split()
    }
    assert named - set(ids) == set()


def test_the_page_has_one_h1(client):
    assert client.get("/styleguide/").content.decode().count("<h1") == 1

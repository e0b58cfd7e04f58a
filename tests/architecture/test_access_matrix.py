"""Every address × every one of the cast. What is not named here fails."""

import importlib
import pkgutil

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.access
from tests.cast import CAST

ROWS = {}
for module in pkgutil.iter_modules(tests.access.__path__):
    rows = importlib.import_module(f"tests.access.{module.name}").ROWS
    assert not ROWS.keys() & rows.keys(), f"{module.name} names an address that another module names"
    ROWS |= rows

# More than one row for an address: the name, then what is asked, as in "members:list · a unit not mine".
BASE_NAMES = {name.split(" · ")[0] for name in ROWS}


def _names(patterns, prefix: str = "") -> set[str]:
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= _names(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            found.add(prefix + pattern.name)
    return found


def test_every_address_stands_in_the_matrix():
    assert _names(get_resolver().url_patterns) == BASE_NAMES


@pytest.mark.parametrize("name", sorted(ROWS))
def test_who_may_open_what(name, world, client_of):
    row = ROWS[name]
    row.prepare(world)
    answers = {}
    for who in CAST:
        client = client_of(world.user(who))
        address = reverse(name.split(" · ")[0], args=row.args(world))
        # What one of them changes is taken back before the next one asks.
        with transaction.atomic():
            answers[who] = getattr(client, row.method)(address, row.data(world)).status_code
            transaction.set_rollback(True)
    assert answers == row.expected

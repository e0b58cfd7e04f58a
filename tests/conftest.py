from collections.abc import Callable

import pgtrigger
import pytest
from django.core.cache import cache
from django.core.management.commands.flush import Command
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.cast import World, build_world


@pytest.fixture
def world(db) -> World:
    """The small tree and the cast, fresh for the test."""
    return build_world()


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """A browser in which the user is signed in; nobody is for None."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="accounts.backends.SignInBackend")
        return client

    return make


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


# Loaded by migrations; tests on committed data leave them.
_LASTING = {
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "orgtree_unitkind",
    "orgtree_unitkind_legal_parents",
}


def _flush(self: Command, **options: object) -> None:
    """How a test on committed data ends: all other tables are emptied, also the record of who did what, which
    refuses it in the product."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - _LASTING)
    with pgtrigger.ignore("audit.Entry:no_truncate", "audit.Seal:no_truncate"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(connection.ops.quote_name(table) for table in tables)}")


Command.handle = _flush

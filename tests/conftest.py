from collections.abc import Callable

import pgtrigger
import pytest
from django.core.cache import cache
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
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def _flush_may_empty_the_record(monkeypatch):
    """Tests on committed data end with TRUNCATE, which the record of who did what refuses."""
    from django.core.management.commands.flush import Command

    flush = Command.handle

    def flush_all(self, **options):
        with pgtrigger.ignore("audit.Entry:no_truncate", "audit.Seal:no_truncate"):
            flush(self, **options)

    monkeypatch.setattr(Command, "handle", flush_all)

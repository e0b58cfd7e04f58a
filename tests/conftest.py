from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.management.commands.flush import Command
from django.test import Client

from accounts import letters
from accounts.models import User
from tests import snapshot
from tests.cast import World, build_world

_WORLD = snapshot.Snapshot(build_world)


@pytest.fixture
def world(db) -> World:
    """The small tree and the cast, fresh for the test."""
    return _WORLD.restore()


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """A browser in which the user is signed in; nobody is for None."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="accounts.backends.SignInBackend")
        return client

    return make


@pytest.fixture
def letters_arrive(monkeypatch, django_capture_on_commit_callbacks):
    """Within `with letters_arrive():` letters are sent at the commit, without a worker, into mail.outbox."""
    monkeypatch.setattr(letters, "_hand_over", letters.send)
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def _flush(self: Command, **options: object) -> None:
    snapshot.empty()


Command.handle = _flush

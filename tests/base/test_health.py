import pytest
from django.core.cache import caches
from django.db import connections
from django.test import Client
from django.test.utils import override_settings

NOBODY = "redis://127.0.0.1:1/0"


def test_the_process_is_alive_without_database_and_session(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_database_and_cache_answer(client, db):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": True, "cache": True})


def test_not_ready_without_the_cache(client, db):
    dead = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": NOBODY}}
    with override_settings(CACHES=dead):
        response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "unavailable", "database": True, "cache": False},
    )


@pytest.fixture
def _dead_database(django_db_blocker):
    """The connection of this thread leads to a port where nobody listens."""
    connection = connections["default"]
    kept = connection.settings_dict
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict = {**kept, "HOST": "127.0.0.1", "PORT": "1"}
        yield
        connection.close()
        connection.settings_dict = kept


@pytest.mark.usefixtures("_dead_database")
def test_not_ready_without_the_database():
    response = Client().get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "unavailable", "database": False, "cache": True},
    )


def test_a_load_balancer_asks_without_tls(client, db):
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert [client.get(address).status_code for address in ("/healthz", "/readyz")] == [200, 200]
    caches["default"].clear()

import socket

import pytest

from handbook.launcher import ports
from handbook.launcher.errors import LauncherError


@pytest.fixture
def taken():
    """A port of 127.0.0.1 that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_wanted_port_is_taken_when_it_is_free(taken):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert ports.first_free(free, ["127.0.0.1"]) == free


def test_a_busy_port_gives_the_next_free_one(taken):
    assert ports.first_free(taken, ["127.0.0.1"]) > taken


def test_a_port_that_is_busy_on_one_of_the_hosts_counts_as_busy(taken):
    assert ports.first_free(taken, ["127.0.0.2", "127.0.0.1"]) > taken


def test_nothing_free_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(ports, "_free", lambda host, port: False)
    with pytest.raises(LauncherError, match="PORT=9000"):
        ports.first_free(8000, ["127.0.0.1"])


def test_addresses_are_written_for_gunicorn():
    assert [ports.address("127.0.0.1", 8000), ports.address("::1", 8000)] == ["127.0.0.1:8000", "[::1]:8000"]

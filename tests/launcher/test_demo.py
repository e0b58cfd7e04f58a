import psycopg2
import pytest

from handbook.launcher import demo, servers


@pytest.fixture
def url(var):
    return servers.ensure(var, durable=False, with_valkey=False).database_url


def test_the_demo_goes_once_into_a_database_that_we_made(var, url):
    mark = demo.Mark(var, url)
    assert (mark.wants_demo(), mark.has_demo()) == (True, False)
    mark.note_loaded()
    assert (mark.wants_demo(), mark.has_demo()) == (False, True)


def test_the_demo_never_goes_into_a_database_of_somebody_else(var, url):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("create database own")
    connection.close()
    mark = demo.Mark(var, url.replace("/handbook?", "/own?"))
    assert (mark.wants_demo(), mark.has_demo()) == (False, False)
    mark.note_restored()
    assert not mark.wants_demo()


def test_the_demo_never_goes_in_without_the_mark_in_var(var, url):
    (var / "database-mark").unlink()
    assert not demo.Mark(var, url).wants_demo()


def test_the_secret_is_made_once_and_closed_to_others(tmp_path):
    made = demo.secret(tmp_path)
    assert demo.secret(tmp_path) == made
    assert made.isascii()
    assert [part.isdigit() for part in made.split("-")] == [False, False, False, False, True]
    assert (tmp_path / "demo-secret").stat().st_mode & 0o077 == 0

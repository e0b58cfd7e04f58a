"""Servers for the tests: started before Django's settings are read, databases copied from a migrated template.

Loaded by `-p handbook.launcher.pytest_plugin` in pyproject.toml. Workers of xdist inherit the addresses from the
process that started them and get a Valkey database and a folder of files each."""

import atexit
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from . import environment, sources
from .errors import LauncherError
from .files import exclusive

TEMPLATE = "handbook_template"
_VAR = environment.BASE / "var" / "test"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        # a person's own var/ stays out of the tests, whatever the shell has exported
        os.environ["HANDBOOK_VAR"] = str(_VAR)
        try:
            joined = environment.prepare(_VAR, durable=False)
        except LauncherError as error:
            raise pytest.UsageError(str(error)) from error
        if joined:
            atexit.register(joined.release)
        environment.local(_VAR)
        os.environ.setdefault("HANDBOOK_PLAIN_STATIC", "1")  # pages are drawn without gathered static files
        # Only tests about it ask role holders for a second factor.
        os.environ["HANDBOOK_SECOND_FACTOR"] = "optional"
        (_VAR / "static").mkdir(exist_ok=True)
    os.environ["REDIS_URL"] = _database_of(worker, os.environ["REDIS_URL"])
    # What one worker sweeps up may be another's upload.
    os.environ["MEDIA_ROOT"] = str(_VAR / "media" / (worker or "main"))
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef) -> Iterator[object]:
    """Just before pytest-django makes the test database: let it be a copy of the migrated template."""
    if fixturedef.argname == "django_db_setup":
        _use_template()
    return (yield)


def _database_of(worker: str, redis_url: str) -> str:
    """`redis_url` with a database of its own for each worker: workers must not see each other's cache."""
    if not worker:
        return redis_url
    own = int(re.sub(r"\D", "", worker)) + 1
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return urlunsplit(parts._replace(query=f"db={own}"))
    return urlunsplit(parts._replace(path=f"/{own}"))


def _use_template() -> None:
    from django.db import connections  # only in runs that need the database

    settings = connections["default"].settings_dict
    with exclusive(_VAR / "template.lock"):
        _build_template(settings)
    settings["TEST"]["TEMPLATE"] = TEMPLATE


def _build_template(settings: dict) -> None:
    """Migrate a database once for all workers and runs, until a migration or a library changes."""
    import psycopg2

    wanted = sources.digest_of_migrations()
    admin = psycopg2.connect(
        dbname="postgres", user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
        port=settings["PORT"] or None, **settings.get("OPTIONS", {}),
    )  # fmt: skip
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            cursor.execute(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [TEMPLATE]
            )
            if cursor.fetchone() == (wanted,):
                return
            cursor.execute(f"drop database if exists {TEMPLATE} with (force)")
            cursor.execute(f"create database {TEMPLATE}")
            _migrate(TEMPLATE)
            cursor.execute(f"comment on database {TEMPLATE} is %s", [wanted])
    finally:
        admin.close()


def _migrate(database: str) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])
    done = subprocess.run(
        [sys.executable, str(environment.BASE / "manage.py"), "migrate", "--noinput", "--verbosity", "0"],
        env={**os.environ, "DATABASE_URL": urlunsplit(address._replace(path=f"/{database}"))},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        pytest.exit(f"Migrations fail:\n{done.stdout}{done.stderr}", returncode=1)

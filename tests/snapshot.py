"""The world of the tests is founded once by the services, then put back as rows: 10 ms instead of 400 for each test."""

import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pgtrigger
from django.db import connection, transaction

# Loaded by migrations; no test owns them.
LASTING = {
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "orgtree_unitkind",
    "orgtree_unitkind_legal_parents",
}


class Snapshot:
    """What `build` wrote and what it gave back. The numbers of its rows stay taken in the sequences, so that rows made
    later never meet them."""

    def __init__(self, build: Callable[[], object]) -> None:
        self._build, self._taken = build, None

    def restore(self) -> object:
        """The rows are in the database again; the object is a fresh copy."""
        if not _may_silence_triggers():
            return self._build()
        if self._taken is None:
            self._taken = self._take()
        tables, kept = self._taken
        with transaction.atomic(), _without_triggers() as cursor:
            for table, rows in tables.items():
                cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", io.BytesIO(rows))
        return pickle.loads(kept)

    def _take(self) -> tuple[dict[str, bytes], bytes]:
        with transaction.atomic():
            built = self._build()
            tables = {}
            with connection.cursor() as cursor:
                for table in filled_tables():
                    rows = io.BytesIO()
                    cursor.cursor.copy_expert(f"COPY {table} TO STDOUT (FORMAT binary)", rows)
                    tables[table] = rows.getvalue()
            transaction.set_rollback(True)
        return tables, pickle.dumps(built)


def filled_tables() -> list[str]:
    """Tables with a row in them but for the lasting ones, quoted. One query."""
    parts = [f"SELECT {number} WHERE EXISTS (SELECT FROM {table})" for number, table in enumerate(_tables())]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return [_tables()[number] for (number,) in cursor.fetchall()]


def empty() -> None:
    """How a test on committed data ends: all tables but the lasting ones are emptied, also the record of who did
    what, which refuses it in the product."""
    if not _may_silence_triggers():
        with pgtrigger.ignore("audit.Entry:no_truncate", "audit.Seal:no_truncate"), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(_tables())}")
        return
    with transaction.atomic():
        filled = filled_tables()
        with _without_triggers() as cursor:
            for table in filled:
                cursor.execute(f"DELETE FROM {table}")


@cache
def _tables() -> list[str]:
    names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - LASTING)
    return [connection.ops.quote_name(name) for name in names]


@cache
def _may_silence_triggers() -> bool:
    """Only a superuser may; the embedded server's role is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone() == (True,)


@contextmanager
def _without_triggers() -> Iterator:
    """Rows are written as they are: no history, no checks, no refusals. Inside a transaction; the driver's cursor."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor.cursor
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

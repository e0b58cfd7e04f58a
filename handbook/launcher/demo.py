"""May the demo be loaded, and is it in? The answer stands on the database itself, beside a mark in var/ that only
the database made by this launcher carries: real data are never mixed with the demo."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from .errors import LauncherError
from .files import kept_secret

_LOADED = "demo"
_RESTORED = "restored"
# fmt: off
_WORDS = [
    "song", "nui", "bien", "dao", "rung", "lua", "ngo", "khoai", "tre", "truc", "sen", "cuc", "hong", "lan", "mai",
    "bang", "phuong", "nhan", "vai", "mit", "buoi", "cam", "chanh", "dua", "chuoi", "que", "trau", "ngua", "meo",
    "vit", "chim", "xanh", "vang", "tim", "trang", "sang", "trua", "chieu", "mua", "nang", "gio", "may", "suong",
    "dong", "xuan", "nha", "ban", "ghe", "den", "sach", "but", "vo", "dan", "sao", "trong", "lang", "pho", "cau",
    "thuyen", "buom", "luoi", "ao", "vuon",
]
# fmt: on


def secret(var: Path) -> str:
    """The password that all demo accounts of this installation share; easy to read out and to type."""

    def make() -> str:
        words = [secrets.choice(_WORDS) for _ in range(4)]
        return "-".join([*words, str(1000 + secrets.randbelow(9000))])

    return kept_secret(var / "demo-secret", make)


class Mark:
    """The comment on the database: the mark, then what happened to it."""

    def __init__(self, var: Path, database_url: str) -> None:
        self._var, self._url = var, database_url

    def wants_demo(self) -> bool:
        """True for a database that this launcher made and nothing was put into yet. A load that was interrupted
        counts as nothing: loading again goes on."""
        return self._state() == ""

    def has_demo(self) -> bool:
        return self._state() == _LOADED

    def note_loaded(self) -> None:
        self._note(_LOADED)

    def note_restored(self) -> None:
        """Data came from a backup: no demo on top of them."""
        if self._state() is not None:
            self._note(_RESTORED)

    def _state(self) -> str | None:
        """What happened to the database; None when somebody else made it."""
        own = self._own()
        with _connected(self._url) as cursor:
            cursor.execute(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
            )
            (comment,) = cursor.fetchone()
        mark, _, state = (comment or "").partition(" ")
        return state if own and mark == own else None

    def _own(self) -> str:
        try:
            return (self._var / "database-mark").read_text().strip()
        except OSError:
            return ""

    def _note(self, state: str) -> None:
        with _connected(self._url) as cursor:
            cursor.execute("select quote_ident(current_database())")
            (name,) = cursor.fetchone()
            cursor.execute(f"comment on database {name} is %s", [f"{self._own()} {state}"])


@contextlib.contextmanager
def _connected(url: str) -> Iterator[Any]:
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.OperationalError as error:
        raise LauncherError(f"Không kết nối được cơ sở dữ liệu trong DATABASE_URL: {error}") from error
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()

"""The embedded PostgreSQL and Valkey of a folder `var`, shared by everything that runs from it.

`ensure` starts or joins them; whoever leaves last stops them. Each user of the servers holds a lock that the
kernel frees when the process ends, so a killed process never counts; what it left running is joined by the next.
Only the standard library is used: this runs before Django is loaded."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from . import binaries, postgres, unprivileged, valkey
from .files import exclusive, make_var, open_lock, try_exclusive, write_private

_LONGEST_TEMPORARY_FOLDER = 60  # a socket's path has at most 103 bytes on some systems


@dataclass(frozen=True)
class Servers:
    """The addresses of running servers; an address is empty when that server was not asked for."""

    database_url: str
    redis_url: str
    _var: Path = field(repr=False)
    _use: TextIO = field(repr=False)
    _user: int = field(default_factory=os.getpid, repr=False)

    def missing(self) -> list[tuple[str, Path]]:
        """Servers that have ended though we use them, each with its log."""
        logs = {"PostgreSQL": self._var / "postgres" / "postgres.log", "Valkey": self._var / "valkey" / "valkey.log"}
        asked = {"PostgreSQL": self.database_url, "Valkey": self.redis_url}
        return [(name, logs[name]) for name, pid in running(self._var).items() if asked[name] and pid is None]

    def release(self) -> None:
        """Leave the servers, and stop them when nobody else uses them. Does nothing in a forked child."""
        if os.getpid() != self._user or self._use.closed:
            return
        with exclusive(_lock(self._var)):
            self._use.close()
            if not _used(self._var):
                _stop(self._var)


def ensure(var: Path, *, durable: bool = True, with_postgres: bool = True, with_valkey: bool = True) -> Servers:
    """Start or join the servers of `var`. Not `durable`: fast, and a power failure may lose everything."""
    var = make_var(var)
    with exclusive(_lock(var)):
        try:
            database_url, redis_url = _start(var, durable, with_postgres, with_valkey)
        except BaseException:  # Ctrl-C too: a half-started pair is of use to nobody
            if not _used(var):
                _stop(var)
            raise
        use = open_lock(var / "servers.users")
        fcntl.flock(use, fcntl.LOCK_SH)
    return Servers(database_url, redis_url, var, use)


def stop(var: Path) -> None:
    """Stop the servers of `var`, whoever uses them."""
    var = var.absolute()
    if not var.is_dir():
        return
    with exclusive(_lock(var)):
        _stop(var)


def running(var: Path) -> dict[str, int | None]:
    """The process of each server, None for one that does not run."""
    return {
        "PostgreSQL": postgres.postmaster(var.absolute() / "postgres" / "data"),
        "Valkey": valkey.server(var.absolute() / "valkey"),
    }


def _lock(var: Path) -> Path:
    return var / "servers.lock"


def _start(var: Path, durable: bool, with_postgres: bool, with_valkey: bool) -> tuple[str, str]:
    programs = binaries.postgres_folder() if with_postgres else None
    program = binaries.valkey_server() if with_valkey else None
    reached = [path for path in (programs and programs / "postgres", program) if path]
    account = unprivileged.account_for(var / "postgres", reached)
    sockets = _socket_folder(var, account)
    database_url = redis_url = ""
    if programs:
        database = postgres.Postgres(var, sockets, programs, account, durable)
        database.ensure()
        database_url = database.url
    if program:
        store = valkey.Valkey(var, sockets, program, account, durable)
        store.ensure()
        redis_url = store.url
    return database_url, redis_url


def _used(var: Path) -> bool:
    with open_lock(var / "servers.users") as file:
        return not try_exclusive(file)


def _stop(var: Path) -> None:
    valkey.end(var / "valkey")
    postgres.end(var / "postgres" / "data")
    recorded = var / "sockets"
    with contextlib.suppress(OSError):
        shutil.rmtree(recorded.read_text(encoding="utf-8").strip(), ignore_errors=True)
        recorded.unlink()


def _socket_folder(var: Path, account: unprivileged.Account | None) -> Path:
    """The folder of the sockets, short and closed to others; the same one while a server may be using it."""
    recorded = var / "sockets"
    owner = account.uid if account else os.geteuid()
    with contextlib.suppress(OSError):
        folder = Path(recorded.read_text(encoding="utf-8").strip())
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077:
            return folder
    folder = Path(tempfile.mkdtemp(prefix="handbook-", dir=_short_temporary_folder()))
    unprivileged.give(folder, account)
    write_private(recorded, f"{folder}\n")
    return folder


def _short_temporary_folder() -> str:
    """TMPDIR, unless it is too long for a socket's path or holds letters that need quoting in an address."""
    given = tempfile.gettempdir()
    plain = given.isascii() and not set(given) & set(" '\"\\?#%,@")
    return given if plain and len(given) <= _LONGEST_TEMPORARY_FOLDER else "/tmp"

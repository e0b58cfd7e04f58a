"""The embedded PostgreSQL: made, started, joined, ended. Callers hold the lock of `servers`."""

import contextlib
import locale
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import unprivileged
from .errors import LauncherError
from .files import kept_secret, rotate, tail, write_private
from .proc import alive, anybody_works_in, wait_until, works_in

USER = DATABASE = "handbook"
_START_SECONDS = 60
_STOP_SECONDS = 8
_TEXT_LOCALES = ("C.UTF-8", "en_US.UTF-8", "vi_VN.UTF-8", "UTF-8")

_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "effective_cache_size": "'1GB'",
    "work_mem": "'8MB'",
    "maintenance_work_mem": "'128MB'",
    "random_page_cost": "1.1",
    "dynamic_shared_memory_type": "posix",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'Asia/Ho_Chi_Minh'",
    "log_timezone": "'Asia/Ho_Chi_Minh'",
    "lc_messages": "'C'",
    "logging_collector": "off",
    "log_statement": "'none'",
    "log_min_error_statement": "panic",  # a failed statement may hold people's data
    "log_parameter_max_length": "0",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "'2GB'"}


@dataclass(frozen=True)
class Postgres:
    """One embedded server. `folder` holds the cluster and the log, `sockets` the socket."""

    var: Path
    sockets: Path
    programs: Path
    account: unprivileged.Account | None
    durable: bool

    @property
    def folder(self) -> Path:
        return self.var / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def password(self) -> str:
        return kept_secret(self.var / "postgres-password")

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{quote(self.password)}@/{DATABASE}?host={quote(str(self.sockets))}"

    def ensure(self) -> None:
        """Leave a server behind that answers and has the database: the one that runs, or a new one."""
        if not self.data.exists():
            self._initialise()
        pid = postmaster(self.data)
        if pid is not None and not self._answers_soon():
            end(self.data)
            pid = None
        if pid is None:
            self._start()
        if not self._has_database():
            self._create_database()

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements, one transaction each, and return what they print."""
        done = self._psql(database, *statements)
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL từ chối lệnh của trình khởi động: {done.stderr.strip()}")
        return done.stdout.strip()

    def _psql(self, database: str, *statements: str) -> subprocess.CompletedProcess[str]:
        argv = [
            str(self.programs / "psql"),
            *("--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(self.sockets), "-U", USER, "-d", database),
            *(part for statement in statements for part in ("-c", statement)),
        ]
        environment = {"LC_ALL": "C", "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"}
        return subprocess.run(
            argv,
            env={"PATH": os.environ.get("PATH", ""), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there when it is whole."""
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700)
            unprivileged.give(self.folder, self.account)
        unfinished, password_file = self.folder / "data.new", self.folder / "password.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            write_private(password_file, self.password + "\n")
            unprivileged.give(password_file, self.account)
            argv = [
                *(self.programs / "initdb", "-D", unfinished, "-U", USER, f"--pwfile={password_file}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(f"--locale={_text_locale()}", "--lc-messages=C"),
                *([] if self.durable else ["--no-sync"]),
            ]
            done = unprivileged.run(argv, self.account)
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise LauncherError(f"Không tạo được cơ sở dữ liệu trong {self.folder}:\n{done.stdout.strip()[-1500:]}")
        unfinished.rename(self.data)

    def _configure(self) -> None:
        values = {
            **_SETTINGS,
            "unix_socket_directories": f"'{self.sockets}'",
            **({} if self.durable else _FORGETFUL),
        }
        conf = self.data / "postgresql.conf"
        write_private(conf, "".join(f"{name} = {value}\n" for name, value in values.items()))
        unprivileged.give(conf, self.account)

    def _start(self) -> None:
        self._check_version()
        self._configure()
        self._forget_killed()
        rotate(self.log)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            argv = [
                *(self.programs / "pg_ctl", "start", "-s", "-w", "-t", str(_START_SECONDS)),
                *("-D", self.data, "-l", self.log),
            ]
            done = unprivileged.run(argv, self.account)
            if done.returncode == 0 and self._answers_soon():
                return
            # after a kill -9 of the postmaster its children take a moment to end
            if time.monotonic() > deadline or "shared memory block" not in tail(self.log):
                raise LauncherError(f"PostgreSQL không khởi động được; xem {self.log}\n{tail(self.log)}")
            time.sleep(0.5)

    def _forget_killed(self) -> None:
        """Remove the lock files of a server that was killed: another program may have its number by now, or nobody
        may have collected the dead process, and PostgreSQL would refuse to start. Its children end first."""
        if wait_until(lambda: not anybody_works_in(self.data), _STOP_SECONDS):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for left in self.sockets.glob(".s.PGSQL.*"):
                left.unlink()

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        shown = unprivileged.run([self.programs / "postgres", "--version"], None).stdout
        runs = shown.rpartition(" ")[2].partition(".")[0].strip()
        if made_by != runs:
            raise LauncherError(
                f"Dữ liệu trong {self.data} do PostgreSQL {made_by} tạo ra, phần mềm hiện có là bản {runs}: "
                "đồng chí xem mục nâng cấp trong docs/operations.md."
            )

    def _answers_soon(self) -> bool:
        """True once the server answers; waits while it is starting or recovering after a crash."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            done = self._psql("postgres", "select 1")
            if done.returncode == 0:
                return True
            if "starting up" not in done.stderr and "recovery" not in done.stderr:
                return False
            time.sleep(0.2)
        return False

    def _has_database(self) -> bool:
        return bool(self.sql(f"select 1 from pg_database where datname = '{DATABASE}'"))

    def _create_database(self) -> None:
        """Make the database with our mark on it (see `demo`): both appear at once, by a rename."""
        mark = secrets.token_hex(16)
        write_private(self.var / "database-mark", mark + "\n")
        self.sql(
            f"drop database if exists {DATABASE}_new",
            f"create database {DATABASE}_new",
            f"comment on database {DATABASE}_new is '{mark}'",
            f"alter database {DATABASE}_new rename to {DATABASE}",
        )


def postmaster(data: Path) -> int | None:
    """The process that serves the cluster in `data`; a pid file left behind names nobody."""
    try:
        pid = int((data / "postmaster.pid").read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if alive(pid) and works_in(pid, data, "postgres") else None


def end(data: Path) -> None:
    """Stop the server of `data`: fast, then at once, then by force. Committed data survive all three."""
    for stop_signal, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 3), (signal.SIGKILL, 3)):
        pid = postmaster(data)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
        wait_until(lambda: postmaster(data) is None, seconds)


def _text_locale() -> str:
    """A locale of the machine whose letters are Unicode's: with plain "C", pg_trgm and the text search would
    drop the Vietnamese letters. Order and case come from the builtin provider all the same."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in _TEXT_LOCALES:
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise LauncherError("Máy này thiếu ngôn ngữ C.UTF-8: đồng chí hãy cài gói locales rồi chạy lại.")

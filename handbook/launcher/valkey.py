"""The embedded Valkey: started, joined, ended. Callers hold the lock of `servers`."""

import contextlib
import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import unprivileged
from .errors import LauncherError
from .files import kept_secret, rotate, write_private
from .proc import alive, wait_until, works_in

DATABASES = 64
_START_SECONDS = 20


@dataclass(frozen=True)
class Valkey:
    """One embedded server, reachable by its socket only."""

    var: Path
    sockets: Path
    program: Path
    account: unprivileged.Account | None
    durable: bool

    @property
    def folder(self) -> Path:
        return self.var / "valkey"

    @property
    def log(self) -> Path:
        return self.folder / "valkey.log"

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def password(self) -> str:
        return kept_secret(self.var / "valkey-password")

    @property
    def url(self) -> str:
        return f"unix://:{quote(self.password)}@{quote(str(self.socket))}?db=0"

    def ensure(self) -> None:
        """Leave a server behind that answers: the one that runs, or a new one."""
        if self._answers():
            return
        if server(self.folder) is not None:
            # it may still be loading its file; without its socket nobody can ever reach it
            if self.socket.exists() and wait_until(self._answers, 5):
                return
            end(self.folder)
        self._start()

    def _start(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700)
            unprivileged.give(self.folder, self.account)
        self._configure()
        rotate(self.log)
        (self.folder / "valkey.pid").unlink(missing_ok=True)
        # names are relative to the folder, which may hold spaces
        done = unprivileged.run([self.program, "valkey.conf"], self.account, cwd=self.folder)
        if done.returncode != 0 or not wait_until(self._answers, _START_SECONDS):
            raise LauncherError(f"Valkey không khởi động được; xem {self.log}\n{done.stdout.strip()[-1500:]}")

    def _configure(self) -> None:
        values = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "requirepass": self.password,
            "databases": str(DATABASES),
            "daemonize": "yes",
            "pidfile": "valkey.pid",
            "logfile": "valkey.log",
            "dir": ".",
            "save": '""',
            "appendonly": "yes" if self.durable else "no",  # work that was queued survives a restart
            "maxmemory-policy": "noeviction",  # it is the broker too: nothing may be thrown away silently
        }
        conf = self.folder / "valkey.conf"
        write_private(conf, "".join(f"{name} {value}\n" for name, value in values.items()))
        unprivileged.give(conf, self.account)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def server(folder: Path) -> int | None:
    """The process that serves `folder`; a pid file left behind names nobody."""
    try:
        pid = int((folder / "valkey.pid").read_text())
    except (OSError, ValueError):
        return None
    return pid if alive(pid) and works_in(pid, folder, "valkey") else None


def end(folder: Path) -> None:
    """Stop the server of `folder`, which writes what it holds first; by force after five seconds."""
    for stop_signal, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 3)):
        pid = server(folder)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
        wait_until(lambda: server(folder) is None, seconds)

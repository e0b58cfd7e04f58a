"""Small files of the launcher under var/: secrets, locks, logs."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from .errors import LauncherError

_LOG_LIMIT = 5_000_000  # bytes
_OLD_LOGS = 3
_TAIL = 1500  # bytes


def make_var(var: Path) -> Path:
    """The absolute path of `var`, made when it is missing: others may walk through it (the servers' account
    must), not read it."""
    var = var.absolute()
    try:
        for folder in (*reversed(var.parents), var):
            if folder.exists():
                continue
            # Another process may make it between the look and this.
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                folder.chmod(0o711)
    except OSError as error:
        raise LauncherError(f"Không tạo được thư mục {var} ({error.strerror}).") from error
    return var


def write_private(path: Path, content: str) -> None:
    """Write a file of mode 0600 at once: readers see the old content or the new one."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
    fresh.replace(path)


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret in `path`, made at the first call."""
    try:
        kept = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        kept = ""
    except OSError as error:
        raise LauncherError(f"Không đọc được tệp {path} ({error.strerror}).") from error
    if not kept:
        kept = make()
        write_private(path, kept + "\n")
    return kept


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file alone; the kernel frees it when we die."""
    with open_lock(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_lock(path: Path) -> TextIO:
    """The file to be locked, made when it is missing."""
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise LauncherError(f"Không mở được tệp {path} ({error.strerror}).") from error


def rotate(log: Path) -> None:
    """Keep the log of earlier starts as .1, .2, .3 once it has grown."""
    if not log.exists() or log.stat().st_size < _LOG_LIMIT:
        return
    for number in range(_OLD_LOGS, 1, -1):
        older = log.with_name(f"{log.name}.{number - 1}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number}"))
    log.replace(log.with_name(f"{log.name}.1"))


def try_exclusive(file: TextIO) -> bool:
    """Lock the open file for ourselves; False when somebody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def tail(log: Path) -> str:
    """The end of a log, for the terminal."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            return file.read().decode(errors="replace").strip()
    except OSError:
        return ""

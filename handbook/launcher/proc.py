"""Questions about processes, without a library."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def alive(pid: int) -> bool:
    """True for a running process of anybody; a zombie has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except OverflowError:
        return False
    return _state(pid) not in {"Z", "X"}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def works_in(pid: int, folder: Path, program: str) -> bool:
    """True when the process has `folder` as its working directory, as both servers have their data folder. Where
    there is no /proc the name of the program must do."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").samefile(folder)
        except OSError:
            return False
    return program in _ps(pid, "comm=")


def started_at(pid: int) -> str:
    """A word that differs between two processes that had the same number one after the other."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return _ps(pid, "lstart=")


def anybody_works_in(folder: Path) -> bool:
    """True while some process has the folder as its working directory; unknown counts as nobody."""
    return any(works_in(int(entry.name), folder, "") for entry in Path("/proc").glob("[0-9]*"))


def _ps(pid: int, column: str) -> str:
    argv = ["ps", "-p", str(pid), "-o", column]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """True as soon as the condition holds, False when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True

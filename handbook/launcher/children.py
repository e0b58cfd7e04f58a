"""The long-running processes of this launcher: started in process groups of their own, ended with it."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import rotate
from .proc import alive, started_at, wait_until

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 5  # requests and short tasks end by themselves
_HURRY_SECONDS = 3  # then the worker gives its task back to the queue


@dataclass(frozen=True)
class Child:
    """A running process and where to read what it says."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    record: Path

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None


def start(name: str, argv: Sequence[str], *, var: Path, cwd: Path, environ: Mapping[str, str]) -> Child:
    """Start a process whose output goes to var/log/<name>.log; it is told to stop when this one dies."""
    logs, records = var / "log", var / "run"
    logs.mkdir(exist_ok=True, mode=0o700)
    records.mkdir(exist_ok=True, mode=0o700)
    log, record = logs / f"{name}.log", records / f"{name}.json"
    rotate(log)
    with log.open("ab") as output:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_us(),
        )
    record.write_text(json.dumps({"pid": process.pid, "started_at": started_at(process.pid)}))
    return Child(name, process, log, record)


def stop(children: Sequence[Child]) -> None:
    """End the processes and all that they started: politely, then in a hurry, then by force (about 8 seconds)."""
    for stop_signal, seconds in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGQUIT, _HURRY_SECONDS)):
        for child in children:
            if not child.ended:
                child.process.send_signal(stop_signal)
        if wait_until(lambda: all(child.ended for child in children), seconds):
            break
    for child in children:
        _kill_group(child.process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(timeout=2)
        child.record.unlink(missing_ok=True)


def end_leftovers(var: Path) -> int:
    """End what a killed launcher left running; how many processes that were."""
    ended = 0
    for record in sorted((var / "run").glob("*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError):
            left = json.loads(record.read_text())
            pid = int(left["pid"])
            if alive(pid) and started_at(pid) == left["started_at"]:
                os.kill(pid, signal.SIGTERM)
                wait_until(lambda pid=pid: not alive(pid), 3)
                _kill_group(pid)
                ended += 1
        record.unlink(missing_ok=True)
    return ended


def dying_with_us() -> Callable[[], None] | None:
    """What a child does before exec so that the kernel asks it to stop when we die, even by kill -9."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
        time.sleep(0.05)

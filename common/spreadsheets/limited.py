"""A reader of foreign workbooks runs in a process of its own, with little memory and time. A small file can be made to
unpack into more cells than any machine holds, in more ways than can be told beforehand, and the readers do not raise
then: they end the whole process. Here they end this one alone."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_MEMORY = 1024 * 1024 * 1024  # bytes of addresses; a list of 8,000 rows takes a quarter of it
_SECONDS = 60
_ROOT = Path(__file__).resolve().parents[2]
# Nothing of ours goes along: no address of a database, no secret.
_ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}


def within_limits(module: str, content: bytes) -> bytes | None:
    """What `python -m module` answers to `content`; None when it fell over or asked for too much."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it says there may hold people's data
            cwd=_ROOT,
            env=_ENVIRONMENT | {"LC_ALL": "C.UTF-8"},
            timeout=2 * _SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def answer(work: Callable[[bytes], bytes], *, seconds: int = _SECONDS) -> None:
    """The main function of such a module; `seconds` of the processor."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    sys.stdout.buffer.write(work(sys.stdin.buffer.read()))
    sys.stdout.buffer.flush()

"""How the three long-running processes are called, by `make run` and by the containers alike."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("web", "worker", "beat")


def argv(name: str, *, var: Path, addresses: Sequence[str] = ("0.0.0.0:8000",)) -> list[str]:
    """The command of a process. `addresses` are those that web listens on; beat keeps its times under `var`."""
    if name == "web":
        binds = [part for address in addresses for part in ("--bind", address)]
        config = "python:handbook.launcher.gunicorn_conf"
        return [sys.executable, "-m", "gunicorn", "--config", config, *binds, "handbook.wsgi"]
    celery = [sys.executable, "-m", "celery", "--app", "handbook", "--quiet"]
    level = ("--loglevel", os.environ.get("HANDBOOK_LOG_LEVEL", "INFO"))
    if name == "worker":
        children = os.environ.get("HANDBOOK_WORKERS", "2")
        return [
            *celery, "worker", *level, "--pool", "prefork", "--concurrency", children,
            "--max-tasks-per-child", "200", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
    if name == "beat":
        return [*celery, "beat", *level, "--schedule", str(var / "beat-schedule"), "--pidfile", ""]
    raise ValueError(name)

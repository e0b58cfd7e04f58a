import sys
from pathlib import Path

import pytest

from handbook.launcher import processes


def test_web_listens_on_every_address_given():
    assert processes.argv("web", var=Path("/v"), addresses=["127.0.0.1:8001", "[::1]:8001"]) == [
        sys.executable, "-m", "gunicorn", "--config", "python:handbook.launcher.gunicorn_conf",
        "--bind", "127.0.0.1:8001", "--bind", "[::1]:8001", "handbook.wsgi",
    ]  # fmt: skip


def test_worker_takes_the_number_of_its_processes_from_the_environment(monkeypatch):
    monkeypatch.setenv("HANDBOOK_WORKERS", "5")
    command = processes.argv("worker", var=Path("/v"))
    assert command[:5] == [sys.executable, "-m", "celery", "--app", "handbook"]
    assert command[command.index("--concurrency") + 1] == "5"


def test_beat_keeps_its_times_under_var():
    command = processes.argv("beat", var=Path("/v ư"))
    assert command[command.index("--schedule") + 1] == "/v ư/beat-schedule"


def test_other_names_are_refused():
    with pytest.raises(ValueError, match="shell"):
        processes.argv("shell", var=Path("/v"))

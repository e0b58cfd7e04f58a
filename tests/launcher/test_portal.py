"""The portal as `make run` starts it, on a folder of its own: port, page, kill -9, second start, stop."""

import json
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from handbook.launcher import health, portal, servers
from handbook.launcher.environment import BASE
from handbook.launcher.proc import alive, wait_until


@pytest.fixture
def launch(var):
    """Start the launcher; what it prints is read up to the address. All of them are ended afterwards."""
    started = []
    own = {"DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "HANDBOOK_SECRET_KEY", "HANDBOOK_EMBEDDED"}

    def start(port):
        environ = {name: value for name, value in os.environ.items() if name not in own}
        environ |= {"HANDBOOK_VAR": str(var), "HANDBOOK_DEMO": "0", "PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "handbook.launcher", "run"],
            cwd=BASE,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        shown = []
        for line in process.stdout:
            shown.append(line)
            if "Ctrl+C" in line:
                break
        return process, "".join(shown)

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def children(var):
    return [json.loads(file.read_text())["pid"] for file in sorted((var / "run").glob("*.json"))]


def test_it_takes_the_next_port_survives_kill_9_and_stops_with_all_it_started(var, launch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        first, shown = launch(taken)
    port = int(re.search(r"http://localhost:(\d+)", shown).group(1))
    assert port != taken
    assert f"Cổng {taken} đang có chương trình khác dùng; sổ tay dùng cổng {port}." in shown
    assert health.answers(port, path="/readyz")
    assert portal.running(var) == {"pid": first.pid, "address": f"http://localhost:{port}"}
    assert (var / "secret-key").stat().st_mode & 0o077 == 0

    second, refused = launch(port)
    assert second.wait() == 1
    assert refused == f"Sổ tay đang chạy ở http://localhost:{port}. Để dừng: make stop\n"

    left = children(var)
    assert len(left) == 3
    first.kill()
    first.wait()
    assert wait_until(lambda: not any(alive(pid) for pid in left), 15)
    assert portal.running(var) == {}

    third, shown = launch(port)
    assert f"Mở http://localhost:{port}\n" in shown
    begun = children(var)
    third.send_signal(signal.SIGTERM)
    assert third.wait(timeout=15) == 0
    assert not any(alive(pid) for pid in begun)
    assert servers.running(var) == {"PostgreSQL": None, "Valkey": None}
    assert not health.answers(port, timeout=1)


def test_the_person_is_told_which_log_to_read_when_a_process_ends(var, launch):
    process, _ = launch(18000)
    beat = json.loads((var / "run" / "beat.json").read_text())["pid"]
    os.kill(beat, signal.SIGKILL)
    shown = process.stdout.read()
    assert process.wait(timeout=15) == 1
    assert f"Tiến trình beat đã dừng; đồng chí xem {var}/log/beat.log" in shown
    assert servers.running(var) == {"PostgreSQL": None, "Valkey": None}

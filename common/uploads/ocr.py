"""Reading pictures of text with Tesseract, where the machine has it (tesseract-ocr, tesseract-ocr-vie)."""

import shutil
import subprocess

_SECONDS = 90


def is_there() -> bool:
    return shutil.which("tesseract") is not None


def lines_of(picture: bytes) -> list[str]:
    """Nothing where it cannot be read; the capitals of a degree of secrecy survive without Vietnamese data too."""
    for languages in (["-l", "vie"], []):
        try:
            done = subprocess.run(
                ["tesseract", "stdin", "stdout", *languages],
                input=picture,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what it says there may hold people's data
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return []
        if done.returncode == 0:
            return [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
    return []

"""Files for the account alone that runs us."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a text that holds people's data; a file that was there becomes private too."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)

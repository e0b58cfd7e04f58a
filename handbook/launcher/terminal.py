"""What the person at the terminal sees: one line a step, with the time it took."""

import contextlib
import sys
import time
from collections.abc import Iterator


def say(text: str, *, end: str = "\n") -> None:
    """Print at once; a terminal that was closed meanwhile is no reason to leave processes behind."""
    with contextlib.suppress(OSError):
        print(text, end=end, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Print the title, and its time once the work is done; on a terminal both share a line."""
    began = time.monotonic()
    live = sys.stdout.isatty()
    if live:
        say(f"  … {title}", end="\r")
    yield
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    say(("\033[K" if live else "") + f"  ✓ {title} ({seconds} giây)")

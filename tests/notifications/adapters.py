"""SMS adapters for tests, named in settings by their dotted path."""

import sys
import time

from notifications.channels import SendError

TAKEN: list[tuple[str, str, str]] = []


class Keeps:
    shows_only = False

    def send(self, *, to: str, text: str, key: str) -> None:
        TAKEN.append((to, text, key))


class Busy:
    shows_only = False

    def send(self, *, to: str, text: str, key: str) -> None:
        TAKEN.append((to, text, key))
        raise SendError("Nhà mạng đang bận.")


class Refuses:
    shows_only = False

    def send(self, *, to: str, text: str, key: str) -> None:
        raise SendError("Nhà mạng không nhận số này.", for_good=True)


class Breaks:
    shows_only = False

    def send(self, *, to: str, text: str, key: str) -> None:
        raise ValueError(f"no such number {to}")


class Hangs:
    """Has handed the message over, and never comes back."""

    shows_only = False

    def send(self, *, to: str, text: str, key: str) -> None:
        sys.stdout.write(f"sent {key}\n")
        sys.stdout.flush()
        time.sleep(600)

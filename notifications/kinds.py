"""The kinds of notice, each with its words. An app registers its own in `<app>/notices.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`duty`: cannot be turned off (features I4)."""

    label: str
    duty: bool = False


KINDS: dict[str, Kind] = {}


def register(kinds: dict[str, Kind]) -> None:
    KINDS.update(kinds)

"""Where a task comes from. This app knows of no feature; a feature that gives tasks registers who can tell."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import Assignment


@dataclass(frozen=True)
class Source:
    label: str
    url: str = ""


_TELLERS: list[Callable[[Assignment], Source | None]] = []


def register(teller: Callable[[Assignment], Source | None]) -> None:
    _TELLERS.append(teller)


def source_of(assignment: Assignment) -> Source | None:
    """Of the first who knows it."""
    return next((source for teller in _TELLERS if (source := teller(assignment)) is not None), None)

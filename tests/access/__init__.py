"""Who may open what: each app names every address of its own in tests/access/<app>.py as ROWS; one that is missing
fails the build (tests/architecture/test_access_matrix.py)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.cast import CAST, World


@dataclass(frozen=True)
class Row:
    """One address asked by each of the cast. `args` and `data` are made from the world for one person after the
    other, each in a world of his own, so that an answer cannot spoil the next."""

    method: str
    args: Callable[[World], list]
    expected: dict[str, int]
    data: Callable[[World], dict] = field(default=lambda world: {})
    prepare: Callable[[World], None] = field(default=lambda world: None)


def row(
    method: str,
    args: Callable[[World], list] | None = None,
    *,
    data: Callable[[World], dict] | None = None,
    prepare: Callable[[World], object] | None = None,
    everybody: int | None = None,
    visitor: int = 302,
    **expected: int,
) -> Row:
    """`everybody` stands for all who are not named (but the visitor)."""
    answers = {"visitor": visitor}
    for who in CAST[1:]:
        if who in expected:
            answers[who] = expected.pop(who)
        elif everybody is not None:
            answers[who] = everybody
        else:
            raise ValueError(f"no answer for {who}")
    if expected:
        raise ValueError(f"not of the cast: {', '.join(expected)}")
    return Row(method, args or (lambda world: []), answers, data or (lambda world: {}), prepare or (lambda world: None))

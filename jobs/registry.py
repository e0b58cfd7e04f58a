"""Which function does which kind of work. An app registers its own in `<app>/background.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Job
    from .progress import Progress


@dataclass(frozen=True)
class Outcome:
    """What came of a job: a sentence for its owner, perhaps a file (moved into storage) and where to go next."""

    result: str
    file: Path | None = None
    file_label: str = ""
    next_url: str = ""


Work = Callable[["Job", "Progress"], Outcome]
WORK: dict[str, Work] = {}


def work(kind: str) -> Callable[[Work], Work]:
    """Register the function that does jobs of `kind`. It may be started again after a kill and must then go on
    without doing anything twice."""

    def register(function: Work) -> Work:
        WORK[kind] = function
        return function

    return register

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
StillAllowed = Callable[["Job"], bool]
WORK: dict[str, Work] = {}
STILL_ALLOWED: dict[str, StillAllowed] = {}
# Kinds whose file is worth stealing: kept for a day, and only minutes once it was fetched.
BRIEF: set[str] = set()


def work(kind: str, *, still_allowed: StillAllowed | None = None, brief: bool = False) -> Callable[[Work], Work]:
    """Register the function that does jobs of `kind`. It may be started again after a kill and must then go on
    without doing anything twice. `still_allowed`: may the owner still have the file? He may have lost the right by
    which it was made. `brief`: see BRIEF."""

    def register(function: Work) -> Work:
        WORK[kind] = function
        if still_allowed is not None:
            STILL_ALLOWED[kind] = still_allowed
        if brief:
            BRIEF.add(kind)
        return function

    return register

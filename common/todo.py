"""What waits for somebody on the home page ("việc cần làm"); each app offers its own in `<app>/todo.py`."""

from dataclasses import dataclass
from typing import Literal

URGENCIES = ("now", "soon", "later")


@dataclass(frozen=True, slots=True)
class Todo:
    """`count` is what the sentence counts, where it counts."""

    title: str
    detail: str
    url: str
    action: str
    urgency: Literal["now", "soon", "later"] = "soon"
    count: int | None = None

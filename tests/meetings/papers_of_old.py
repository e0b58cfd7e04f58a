"""Minutes from paper, in both states."""

from datetime import date, time

from meetings.above.services import Typed, enter_paper, lock_paper
from meetings.enums import MeetingKind
from meetings.models import Meeting
from tests import documents
from tests.cast import World


def typed(world: World, **given) -> Typed:
    values = {
        "kind": MeetingKind.REGULAR,
        "day": date(2026, 3, 5),
        "begins": time(14),
        "ends": time(15, 40),
        "place": "Phòng họp ga",
        "chair": world.people["secretary"],
        "clerk": world.people["member"],
        "expected": 20,
        "here": 17,
    } | given
    return Typed(**values)


def waiting(world: World, content: bytes | None = None, **given) -> Meeting:
    file = documents.uploaded(content or documents.pdf())
    return enter_paper(unit=world.branch, typed=typed(world, **given), file=file, actor=world.secretary)


def in_the_book(world: World, **given) -> Meeting:
    return lock_paper(meeting=waiting(world, **given), looked_at=False, actor=world.secretary)

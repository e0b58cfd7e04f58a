"""From above: calendar, board, a branch's year, minutes from paper."""

from meetings.models import Meeting
from tests.access import row
from tests.meetings.papers_of_old import in_the_book, waiting
from tests.meetings.written import signed

_FOLLOWS = {"member": 404, "secretary": 404, "other_secretary": 404}
# The branch, and those above it; not the branch beside.
_READ = {"member": 200, "other_secretary": 404, "outsider": 404}
_READ |= {"secretary": 200, "committee": 200, "org_department": 200, "inspector": 200}


def _branch(*more):
    return lambda world: [world.branch.pk, *more]


def _pk(world) -> list:
    return [Meeting.objects.get().pk]


def _of_secretary(method: str, **more):
    """Before the minutes stand in the book they are there for who holds the unit's meetings alone."""
    return row(method, _pk, prepare=waiting, everybody=404, **more)


ROWS = {
    "meetings:calendar_above": row("get", everybody=200),
    "meetings:board": row("get", everybody=200, **_FOLLOWS),
    "meetings:board_xlsx": row("get", everybody=200, **_FOLLOWS),
    "meetings:board_branches": row("get", everybody=200, **_FOLLOWS),
    "meetings:year_now": row("get", _branch(), **_READ),
    "meetings:year": row("get", _branch(2026), **_READ),
    "meetings:book": row(
        "post",
        lambda world: [world.branch.pk, Meeting.objects.get().starts_at.year],
        prepare=signed,
        **{who: 302 if answer == 200 else answer for who, answer in _READ.items()},
    ),
    "meetings:old_new": row(
        "get", _branch(), **_READ | {"member": 403, "committee": 403, "org_department": 403, "inspector": 403}
    ),
    "meetings:old_minutes": row("get", _pk, prepare=in_the_book, **_READ),
    "meetings:old_minutes · waiting": _of_secretary("get", secretary=200),
    "meetings:old_minutes · into the book": _of_secretary("post", secretary=302),
    "meetings:old_drop": _of_secretary("get", secretary=200),
    "meetings:old_drop · in the book": row(
        "post",
        _pk,
        prepare=in_the_book,
        **_READ | {"secretary": 302, "member": 403, "committee": 403, "org_department": 403, "inspector": 403},
    ),
    "meetings:old_scan": row("get", _pk, prepare=in_the_book, **_READ),
    "meetings:old_scan · waiting": _of_secretary("get", secretary=200),
}

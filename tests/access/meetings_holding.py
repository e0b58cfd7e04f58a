from django.utils import timezone

from meetings.models import Meeting
from meetings.services import ask_to_speak
from tests.access import row
from tests.meetings import sessions


def _meeting(world) -> Meeting:
    return Meeting.objects.get()


def _now(world) -> dict:
    return {"at": f"{timezone.localtime():%H:%M}"}


def _announced(world) -> None:
    sessions.announced(world)


def _held(world) -> None:
    sessions.in_progress(world, 2)


def _asked(world) -> None:
    _held(world)
    ask_to_speak(meeting=_meeting(world), actor=world.member)


def _args(*more):
    return lambda world: [_meeting(world).pk, *(one(_meeting(world)) if callable(one) else one for one in more)]


def _first_item(meeting):
    return meeting.items.first().pk


def _own_line(meeting):
    return meeting.attendees.get(full_name="Nguyễn Thị Bưởi").pk


def _speech(meeting):
    return meeting.speeches.get().pk


def _read(method: str, answer: int, args, *, prepare=_held, **options):
    """The branch's members and who sees the branch from above; nobody else."""
    expected = {"member": answer, "secretary": answer, "committee": answer, "org_department": answer} | options
    return row(
        method, args, prepare=prepare, inspector=expected.pop("inspector", answer), other_secretary=404, outsider=404,
        **expected,
    )  # fmt: skip


def _run(method: str, answer: int, args, *, prepare=_held, data=None, above: int = 403):
    """Who holds the branch's meetings, its chair and its clerk (the cast's member)."""
    return row(
        method, args, prepare=prepare, data=data, member=answer, secretary=answer,
        committee=above, org_department=above, inspector=above, other_secretary=404, outsider=404,
    )  # fmt: skip


ROWS = {
    "meetings:now": row("get", prepare=_held, member=302, secretary=302, everybody=200),
    "meetings:now_of": _read("get", 200, _args()),
    # Before it is held a meeting is its own branch's.
    "meetings:now_of · announced": _read(
        "get", 200, _args(), prepare=_announced, committee=404, org_department=404, inspector=404
    ),
    # Nobody without the word of his page: no session is read here.
    "meetings:pulse": row("get", _args(), prepare=_held, everybody=403, visitor=403),
    "meetings:begin": _run("get", 200, _args(), prepare=_announced, above=404),
    "meetings:begin · yes": _run("post", 302, _args(), prepare=_announced, above=404, data=_now),
    "meetings:end": _run("get", 200, _args()),
    "meetings:end · yes": _run("post", 302, _args(), data=_now),
    "meetings:run": _run("get", 200, _args()),
    "meetings:move": _run("post", 302, _args(_first_item)),
    "meetings:note": _run("post", 302, _args(_first_item), data=lambda w: {"notes": "Đã bàn.", "revision": "0"}),
    # On the list, or running it: whoever else reads has no word here.
    "meetings:speak": _read("post", 302, _args(), committee=403, org_department=403, inspector=403),
    "meetings:speech": _run("post", 302, _args(_speech), prepare=_asked, data=lambda w: {"state": "called"}),
    "meetings:roll": _run("get", 200, _args()),
    "meetings:roll_all": _run("post", 302, _args()),
    "meetings:roll_sheet": _run("get", 200, _args()),
    "meetings:roll_line": _run("post", 302, _args(_own_line), data=lambda w: {"presence": "online"}),
    "meetings:room_code": _run("get", 200, _args()),
    "meetings:projector": _run("get", 200, _args()),
    "meetings:check_in": _read("get", 200, _args(), committee=404, org_department=404, inspector=404),
    "meetings:check_in_read": _read("get", 200, _args("000000"), committee=404, org_department=404, inspector=404),
}

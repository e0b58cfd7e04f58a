from datetime import timedelta

from django.utils import timezone

from meetings.models import AgendaItem, Attendee, ItemDocument, Meeting
from meetings.services import attach, invite, keep_habit, make_feed
from tests.access import row
from tests.documents import docx, scan, uploaded
from tests.meetings.sessions import announced, draft

NOBODY_ELSE = {"committee": 404, "org_department": 404, "inspector": 404, "other_secretary": 404, "outsider": 404}


def _only(world) -> int:
    return Meeting.objects.get(unit=world.branch).pk


def _announced(world):
    meeting = announced(world)
    invite(meeting=meeting, capacity="guest", full_name="Vũ Thị Khách", actor=world.secretary)
    return meeting


def _with_paper(world, content=None):
    meeting = _announced(world)
    attach(item=meeting.items.first(), file=uploaded(content or docx(), "Báo cáo.docx"), actor=world.secretary)


def _with_scan(world):
    _with_paper(world, scan())


def _item(world) -> list:
    return [_only(world), AgendaItem.objects.filter(meeting__unit=world.branch).first().pk]


def _paper(world) -> list:
    return [_only(world), ItemDocument.objects.get().pk]


def _guest(world) -> list:
    return [_only(world), Attendee.objects.get(capacity="guest").pk]


def _asking(world):
    meeting = _announced(world)
    meeting.attendees.filter(member=world.people["member"]).update(answer="asks_leave", answer_reason="Trực ban")


def _asker(world) -> list:
    return [_only(world), Attendee.objects.get(member=world.people["member"]).pk]


def _of(method, answer, args=None, *, prepare=_announced, member=403, **options):
    """What only who prepares the branch's meetings does: its members see the meeting, nobody else does."""
    return row(
        method,
        args or (lambda world: [_only(world)]),
        prepare=prepare,
        secretary=answer,
        member=member,
        **NOBODY_ELSE,
        **options,
    )


def _feed(world) -> list:
    return [make_feed(member=world.people["member"], actor=world.member)]


def _unit(world) -> list:
    return [world.branch.pk]


def _kind(world) -> list:
    return [world.branch.pk, "regular"]


def _habit(world):
    keep_habit(unit=world.branch, kind="regular", day=3, at="14:00", place="Ga Bến Thủy", actor=world.secretary)


def _times(world) -> dict:
    day = timezone.localdate() + timedelta(days=9)
    return {"day": f"{day:%d/%m/%Y}", "at": "14:00", "minutes": 90, "place": "Ga Bến Thủy", "title": "Họp chi bộ"}


def _edited(world) -> dict:
    return _times(world) | {"revision": 0, "chair": world.people["secretary"].pk}


def _held_by(**others) -> dict:
    """Of the branch's own meetings alone: other secretaries meet elsewhere, and find nothing at this unit's address."""
    return {"secretary": 200, "everybody": 404} | others


ROWS = {
    "meetings:list": row("get", everybody=200),
    "meetings:list · of a unit not held": row("get", data=lambda w: {"don-vi": w.branch.pk}, everybody=200),
    "meetings:calendar": row("get", everybody=200),
    "meetings:calendar · a wrong month": row("get", data=lambda w: {"thang": "2026-99"}, everybody=200),
    "meetings:feed": row("get", everybody=200),
    "meetings:feed · made": row("post", everybody=200),
    "meetings:feed_end": row("post", everybody=302),
    # Whoever has the address reads it, signed in or not.
    "meetings:feed_file": row("get", _feed, visitor=200, everybody=200),
    "meetings:feed_file · wrong": row("get", lambda w: ["x" * 43], visitor=404, everybody=404),
    "meetings:habits": row("get", _unit, **_held_by()),
    "meetings:habit": row("get", _kind, **_held_by()),
    "meetings:habit · not of branches": row("get", lambda w: [w.branch.pk, "committee"], everybody=404),
    "meetings:habit_drop": row("post", _kind, prepare=_habit, **_held_by(secretary=302)),
    "meetings:new": row("get", secretary=200, other_secretary=200, committee=200, outsider=200, everybody=404),
    "meetings:new · the branch's": row("get", data=lambda w: {"don-vi": w.branch.pk}, **_held_by()),
    "meetings:meeting": row("get", lambda w: [_only(w)], prepare=_announced, secretary=200, member=200, **NOBODY_ELSE),
    "meetings:meeting · a draft": _of("get", 200, prepare=draft, member=404),
    "meetings:edit": _of("get", 200),
    "meetings:edit · saved": _of("post", 302, prepare=draft, member=404, data=_edited),
    "meetings:announce": _of("get", 200, prepare=draft, member=404),
    "meetings:announce · yes": _of("post", 302, prepare=draft, member=404),
    "meetings:take_back": _of("get", 200),
    "meetings:take_back · yes": _of("post", 302),
    "meetings:postpone": _of("get", 200),
    "meetings:cancel": _of("get", 200),
    "meetings:cancel · yes": _of("post", 302, data=lambda w: {"reason": "Bão"}),
    "meetings:answer": _of("post", 302, data=lambda w: {"tra_loi": "du"}, member=302),
    "meetings:agenda": _of("get", 200),
    "meetings:item_add": _of("get", 200),
    "meetings:item": _of("get", 200, _item, member=200),
    "meetings:item_edit": _of("get", 200, _item),
    "meetings:item_move": _of("post", 302, _item),
    "meetings:item_remove": _of("get", 200, _item),
    "meetings:item_remove · yes": _of("post", 302, _item),
    "meetings:papers": _of("get", 200, _item),
    "meetings:paper": _of("get", 200, _paper, prepare=_with_paper, member=200),
    "meetings:paper · not looked at": _of("get", 200, _paper, prepare=_with_scan, member=200),
    "meetings:paper_confirm": _of("get", 200, _paper, prepare=_with_scan),
    "meetings:paper_confirm · yes": _of("post", 302, _paper, prepare=_with_scan),
    "meetings:paper_remove": _of("get", 200, _paper, prepare=_with_paper),
    "meetings:paper_remove · yes": _of("post", 302, _paper, prepare=_with_paper),
    # The member is the meeting's clerk.
    "meetings:people": _of("get", 200, member=200),
    "meetings:guest_add": _of("get", 200),
    "meetings:guest_remove": _of("post", 302, _guest),
    "meetings:leave": _of("post", 302, _asker, prepare=_asking, data=lambda w: {"dong_y": "co"}),
    "meetings:invitations": _of("get", 200, member=200),
    "meetings:ics": _of("get", 200, member=200),
    "meetings:ics · a draft": _of("get", 404, prepare=draft, member=404),
}

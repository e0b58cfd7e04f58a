"""The text of the minutes: kept while it is typed, and two writers never overwrite each other silently."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean_lines
from members.models import Member

from ...enums import HERE, MeetingState
from ...models import AgendaItem, Meeting
from ...services.place import locked, moved
from .. import policies
from ..enums import MinutesState
from ..models import Minutes

WRITABLE = (MeetingState.IN_PROGRESS, MeetingState.MINUTES)
_MOST = 20_000


@dataclass(frozen=True)
class Typed:
    """What stood in the boxes of one part, and the revision the writer had before him. `None`: not asked."""

    revision: int
    notes: str | None = None
    conclusion: str | None = None


class Crossed(RuleViolation):
    """Somebody else has written into these parts meanwhile. What does not cross is kept; `parts` names the rest: 0 for
    opening and closing, else an item's key."""

    def __init__(self, parts: frozenset[int], who: str) -> None:
        self.parts = parts
        whose = f"Đồng chí {who}" if who else "Có đồng chí khác"
        super().__init__(f"{whose} vừa ghi vào cùng một mục. Đồng chí so hai bên rồi lưu lại.")


def minutes_locked(meeting: Meeting, actor: User) -> tuple[Meeting, Minutes]:
    """Both rows under a lock, the meeting first; minutes that were never begun are begun."""
    meeting = locked(meeting, actor=actor)
    record = Minutes.objects.select_for_update().filter(meeting=meeting).first()
    if record is None:
        Minutes.objects.get_or_create(meeting=meeting)
        record = Minutes.objects.select_for_update().get(meeting=meeting)
    record.meeting = meeting
    return meeting, record


def to_write(meeting: Meeting, actor: User) -> tuple[Meeting, Minutes]:
    meeting, record = minutes_locked(meeting, actor)
    if not policies.may_write(actor, meeting):
        raise PermissionDenied
    if meeting.state not in WRITABLE:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”, không sửa biên bản được.")
    return meeting, record


def write_minutes(
    *,
    meeting: Meeting,
    opening: str | None,
    closing: str | None,
    revision: int,
    items: Mapping[int, Typed],
    actor: User,
) -> Minutes:
    """Keep what was typed. A part that somebody else changed since the writer opened it stays as it is, unless what is
    typed holds all that stands there; the other parts are kept, and Crossed says which are not."""
    record, crossed, who = _write(meeting, opening, closing, revision, items, actor)
    if crossed:
        raise Crossed(frozenset(crossed), who)
    return record


@transaction.atomic
def _write(meeting, opening, closing, revision, items, actor) -> tuple[Minutes, set[int], str]:
    meeting, record = to_write(meeting, actor)
    crossed, who, changed = set(), "", False
    texts = {"opening": opening, "closing": closing}
    match _merged(record, texts, record.revision, revision):
        case None:
            crossed.add(0)
        case fields if fields:
            for name, text in fields.items():
                setattr(record, name, text)
            record.revision += 1
            record.save(update_fields=[*fields, "revision"])
            changed = True
    rows = AgendaItem.objects.filter(meeting=meeting, pk__in=items).select_related("notes_by").order_by("pk")
    for item in rows.select_for_update(of=("self",)):
        typed = items[item.pk]
        match _merged(
            item, {"notes": typed.notes, "conclusion": typed.conclusion}, item.notes_revision, typed.revision
        ):
            case None:
                crossed.add(item.pk)
                who = item.notes_by.full_name if item.notes_by else who
            case fields if fields:
                for name, text in fields.items():
                    setattr(item, name, text)
                item.notes_revision, item.notes_by = item.notes_revision + 1, actor
                item.save(update_fields=[*fields, "notes_revision", "notes_by"])
                changed = True
    if changed:
        moved(meeting.pk)
    return record, crossed, who


def _merged(row, texts: Mapping[str, str | None], stands: int, seen: int) -> dict[str, str] | None:
    """The fields that change; None where that would take away what another wrote."""
    changes = {}
    for name, text in texts.items():
        if text is None:
            continue
        text, kept = clean_lines(text)[:_MOST], getattr(row, name)
        if text == kept:
            continue
        # An answer lost on a bad line leaves the writer with an old number and his own words: nothing goes missing.
        if stands != seen and kept not in text:
            return None
        changes[name] = text
    return changes


@transaction.atomic
def choose_clerk(*, meeting: Meeting, clerk: Member, actor: User) -> Meeting:
    """Who wrote the minutes and signs them: a member who was there, not the chair."""
    meeting, record = to_write(meeting, actor)
    if not meeting.attendees.filter(member=clerk, presence__in=HERE).exists():
        raise RuleViolation("Thư ký phải là người dự họp.")
    if clerk.pk == meeting.chair_id:
        raise RuleViolation("Người ghi biên bản và người chủ trì là hai đồng chí khác nhau.")
    if record.state == MinutesState.CIRCULATED and (record.clerk_signed_at or record.chair_signed_at):
        raise RuleViolation("Biên bản đã có chữ ký, không đổi thư ký được.")
    meeting.clerk = clerk
    meeting.save(update_fields=["clerk"])
    moved(meeting.pk)
    return meeting

"""The points of the agenda."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean, clean_lines
from members.models import Member

from .. import policies
from ..enums import AgendaPart, MeetingState
from ..models import AgendaItem, Meeting
from .place import locked, moved
from .telling import tell

MOST_ITEMS = 40


def _changing(meeting: Meeting, actor: User) -> Meeting:
    meeting = locked(meeting, actor=actor)
    if policies.may_prepare(actor, meeting):
        return meeting
    if policies.may_hold(actor, meeting.unit):
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}” nên không sửa chương trình.")
    raise PermissionDenied


def note_changed(meeting: Meeting, actor: User) -> None:
    """Open pages learn of it at once, people who were told once a day."""
    if meeting.state == MeetingState.ANNOUNCED:
        tell(
            meeting,
            "meetings.changed",
            f"Chương trình, tài liệu của {meeting.title} ({meeting.unit.name}) có thay đổi. Mời đồng chí xem lại.",
            but=actor,
            once_key=f"meeting:{meeting.pk}:agenda:{timezone.localdate()}",
        )
    moved(meeting.pk)


def _check_speaker(meeting: Meeting, speaker: Member | None) -> None:
    if speaker is not None and not meeting.attendees.filter(member=speaker).exists():
        raise RuleViolation("Người trình bày phải có tên trong thành phần dự họp.")


def _title(title: str) -> str:
    title = clean(title)[:300]
    if not title:
        raise RuleViolation("Đồng chí ghi nội dung.")
    return title


@transaction.atomic
def add_item(
    *,
    meeting: Meeting,
    title: str,
    minutes: int = 10,
    part: str = AgendaPart.MAIN,
    speaker: Member | None = None,
    draft: str = "",
    actor: User,
) -> AgendaItem:
    """At the end of its part; the later ones move down."""
    meeting = _changing(meeting, actor)
    title = _title(title)
    _check_speaker(meeting, speaker)
    items = list(meeting.items.select_for_update())
    if len(items) >= MOST_ITEMS:
        raise RuleViolation(f"Một cuộc họp có nhiều nhất {MOST_ITEMS} nội dung.")
    order = list(AgendaPart.values)
    at = sum(order.index(one.part) <= order.index(part) for one in items)
    item = AgendaItem(
        meeting=meeting, part=part, title=title, minutes=minutes, speaker=speaker, draft=clean_lines(draft)
    )
    items.insert(at, item)
    _number(items)
    note_changed(meeting, actor)
    return item


@transaction.atomic
def change_item(
    *,
    item: AgendaItem,
    title: str,
    minutes: int,
    part: str,
    speaker: Member | None = None,
    draft: str = "",
    actor: User,
) -> AgendaItem:
    meeting = _changing(item.meeting, actor)
    item = AgendaItem.objects.select_for_update().get(pk=item.pk, meeting=meeting)
    item.title, item.minutes, item.speaker, item.draft = _title(title), minutes, speaker, clean_lines(draft)
    _check_speaker(meeting, speaker)
    if item.part != part:
        item.part = part
        _by_part(meeting, item)
    item.save(update_fields=["title", "minutes", "part", "speaker", "draft"])
    note_changed(meeting, actor)
    return item


def _by_part(meeting: Meeting, changed: AgendaItem) -> None:
    order = list(AgendaPart.values)
    items = [changed if one.pk == changed.pk else one for one in meeting.items.select_for_update()]
    _number(sorted(items, key=lambda one: order.index(one.part)))


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, actor: User) -> AgendaItem:
    """Past its neighbour; into the neighbour's part where that is another."""
    meeting = _changing(item.meeting, actor)
    items = list(meeting.items.select_for_update())
    at = next(number for number, one in enumerate(items) if one.pk == item.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(items):
        return items[at]
    if items[to].part != items[at].part:
        items[at].part = items[to].part
        items[at].save(update_fields=["part"])
    else:
        items[at], items[to] = items[to], items[at]
        _number(items)
    note_changed(meeting, actor)
    return item


@transaction.atomic
def remove_item(*, item: AgendaItem, actor: User) -> None:
    """Papers and opinions to it go too; what was voted on or written down stays."""
    meeting = _changing(item.meeting, actor)
    item = AgendaItem.objects.select_for_update().get(pk=item.pk, meeting=meeting)
    if meeting.votes.filter(item=item).exists():
        raise RuleViolation("Nội dung này đã có biểu quyết nên không bỏ được.")
    if meeting.state == MeetingState.IN_PROGRESS and (item.began_at or item.notes):
        raise RuleViolation("Nội dung này đã bàn tại cuộc họp nên không bỏ được.")
    files = [(document.file.storage, document.file.name) for document in item.documents.all()]
    item.delete()
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in files])
    _number(list(meeting.items.select_for_update()))
    note_changed(meeting, actor)


def _number(items: list[AgendaItem]) -> None:
    """Positions from 1 on; the constraint is looked at when the transaction ends."""
    for at, one in enumerate(items, start=1):
        if one.pk is None:
            one.position = at
            one.save()
        elif one.position != at:
            one.position = at
            one.save(update_fields=["position"])

"""What is written down of an item while it is discussed: saved every few seconds, by two at once if it must be, and
never overwritten silently."""

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean_lines

from .. import policies
from ..enums import MeetingState
from ..models import AgendaItem
from .place import locked

_KEPT = 24 * 3600
MOST_LETTERS = 20_000


class Crossed(RuleViolation):
    """Somebody else has written since the page was opened; `item` is what stands there now."""

    def __init__(self, item: AgendaItem) -> None:
        who = f"Đồng chí {item.notes_by.full_name}" if item.notes_by else "Một đồng chí khác"
        super().__init__(f"{who} vừa sửa phần ghi của nội dung này.")
        self.item = item


@transaction.atomic
def write_notes(
    *, item: AgendaItem, notes: str, conclusion: str, revision: int, page: str = "", actor: User
) -> AgendaItem:
    """Keep what was typed. `revision` is what the writer had before him, `page` an opaque word of his open page: what
    the same page wrote last is his own, also where the answer to it was lost on the way."""
    meeting = locked(item.meeting, actor=actor)
    if not policies.may_run(actor, meeting):
        raise PermissionDenied
    if meeting.state not in {MeetingState.IN_PROGRESS, MeetingState.MINUTES}:
        raise RuleViolation("Chỉ ghi diễn biến khi đang họp hoặc khi hoàn thiện biên bản.")
    notes, conclusion = clean_lines(notes), clean_lines(conclusion)
    if max(len(notes), len(conclusion)) > MOST_LETTERS:
        raise RuleViolation(f"Mỗi phần ghi dài nhất {MOST_LETTERS:,} ký tự.".replace(",", "."))
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("notes_by")
    item = rows.get(pk=item.pk, meeting=meeting)
    if (notes, conclusion) == (item.notes, item.conclusion):
        return item
    if revision != item.notes_revision and not _wrote_last(item, page):
        raise Crossed(item)
    item.notes, item.conclusion, item.notes_by = notes, conclusion, actor
    item.notes_revision += 1
    item.save(update_fields=["notes", "conclusion", "notes_by", "notes_revision"])
    if page:
        cache.set(_key(item), (item.notes_revision, page), _KEPT)
    return item


def _wrote_last(item: AgendaItem, page: str) -> bool:
    return bool(page) and cache.get(_key(item)) == (item.notes_revision, page)


def _key(item: AgendaItem) -> str:
    return f"meeting-notes:{item.pk}"

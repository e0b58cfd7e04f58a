"""Putting notices into inboxes and the outbox, and the way of a difficulty to the officer and back."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, clean_lines
from orgtree.models import OrgUnit

from .enums import HelpState
from .kinds import KINDS
from .models import HelpRequest, MutedKind, Notice
from .policies import may_answer
from .selectors import responsible_for
from .writing import Item, write


def notify(
    kind: str,
    *,
    users: Iterable[User | int],
    text: str,
    url: str = "",
    unit_id: int | None = None,
    once_key: str | None = None,
    short: str = "",
) -> int:
    """Put a line into the inbox of each user, and into the outbox for the ways that the kind has, who has not turned
    that off (a duty cannot be), in the caller's transaction. With `once_key` a second call for the same user does
    nothing, however often a job runs. `short`: the SMS. Returns how many lines of inboxes were meant."""
    ids = tuple({user if isinstance(user, int) else user.pk for user in users})
    return write(kind, [Item(ids, text, url=url, unit_id=unit_id, once_key=once_key, short=short)])


def mark_read(*, notice_ids: Iterable[int] | None = None, actor: User) -> int:
    """Mark some (or all) of one's own notices as read."""
    mine = Notice.objects.filter(user=actor, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    return mine.update(read_at=timezone.now())


@transaction.atomic
def choose_kinds(*, wanted: Iterable[tuple[str, str]], actor: User, offered: Iterable[tuple[str, str]]) -> None:
    """Keep which kinds one wishes to receive on which ways: of what was `offered` all that is not in `wanted` is turned
    off. Duties are never offered; a way that is closed just now keeps what was chosen before."""
    wanted = set(wanted)
    offered = {(kind, way) for kind, way in offered if kind in KINDS and not KINDS[kind].duty}
    for kind, way in sorted(wanted & offered):
        MutedKind.objects.filter(user=actor, kind=kind, channel=way).delete()
    MutedKind.objects.bulk_create(
        [MutedKind(user=actor, kind=kind, channel=way) for kind, way in sorted(offered - wanted)],
        ignore_conflicts=True,
    )


@transaction.atomic
def ask_for_help(*, text: str, page: str = "", phone: str = "", branch: OrgUnit | None, actor: User) -> HelpRequest:
    """Tell a difficulty to the officer responsible: of the sender's branch, else of the nearest unit above."""
    found = responsible_for(branch, but=actor) if branch else None
    if found is None:
        raise RuleViolation(
            "Chưa có cán bộ phụ trách Sổ tay ở đơn vị của đồng chí và các cấp trên. "
            "Đồng chí hãy gọi đường dây hỗ trợ ghi ở cuối trang."
        )
    request = HelpRequest.objects.create(
        sender=actor,
        from_unit_name=branch.name,
        unit_id=found.unit_id,
        text=clean_lines(text),
        page=clean(page),
        phone=clean(phone),
    )
    record("help.asked", actor=actor, target=None, unit=found.unit_id, detail={"unit": found.unit_name})
    notify(
        "help.asked",
        users=found.users,
        text=f"Đồng chí {actor.full_name} ({branch.name}) báo vướng mắc.",
        url=request.get_absolute_url(),
        unit_id=found.unit_id,
    )
    return request


@transaction.atomic
def answer_help(*, request: HelpRequest, answer: str, actor: User) -> HelpRequest:
    """Answer a difficulty once and tell its sender."""
    request = HelpRequest.objects.select_for_update(of=("self",)).select_related("sender").get(pk=request.pk)
    if not may_answer(actor, request):
        raise PermissionDenied
    if request.state != HelpState.OPEN:
        raise RuleViolation("Vướng mắc này đã được trả lời.")
    request.state, request.answer = HelpState.ANSWERED, clean_lines(answer)
    request.answered_by, request.answered_at = actor, timezone.now()
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record("help.answered", actor=actor, unit=request.unit_id, detail={"sender": request.sender.full_name})
    notify(
        "help.answered",
        users=[request.sender_id],
        text=f"Đồng chí {actor.full_name} đã trả lời vướng mắc của đồng chí.",
        url=request.get_absolute_url(),
    )
    return request

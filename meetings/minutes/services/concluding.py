"""Conclusions of a meeting; one with an owner and a day becomes a task at once (features C9)."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from assignments.services import give_assignment
from common.errors import RuleViolation
from common.text import clean

from ...enums import Capacity
from ...models import AgendaItem, Attendee, Meeting
from ...services.place import moved
from ..models import Conclusion
from .writing import to_write


@transaction.atomic
def conclude(
    *,
    meeting: Meeting,
    text: str,
    item: AgendaItem | None = None,
    owner: Attendee | None = None,
    due_on: date | None = None,
    actor: User,
) -> Conclusion:
    meeting, _ = to_write(meeting, actor)
    text = clean(text)[:2000]
    if not text:
        raise RuleViolation("Đồng chí ghi nội dung kết luận.")
    if (owner is None) != (due_on is None):
        raise RuleViolation("Giao nhiệm vụ cần cả người thực hiện và thời hạn.")
    if item is not None and item.meeting_id != meeting.pk:
        raise RuleViolation("Nội dung này không thuộc cuộc họp.")
    task = None
    if owner is not None:
        if owner.meeting_id != meeting.pk or owner.member is None or owner.capacity == Capacity.GUEST:
            raise RuleViolation("Người thực hiện phải là đảng viên của cuộc họp.")
        task = give_assignment(
            unit=meeting.unit,
            owner=owner.member.account,
            title=text,
            due_on=due_on,
            actor=actor,
            may=True,
            url=reverse("assignments:mine"),
        )
    made = Conclusion.objects.create(meeting=meeting, item=item, text=text, assignment=task)
    moved(meeting.pk)
    return made


@transaction.atomic
def drop_conclusion(*, conclusion: Conclusion, actor: User) -> None:
    """A line written by mistake. A task that was given out is not taken back by the way."""
    meeting, _ = to_write(conclusion.meeting, actor)
    conclusion = Conclusion.objects.select_for_update(of=("self",)).get(pk=conclusion.pk)
    if conclusion.assignment_id:
        raise RuleViolation("Kết luận này đã giao thành nhiệm vụ. Đồng chí xử lý ở trang nhiệm vụ.")
    conclusion.delete()
    moved(meeting.pk)

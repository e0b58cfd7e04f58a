"""What waits on the home page for those who are called and for those who call."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.todo import Todo

from .enums import Answer, Duty, MeetingState
from .models import Attendee, Meeting
from .selectors.meetings import lacks_this_month, units_held
from .services.telling import when_and_where

_SOON = timedelta(days=2)
# From this day on a branch that has called nothing for the month is told so.
_LATE_IN_THE_MONTH = 3


def todos(user: User) -> list[Todo]:
    """Three queries at most; one for who only is called."""
    found = _to_answer(user)
    held = units_held(user)
    if held:
        found += _to_prepare(held)
    return found


def _to_answer(user: User) -> list[Todo]:
    rows = Attendee.objects.filter(
        member__account=user,
        duty__in=[Duty.CALLED, Duty.INVITED],
        answer__in=[Answer.NONE, Answer.REFUSED],
        meeting__state=MeetingState.ANNOUNCED,
        meeting__starts_at__gte=timezone.now(),
    )
    found = []
    for line in rows.select_related("meeting").order_by("meeting__starts_at", "pk")[:3]:
        meeting = line.meeting
        near = meeting.starts_at - timezone.now() < _SOON
        found.append(
            Todo(
                title=meeting.title,
                detail=f"Họp lúc {when_and_where(meeting)}. Đồng chí trả lời có dự hay xin vắng.",
                url=meeting.get_absolute_url(),
                action="Trả lời",
                urgency="now" if near else "soon",
            )
        )
    return found


def _to_prepare(held: list[int]) -> list[Todo]:
    found = []
    waiting = (
        Meeting.objects.filter(unit_id__in=held, state__in=[MeetingState.DRAFT, MeetingState.ANNOUNCED])
        .annotate(asking=Count("attendees", filter=Q(attendees__answer=Answer.ASKS_LEAVE)))
        .filter(Q(asking__gt=0, starts_at__gte=timezone.now()) | Q(state=MeetingState.DRAFT))
        .order_by("starts_at", "pk")
    )
    for meeting in waiting[:5]:
        if meeting.state == MeetingState.DRAFT:
            found.append(
                Todo(
                    title=f"{meeting.title} chưa thông báo",
                    detail=f"Dự kiến {when_and_where(meeting)}.",
                    url=meeting.get_absolute_url(),
                    action="Chuẩn bị tiếp",
                    urgency="now" if meeting.starts_at - timezone.now() < _SOON else "soon",
                )
            )
        else:
            found.append(
                Todo(
                    title=f"{meeting.asking} đồng chí xin vắng",
                    detail=f"{meeting.title}, chờ đồng chí trả lời.",
                    url=reverse("meetings:people", args=[meeting.pk]),
                    action="Trả lời",
                    urgency="now",
                    count=meeting.asking,
                )
            )
    if timezone.localdate().day >= _LATE_IN_THE_MONTH:
        found += [
            Todo(
                title=f"{unit.name} chưa có cuộc họp tháng {timezone.localdate().month}",
                detail="Sinh hoạt thường kỳ mỗi tháng một lần.",
                url=f"{reverse('meetings:list')}?don-vi={unit.pk}",
                action="Chuẩn bị",
                urgency="soon",
            )
            for unit in lacks_this_month(held)
        ]
    return found

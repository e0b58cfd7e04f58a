"""What waits on the home page for those who are called and for those who call."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
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
_MOST = 8


def todos(user: User) -> list[Todo]:
    """One query; two for who calls meetings."""
    held, now = units_held(user), timezone.now()
    mine = Attendee.objects.filter(meeting=OuterRef("pk"), member__account=user)
    to_answer = mine.filter(duty__in=[Duty.CALLED, Duty.INVITED], answer__in=[Answer.NONE, Answer.REFUSED])
    asking = Attendee.objects.filter(meeting=OuterRef("pk"), answer=Answer.ASKS_LEAVE).order_by()
    announced = Q(state=MeetingState.ANNOUNCED, starts_at__gte=now)
    mine_to_do = Q(state=MeetingState.DRAFT) | (announced & Q(asking__gt=0))
    rows = (
        Meeting.objects.filter(state__in=[MeetingState.DRAFT, MeetingState.ANNOUNCED])
        .annotate(
            unanswered=Exists(to_answer),
            asking=Coalesce(Subquery(asking.values("meeting").annotate(n=Count("pk")).values("n")), 0),
        )
        .filter((announced & Q(unanswered=True)) | (Q(unit_id__in=held) & mine_to_do))
        .order_by("starts_at", "pk")
    )
    found = []
    for meeting in rows[:_MOST]:
        found += _of_meeting(meeting, near=meeting.starts_at - now < _SOON, holds=meeting.unit_id in held)
    return found + (_missing(held) if held else [])


def _of_meeting(meeting: Meeting, *, near: bool, holds: bool) -> list[Todo]:
    if meeting.state == MeetingState.DRAFT:
        return [
            Todo(
                title=f"{meeting.title} chưa thông báo",
                detail=f"Dự kiến {when_and_where(meeting)}.",
                url=meeting.get_absolute_url(),
                action="Chuẩn bị tiếp",
                urgency="now" if near else "soon",
            )
        ]
    found = []
    if holds and meeting.asking:
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
    if meeting.unanswered:
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


def _missing(held: list[int]) -> list[Todo]:
    """Of the running month."""
    today = timezone.localdate()
    if today.day < _LATE_IN_THE_MONTH:
        return []
    return [
        Todo(
            title=f"{unit.name} chưa có cuộc họp tháng {today.month}",
            detail="Sinh hoạt thường kỳ mỗi tháng một lần.",
            url=f"{reverse('meetings:list')}?don-vi={unit.pk}",
            action="Chuẩn bị",
            urgency="soon",
        )
        for unit in lacks_this_month(held)
    ]

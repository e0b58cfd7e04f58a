"""Making, announcing, putting off a meeting (domain.md §4.2)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean
from members.models import Member
from orgtree.models import OrgUnit
from orgtree.rights import forget_holdings

from .. import policies
from ..enums import Change, MeetingState
from ..models import AgendaItem, Meeting
from ..rules.catalogue import TemplateItem, template_of
from .calling import write_list
from .place import locked, moved, tell_story


@transaction.atomic
def make_meeting(
    *,
    unit: OrgUnit,
    kind: str,
    starts_at: datetime,
    place: str,
    title: str = "",
    minutes: int = 90,
    chair: Member | None = None,
    clerk: Member | None = None,
    items: Sequence[TemplateItem] | None = None,
    actor: User,
) -> Meeting:
    """A draft with the agenda of its kind and the list of who would be called; nobody is told yet."""
    forget_holdings(actor)
    if not policies.may_hold(actor, unit):
        raise PermissionDenied
    place = clean(place)
    if not place:
        raise RuleViolation("Đồng chí ghi địa điểm họp.")
    template = template_of(kind)
    day = timezone.localtime(starts_at)
    meeting = Meeting.objects.create(
        unit=unit,
        kind=kind,
        title=clean(title) or f"{template.title} tháng {day.month}/{day.year}",
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        chair=chair,
        clerk=clerk,
        made_by=actor,
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, position=at, part=item.part, title=item.title, minutes=item.minutes, marks=item.marks
        )
        for at, item in enumerate(template.items if items is None else items, start=1)
    )
    write_list(meeting)
    tell_story(meeting, Change.MADE, "meeting.made", actor=actor)
    return meeting


@transaction.atomic
def announce(*, meeting: Meeting, actor: User) -> Meeting:
    """Tell everybody who is called. From here the list follows the records until the meeting begins."""
    meeting = locked(meeting, actor=actor)
    if not policies.may_hold(actor, meeting.unit):
        raise PermissionDenied
    if meeting.state not in {MeetingState.DRAFT, MeetingState.POSTPONED}:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”.")
    if meeting.starts_at <= timezone.now():
        raise RuleViolation("Giờ họp đã qua. Đồng chí chọn ngày giờ khác rồi thông báo.")
    if meeting.chair is None:
        raise RuleViolation("Đồng chí chọn người chủ trì trước khi thông báo.")
    meeting.state, meeting.announced_at, meeting.reason = MeetingState.ANNOUNCED, timezone.now(), ""
    meeting.save(update_fields=["state", "announced_at", "reason"])
    write_list(meeting)
    tell_story(meeting, Change.ANNOUNCED, "meeting.announced", actor=actor)
    moved(meeting.pk)
    return meeting

"""Who is asked to a meeting besides those whom the records call: the superior's representative, guests."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, name_sort_key
from members.models import Member

from .. import policies
from ..enums import OUTSIDE, PREPARED, Duty, MeetingState
from ..models import Attendee, Meeting
from .place import locked, moved
from .telling import tell, when_and_where

MOST_GUESTS = 100


def _changing(meeting: Meeting, actor: User) -> Meeting:
    meeting = locked(meeting, actor=actor)
    if not policies.may_hold(actor, meeting.unit):
        raise PermissionDenied
    if meeting.state not in {*PREPARED, MeetingState.IN_PROGRESS}:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”.")
    return meeting


@transaction.atomic
def invite(
    *,
    meeting: Meeting,
    capacity: str,
    full_name: str = "",
    about: str = "",
    member: Member | None = None,
    actor: User,
) -> Attendee:
    """`member`: one of the committee above, who then reads the meeting and is told; else a name."""
    meeting = _changing(meeting, actor)
    if capacity not in OUTSIDE:
        raise RuleViolation("Đồng chí chọn đại biểu cấp trên hoặc khách mời.")
    full_name = member.full_name if member else clean(full_name)[:120]
    if not full_name:
        raise RuleViolation("Đồng chí ghi họ tên người được mời.")
    guests = meeting.attendees.filter(capacity__in=OUTSIDE)
    if guests.count() >= MOST_GUESTS:
        raise RuleViolation(f"Một cuộc họp mời nhiều nhất {MOST_GUESTS} đại biểu, khách.")
    if member and meeting.attendees.filter(member=member).exists():
        raise RuleViolation(f"Đồng chí {full_name} đã có tên trong thành phần dự họp.")
    attendee = Attendee.objects.create(
        meeting=meeting,
        member=member,
        full_name=full_name,
        name_sort=name_sort_key(full_name),
        about=clean(about)[:200],
        capacity=capacity,
        duty=Duty.INVITED,
    )
    record("meeting.guest_invited", actor=actor, target=meeting, unit=meeting.unit, detail={"person": full_name})
    if member and meeting.state == MeetingState.ANNOUNCED:
        tell(
            meeting,
            "meetings.called",
            f"Mời đồng chí dự {meeting.title} của {meeting.unit.name}, họp lúc {when_and_where(meeting)}.",
            users=[member.account_id],
            but=actor,
        )
    moved(meeting.pk)
    return attendee


@transaction.atomic
def leave_out(*, attendee: Attendee, actor: User) -> None:
    """Guests alone: who is called by the records stays on the list."""
    meeting = _changing(attendee.meeting, actor)
    attendee = Attendee.objects.select_for_update(of=("self",)).select_related("member").get(pk=attendee.pk)
    if attendee.capacity not in OUTSIDE:
        raise RuleViolation("Đảng viên được triệu tập theo hồ sơ nên không bỏ khỏi thành phần được.")
    attendee.delete()
    record(
        "meeting.guest_left_out",
        actor=actor,
        target=meeting,
        unit=meeting.unit,
        detail={"person": attendee.full_name},
    )
    if attendee.member and meeting.state == MeetingState.ANNOUNCED:
        tell(
            meeting,
            "meetings.changed",
            f"{meeting.unit.name} thôi mời đồng chí dự {meeting.title} ({when_and_where(meeting)}).",
            users=[attendee.member.account_id],
            but=actor,
        )
    moved(meeting.pk)

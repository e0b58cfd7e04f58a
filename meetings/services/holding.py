"""The meeting itself: begun, the roll, the item now, ended."""

import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation

from .. import policies
from ..enums import Change, MeetingState, Presence
from ..models import Attendee, Meeting
from ..votes.enums import VoteState
from .calling import write_list
from .place import locked, moved, tell_story


@transaction.atomic
def begin(*, meeting: Meeting, actor: User) -> Meeting:
    """Open the meeting: the list is drawn from the records one last time and stands from now on."""
    meeting = locked(meeting, actor=actor)
    if not policies.may_run(actor, meeting):
        raise PermissionDenied
    if meeting.state != MeetingState.ANNOUNCED:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”, chưa khai mạc được.")
    write_list(meeting)
    meeting.state, meeting.began_at = MeetingState.IN_PROGRESS, timezone.now()
    meeting.check_in_key = secrets.token_hex(16)
    meeting.current_item = meeting.items.first()
    meeting.save(update_fields=["state", "began_at", "check_in_key", "current_item"])
    tell_story(meeting, Change.BEGUN, "meeting.begun", actor=actor)
    moved(meeting.pk)
    return meeting


@transaction.atomic
def mark(*, attendee: Attendee, presence: str, reason: str = "", actor: User) -> Attendee:
    """One touch of the secretary: where the person is. Confirms what he marked himself."""
    meeting = locked(attendee.meeting, actor=actor)
    if not policies.may_run(actor, meeting):
        raise PermissionDenied
    if meeting.state not in {MeetingState.IN_PROGRESS, MeetingState.MINUTES}:
        raise RuleViolation("Chỉ điểm danh khi đang họp hoặc khi hoàn thiện biên bản.")
    attendee = Attendee.objects.select_for_update().get(pk=attendee.pk, meeting=meeting)
    if presence == Presence.EXCUSED and not (reason or attendee.absence_reason or attendee.answer_reason):
        raise RuleViolation(f"Đồng chí ghi lý do vắng của đồng chí {attendee.full_name}.")
    attendee.presence, attendee.self_marked = presence, False
    if presence == Presence.EXCUSED:
        attendee.absence_reason = (reason or attendee.absence_reason or attendee.answer_reason)[:300]
    attendee.save(update_fields=["presence", "self_marked", "absence_reason"])
    moved(meeting.pk)
    return attendee


@transaction.atomic
def end(*, meeting: Meeting, actor: User, at: datetime | None = None) -> Meeting:
    """Close the meeting; what is left is the writing up. Refused while a vote is open."""
    meeting = locked(meeting, actor=actor)
    if not policies.may_run(actor, meeting):
        raise PermissionDenied
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”.")
    if meeting.votes.filter(state=VoteState.OPEN).exists():
        raise RuleViolation("Còn một biểu quyết đang mở. Đồng chí kết thúc biểu quyết rồi bế mạc.")
    meeting.state, meeting.ended_at, meeting.current_item = MeetingState.MINUTES, at or timezone.now(), None
    meeting.save(update_fields=["state", "ended_at", "current_item"])
    tell_story(meeting, Change.ENDED, "meeting.ended", actor=actor)
    moved(meeting.pk)
    return meeting

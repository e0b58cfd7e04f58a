"""The meeting itself: begun, the roll, the item now, ended. Notes: `noting_down`; who asks to speak: `speaking`."""

import secrets
from datetime import datetime, time, timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean

from .. import policies
from ..enums import HERE, Answer, Capacity, Change, Duty, MeetingState, Presence, SpeechState
from ..models import AgendaItem, Attendee, Meeting
from ..rules.check_in import is_code_of
from ..votes.enums import VoteState
from .calling import write_list
from .place import locked, moved, tell_story

# The roll may still be put right while the minutes are written.
ROLL_OPEN = (MeetingState.IN_PROGRESS, MeetingState.MINUTES)
_MOST_TRIES, _TRIES_SECONDS = 10, 600
NOT_THE_CODE = "Mã đã đổi hoặc chưa đúng. Đồng chí nhìn mã đang hiện trong phòng rồi nhập lại."


def _run(meeting: Meeting, actor: User) -> Meeting:
    meeting = locked(meeting, actor=actor)
    if not policies.may_run(actor, meeting):
        raise PermissionDenied
    return meeting


@transaction.atomic
def begin(*, meeting: Meeting, actor: User, at: datetime | None = None) -> Meeting:
    """Open the meeting: the list is drawn from the records one last time and stands from now on. `at`: when it really
    began, where the touch came later."""
    meeting = _run(meeting, actor)
    if meeting.state != MeetingState.ANNOUNCED:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”, chưa khai mạc được.")
    now = timezone.now()
    if at is not None and at > now + timedelta(minutes=1):
        raise RuleViolation("Giờ khai mạc không thể sau giờ hiện tại.")
    if at is not None and at < now - timedelta(hours=12):
        raise RuleViolation("Giờ khai mạc cách đây quá 12 giờ. Đồng chí kiểm tra lại.")
    write_list(meeting)
    if meeting.chair is None:
        raise RuleViolation(
            "Người chủ trì không còn trong thành phần dự họp. Đồng chí chọn người chủ trì rồi khai mạc."
        )
    _carry_leave(meeting)
    meeting.state, meeting.began_at = MeetingState.IN_PROGRESS, min(at or now, now)
    meeting.check_in_key = secrets.token_hex(16)
    meeting.current_item = meeting.items.first()
    meeting.save(update_fields=["state", "began_at", "check_in_key", "current_item"])
    if meeting.current_item is not None:
        AgendaItem.objects.filter(pk=meeting.current_item.pk).update(began_at=meeting.began_at)
    tell_story(meeting, Change.BEGUN, "meeting.begun", actor=actor)
    moved(meeting.pk)
    return meeting


def _carry_leave(meeting: Meeting) -> int:
    """Who was given leave is absent with his reason, until he comes after all."""
    lines = meeting.attendees.filter(presence=Presence.UNKNOWN, duty=Duty.CALLED, answer=Answer.EXCUSED)
    return lines.update(presence=Presence.EXCUSED, absence_reason=F("answer_reason"))


def is_on_leave(attendee: Attendee) -> bool:
    """Absent by the leave given before the meeting: he may mark himself here all the same."""
    return attendee.presence == Presence.EXCUSED and attendee.answer == Answer.EXCUSED


@transaction.atomic
def move_to(*, item: AgendaItem, actor: User) -> Meeting:
    """The item that is dealt with now; who was speaking to the one before has spoken."""
    meeting = _run(item.meeting, actor)
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”.")
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk, meeting=meeting)
    if meeting.current_item_id == item.pk:
        return meeting
    if item.began_at is None:
        item.began_at = timezone.now()
        item.save(update_fields=["began_at"])
    meeting.current_item = item
    meeting.save(update_fields=["current_item"])
    meeting.speeches.filter(state=SpeechState.CALLED).update(state=SpeechState.DONE)
    moved(meeting.pk)
    return meeting


@transaction.atomic
def mark(
    *,
    attendee: Attendee,
    presence: str,
    reason: str = "",
    actor: User,
) -> Attendee:
    """One touch of the secretary: where the person is. Confirms what he marked himself."""
    meeting, attendee = _line(attendee, actor)
    if presence not in Presence.values:
        raise RuleViolation("Đồng chí chọn có mặt, vắng có lý do hoặc vắng không lý do.")
    if presence in HERE:
        _not_suspended(attendee)
    reason = clean(reason)
    if presence == Presence.EXCUSED and not (reason or attendee.absence_reason or attendee.answer_reason):
        raise RuleViolation(f"Đồng chí ghi lý do vắng của đồng chí {attendee.full_name}.")
    attendee.presence, attendee.self_marked = presence, False
    if presence == Presence.EXCUSED:
        attendee.absence_reason = (reason or attendee.absence_reason or attendee.answer_reason)[:300]
    elif presence != Presence.UNEXCUSED:
        attendee.absence_reason = ""
    if presence not in HERE:
        attendee.arrived_at = attendee.left_at = None
    attendee.save(update_fields=["presence", "self_marked", "absence_reason", "arrived_at", "left_at"])
    moved(meeting.pk)
    return attendee


@transaction.atomic
def note_times(*, attendee: Attendee, arrived_at: time | None, left_at: time | None, actor: User) -> Attendee:
    """Came late, went early. Whoever has an hour is here, or was."""
    meeting, attendee = _line(attendee, actor)
    if attendee.presence not in HERE:
        raise RuleViolation(f"Đồng chí điểm danh đồng chí {attendee.full_name} có mặt rồi ghi giờ đến, giờ về.")
    if arrived_at and left_at and left_at < arrived_at:
        raise RuleViolation("Giờ về phải sau giờ đến.")
    attendee.arrived_at, attendee.left_at = arrived_at, left_at
    attendee.save(update_fields=["arrived_at", "left_at"])
    moved(meeting.pk)
    return attendee


def _line(attendee: Attendee, actor: User) -> tuple[Meeting, Attendee]:
    meeting = _run(attendee.meeting, actor)
    _roll_is_open(meeting)
    return meeting, Attendee.objects.select_for_update(of=("self",)).get(pk=attendee.pk, meeting=meeting)


def _roll_is_open(meeting: Meeting) -> None:
    if meeting.state not in ROLL_OPEN:
        raise RuleViolation("Chỉ điểm danh khi đang họp hoặc khi hoàn thiện biên bản.")


@transaction.atomic
def all_here(*, meeting: Meeting, actor: User) -> tuple[int, int]:
    """Everybody expected of whom nothing is known yet is here, who has leave is excused; what is marked stays. How many
    of each."""
    meeting = _run(meeting, actor)
    _roll_is_open(meeting)
    excused = _carry_leave(meeting)
    unknown = meeting.attendees.filter(presence=Presence.UNKNOWN, duty=Duty.CALLED)
    here = unknown.update(presence=Presence.PRESENT)
    if here or excused:
        moved(meeting.pk)
    return here, excused


@transaction.atomic
def confirm_marks(*, meeting: Meeting, actor: User) -> int:
    """Everybody who marked himself is here: the secretary has looked round."""
    meeting = _run(meeting, actor)
    _roll_is_open(meeting)
    confirmed = meeting.attendees.filter(self_marked=True).update(self_marked=False)
    if confirmed:
        here = meeting.attendees.filter(presence__in=HERE).exclude(capacity__in=[Capacity.GUEST, Capacity.SUPERIOR])
        detail = {"unit": meeting.unit.name, "here": here.count()}
        record("meeting.attendance_confirmed", actor=actor, target=meeting, unit=meeting.unit, detail=detail)
        moved(meeting.pk)
    return confirmed


@transaction.atomic
def check_in(*, meeting: Meeting, code: str | None, actor: User) -> Attendee:
    """«Tự điểm danh» by the code that stands in the room; `code` None: its drawing was read a moment ago, which the
    page has proved. What the secretary has marked stays."""
    meeting = locked(meeting, actor=actor)
    attendee = policies.attendee_of(actor, meeting)
    if attendee is None:
        raise PermissionDenied
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation("Chỉ điểm danh được trong lúc họp.")
    if code is not None:
        check_code(meeting=meeting, code=code, actor=actor)
    _not_suspended(attendee)
    attendee = Attendee.objects.select_for_update(of=("self",)).get(pk=attendee.pk)
    if attendee.presence in HERE:
        return attendee
    if attendee.presence != Presence.UNKNOWN and not is_on_leave(attendee):
        raise RuleViolation(
            f"Thư ký đã ghi đồng chí “{attendee.get_presence_display().lower()}”. Đồng chí báo thư ký sửa."
        )
    attendee.presence, attendee.self_marked, attendee.absence_reason = Presence.PRESENT, True, ""
    attendee.save(update_fields=["presence", "self_marked", "absence_reason"])
    moved(meeting.pk)
    return attendee


def check_code(*, meeting: Meeting, code: str, actor: User) -> None:
    """The code of the room, typed or read out of its drawing: every try counts, whichever way it came."""
    _try(meeting, actor)
    if not is_code_of(meeting.check_in_key, code, timezone.now()):
        raise RuleViolation(NOT_THE_CODE)


def _not_suspended(attendee: Attendee) -> None:
    if attendee.duty == Duty.SUSPENDED:
        raise RuleViolation(f"Đồng chí {attendee.full_name} đang bị đình chỉ sinh hoạt nên không dự họp.")


def _try(meeting: Meeting, actor: User) -> None:
    """Six digits are not to be guessed."""
    key = f"check-in:{meeting.pk}:{actor.pk}"
    cache.add(key, 0, _TRIES_SECONDS)
    if cache.incr(key) > _MOST_TRIES:
        raise RuleViolation("Đồng chí đã nhập sai nhiều lần. Mời đồng chí báo thư ký điểm danh.")


@transaction.atomic
def end(*, meeting: Meeting, actor: User, at: datetime | None = None) -> Meeting:
    """Close the meeting; what is left is the writing up. Refused while a vote is open."""
    meeting = _run(meeting, actor)
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”.")
    if meeting.votes.filter(state=VoteState.OPEN).exists():
        raise RuleViolation("Còn một biểu quyết đang mở. Đồng chí kết thúc biểu quyết rồi bế mạc.")
    now = timezone.now()
    if at is not None and at > now + timedelta(minutes=1):
        raise RuleViolation("Giờ bế mạc không thể sau giờ hiện tại.")
    if at is not None and at < meeting.began_at:
        raise RuleViolation("Giờ bế mạc phải sau giờ khai mạc.")
    meeting.state, meeting.ended_at, meeting.current_item = MeetingState.MINUTES, min(at or now, now), None
    meeting.check_in_key = ""
    meeting.save(update_fields=["state", "ended_at", "current_item", "check_in_key"])
    meeting.speeches.filter(state=SpeechState.CALLED).update(state=SpeechState.DONE)
    meeting.speeches.filter(state=SpeechState.ASKED).update(state=SpeechState.WITHDRAWN)
    tell_story(meeting, Change.ENDED, "meeting.ended", actor=actor)
    moved(meeting.pk)
    return meeting

"""What those who are called say before the meeting: that they come, that they ask leave, what they think of an item."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, clean_lines
from notifications.services import notify

from .. import policies
from ..enums import Answer, MeetingState
from ..models import AgendaItem, Attendee, Meeting, Opinion
from .place import locked, moved
from .telling import holders, tell

LATEST = "Cuộc họp đã bắt đầu hoặc chưa được thông báo nên không trả lời được nữa."


def _open(meeting: Meeting, actor: User) -> tuple[Meeting, Attendee]:
    meeting = locked(meeting, actor=actor)
    attendee = Attendee.objects.select_for_update().filter(meeting=meeting, member__account=actor).first()
    if not policies.may_answer(actor, meeting, attendee):
        raise PermissionDenied
    if meeting.state != MeetingState.ANNOUNCED:
        raise RuleViolation(LATEST)
    return meeting, attendee


@transaction.atomic
def say_comes(*, meeting: Meeting, actor: User) -> Attendee:
    """Also after leave was asked or given: whoever can come after all, comes."""
    meeting, attendee = _open(meeting, actor)
    attendee.answer, attendee.answer_reason, attendee.answered_at = Answer.COMES, "", timezone.now()
    attendee.save(update_fields=["answer", "answer_reason", "answered_at"])
    moved(meeting.pk)
    return attendee


@transaction.atomic
def ask_leave(*, meeting: Meeting, reason: str, actor: User) -> Attendee:
    """With a reason; who prepares the meeting is told and decides."""
    meeting, attendee = _open(meeting, actor)
    reason = clean(reason)[:300]
    if not reason:
        raise RuleViolation("Đồng chí ghi lý do xin vắng.")
    if attendee.answer == Answer.EXCUSED:
        raise RuleViolation("Đồng chí đã được phép vắng.")
    attendee.answer, attendee.answer_reason, attendee.answered_at = Answer.ASKS_LEAVE, reason, timezone.now()
    attendee.save(update_fields=["answer", "answer_reason", "answered_at"])
    tell(
        meeting,
        "meetings.leave",
        f"Đồng chí {attendee.full_name} xin vắng {meeting.title}: {reason}",
        users=holders(meeting),
        but=actor,
    )
    moved(meeting.pk)
    return attendee


@transaction.atomic
def decide_leave(*, attendee: Attendee, accepted: bool, actor: User) -> Attendee:
    """By who prepares or runs the meeting, never for himself; the other way round as long as it has not begun."""
    meeting = locked(attendee.meeting, actor=actor)
    attendee = Attendee.objects.select_for_update(of=("self",)).select_related("member").get(pk=attendee.pk)
    if not policies.may_decide_leave(actor, meeting, attendee):
        raise PermissionDenied
    if meeting.state != MeetingState.ANNOUNCED:
        raise RuleViolation("Chỉ trả lời việc xin vắng trước khi họp; khi đang họp, đồng chí điểm danh.")
    if attendee.answer not in {Answer.ASKS_LEAVE, Answer.EXCUSED, Answer.REFUSED}:
        raise RuleViolation(f"Đồng chí {attendee.full_name} không xin vắng.")
    attendee.answer = Answer.EXCUSED if accepted else Answer.REFUSED
    attendee.save(update_fields=["answer"])
    _record_leave(meeting, attendee, actor)
    said = "Đồng chí được phép vắng" if accepted else "Đề nghị đồng chí thu xếp dự"
    notify(
        "meetings.leave",
        users=[attendee.member.account_id] if attendee.member else [],
        text=f"{said} {meeting.title} của {meeting.unit.name}.",
        url=meeting.get_absolute_url(),
        unit_id=meeting.unit_id,
    )
    moved(meeting.pk)
    return attendee


def _record_leave(meeting: Meeting, attendee: Attendee, actor: User) -> None:
    record(
        "meeting.leave_decided", actor=actor, target=meeting, unit=meeting.unit, detail={"person": attendee.full_name}
    )


@transaction.atomic
def say_opinion(*, item: AgendaItem, text: str, actor: User) -> Opinion | None:
    """One opinion of each on each item before the meeting, changed as often as he likes; empty takes it back."""
    _, attendee = _open(item.meeting, actor)
    text = clean_lines(text)[:4000]
    mine = Opinion.objects.filter(item=item, attendee=attendee, before_meeting=True)
    if not text:
        mine.delete()
        return None
    opinion, _ = Opinion.objects.update_or_create(
        item=item, attendee=attendee, before_meeting=True, defaults={"text": text, "made_at": timezone.now()}
    )
    return opinion

"""Who asks to speak, in the order of asking; the chair gives the word."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation

from .. import policies
from ..enums import HERE, MeetingState, SpeechState
from ..models import Attendee, Meeting, SpeechRequest
from .place import locked, moved

_OPEN = (SpeechState.ASKED, SpeechState.CALLED)
_NOT_NOW = "Chỉ xin phát biểu được trong lúc họp."


@transaction.atomic
def ask_to_speak(*, meeting: Meeting, attendee: Attendee | None = None, actor: User) -> SpeechRequest:
    """For oneself; for somebody without a telephone who runs the meeting asks. Asking twice is asking once."""
    meeting = locked(meeting, actor=actor)
    own = policies.attendee_of(actor, meeting)
    attendee = own if attendee is None else meeting.attendees.get(pk=attendee.pk)
    if attendee is None or (attendee != own and not policies.may_run(actor, meeting)):
        raise PermissionDenied
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation(_NOT_NOW)
    if attendee.presence not in HERE:
        if attendee == own:
            raise RuleViolation("Đồng chí điểm danh rồi xin phát biểu.")
        raise RuleViolation(f"Đồng chí {attendee.full_name} chưa được điểm danh có mặt.")
    speech, made = SpeechRequest.objects.get_or_create(
        meeting=meeting, attendee=attendee, state__in=_OPEN, defaults={"item": meeting.current_item}
    )
    if made:
        moved(meeting.pk)
    return speech


@transaction.atomic
def withdraw_speech(*, meeting: Meeting, actor: User) -> None:
    meeting = locked(meeting, actor=actor)
    attendee = policies.attendee_of(actor, meeting)
    if attendee is None:
        raise PermissionDenied
    asked = meeting.speeches.filter(attendee=attendee, state=SpeechState.ASKED)
    if asked.update(state=SpeechState.WITHDRAWN):
        moved(meeting.pk)


@transaction.atomic
def decide_speech(*, speech: SpeechRequest, state: str, actor: User) -> SpeechRequest:
    """Give the word (who had it has spoken), note that it was used, or take the name off the list."""
    meeting = locked(speech.meeting, actor=actor)
    if not policies.may_run(actor, meeting):
        raise PermissionDenied
    if meeting.state != MeetingState.IN_PROGRESS:
        raise RuleViolation(_NOT_NOW)
    speech = SpeechRequest.objects.select_for_update(of=("self",)).get(pk=speech.pk, meeting=meeting)
    steps = {
        SpeechState.ASKED: (SpeechState.CALLED, SpeechState.DONE, SpeechState.WITHDRAWN),
        SpeechState.CALLED: (SpeechState.DONE, SpeechState.WITHDRAWN),
    }
    if state not in steps.get(SpeechState(speech.state), ()):
        return speech
    if state == SpeechState.CALLED:
        meeting.speeches.filter(state=SpeechState.CALLED).update(state=SpeechState.DONE)
        # What he speaks to is the item of now, whenever he asked.
        speech.item = meeting.current_item
    speech.state = state
    speech.save(update_fields=["state", "item"])
    moved(meeting.pk)
    return speech

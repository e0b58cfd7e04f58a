"""Meetings as the templates draw them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from .enums import Answer, Change, Duty, MeetingState
from .models import Attendee, Meeting, MeetingEvent
from .rules.habits import WEEKDAYS

STATE_TONES = {
    MeetingState.DRAFT: "idle",
    MeetingState.ANNOUNCED: "info",
    MeetingState.IN_PROGRESS: "wait",
    MeetingState.MINUTES: "wait",
    MeetingState.COMPLETED: "ok",
    MeetingState.POSTPONED: "late",
    MeetingState.CANCELLED: "idle",
}
ANSWER_TONES = {
    Answer.NONE: "idle",
    Answer.COMES: "ok",
    Answer.ASKS_LEAVE: "wait",
    Answer.EXCUSED: "info",
    Answer.REFUSED: "late",
}
_EVENT_TONES = {
    Change.ANNOUNCED: "ok",
    Change.CHANGED: "info",
    Change.TAKEN_BACK: "wait",
    Change.POSTPONED: "late",
    Change.CANCELLED: "late",
    Change.BEGUN: "ok",
    Change.COMPLETED: "ok",
}


def day_in_words(moment: datetime) -> str:
    """«Thứ Ba, 03/11/2026»."""
    moment = timezone.localtime(moment)
    name = WEEKDAYS[moment.weekday()]
    return f"{name[0].upper()}{name[1:]}, {moment:%d/%m/%Y}"


@dataclass(frozen=True)
class Row:
    """A meeting in a list, with the reader's own line."""

    meeting: Meeting
    line: Attendee | None = None

    @property
    def day(self) -> str:
        return day_in_words(self.meeting.starts_at)

    @property
    def hour(self) -> str:
        return f"{timezone.localtime(self.meeting.starts_at):%H:%M}"

    @property
    def tone(self) -> str:
        return STATE_TONES[MeetingState(self.meeting.state)]

    @property
    def answers(self) -> bool:
        """Whether the reader has been asked and may still say something."""
        return (
            self.line is not None
            and self.meeting.state == MeetingState.ANNOUNCED
            and self.line.duty in {Duty.CALLED, Duty.MAY_COME, Duty.INVITED}
        )

    @property
    def answer_tone(self) -> str:
        return ANSWER_TONES[Answer(self.line.answer)] if self.line else "idle"


def event_line(event: MeetingEvent) -> dict:
    """For components/timeline.html."""
    return {
        "time": f"{timezone.localtime(event.made_at):%H:%M %d/%m/%Y}",
        "title": event.get_kind_display(),
        "text": f"Đồng chí {event.made_by.full_name}" if event.made_by else "Hệ thống",
        "detail": event.text,
        "tone": _EVENT_TONES.get(event.kind, ""),
    }


@dataclass(frozen=True)
class Act:
    """A button of a page."""

    label: str
    url: str
    sign: str = ""
    tone: str = ""
    download: bool = False

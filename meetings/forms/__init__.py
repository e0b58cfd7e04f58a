"""The shapes of what is typed before a meeting."""

from .answering import LeaveForm, OpinionForm
from .preparing import GuestForm, HabitForm, ItemForm, MeetingForm, PaperForm, PostponeForm, ReasonForm

__all__ = [
    "GuestForm",
    "HabitForm",
    "ItemForm",
    "LeaveForm",
    "MeetingForm",
    "OpinionForm",
    "PaperForm",
    "PostponeForm",
    "ReasonForm",
]

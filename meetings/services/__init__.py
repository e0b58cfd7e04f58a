"""Everything that writes meetings. Votes: `meetings.votes.services`; minutes: `meetings.minutes.services`."""

from .calling import who_is_called, write_list
from .holding import all_here, begin, check_in, confirm_marks, end, mark, move_to, note_times
from .notes import Crossed, write_notes
from .preparing import announce, make_meeting
from .speaking import ask_to_speak, decide_speech, withdraw_speech

__all__ = [
    "Crossed",
    "all_here",
    "announce",
    "ask_to_speak",
    "begin",
    "check_in",
    "confirm_marks",
    "decide_speech",
    "end",
    "make_meeting",
    "mark",
    "move_to",
    "note_times",
    "who_is_called",
    "withdraw_speech",
    "write_list",
    "write_notes",
]

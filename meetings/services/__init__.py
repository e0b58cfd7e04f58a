"""Everything that writes meetings. Votes: `meetings.votes.services`; minutes: `meetings.minutes.services`."""

from .agenda import add_item, change_item, move_item, remove_item
from .answers import ask_leave, decide_leave, say_comes, say_opinion
from .calling import follow_all, who_is_called, write_list
from .feeds import end_feed, feed_of, make_feed
from .guests import invite, leave_out
from .habits import drop_habit, keep_habit
from .holding import all_here, begin, check_in, confirm_marks, end, mark, move_to, note_times
from .notes import Crossed, write_notes
from .noting import note_printed
from .papers import attach, confirm_paper, note_read, read_scan, remove_paper, sweep_papers
from .preparing import announce, cancel, cancel_planned, change_meeting, make_meeting, postpone, take_back
from .speaking import ask_to_speak, decide_speech, withdraw_speech

__all__ = [
    "Crossed",
    "add_item",
    "all_here",
    "announce",
    "ask_leave",
    "ask_to_speak",
    "attach",
    "begin",
    "cancel",
    "cancel_planned",
    "change_item",
    "change_meeting",
    "check_in",
    "confirm_marks",
    "confirm_paper",
    "decide_leave",
    "decide_speech",
    "drop_habit",
    "end",
    "end_feed",
    "feed_of",
    "follow_all",
    "invite",
    "keep_habit",
    "leave_out",
    "make_feed",
    "make_meeting",
    "mark",
    "move_item",
    "move_to",
    "note_printed",
    "note_read",
    "note_times",
    "postpone",
    "read_scan",
    "remove_item",
    "remove_paper",
    "say_comes",
    "say_opinion",
    "sweep_papers",
    "take_back",
    "who_is_called",
    "withdraw_speech",
    "write_list",
    "write_notes",
]

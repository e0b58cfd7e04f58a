"""Everything that writes meetings. Votes: `meetings.votes.services`; minutes: `meetings.minutes.services`."""

from .agenda import add_item, change_item, move_item, remove_item
from .answers import ask_leave, decide_leave, say_comes, say_opinion
from .calling import follow_all, who_is_called, write_list
from .feeds import end_feed, feed_of, make_feed
from .guests import invite, leave_out
from .habits import drop_habit, keep_habit
from .holding import begin, end, mark
from .noting import note_printed
from .papers import attach, confirm_paper, note_read, read_scan, remove_paper, sweep_papers
from .preparing import announce, cancel, change_meeting, make_meeting, postpone, take_back

__all__ = [
    "add_item",
    "announce",
    "ask_leave",
    "attach",
    "begin",
    "cancel",
    "change_item",
    "change_meeting",
    "confirm_paper",
    "decide_leave",
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
    "note_printed",
    "note_read",
    "postpone",
    "read_scan",
    "remove_item",
    "remove_paper",
    "say_comes",
    "say_opinion",
    "sweep_papers",
    "take_back",
    "who_is_called",
    "write_list",
]

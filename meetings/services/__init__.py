"""Everything that writes meetings. Votes: `meetings.votes.services`; minutes: `meetings.minutes.services`."""

from .calling import who_is_called, write_list
from .holding import begin, end, mark
from .preparing import announce, make_meeting

__all__ = ["announce", "begin", "end", "make_meeting", "mark", "who_is_called", "write_list"]

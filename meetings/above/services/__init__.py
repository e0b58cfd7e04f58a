"""Everything that writes for those above: minutes from paper, books, reminders, counting anew."""

from .book import start_book
from .paper import Typed, drop_paper, enter_paper, lock_paper
from .recount import recount_periods
from .reminders import remind_all

__all__ = ["Typed", "drop_paper", "enter_paper", "lock_paper", "recount_periods", "remind_all", "start_book"]

"""Member lists from the upload to the undoing (features B1–B3)."""

from .entering import confirm_import, enter_import
from .lists import load_list
from .reading import cancel_import, choose_branches, read_import, start_import, state_now
from .sweeping import sweep_imports
from .taking import log_taken_out
from .undoing import UNDO_DAYS, may_still_undo, undo_import, undo_in_background, undo_lines, undo_until

__all__ = [
    "UNDO_DAYS",
    "cancel_import",
    "choose_branches",
    "confirm_import",
    "enter_import",
    "load_list",
    "log_taken_out",
    "may_still_undo",
    "read_import",
    "start_import",
    "state_now",
    "sweep_imports",
    "undo_import",
    "undo_in_background",
    "undo_lines",
    "undo_until",
]

from .changes import close, create, edit, merge, move, rename, reopen, split
from .lists import confirm_list, drop_list, list_plan, start_list
from .pages import below, kinds, search, tree, unit

__all__ = [
    "below",
    "close",
    "confirm_list",
    "create",
    "drop_list",
    "edit",
    "kinds",
    "list_plan",
    "merge",
    "move",
    "rename",
    "reopen",
    "search",
    "split",
    "start_list",
    "tree",
    "unit",
]

"""Which units are there for a reader, and what is told of them; the reader is the first argument."""

from .below import followed_and_opened, followed_unit, units_to_follow
from .effects import (
    Effect,
    of_merge,
    of_move,
    rights_effect,
    rights_effects,
    roles_that_end,
    units_to_merge,
    units_to_receive,
)
from .figures import figures, figures_between
from .reach import grants_out_of_reach, holders_of
from .search import Found, find_in_trees, search_units
from .sight import Sight, is_outlined, readable_trees, sight_of, unit_for
from .tree import Node, nodes_below, tree_for
from .unit_page import changes_of, children_of, leaderless, path_of, warnings_of

__all__ = [
    "Effect",
    "Found",
    "Node",
    "Sight",
    "changes_of",
    "children_of",
    "figures",
    "figures_between",
    "find_in_trees",
    "followed_and_opened",
    "followed_unit",
    "grants_out_of_reach",
    "holders_of",
    "is_outlined",
    "leaderless",
    "nodes_below",
    "of_merge",
    "of_move",
    "path_of",
    "readable_trees",
    "rights_effect",
    "rights_effects",
    "roles_that_end",
    "search_units",
    "sight_of",
    "tree_for",
    "unit_for",
    "units_to_follow",
    "units_to_merge",
    "units_to_receive",
    "warnings_of",
]

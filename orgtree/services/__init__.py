"""Everything that writes the tree, the grants and the figures."""

from ..unit_lists.applying import import_units
from .details import edit_unit, rename_unit
from .endings import Part, close_unit, merge_units, reopen_unit, split_unit
from .figures import COUNT_BRANCHES, add_figures, compare_figures, fold_figures, recount_figures
from .grants import acting_delegates, change_term, give_grant, hand_over, revoke_grant
from .imports import confirm_import, drop_import, sweep_imports, upload_units
from .place import stand_on
from .repair import check_tree
from .terms import begin_term, term_on
from .tree import create_unit, move_unit

__all__ = [
    "COUNT_BRANCHES",
    "Part",
    "acting_delegates",
    "add_figures",
    "begin_term",
    "change_term",
    "check_tree",
    "close_unit",
    "compare_figures",
    "confirm_import",
    "create_unit",
    "drop_import",
    "edit_unit",
    "fold_figures",
    "give_grant",
    "hand_over",
    "import_units",
    "merge_units",
    "move_unit",
    "recount_figures",
    "rename_unit",
    "reopen_unit",
    "revoke_grant",
    "split_unit",
    "stand_on",
    "sweep_imports",
    "term_on",
    "upload_units",
]

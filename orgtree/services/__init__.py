"""Everything that writes the tree, the grants and the figures."""

from .figures import add_figures, fold_figures, recount_figures
from .grants import give_grant, revoke_grant
from .tree import create_unit, move_unit

__all__ = [
    "add_figures",
    "create_unit",
    "fold_figures",
    "give_grant",
    "move_unit",
    "recount_figures",
    "revoke_grant",
]

"""The locks under which the tree is written. Always in this order: trees ascending, then figures."""

from django.db import connection

_TREE, _FIGURES, _TOP = 0x54524545, 0x46494752, 0x544F5053


def _lock(space: int, key: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [space, key])


def lock_trees(*tree_ids: int) -> None:
    """Hold the trees until the transaction ends; two at once in ascending order, so that nobody waits in a ring."""
    for tree_id in sorted(set(tree_ids)):
        _lock(_TREE, tree_id)


def lock_tops() -> None:
    """Hold the making of a new top unit, which takes the next number of a tree."""
    _lock(_TOP)


def lock_figures() -> None:
    """Hold the folding of figures; a move takes it also, so that no delta is folded to the old superiors midway."""
    _lock(_FIGURES)

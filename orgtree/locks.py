"""The locks under which the tree is written. Always in this order: trees ascending, then units ascending, then grants,
then figures."""

from collections.abc import Iterable

from django.db import connection

_TREE, _FIGURES, _TOP, _UNIT = 0x54524545, 0x46494752, 0x544F5053, 0x554E4954
_GRANTS = 0x4752414E


def _lock(space: int, key: int = 0, *, shared: bool = False) -> None:
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [space, key])


def lock_trees(*tree_ids: int) -> None:
    """Hold the trees until the transaction ends; two at once in ascending order, so that nobody waits in a ring."""
    for tree_id in sorted(set(tree_ids)):
        _lock(_TREE, tree_id)


def lock_tops() -> None:
    """Hold the making of a new top unit, which takes the next number of a tree."""
    _lock(_TOP)


def keep_units_open(unit_ids: Iterable[int]) -> None:
    """Until the transaction ends nobody closes these units; many may hold this at once."""
    for unit_id in sorted(set(unit_ids)):
        _lock(_UNIT, unit_id & 0x7FFFFFFF, shared=True)


def lock_endings(unit_ids: Iterable[int]) -> None:
    """Wait for all who rely on these units being open, and keep new ones out."""
    for unit_id in sorted(set(unit_ids)):
        _lock(_UNIT, unit_id & 0x7FFFFFFF)


def lock_figures() -> None:
    """Hold the folding of figures; a move takes it also, so that no delta is folded to the old superiors midway."""
    _lock(_FIGURES)


def lock_grants() -> None:
    """Hold what hangs from what: grants are taken back, handed over and hung elsewhere one after the other. Giving
    needs it not: it holds the one row that it gives under."""
    _lock(_GRANTS)

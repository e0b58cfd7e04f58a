"""What of delegation is there for a reader; the reader is the first argument."""

from .find import find_people, givable_units, units_on_the_way
from .grants import FILTERS, SORTS, STATES, State, entries_of, grant_for, grants_seen_by, rows_of, where_state
from .units import HeldRole, UnitRoles, roles_in

__all__ = [
    "FILTERS",
    "SORTS",
    "STATES",
    "HeldRole",
    "State",
    "UnitRoles",
    "entries_of",
    "find_people",
    "givable_units",
    "grant_for",
    "grants_seen_by",
    "roles_in",
    "rows_of",
    "units_on_the_way",
    "where_state",
]

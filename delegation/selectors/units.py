"""Who holds what in one unit, for its page."""

from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit

from ..services.automatic import not_over
from .grants import GrantRow, rows_of, values_of


def here_of(user, unit: OrgUnit, most: int = 20) -> tuple[list[GrantRow], bool]:
    """The roles handed out in the unit itself and not over, also those without effect yet; and whether a secretary is
    among them. One query."""
    grants = not_over(Grant.objects.filter(unit=unit)).order_by("role", "pk")
    order = list(Role)
    rows = sorted(values_of(grants)[:most], key=lambda row: (order.index(Role(row["role"])), row["pk"]))
    return rows_of(user, rows), any(row["role"] == Role.SECRETARY for row in rows)

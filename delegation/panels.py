"""What delegation puts on the page of a unit: who holds which role here, and where the next one is given."""

from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.panels import Panel, register_panel
from orgtree.rights import has_right

from .policies import roles_to_give
from .selectors import here_of


@register_panel
def roles_here(user: User, unit: OrgUnit) -> Panel | None:
    """For who may view the unit. Two queries at most."""
    if not has_right(user, Right.VIEW, unit):
        return None
    rows, has_secretary = here_of(user, unit)
    may_give = bool(roles_to_give(user, unit))
    query = urlencode({"don_vi": unit.pk})
    return Panel(
        "delegation/unit_panel.html",
        {
            "rows": rows,
            "missing": unit.is_open and not has_secretary and unit.parent_id is not None and not _is_group(unit),
            "add_url": f"{reverse('delegation:new')}?{query}" if may_give else "",
            "list_url": f"{reverse('delegation:list')}?{query}",
        },
        aside=True,
    )


def _is_group(unit: OrgUnit) -> bool:
    return not unit.kind.holds_members and unit.parent is not None and unit.parent.kind.holds_members

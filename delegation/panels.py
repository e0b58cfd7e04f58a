"""What delegation puts on the page of a unit: who holds which role here and whence, and where the next one is given."""

from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.panels import Panel, register_panel
from orgtree.rights import has_right

from .selectors import roles_in
from .steps import NO_STEP, TOP, step_of


@register_panel
def roles_here(user: User, unit: OrgUnit) -> Panel | None:
    """For who may view the unit. One query."""
    if not has_right(user, Right.VIEW, unit):
        return None
    roles = roles_in(user, unit)
    query = urlencode({"don_vi": unit.pk})
    return Panel(
        "delegation/unit_panel.html",
        {
            "here": roles.here,
            "above": roles.above,
            "missing": unit.is_open and not roles.has_secretary and step_of(unit) not in (TOP, NO_STEP),
            "add_url": f"{reverse('delegation:new')}?{query}" if roles.may_give else "",
            "list_url": f"{reverse('delegation:list')}?{query}",
        },
    )

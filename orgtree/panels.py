"""What apps above put on the pages of the tree: panels, soft warnings, and where a person belongs. They register in
their own `panels.py`, which is read when the portal starts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.models import User

from .models import OrgUnit


@dataclass(frozen=True)
class Panel:
    """A part of a unit's page: a template and what it is drawn from. `aside` stands in the narrow column."""

    template: str
    context: dict = field(default_factory=dict)
    aside: bool = False


PanelMaker = Callable[[User, OrgUnit], Panel | None]
WarningMaker = Callable[[OrgUnit, dict[str, int]], list[str]]
HomeMaker = Callable[[User], QuerySet[OrgUnit]]

_PANELS: list[PanelMaker] = []
_WARNINGS: list[WarningMaker] = []
_HOMES: list[HomeMaker] = []


def register_panel(make: PanelMaker) -> PanelMaker:
    """`make(user, unit)` gives a panel, or nothing; it asks itself what this reader may see, for a member sees the
    pages of his own branch and of those above it. At most two queries."""
    _PANELS.append(make)
    return make


def register_warnings(make: WarningMaker) -> WarningMaker:
    """`make(unit, figures)` gives sentences for who manages the unit; `figures` counts the unit with all below."""
    _WARNINGS.append(make)
    return make


def register_home(make: HomeMaker) -> HomeMaker:
    """`make(user)` gives the units to which a person belongs without any role: his own branch."""
    _HOMES.append(make)
    return make


def panels_for(user: User, unit: OrgUnit) -> list[Panel]:
    return [panel for make in _PANELS if (panel := make(user, unit)) is not None]


def warnings_for(unit: OrgUnit, figures: dict[str, int]) -> list[str]:
    return [line for make in _WARNINGS for line in make(unit, figures)]


def home_units(user: User) -> list[tuple[int, int, list[int]]]:
    """(id, tree, ids of the units above) of each unit to which the user belongs."""
    return [row for make in _HOMES for row in make(user).values_list("pk", "tree_id", "ancestor_ids")]

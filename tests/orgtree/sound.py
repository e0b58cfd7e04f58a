"""What must hold of a tree whatever was done to it."""

from collections import defaultdict

from orgtree.models import Figure, FigureDelta, OrgUnit
from orgtree.services import check_tree, fold_figures


def assert_sound(units: int | None = None) -> None:
    """Intervals, levels and ancestors agree with the parent links, and nothing is lost."""
    found = check_tree()
    assert (found.differing, found.lost) == ([], [])
    if units is not None:
        assert OrgUnit.objects.count() == units


def assert_figures_add_up(total_here: int, measure: str = "probe") -> None:
    """A superior's figure is its own and those of its children, at every unit (property of DESIGN §6)."""
    fold_figures()
    assert not FigureDelta.objects.exists()
    here, below = defaultdict(int), defaultdict(int)
    for figure in Figure.objects.filter(measure=measure):
        here[figure.unit_id], below[figure.unit_id] = figure.here, figure.below
    children = defaultdict(list)
    for pk, parent_id in OrgUnit.objects.values_list("pk", "parent_id"):
        children[parent_id].append(pk)
    for pk in OrgUnit.objects.values_list("pk", flat=True):
        assert below[pk] == here[pk] + sum(below[child] for child in children[pk])
    assert sum(here.values()) == total_here
    assert sum(below[top] for top in children[None]) == total_here

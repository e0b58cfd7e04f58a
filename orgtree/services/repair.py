"""Comparing the tree with its parent links, and putting it right."""

from dataclasses import dataclass, field

from django.db import transaction

from audit.services import record

from ..locks import lock_tops, lock_trees
from ..models import OrgUnit
from . import place


@dataclass(frozen=True)
class TreeCheck:
    """`lost` are units that no top leads to; they are told, not mended."""

    differing: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    repaired: bool = False

    @property
    def is_sound(self) -> bool:
        return not self.differing and not self.lost


@transaction.atomic
def check_tree(*, repair: bool = False) -> TreeCheck:
    """Compare intervals, levels and ancestors with the parent links, in one reading; with `repair` write what the
    links say, under the locks of all trees."""
    if repair:
        lock_trees(*OrgUnit.objects.order_by("tree_id").values_list("tree_id", flat=True).distinct())
        lock_tops()
    wrong, lost = place.differences()
    lines = [str(difference) for difference in wrong]
    if repair and wrong:
        place.write_places(wrong)
        record("units.repaired", actor=None, detail={"units": len(wrong), "first": lines[:20]})
    return TreeCheck(lines, lost, repaired=repair and bool(wrong))

"""What the life of a unit means for its meetings: they stay with it (features A10), but a branch that has ended is in
no sum of those above."""

from collections.abc import Collection, Sequence

from accounts.models import User
from orgtree.models import OrgUnit

from .above.models import BranchPeriod, LongAbsence


class MeetingsFollow:
    """Named in settings.ORGTREE_FOLLOWERS."""

    key = "meetings"
    choice_label = "Sinh hoạt chi bộ"

    def preview(self, unit: OrgUnit) -> list[str]:
        return []

    def blockers(self, unit: OrgUnit) -> list[str]:
        return []

    def choices(self, unit: OrgUnit) -> list[tuple[int, str]]:
        return []

    def follow(
        self, source: OrgUnit, target: OrgUnit, *, selected: Collection[int] | None = None, actor: User | None
    ) -> None:
        """A meeting is of the unit that held it: none goes along."""

    def leaving(self, unit: OrgUnit, *, old_parent: OrgUnit, new_parent: OrgUnit) -> None:
        """The figures go along with all others of the unit."""

    def placed(self, unit_ids: Sequence[int], *, actor: User | None) -> None:
        BranchPeriod.objects.filter(unit_id__in=list(unit_ids), counted=False).update(counted=True)

    def ended(self, unit: OrgUnit, *, reason: str, actor: User | None) -> None:
        BranchPeriod.objects.filter(unit=unit).update(counted=False)
        LongAbsence.objects.filter(unit=unit).delete()

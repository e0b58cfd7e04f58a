"""What stands on a unit and follows it when it is merged, split or closed: members, open tasks, drafts of reports.

Each app above orgtree names its follower in `settings.ORGTREE_FOLLOWERS` (dotted path of a class without arguments).
What is finished (closed meetings, approved reports) stays with the old unit (features A10)."""

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User

from .models import OrgUnit


class Follower(Protocol):
    """`key` names it in the choice of a split ("members"), `choice_label` says there what is chosen."""

    key: str
    choice_label: str

    def preview(self, unit: OrgUnit) -> list[str]:
        """What would follow, a line for each sort of thing: "42 đảng viên"."""

    def blockers(self, unit: OrgUnit) -> list[str]:
        """What keeps the unit from ending as it stands now, as the end of a sentence: "còn 42 đảng viên"."""

    def choices(self, unit: OrgUnit) -> list[tuple[int, str]]:
        """What may go along one by one when the unit is split: id and words; in the order to be shown."""

    def follow(
        self, source: OrgUnit, target: OrgUnit, *, selected: Collection[int] | None = None, actor: User | None
    ) -> None:
        """Take all that is alive (or only the `selected` ids) from `source` to `target`, in the caller's transaction
        and under the locks of both; history, audit and figures included."""


@runtime_checkable
class Watcher(Protocol):
    """What a follower may offer beside: it is told wherever units come to stand or end, in the caller's transaction and
    under the locks of the trees. For what hangs on a unit's place or kind: reports that it owes, sums above it."""

    def leaving(self, unit: OrgUnit, *, old_parent: OrgUnit, new_parent: OrgUnit) -> None:
        """The unit is about to be put under another superior with all below it."""

    def placed(self, unit_ids: Sequence[int], *, actor: User | None) -> None:
        """These were founded, opened again, moved or became of another kind."""

    def ended(self, unit: OrgUnit, *, reason: str, actor: User | None) -> None:
        """The unit was closed or merged away."""


def followers() -> list[Follower]:
    return [import_string(path)() for path in settings.ORGTREE_FOLLOWERS]


def watchers() -> list[Watcher]:
    return [follower for follower in followers() if isinstance(follower, Watcher)]


def tell_placed(unit_ids: Sequence[int], *, actor: User | None) -> None:
    for watcher in watchers():
        watcher.placed(unit_ids, actor=actor)


def follower_previews(unit: OrgUnit) -> list[str]:
    return [line for follower in followers() for line in follower.preview(unit)]


def blockers_of(unit: OrgUnit) -> list[str]:
    """Why the unit cannot end now; an empty list if it can."""
    below = OrgUnit.objects.filter(parent_id=unit.pk, closed_on=None).count()
    own = [f"còn {below} đơn vị trực thuộc đang hoạt động"] if below else []
    return own + [line for follower in followers() for line in follower.blockers(unit)]

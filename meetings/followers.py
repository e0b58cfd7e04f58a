"""What of the meetings hangs on where a member belongs and which posts he holds: the lists of meetings to come. And
what the life of a unit means: its meetings stay with it (features A10), but a branch that has ended is in no sum."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from members.enums import Status
from members.models import Member, Post
from orgtree.models import OrgUnit

from .above.models import BranchPeriod, LongAbsence
from .enums import PREPARED
from .models import Meeting
from .services.calling import follow_records


class ListsFollow:
    """Named in settings.MEMBERS_FOLLOWERS. The lists of meetings that have not begun follow the records."""

    def places_preview(self, member: Member, *, branch=None, status: Status | None = None) -> list[str]:
        return []

    def places_changed(self, member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> None:
        self._write(Q(unit__members__in=member_ids) | Q(unit__temporary_members__member__in=member_ids), member_ids)

    def post_preview(self, post: Post, *, actor: User) -> list[str]:
        return []

    def posts_changed(self, member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> None:
        self._write(Q(unit__posts__member__in=member_ids), member_ids)

    @transaction.atomic
    def _write(self, where: Q, member_ids: Collection[int]) -> None:
        """Those that he is called to now, and those on whose list he still stands."""
        to_come = Meeting.objects.filter(state__in=PREPARED, starts_at__gte=timezone.now())
        ids = set(to_come.filter(where).values_list("pk", flat=True))
        ids |= set(to_come.filter(attendees__member__in=member_ids).values_list("pk", flat=True))
        rows = Meeting.objects.select_for_update(of=("self",)).select_related("unit")
        for meeting in rows.filter(pk__in=ids).order_by("pk"):
            follow_records(meeting)


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

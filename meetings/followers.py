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
from .enums import PREPARED, MeetingState
from .models import Meeting
from .services.calling import follow_records
from .services.preparing import cancel_planned


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
        states = Meeting.objects.filter(unit=unit).values_list("state", "from_paper")
        planned = sum(state in PREPARED for state, _ in states)
        unsigned = sum(state == MeetingState.MINUTES and not paper for state, paper in states)
        waiting = sum(state == MeetingState.MINUTES and paper for state, paper in states)
        lines = [f"{planned} cuộc họp chưa diễn ra, sẽ bị hủy kèm lý do"] if planned else []
        lines += [f"{unsigned} biên bản chưa ký xong, chủ trì và thư ký vẫn hoàn thành được"] if unsigned else []
        lines += [f"{waiting} biên bản cũ chờ đưa vào sổ, nên làm xong trước"] if waiting else []
        return lines

    def blockers(self, unit: OrgUnit) -> list[str]:
        """What is going on in the room is not lost."""
        held = Meeting.objects.filter(unit=unit, state=MeetingState.IN_PROGRESS).count()
        return [f"{held} cuộc họp đang diễn ra, chưa bế mạc"] if held else []

    def choices(self, unit: OrgUnit) -> list[tuple[int, str]]:
        return []

    def follow(
        self, source: OrgUnit, target: OrgUnit, *, selected: Collection[int] | None = None, actor: User | None
    ) -> None:
        """A meeting is of the unit that held it: none goes along. What a unit has planned that is merged away is
        cancelled while its list still stands, so that those called are told; its members follow after it."""
        if selected is None:
            cancel_planned(unit=source, reason=f"{source.name} sáp nhập vào {target.name}.", actor=actor)

    def leaving(self, unit: OrgUnit, *, old_parent: OrgUnit, new_parent: OrgUnit) -> None:
        """The figures go along with all others of the unit."""

    def placed(self, unit_ids: Sequence[int], *, actor: User | None) -> None:
        BranchPeriod.objects.filter(unit_id__in=list(unit_ids), counted=False).update(counted=True)

    def ended(self, unit: OrgUnit, *, reason: str, actor: User | None) -> None:
        cancel_planned(unit=unit, reason=reason, actor=actor)
        BranchPeriod.objects.filter(unit=unit).update(counted=False)
        LongAbsence.objects.filter(unit=unit).delete()

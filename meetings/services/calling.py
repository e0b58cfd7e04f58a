"""Who is called follows from the records on the day (domain.md §4.4–4.5): official and probationary members and those
who are here for a time; the exempt may come; who is temporarily elsewhere or suspended stands on the list, not among
those expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from common.text import name_sort_key
from members.enums import PostCode, Standing, Status
from members.models import Member, Post, TemporaryStay

from ..enums import OF_THE_COMMITTEE, OUTSIDE, Capacity, Duty, MeetingKind, MeetingState
from ..models import Attendee, Meeting
from .place import moved
from .telling import tell_gone, tell_lost, tell_new

_COMMITTEE = {
    MeetingKind.CELL_COMMITTEE: (
        PostCode.SECRETARY,
        PostCode.STANDING_DEPUTY_SECRETARY,
        PostCode.DEPUTY_SECRETARY,
        PostCode.CELL_COMMITTEE_MEMBER,
    ),
    MeetingKind.COMMITTEE: (
        PostCode.SECRETARY,
        PostCode.STANDING_DEPUTY_SECRETARY,
        PostCode.DEPUTY_SECRETARY,
        PostCode.STANDING_MEMBER,
        PostCode.COMMITTEE_MEMBER,
        PostCode.CELL_COMMITTEE_MEMBER,
    ),
}
_DUTIES = {
    Status.ACTIVE: Duty.CALLED,
    Status.EXEMPT: Duty.MAY_COME,
    Status.TEMP_AWAY: Duty.AWAY,
    Status.SUSPENDED: Duty.SUSPENDED,
}


@dataclass(frozen=True)
class Called:
    """A line of the list before it is written."""

    member: Member
    capacity: Capacity
    duty: Duty


def who_is_called(unit_id: int, kind: str, day: date) -> list[Called]:
    """By the records as they are now, for a meeting on `day`."""
    if kind in OF_THE_COMMITTEE:
        return [_line(member) for member in _committee(unit_id, kind, day)]
    own = Member.objects.filter(branch_id=unit_id, status__in=_DUTIES)
    guests = Member.objects.filter(pk__in=_staying(unit_id, day), status__in=[Status.ACTIVE, Status.TEMP_AWAY]).exclude(
        branch_id=unit_id
    )
    lines = [_line(member) for member in own]
    lines += [Called(member, Capacity.TEMPORARY, Duty.CALLED) for member in guests]
    return sorted(lines, key=lambda line: (bytes(line.member.name_sort), line.member.pk))


def _staying(unit_id: int, day: date):
    return TemporaryStay.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), branch_id=unit_id, begins_on__lte=day
    ).values("member_id")


def _committee(unit_id: int, kind: str, day: date) -> Iterable[Member]:
    posts = Post.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), Q(begins_on=None) | Q(begins_on__lte=day), unit_id=unit_id
    ).filter(code__in=_COMMITTEE[kind])
    return Member.objects.filter(pk__in=posts.values("member_id"), status__in=_DUTIES).order_by("name_sort", "pk")


def _line(member: Member) -> Called:
    official = member.standing == Standing.OFFICIAL
    capacity = Capacity.OFFICIAL if official else Capacity.PROBATIONARY
    return Called(member, capacity, _DUTIES[Status(member.status)])


@dataclass(frozen=True)
class Changed:
    """Of a list: who came onto it, who was called and no longer is, and whom the meeting has lost of those named."""

    new: list[Member]
    gone: list[Member]
    lost: list[str]


def write_list(meeting: Meeting) -> Changed:
    """Bring the list in line with the records: new members are added, those gone leave it, capacities follow; answers
    and guests stay. The caller holds the meeting's lock; before the meeting has begun only."""
    called = {line.member.pk: line for line in who_is_called(meeting.unit_id, meeting.kind, meeting.day)}
    lines = meeting.attendees.filter(member__isnull=False).select_related("member__account")
    there = {line.member_id: line for line in lines}
    gone = [
        line
        for member_id, line in there.items()
        if member_id not in called and line.capacity not in {Capacity.GUEST, Capacity.SUPERIOR}
    ]
    was_called = [line.member for line in gone if line.duty in {Duty.CALLED, Duty.MAY_COME}]
    Attendee.objects.filter(pk__in=[line.pk for line in gone]).delete()
    new, changed = [], []
    for member_id, line in called.items():
        known = there.get(member_id)
        if known is None:
            new.append(
                Attendee(
                    meeting=meeting,
                    member=line.member,
                    full_name=line.member.full_name,
                    name_sort=bytes(line.member.name_sort) or name_sort_key(line.member.full_name),
                    capacity=line.capacity,
                    duty=line.duty,
                )
            )
        elif (known.capacity, known.duty) != (line.capacity, line.duty):
            known.capacity, known.duty = line.capacity, line.duty
            changed.append(known)
    Attendee.objects.bulk_create(new)
    Attendee.objects.bulk_update(changed, ["capacity", "duty"])
    return Changed([line.member for line in new], was_called, _settle_named(meeting, called))


def follow_records(meeting: Meeting) -> None:
    """The list of a meeting to come, after the records have changed; of one that was announced who is new on it is
    told, and who is called no longer. The caller holds the meeting's lock."""
    changed = write_list(meeting)
    if meeting.state == MeetingState.ANNOUNCED:
        if changed.new:
            tell_new(meeting, [member.account_id for member in changed.new])
        if changed.gone:
            tell_gone(
                meeting, [one.account_id for one in changed.gone if one.status in _DUTIES and one.account.is_active]
            )
    if changed.lost:
        tell_lost(meeting, changed.lost)
    moved(meeting.pk)


def may_be_named(line: Called | None) -> bool:
    """As chair or clerk: one who is to come, or may."""
    return line is not None and line.duty in {Duty.CALLED, Duty.MAY_COME}


def _settle_named(meeting: Meeting, called: dict[int, Called]) -> list[str]:
    """Who is no longer called neither runs the meeting nor speaks to an item: to be chair or clerk is a right to run
    it. Says what is free now, for who prepares the meeting."""
    lost = []
    for name, words in (("chair", "chủ trì"), ("clerk", "thư ký")):
        person = getattr(meeting, name)
        if person is not None and not may_be_named(called.get(person.pk)):
            lost.append(f"đồng chí {person.full_name} ({words})")
            setattr(meeting, name, None)
    if lost:
        meeting.revision += 1
        meeting.save(update_fields=["chair", "clerk", "revision"])
    speaking = meeting.items.filter(speaker__isnull=False)
    guests = meeting.attendees.filter(capacity__in=OUTSIDE, member__isnull=False).values("member_id")
    speaking.exclude(speaker__in=called).exclude(speaker__in=guests).update(speaker=None)
    return lost


@transaction.atomic
def follow_all(*, now: datetime) -> int:
    """Every meeting that is announced and still to come, in case something changed the records past the services."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("unit")
    meetings = rows.filter(state=MeetingState.ANNOUNCED, starts_at__gte=now).order_by("pk")
    for meeting in meetings:
        follow_records(meeting)
    return len(meetings)

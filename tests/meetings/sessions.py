"""Meetings in the states that they are looked at in."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from meetings.enums import MeetingKind, Presence
from meetings.models import Attendee, Meeting
from meetings.services import announce, begin, make_meeting
from members.enums import Standing
from members.models import Member
from tests.cast import World, make_member

NAMES = (
    "Bùi Văn Ảnh",
    "Cao Thị Bình",
    "Đinh Văn Chiến",
    "Hồ Thị Dung",
    "Lưu Văn Đạt",
    "Mai Thị Giang",
    "Ngô Văn Hải",
    "Phan Thị Lan",
    "Tạ Văn Minh",
    "Vương Thị Oanh",
)


def fellows(world: World, many: int = 10, **given) -> list[Member]:
    """More members of the branch."""
    return [make_member(world.branch, NAMES[at % len(NAMES)], **given) for at in range(many)]


def draft(world: World, kind: str = MeetingKind.REGULAR, **given) -> Meeting:
    values = {
        "starts_at": timezone.now() + timedelta(days=3),
        "place": "Phòng họp ga Bến Thủy",
        "chair": world.people["secretary"],
        "clerk": world.people["member"],
    } | given
    return make_meeting(unit=world.branch, kind=kind, actor=world.secretary, **values)


def announced(world: World, **given) -> Meeting:
    return announce(meeting=draft(world, **given), actor=world.secretary)


def in_progress(world: World, many: int = 10, *, all_here: bool = True) -> Meeting:
    fellows(world, many)
    make_member(world.branch, "Trịnh Văn Dự", standing=Standing.PROBATIONARY, official_date=None)
    meeting = begin(meeting=announced(world), actor=world.secretary)
    if all_here:
        meeting.attendees.update(presence=Presence.PRESENT)
    return meeting


def accounts(meeting: Meeting) -> list[User]:
    """Of all on the list, in its order."""
    return [line.member.account for line in Attendee.objects.filter(meeting=meeting).select_related("member__account")]


def official_accounts(meeting: Meeting) -> list[User]:
    rows = Attendee.objects.filter(meeting=meeting, capacity="official").select_related("member__account")
    return [line.member.account for line in rows]

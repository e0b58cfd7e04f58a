"""Minutes from paper or an earlier system, taken in with their date, so that the year's book is whole: first looked at,
then locked like all others."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import uploads
from common.errors import RuleViolation
from common.text import clean
from common.uploads import keeping
from members.models import Member
from orgtree.models import OrgUnit
from orgtree.rights import forget_holdings

from ... import policies
from ...enums import Change, MeetingState
from ...minutes.content import digest_of
from ...minutes.enums import MinutesState
from ...minutes.models import Minutes
from ...models import Meeting
from ...rules.catalogue import template_of
from ...services.place import locked, tell_story


@dataclass(frozen=True)
class Typed:
    """What was read off the paper."""

    kind: str
    day: date
    begins: time
    ends: time
    place: str
    chair: Member
    clerk: Member | None
    expected: int
    here: int
    topic: str = ""


def enter_paper(*, unit: OrgUnit, typed: Typed, file: File, actor: User) -> Meeting:
    """Take the minutes in; they wait for a last look, seen by nobody else."""
    forget_holdings(actor)
    if not policies.may_hold(actor, unit):
        raise PermissionDenied
    _check(typed)
    # Nobody waits for a row while a foreign file is read.
    looked, digest = uploads.look_at(file), keeping.digest_of(file)
    if looked.kind is not uploads.Kind.PDF:
        raise RuleViolation("Đồng chí quét hoặc xuất biên bản thành tệp PDF rồi gửi.")
    zone = timezone.get_current_timezone()
    began, ended = (datetime.combine(typed.day, hour, tzinfo=zone) for hour in (typed.begins, typed.ends))
    with transaction.atomic():
        OrgUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
        there = Meeting.objects.filter(unit=unit, kind=typed.kind, starts_at__date=typed.day)
        if there.exclude(state=MeetingState.CANCELLED).exists():
            raise RuleViolation(f"Ngày {typed.day:%d/%m/%Y} đã có một cuộc họp loại này trên Sổ tay.")
        meeting = Meeting.objects.create(
            unit=unit,
            kind=typed.kind,
            title=f"{template_of(typed.kind).title} tháng {typed.day.month}/{typed.day.year}",
            topic=clean(typed.topic)[:300],
            state=MeetingState.MINUTES,
            starts_at=began,
            began_at=began,
            ended_at=ended,
            minutes=min(int((ended - began).total_seconds() // 60), 32767),
            place=clean(typed.place)[:200],
            chair=typed.chair,
            clerk=typed.clerk,
            from_paper=True,
            made_by=actor,
        )
        record = Minutes(
            meeting=meeting,
            content={
                "paper": True,
                "title": meeting.title,
                "unit": unit.name,
                "day": f"{typed.day:%d/%m/%Y}",
                "counts": {"expected": typed.expected, "here": typed.here},
                "file": digest,
                "read": looked.read,
            },
        )
        record.scan.save(f"{secrets.token_hex(16)}.pdf", file, save=False)
        record.save()
    return meeting


def _check(typed: Typed) -> None:
    if typed.day > timezone.localdate():
        raise RuleViolation("Ngày họp ở trong tương lai.")
    if typed.ends <= typed.begins:
        raise RuleViolation("Giờ bế mạc phải sau giờ khai mạc.")
    if typed.here > typed.expected:
        raise RuleViolation("Số có mặt nhiều hơn số phải dự.")
    if typed.clerk is not None and typed.clerk.pk == typed.chair.pk:
        raise RuleViolation("Người ghi biên bản và người chủ trì là hai đồng chí khác nhau.")


def _waiting(meeting: Meeting, actor: User) -> tuple[Meeting, Minutes]:
    meeting = locked(meeting, actor=actor)
    if not policies.may_hold(actor, meeting.unit):
        raise PermissionDenied
    record = Minutes.objects.select_for_update().get(meeting=meeting)
    if not meeting.from_paper or meeting.state != MeetingState.MINUTES:
        raise RuleViolation("Biên bản đã vào sổ.")
    return meeting, record


@transaction.atomic
def lock_paper(*, meeting: Meeting, looked_at: bool, actor: User) -> Meeting:
    """Into the book, for ever. `looked_at`: where no machine could read the first page somebody stands for it by name
    that it bears no degree of secrecy."""
    meeting, record = _waiting(meeting, actor)
    if not record.content["read"] and not looked_at:
        raise RuleViolation("Trang đầu của tệp là ảnh: đồng chí mở xem rồi xác nhận tệp không có dấu mật.")
    record.content = record.content | {"looked_at_by": actor.full_name if looked_at else ""}
    record.state, record.digest = MinutesState.APPROVED, digest_of(record.content)
    record.save()
    meeting.state = MeetingState.COMPLETED
    meeting.save(update_fields=["state"])
    tell_story(meeting, Change.ENTERED, "minutes.entered", actor=actor)
    return meeting


@transaction.atomic
def drop_paper(*, meeting: Meeting, actor: User) -> None:
    """Taken back before it went into the book; the file goes too."""
    meeting, record = _waiting(meeting, actor)
    storage, name = record.scan.storage, record.scan.name
    meeting.delete()
    transaction.on_commit(lambda: storage.delete(name))

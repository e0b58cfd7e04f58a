"""Making, announcing, changing, putting off a meeting (domain.md §4.2)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.text import clean, clean_lines
from members.models import Member
from orgtree.models import OrgUnit
from orgtree.rights import forget_holdings

from .. import policies
from ..enums import PREPARED, Answer, Change, MeetingKind, MeetingState, kinds_of
from ..models import AgendaItem, Meeting
from ..rules.catalogue import TemplateItem, template_of
from .calling import may_be_named, who_is_called, write_list
from .place import locked, moved, tell_story
from .telling import in_short, tell, when_and_where

MEANWHILE = "Có đồng chí khác vừa sửa cuộc họp này. Mời đồng chí xem lại rồi lưu."
_GONE_BY = "Giờ họp đã qua. Đồng chí chọn ngày giờ khác"


@transaction.atomic
def make_meeting(
    *,
    unit: OrgUnit,
    kind: str,
    starts_at: datetime,
    place: str,
    title: str = "",
    minutes: int = 90,
    chair: Member | None = None,
    clerk: Member | None = None,
    items: Sequence[TemplateItem] | None = None,
    with_thematic: bool = False,
    topic: str = "",
    online_link: str = "",
    note: str = "",
    like: Meeting | None = None,
    actor: User,
) -> Meeting:
    """A draft with the agenda of its kind and the list of who would be called; nobody is told yet. `like` gives its
    agenda, and who spoke to its items where he is still called; chair, clerk and guests are rights to run and to read,
    and never copied."""
    forget_holdings(actor)
    if not policies.may_hold(actor, unit) or (like is not None and like.unit_id != unit.pk):
        raise PermissionDenied
    if kind not in kinds_of(unit):
        raise RuleViolation(f"{unit.name} không tổ chức {MeetingKind(kind).label.lower()}.")
    place = clean(place)
    if not place:
        raise RuleViolation("Đồng chí ghi địa điểm họp.")
    day = timezone.localtime(starts_at)
    meeting = Meeting(
        unit=unit,
        kind=kind,
        with_thematic=with_thematic and kind == MeetingKind.REGULAR,
        topic=clean(topic)[:300],
        title=clean(title)[:200] or default_title(kind, day),
        starts_at=starts_at,
        minutes=minutes,
        place=place[:200],
        online_link=online_link,
        note=clean_lines(note)[:1000],
        chair=chair,
        clerk=clerk,
        copied_from=like,
        made_by=actor,
    )
    _check_named(meeting)
    meeting.save()
    AgendaItem.objects.bulk_create(_agenda(meeting, items, like))
    write_list(meeting)
    tell_story(meeting, Change.COPIED if like else Change.MADE, "meeting.made", actor=actor)
    return meeting


def default_title(kind: str, day: datetime) -> str:
    return f"{template_of(kind).title} tháng {day.month}/{day.year}"


def _agenda(meeting: Meeting, items: Sequence[TemplateItem] | None, like: Meeting | None) -> list[AgendaItem]:
    if like is None:
        source = template_of(meeting.kind).items if items is None else items
        return [
            AgendaItem(
                meeting=meeting, position=at, part=item.part, title=item.title, minutes=item.minutes, marks=item.marks
            )
            for at, item in enumerate(source, start=1)
        ]
    called = {line.member.pk for line in who_is_called(meeting.unit_id, meeting.kind, meeting.day)}
    return [
        AgendaItem(
            meeting=meeting,
            position=at,
            part=item.part,
            title=item.title,
            minutes=item.minutes,
            marks=item.marks,
            speaker_id=item.speaker_id if item.speaker_id in called else None,
        )
        for at, item in enumerate(like.items.all(), start=1)
    ]


def _check_named(meeting: Meeting) -> None:
    """Chair and clerk run the meeting: they are of those it calls."""
    named = {person.pk for person in (meeting.chair, meeting.clerk) if person is not None}
    if not named:
        return
    lines = who_is_called(meeting.unit_id, meeting.kind, meeting.day)
    if named - {line.member.pk for line in lines if may_be_named(line)}:
        raise RuleViolation("Người chủ trì, thư ký phải có tên trong thành phần dự họp.")


def _prepared(meeting: Meeting, actor: User) -> Meeting:
    meeting = locked(meeting, actor=actor)
    if not policies.may_hold(actor, meeting.unit):
        raise PermissionDenied
    return meeting


def _refuse_state(meeting: Meeting) -> RuleViolation:
    return RuleViolation(f"Cuộc họp đang ở tình trạng “{meeting.get_state_display()}”.")


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    revision: int,
    starts_at: datetime,
    place: str,
    title: str,
    minutes: int,
    chair: Member | None,
    clerk: Member | None,
    with_thematic: bool = False,
    topic: str = "",
    online_link: str = "",
    note: str = "",
    actor: User,
) -> Meeting:
    """Change it until it begins. Those who were told hear what is new; at a new hour all answer again."""
    meeting = _prepared(meeting, actor)
    if meeting.state not in PREPARED:
        raise _refuse_state(meeting)
    if revision != meeting.revision:
        raise RuleViolation(MEANWHILE)
    place, title = clean(place)[:200], clean(title)[:200]
    if not place or not title:
        raise RuleViolation("Đồng chí ghi tên cuộc họp và địa điểm.")
    told = meeting.state == MeetingState.ANNOUNCED
    if told and chair is None:
        raise RuleViolation("Cuộc họp đã thông báo phải có người chủ trì.")
    if told and starts_at != meeting.starts_at and starts_at <= timezone.now():
        raise RuleViolation(f"{_GONE_BY}.")
    before = (when_and_where(meeting), meeting.online_link, meeting.chair_id, meeting.clerk_id)
    moved_to = starts_at != meeting.starts_at
    meeting.starts_at, meeting.place, meeting.title, meeting.minutes = starts_at, place, title, minutes
    meeting.chair, meeting.clerk = chair, clerk
    meeting.with_thematic = with_thematic and meeting.kind == MeetingKind.REGULAR
    meeting.topic, meeting.online_link, meeting.note = clean(topic)[:300], online_link, clean_lines(note)[:1000]
    _check_named(meeting)
    meeting.revision += 1
    meeting.save()
    if moved_to:
        write_list(meeting)
        _ask_again(meeting)
    new = _what_is_new(meeting, before)
    tell_story(meeting, Change.CHANGED, "meeting.changed", actor=actor, text="; ".join(new))
    if told and new:
        text = f"{meeting.title} của {meeting.unit.name} có thay đổi: {'; '.join(new)}."
        text += " Đồng chí trả lời lại." if moved_to else ""
        tell(meeting, "meetings.changed", text, but=actor, short=in_short(meeting, "Thay đổi:"))
    moved(meeting.pk)
    return meeting


def _what_is_new(meeting: Meeting, before: tuple) -> list[str]:
    place, link, chair, clerk = before
    new = []
    if when_and_where(meeting) != place:
        new.append(f"họp lúc {when_and_where(meeting)}")
    if meeting.online_link != link:
        new.append("đường dẫn họp trực tuyến" if meeting.online_link else "không họp trực tuyến")
    if meeting.chair_id != chair and meeting.chair:
        new.append(f"đồng chí {meeting.chair.full_name} chủ trì")
    if meeting.clerk_id != clerk and meeting.clerk:
        new.append(f"đồng chí {meeting.clerk.full_name} làm thư ký")
    return new


def _ask_again(meeting: Meeting) -> None:
    meeting.attendees.exclude(answer=Answer.NONE).update(answer=Answer.NONE, answer_reason="", answered_at=None)


@transaction.atomic
def announce(*, meeting: Meeting, actor: User) -> Meeting:
    """Tell everybody who is called. From here the list follows the records until the meeting begins."""
    meeting = _prepared(meeting, actor)
    if meeting.state not in {MeetingState.DRAFT, MeetingState.POSTPONED}:
        raise _refuse_state(meeting)
    _announce(meeting, actor)
    return meeting


def _announce(meeting: Meeting, actor: User) -> None:
    if meeting.starts_at <= timezone.now():
        raise RuleViolation(f"{_GONE_BY} rồi thông báo.")
    if meeting.chair is None:
        raise RuleViolation("Đồng chí chọn người chủ trì trước khi thông báo.")
    again = meeting.state == MeetingState.POSTPONED
    meeting.state, meeting.reason = MeetingState.ANNOUNCED, ""
    meeting.announced_at = meeting.announced_at or timezone.now()
    meeting.revision += 1
    meeting.save(update_fields=["state", "announced_at", "reason", "revision"])
    write_list(meeting)
    if meeting.chair is None:
        raise RuleViolation("Người chủ trì không còn trong thành phần dự họp. Đồng chí chọn người khác rồi thông báo.")
    if again:
        _ask_again(meeting)
    # Who calls a meeting that he chairs himself need not be asked whether he comes.
    own = meeting.attendees.filter(member=meeting.chair, member__account=actor, answer=Answer.NONE)
    own.update(answer=Answer.COMES, answered_at=timezone.now())
    tell_story(meeting, Change.ANNOUNCED, "meeting.announced", actor=actor, text=when_and_where(meeting))
    what = "họp lại lúc" if again else "họp lúc"
    text = f"Mời đồng chí dự {meeting.title} của {meeting.unit.name}, {what} {when_and_where(meeting)}."
    text += f" {meeting.note}" if meeting.note else ""
    tell(meeting, "meetings.called", text, but=actor, short=in_short(meeting, "Mời đ/c dự"))
    moved(meeting.pk)


@transaction.atomic
def take_back(*, meeting: Meeting, actor: User) -> Meeting:
    """Back to a draft, before the day: those who were told hear that they are to wait."""
    meeting = _prepared(meeting, actor)
    if meeting.state != MeetingState.ANNOUNCED:
        raise _refuse_state(meeting)
    if meeting.day <= timezone.localdate():
        raise RuleViolation("Đã đến ngày họp nên không rút thông báo được. Đồng chí hoãn hoặc hủy và ghi lý do.")
    tell(
        meeting,
        "meetings.changed",
        f"{meeting.unit.name} rút thông báo {meeting.title} ({when_and_where(meeting)}). Đồng chí chờ thông báo mới.",
        but=actor,
        short=in_short(meeting, "Chưa họp:"),
    )
    meeting.state, meeting.announced_at = MeetingState.DRAFT, None
    meeting.revision += 1
    meeting.save(update_fields=["state", "announced_at", "revision"])
    _ask_again(meeting)
    tell_story(meeting, Change.TAKEN_BACK, "meeting.taken_back", actor=actor)
    moved(meeting.pk)
    return meeting


def _reason(reason: str) -> str:
    reason = clean(reason)[:500]
    if not reason:
        raise RuleViolation("Đồng chí ghi rõ lý do.")
    return reason


@transaction.atomic
def postpone(
    *, meeting: Meeting, reason: str, starts_at: datetime | None = None, place: str = "", actor: User
) -> Meeting:
    """Put off, to a new day at once where it is known; else until one is set and announced."""
    meeting = _prepared(meeting, actor)
    if meeting.state != MeetingState.ANNOUNCED:
        raise _refuse_state(meeting)
    reason = _reason(reason)
    was = when_and_where(meeting)
    meeting.state, meeting.reason = MeetingState.POSTPONED, reason
    meeting.revision += 1
    meeting.save(update_fields=["state", "reason", "revision"])
    tell_story(meeting, Change.POSTPONED, "meeting.postponed", actor=actor, text=reason, reason=reason)
    tell(
        meeting,
        "meetings.changed",
        f"Hoãn {meeting.title} của {meeting.unit.name} ({was}). Lý do: {reason}",
        but=actor,
        short=in_short(meeting, "Hoãn:"),
    )
    if starts_at is not None:
        meeting.starts_at, meeting.place = starts_at, clean(place)[:200] or meeting.place
        meeting.save(update_fields=["starts_at", "place"])
        _announce(meeting, actor)
    moved(meeting.pk)
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, actor: User) -> Meeting:
    """For good. A draft nobody was told of is cancelled in silence."""
    meeting = _prepared(meeting, actor)
    if meeting.state not in PREPARED:
        raise _refuse_state(meeting)
    return _cancel(meeting, _reason(reason), actor)


@transaction.atomic
def cancel_planned(*, unit: OrgUnit, reason: str, actor: User | None) -> int:
    """All that a unit has planned, where it ends or is merged away: whoever may end the unit may do that. How many."""
    planned = Meeting.objects.filter(unit=unit, state__in=PREPARED).order_by("pk")
    for meeting in planned:
        _cancel(locked(meeting, actor=actor), reason[:500], actor)
    return len(planned)


def _cancel(meeting: Meeting, reason: str, actor: User | None) -> Meeting:
    told = meeting.state != MeetingState.DRAFT
    meeting.state, meeting.reason = MeetingState.CANCELLED, reason
    meeting.revision += 1
    meeting.save(update_fields=["state", "reason", "revision"])
    tell_story(meeting, Change.CANCELLED, "meeting.cancelled", actor=actor, text=reason, reason=reason)
    if told:
        tell(
            meeting,
            "meetings.changed",
            f"Hủy {meeting.title} của {meeting.unit.name} ({when_and_where(meeting)}). Lý do: {reason}",
            but=actor,
            short=in_short(meeting, "Hủy:"),
        )
    moved(meeting.pk)
    return meeting

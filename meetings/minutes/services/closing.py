"""From a draft to locked minutes: circulated to those who were there, remarked on, signed by chair and clerk.
Afterwards only an annex."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.services import record as put_on_record
from common.errors import RuleViolation
from common.text import clean, clean_lines
from notifications.services import notify
from orgtree.enums import Right
from orgtree.rights import people_with

from ... import policies as meeting_policies
from ...enums import HERE, Capacity, Change, MeetingState
from ...models import Attendee, Meeting
from ...services.place import moved, tell_story
from ...services.telling import holders
from .. import policies
from ..content import content_of, digest_of
from ..enums import DocumentType, MinutesState
from ..models import Annex, Minutes, Remark
from .issuing import number_it
from .writing import minutes_locked, to_write

# Hours for remarks that are offered; 0: the minutes were read out and passed in the meeting.
TIMES = {0: "Đã đọc và thông qua ngay tại cuộc họp", 12: "12 giờ", 24: "01 ngày", 36: "36 giờ", 72: "03 ngày"}
_AS_WHAT = {policies.CHAIR: "chủ trì", policies.CLERK: "thư ký"}


def minutes_url(meeting: Meeting) -> str:
    return reverse("meetings:minutes", args=[meeting.pk])


def receivers_of(meeting: Meeting) -> list[Attendee]:
    """Those who were there and have an account: members and the superior's representative."""
    rows = meeting.attendees.filter(presence__in=HERE, member__isnull=False).exclude(capacity=Capacity.GUEST)
    return list(rows.select_related("member__account"))


@transaction.atomic
def circulate(*, meeting: Meeting, hours: int, actor: User) -> Minutes:
    """Lay the minutes before those who were there, for remarks until a set hour. Once more after that: the time runs
    anew, signatures fall."""
    meeting, record = to_write(meeting, actor)
    if meeting.state != MeetingState.MINUTES:
        raise RuleViolation("Đồng chí bế mạc cuộc họp rồi gửi biên bản lấy ý kiến.")
    if hours not in TIMES:
        raise RuleViolation("Đồng chí chọn thời hạn góp ý.")
    why = why_not_yet(meeting)
    if why:
        raise RuleViolation(why[0])
    now = timezone.now()
    record.state, record.remarks_until = MinutesState.CIRCULATED, now + timedelta(hours=hours)
    record.circulated_at = record.circulated_at or now
    _drop_signatures(record)
    record.save(update_fields=["state", "circulated_at", "remarks_until", "content", "digest", *_SIGNATURES])
    until = f"{timezone.localtime(record.remarks_until):%H:%M %d/%m/%Y}"
    tell_story(meeting, Change.CIRCULATED, "minutes.circulated", actor=actor, until=until)
    words = f"góp ý đến {until}" if hours else "đã thông qua tại cuộc họp, mời đồng chí xem"
    people = {one.member.account_id for one in receivers_of(meeting)} - {actor.pk}
    if people:
        notify(
            "meetings.minutes",
            users=people,
            text=f"Biên bản {meeting.title_inside}: {words}.",
            url=minutes_url(meeting),
            unit_id=meeting.unit_id,
        )
    if not hours:
        _ask_to_sign(meeting, record, actor)
    moved(meeting.pk)
    return record


def unmarked(meeting: Meeting) -> int:
    """How many who were called the roll says nothing of."""
    return meeting.attendees.filter(presence="unknown", duty="called").count()


def why_not_yet(meeting: Meeting) -> list[str]:
    """What is missing before the minutes can go round; sentences for the page."""
    missing = []
    if meeting.clerk is None:
        missing.append("Chưa có thư ký cuộc họp. Đồng chí chọn người ghi biên bản.")
    elif meeting.clerk_id == meeting.chair_id:
        missing.append("Người ghi biên bản và người chủ trì là hai đồng chí khác nhau. Đồng chí chọn lại thư ký.")
    if unknown := unmarked(meeting):
        missing.append(f"Còn {unknown} đồng chí chưa điểm danh.")
    return missing


_SIGNATURES = (
    *("chair_signed_by", "chair_signed_at", "chair_stand_in"),
    *("clerk_signed_by", "clerk_signed_at", "clerk_stand_in"),
)


def _drop_signatures(record: Minutes) -> None:
    for name in _SIGNATURES:
        setattr(record, name, "" if name.endswith("stand_in") else None)
    record.content, record.digest = {}, ""


def _ask_to_sign(meeting: Meeting, record: Minutes, actor: User) -> None:
    missing = [
        person
        for person, signed in ((meeting.chair, record.chair_signed_at), (meeting.clerk, record.clerk_signed_at))
        if person is not None and signed is None
    ]
    signers = {person.account_id for person in missing if not policies.why_unable(person)} - {actor.pk}
    if any(policies.why_unable(person) for person in missing):
        signers |= _stand_ins(meeting) - {actor.pk}
    if signers:
        notify(
            "meetings.minutes",
            users=signers,
            text=f"Biên bản {meeting.title_inside} chờ đồng chí ký.",
            url=minutes_url(meeting),
            unit_id=meeting.unit_id,
        )


def _stand_ins(meeting: Meeting) -> set[int]:
    """Who is asked to sign in the place of one who cannot: in the unit, else in the committee right above."""
    named = {person.account_id for person in (meeting.chair, meeting.clerk) if person is not None}
    own = holders(meeting) - named
    if own or meeting.unit.parent is None:
        return own
    return set(people_with(Right.APPROVE_REPORTS, meeting.unit.parent).values_list("pk", flat=True)) - named


@transaction.atomic
def remark(*, meeting: Meeting, text: str, actor: User) -> Remark:
    """What one who was there says to the minutes."""
    meeting, record = minutes_locked(meeting, actor)
    attendee = meeting_policies.attendee_of(actor, meeting)
    if not policies.may_remark(record, attendee):
        raise PermissionDenied
    if timezone.now() > record.remarks_until:
        raise RuleViolation("Đã hết thời hạn góp ý biên bản.")
    text = clean_lines(text)[:2000]
    if not text:
        raise RuleViolation("Đồng chí ghi nội dung góp ý.")
    made = Remark.objects.create(minutes=record, attendee=attendee, text=text)
    writers = {person.account_id for person in (meeting.chair, meeting.clerk) if person is not None} - {actor.pk}
    if writers:
        notify(
            "meetings.minutes",
            users=writers,
            text=f"Đồng chí {attendee.full_name} góp ý biên bản {meeting.title}.",
            url=minutes_url(meeting),
            unit_id=meeting.unit_id,
        )
    return made


@transaction.atomic
def reply(*, remark: Remark, text: str, actor: User) -> Remark:
    """What became of a remark: taken into the text, or why not."""
    meeting, record = minutes_locked(remark.minutes.meeting, actor)
    if not policies.may_write(actor, meeting):
        raise PermissionDenied
    if record.state != MinutesState.CIRCULATED:
        raise RuleViolation("Biên bản đã khóa.")
    text = clean(text)[:1000]
    if not text:
        raise RuleViolation("Đồng chí ghi ý kiến tiếp thu, giải trình.")
    remark = Remark.objects.select_for_update(of=("self",)).select_related("attendee__member").get(pk=remark.pk)
    remark.reply, remark.replied_by = text, actor
    remark.save(update_fields=["reply", "replied_by"])
    member = remark.attendee.member
    if member is not None and member.account_id != actor.pk:
        notify(
            "meetings.minutes",
            users=[member.account_id],
            text=f"Góp ý của đồng chí vào biên bản {meeting.title} đã được trả lời.",
            url=minutes_url(meeting),
            unit_id=meeting.unit_id,
        )
    return remark


def why_not_signed(record: Minutes) -> str:
    """Why nobody can sign yet; empty when one can."""
    if record.state != MinutesState.CIRCULATED:
        return "Biên bản chưa được gửi lấy ý kiến." if record.state == MinutesState.WRITING else "Biên bản đã khóa."
    if timezone.now() < record.remarks_until:
        return f"Ký được khi hết thời hạn góp ý, lúc {timezone.localtime(record.remarks_until):%H:%M %d/%m/%Y}."
    waiting = record.remarks.filter(reply="").count()
    return f"Còn {waiting} góp ý chưa được trả lời." if waiting else ""


def stand_in_words(meeting: Meeting, as_what: str) -> str:
    """As the minutes and the record say it."""
    person = meeting.chair if as_what == policies.CHAIR else meeting.clerk
    return f"ký thay đồng chí {person.full_name}, {policies.why_unable(person)}"


@transaction.atomic
def sign(*, meeting: Meeting, as_what: str, digest: str, actor: User) -> Minutes:
    """Sign what was read: `digest` is that of the text on the page. With both signatures the minutes are numbered and
    locked for ever. A signature under a text that was changed since does not count."""
    meeting, record = minutes_locked(meeting, actor)
    stands_in = ""
    if as_what not in policies.signs_as(actor, meeting):
        if as_what not in policies.stands_in_as(actor, meeting):
            raise PermissionDenied
        stands_in = stand_in_words(meeting, as_what)
    if meeting.state != MeetingState.MINUTES or (why := why_not_signed(record)):
        raise RuleViolation(why if meeting.state == MeetingState.MINUTES else "Biên bản đã khóa.")
    content = content_of(meeting, record)
    if digest_of(content) != digest:
        raise RuleViolation("Biên bản vừa được sửa sau khi đồng chí mở trang. Đồng chí đọc lại rồi ký.")
    if record.digest != digest:
        _drop_signatures(record)
    if getattr(record, f"{as_what}_signed_at"):
        raise RuleViolation("Đồng chí đã ký biên bản này.")
    other = policies.CLERK if as_what == policies.CHAIR else policies.CHAIR
    if getattr(record, f"{other}_signed_by_id") == actor.pk:
        raise RuleViolation("Chủ trì và thư ký là hai đồng chí khác nhau; đồng chí đã ký với tư cách kia.")
    record.content, record.digest = content, digest
    setattr(record, f"{as_what}_signed_by", actor)
    setattr(record, f"{as_what}_signed_at", timezone.now())
    setattr(record, f"{as_what}_stand_in", f"đồng chí {actor.full_name} {stands_in}" if stands_in else "")
    whole = record.chair_signed_at is not None and record.clerk_signed_at is not None
    if whole:
        record.state = MinutesState.APPROVED
    record.save(update_fields=["state", "content", "digest", *_SIGNATURES])
    signed_as = f"{_AS_WHAT[as_what]} ({stands_in})" if stands_in else _AS_WHAT[as_what]
    put_on_record("minutes.signed", actor=actor, target=meeting, unit=meeting.unit, detail={"as_what": signed_as})
    if whole:
        _lock(meeting, record, actor)
    else:
        _ask_to_sign(meeting, record, actor)
    moved(meeting.pk)
    return record


def _lock(meeting: Meeting, record: Minutes, actor: User) -> None:
    """The number of the minutes, then nothing of the meeting changes any more."""
    number_it(
        meeting=meeting,
        kind=DocumentType.MINUTES,
        subject=record.content["subject"],
        day=timezone.localdate(meeting.began_at),
        content={"minutes": record.digest},
        actor=actor,
    )
    meeting.state = MeetingState.COMPLETED
    meeting.save(update_fields=["state"])
    tell_story(meeting, Change.COMPLETED, "minutes.approved", actor=actor)


@transaction.atomic
def annex(*, meeting: Meeting, text: str, reason: str, actor: User) -> Annex:
    """What is put right after the locking."""
    meeting, record = minutes_locked(meeting, actor)
    if not meeting_policies.may_hold(actor, meeting.unit):
        raise PermissionDenied
    if record.state != MinutesState.APPROVED:
        raise RuleViolation("Biên bản chưa khóa: đồng chí sửa thẳng vào biên bản.")
    text, reason = clean_lines(text)[:8000], clean(reason)[:500]
    if not text:
        raise RuleViolation("Đồng chí ghi nội dung bổ sung, đính chính.")
    if not reason:
        raise RuleViolation("Đồng chí ghi rõ lý do bổ sung.")
    number = record.annexes.count() + 1
    digest = digest_of({"minutes": record.digest, "number": number, "text": text, "reason": reason})
    made = Annex.objects.create(minutes=record, number=number, text=text, reason=reason, made_by=actor, digest=digest)
    tell_story(
        meeting,
        Change.ANNEXED,
        "minutes.annexed",
        actor=actor,
        text=f"Phụ lục số {number}",
        number=number,
        reason=reason,
    )
    people = {one.member.account_id for one in receivers_of(meeting)} - {actor.pk}
    if people:
        notify(
            "meetings.minutes",
            users=people,
            text=f"Biên bản {meeting.title_inside} có phụ lục số {number}.",
            url=minutes_url(meeting),
            unit_id=meeting.unit_id,
        )
    moved(meeting.pk)
    return made

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from common.uploads.keeping import KeptDocument
from members.models import Member
from orgtree.models import OrgUnit

from .above.models import BranchPeriod, LongAbsence, list_triggers, meeting_triggers  # noqa: F401
from .enums import (
    OF_THE_COMMITTEE,
    TRANSITIONS,
    AgendaPart,
    Answer,
    Capacity,
    Change,
    Duty,
    MeetingKind,
    MeetingState,
    Presence,
    SpeechState,
)

_LOCKED = """
    IF EXISTS (
        SELECT 1 FROM meetings_meeting m
        WHERE m.id = {meeting} AND m.state = 'completed'
    ) THEN
        RAISE EXCEPTION 'the minutes of this meeting are closed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def locked_with_the_minutes(name: str, meeting: str = "meeting_id") -> pgtrigger.Trigger:
    """Nothing that the minutes were drawn from changes once they are closed (features C7)."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("meeting", "bigint")],
        func=f"meeting := CASE WHEN TG_OP = 'DELETE' THEN OLD.{meeting} ELSE NEW.{meeting} END;"
        + _LOCKED.format(meeting="meeting"),
    )


def _person(**options) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", **options)


class Habit(models.Model):
    """When and where a branch usually meets: what next month's meeting is proposed from (features C1)."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="meeting_habits")
    kind = models.CharField(max_length=16, choices=MeetingKind, default=MeetingKind.REGULAR)
    # A day of the month, or the nth weekday of it (Monday is 0; week 5 is the last).
    day = models.PositiveSmallIntegerField("Ngày trong tháng", null=True, blank=True)
    week = models.PositiveSmallIntegerField("Tuần trong tháng", null=True, blank=True)
    weekday = models.PositiveSmallIntegerField("Thứ", null=True, blank=True)
    at = models.TimeField("Giờ")
    minutes = models.PositiveSmallIntegerField("Thời lượng (phút)", default=90)
    place = models.CharField("Địa điểm", max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="habit_once"),
            models.CheckConstraint(
                name="habit_has_its_day",
                condition=Q(day__gte=1, day__lte=31, week=None, weekday=None)
                | Q(day=None, week__gte=1, week__lte=5, weekday__gte=0, weekday__lte=6),
            ),
        ]


class Meeting(models.Model):
    """A meeting of a branch or a committee. Written through `services` alone, under a lock on the row; the trigger
    refuses a step that enums.TRANSITIONS does not know."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="meetings", verbose_name="Đơn vị")
    kind = models.CharField("Loại", max_length=16, choices=MeetingKind)
    # A regular meeting that carries out a thematic one after its own part (domain.md §4.1).
    with_thematic = models.BooleanField("Kết hợp sinh hoạt chuyên đề", default=False)
    title = models.CharField("Tên cuộc họp", max_length=200)
    topic = models.CharField("Chuyên đề", max_length=300, blank=True)
    state = models.CharField("Tình trạng", max_length=12, choices=MeetingState, default=MeetingState.DRAFT)
    starts_at = models.DateTimeField("Bắt đầu")
    minutes = models.PositiveSmallIntegerField("Thời lượng (phút)", default=90)
    place = models.CharField("Địa điểm", max_length=200)
    online_link = models.URLField("Đường dẫn họp trực tuyến", max_length=500, blank=True)
    chair = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Chủ trì")
    clerk = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Thư ký")
    note = models.CharField("Lời nhắn kèm thông báo", max_length=1000, blank=True)
    reason = models.CharField("Lý do hoãn, hủy", max_length=500, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # Told first at …; documents count as on time by it and by their own hour.
    announced_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    current_item = models.ForeignKey("AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+")
    # Of the code shown in the room; a new one at each beginning.
    check_in_key = models.CharField(max_length=64, blank=True, editable=False)
    # Written up on paper or in an earlier system and entered later, so that the year's book is whole.
    from_paper = models.BooleanField(default=False)
    made_by = _person()
    made_at = models.DateTimeField(db_default=Now())
    # Tells two who change the same meeting apart.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["unit", "-starts_at"], name="meeting_of_unit"),
            models.Index(fields=["state", "starts_at"], name="meeting_by_state"),
            # The calendar of a nation's month, day by day.
            models.Index(fields=["starts_at", "id"], name="meeting_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="meeting_put_off_with_reason",
                condition=~Q(state__in=["postponed", "cancelled"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="meeting_held_has_its_hours",
                condition=~Q(state__in=["in_progress", "minutes", "completed"])
                | (Q(began_at__isnull=False, chair__isnull=False)),
            ),
            models.CheckConstraint(
                name="meeting_over_has_ended",
                condition=~Q(state__in=["minutes", "completed"]) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_begins", condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at"))
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_known_steps",
                field="state",
                transitions=[(str(before), str(after)) for before, after in TRANSITIONS],
            ),
            pgtrigger.Protect(
                name="completed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="completed"),
            ),
            *meeting_triggers(),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:old_minutes" if self.from_paper else "meetings:meeting", args=[self.pk])

    @property
    def title_inside(self) -> str:
        """In the middle of a sentence: «sinh hoạt chi bộ …»; a title that begins otherwise stays as it was typed."""
        return self.title[0].lower() + self.title[1:] if self.title.startswith(("Sinh hoạt ", "Họp ")) else self.title

    @property
    def is_of_the_committee(self) -> bool:
        return self.kind in OF_THE_COMMITTEE

    @property
    def day(self) -> date:
        """In Vietnam: the records and the rules of that day count."""
        return timezone.localtime(self.starts_at).date()

    @property
    def minutes_held(self) -> int | None:
        """How long it took."""
        return int((self.ended_at - self.began_at).total_seconds() // 60) if self.ended_at else None


class AgendaItem(models.Model):
    """A point of the agenda. `notes` is the discussion that the secretary writes; `notes_revision` tells two writers
    apart, so that nothing is overwritten silently."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    part = models.CharField("Phần", max_length=8, choices=AgendaPart, default=AgendaPart.MAIN)
    title = models.CharField("Nội dung", max_length=300)
    speaker = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Người trình bày"
    )
    minutes = models.PositiveSmallIntegerField("Số phút", default=10)
    # What the system itself does here (catalogue/agenda.toml): roll, tasks, resolution, vote, score, minutes.
    marks = models.CharField(max_length=12, blank=True)
    draft = models.TextField("Dự thảo nghị quyết, kết luận", blank=True)
    notes = models.TextField("Diễn biến", blank=True)
    notes_revision = models.PositiveIntegerField(default=0)
    notes_by = _person()
    conclusion = models.TextField("Kết luận", blank=True)
    began_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["meeting", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="item_has_its_place",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [locked_with_the_minutes("items_stay_with_the_minutes")]

    def __str__(self) -> str:
        return self.title


class ItemDocument(KeptDocument):
    """A paper for an item; on time when it stood there a day before (domain.md §4.2): `added_at` is when those who are
    called could see it."""

    KEPT_IN = "meetings"

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="documents")

    class Meta:
        ordering = ["item", "id"]


class Attendee(models.Model):
    """A person on the meeting's list, in the capacity of that day: records change later, the list does not. A guest
    without a record has only a name."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="attended")
    full_name = models.CharField("Họ và tên", max_length=120)
    name_sort = models.BinaryField(max_length=400, editable=False)
    about = models.CharField("Chức vụ, đơn vị", max_length=200, blank=True)
    capacity = models.CharField(max_length=12, choices=Capacity)
    duty = models.CharField(max_length=10, choices=Duty, default=Duty.CALLED)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.NONE)
    answer_reason = models.CharField("Lý do xin vắng", max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.UNKNOWN)
    absence_reason = models.CharField("Lý do vắng", max_length=300, blank=True)
    arrived_at = models.TimeField("Đến muộn lúc", null=True, blank=True)
    left_at = models.TimeField("Về lúc", null=True, blank=True)
    # Told by the code in the room: «tự điểm danh» until the secretary confirms.
    self_marked = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "name_sort", "id"]
        indexes = [models.Index(fields=["member", "meeting"], name="attendee_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(member__isnull=False), name="attendee_once"
            ),
            models.CheckConstraint(
                name="attendee_leave_with_reason",
                condition=~Q(answer__in=["asks_leave", "excused", "refused"]) | ~Q(answer_reason=""),
            ),
            models.CheckConstraint(
                name="attendee_member_has_record",
                condition=Q(member__isnull=False) | Q(capacity__in=["guest", "superior"]),
            ),
        ]
        triggers = [locked_with_the_minutes("list_stays_with_the_minutes"), *list_triggers()]

    def __str__(self) -> str:
        return self.full_name


class DocumentRead(models.Model):
    """Who of those called has opened a paper, for the secretary (features C2)."""

    document = models.ForeignKey(ItemDocument, models.CASCADE, related_name="reads")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="reads")
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "attendee"], name="read_once")]


class Opinion(models.Model):
    """What a member says to an item before the meeting, or has taken down in it. Before it he has one for each item,
    which he may change."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="opinions")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="opinions")
    text = models.TextField("Ý kiến", max_length=4000)
    made_at = models.DateTimeField(db_default=Now())
    before_meeting = models.BooleanField(default=True)

    class Meta:
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "attendee"], condition=Q(before_meeting=True), name="opinion_before_once"
            )
        ]


class SpeechRequest(models.Model):
    """Who asks to speak, in the order of asking."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="speeches")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="speeches")
    item = models.ForeignKey(AgendaItem, models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=SpeechState, default=SpeechState.ASKED)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["meeting", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "attendee"], condition=Q(state__in=["asked", "called"]), name="speech_asked_once"
            )
        ]


class MeetingEvent(models.Model):
    """A line of the meeting's story."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Change)
    made_by = _person()
    made_at = models.DateTimeField(db_default=Now())
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["meeting", "-id"]
        triggers = [pgtrigger.Protect(name="events_stay", operation=pgtrigger.Update | pgtrigger.Delete)]


class CalendarFeed(models.Model):
    """The secret address of a member's own calendar: kind, hour and place, nothing else. Only its hash is kept; it
    ends with the membership or by the member's wish."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=Now())
    last_read_on = models.DateField(null=True)


from .minutes.models import Annex, Conclusion, IssuedDocument, Minutes, Remark, Score  # noqa: E402, F401
from .votes.models import (  # noqa: E402, F401
    Ballot,
    BallotBox,
    Candidate,
    Entitled,
    OpenBallot,
    Participation,
    Receipt,
    ReceiptBox,
    Vote,
)

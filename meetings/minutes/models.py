"""What a meeting leaves behind: minutes, numbered documents, conclusions, the score."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from assignments.models import Assignment
from orgtree.models import CommitteeTerm, OrgUnit

from ..models import AgendaItem, Attendee, Meeting, locked_with_the_minutes
from .enums import DocumentType, MinutesState, ScoreState


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class Minutes(models.Model):
    """The minutes of one meeting: writing → circulated to those present → approved by chair and secretary, and locked
    with the hash of what they said (features C7)."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, primary_key=True, related_name="record")
    state = models.CharField(max_length=10, choices=MinutesState, default=MinutesState.WRITING)
    opening = models.TextField("Mở đầu", blank=True)
    closing = models.TextField("Kết thúc", blank=True)
    revision = models.PositiveIntegerField(default=0)
    circulated_at = models.DateTimeField(null=True)
    remarks_until = models.DateTimeField("Góp ý đến", null=True)
    chair_signed_by = _person()
    chair_signed_at = models.DateTimeField(null=True)
    clerk_signed_by = _person()
    clerk_signed_at = models.DateTimeField(null=True)
    # In whose place somebody else signed, and why; empty: he did so himself.
    chair_stand_in = models.CharField("Ký thay chủ trì", max_length=400, blank=True)
    clerk_stand_in = models.CharField("Ký thay thư ký", max_length=400, blank=True)
    # All that the printed minutes say, as data; `digest` is its SHA-256, printed on them.
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # Minutes from paper or an earlier system.
    scan = models.FileField(upload_to="meetings/minutes/%Y-%m/", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="minutes_approved_are_signed",
                condition=~Q(state="approved")
                | (~Q(digest="") & (Q(chair_signed_at__isnull=False, clerk_signed_at__isnull=False) | ~Q(scan=""))),
            ),
            models.CheckConstraint(
                name="minutes_circulated_until", condition=~Q(state="circulated") | Q(remarks_until__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_minutes_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="approved"),
            )
        ]


class Remark(models.Model):
    """What one who was there says to the circulated minutes, and what became of it."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="remarks")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="remarks")
    text = models.TextField("Góp ý", max_length=2000)
    made_at = models.DateTimeField(db_default=Now())
    reply = models.CharField("Tiếp thu, giải trình", max_length=1000, blank=True)
    replied_by = _person()

    class Meta:
        ordering = ["minutes", "id"]


class Annex(models.Model):
    """What is put right after the locking: the minutes themselves are never edited."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="annexes")
    number = models.PositiveSmallIntegerField()
    text = models.TextField("Nội dung bổ sung, đính chính", max_length=8000)
    reason = models.CharField("Lý do", max_length=500)
    made_by = _person()
    made_at = models.DateTimeField(db_default=Now())
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["minutes", "number"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="annex_number_once")]
        triggers = [pgtrigger.Protect(name="annexes_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def title(self) -> str:
        return f"Phụ lục số {self.number}"


class Conclusion(models.Model):
    """A conclusion of the meeting; one with an owner and a date becomes a task (features C9)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="conclusions")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="conclusions")
    text = models.TextField("Kết luận", max_length=2000)
    assignment = models.OneToOneField(Assignment, models.PROTECT, null=True, related_name="conclusion")

    class Meta:
        ordering = ["meeting", "id"]
        triggers = [locked_with_the_minutes("conclusions_stay_with_the_minutes")]


class IssuedDocument(models.Model):
    """A resolution, conclusion or notice that came out of a meeting, numbered on from 01 by type within the committee's
    term, not by year (domain.md §6.2). Never changed once it has its number."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    term = models.ForeignKey(CommitteeTerm, models.PROTECT, related_name="+")
    type = models.CharField(max_length=4, choices=DocumentType)
    number = models.PositiveIntegerField()
    subject = models.CharField("Trích yếu", max_length=300)
    day = models.DateField("Ngày ban hành")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="documents")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_by = _person()
    issued_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["unit", "-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["unit", "type", "term", "number"], name="document_number_once")]
        triggers = [pgtrigger.Protect(name="documents_stay", operation=pgtrigger.Update | pgtrigger.Delete)]


class Score(models.Model):
    """The sheet of 100 points of one meeting (domain.md §4.6), in the version of the sheet that held on its day."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, primary_key=True, related_name="score")
    sheet = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=ScoreState, default=ScoreState.DRAFT)
    # By item: points, and why they differ from what the system found.
    points = models.JSONField(default=dict, blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    grade = models.CharField(max_length=10, blank=True)
    confirmed_by = _person()
    confirmed_at = models.DateTimeField(null=True)
    decided_by = _person()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField("Lý do trả lại", max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="score_within_100", condition=Q(total__gte=0, total__lte=100)),
            models.CheckConstraint(
                name="score_confirmed_is_signed",
                condition=Q(state="draft") | (Q(confirmed_by__isnull=False) & ~Q(grade="")),
            ),
            models.CheckConstraint(name="score_returned_with_reason", condition=~Q(state="returned") | ~Q(reason="")),
        ]

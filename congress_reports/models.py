import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse

from common.uploads.keeping import KeptDocument
from members.models import Member
from orgtree.models import OrgUnit, UnitKind

from . import totals_sql
from .enums import TRANSITIONS, CongressForm, CongressState, DeadlineRule, EventKind, ReportState


def _person(**options) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", **options)


class Campaign(models.Model):
    """The congresses of one term below one unit: who owes which reports, by when, in which forms. Data with a version:
    changed until the first report was sent, copied for the next term."""

    top = models.ForeignKey(OrgUnit, models.PROTECT, related_name="campaigns", verbose_name="Đơn vị")
    name = models.CharField("Tên đợt", max_length=200)
    term = models.CharField("Nhiệm kỳ", max_length=20)
    congress_number = models.CharField("Đại hội lần thứ", max_length=20, blank=True)
    opens_on = models.DateField("Bắt đầu")
    ends_on = models.DateField("Dự kiến kết thúc")
    closed_on = models.DateField("Đã đóng ngày", null=True, blank=True)
    reference_date = models.DateField("Thời điểm tính tuổi")
    young_below = models.PositiveSmallIntegerField("Tuổi trẻ là dưới", default=42)
    bands = models.JSONField("Độ tuổi", default=list)
    # Shares of a committee in percent; none: nothing is compared.
    target_female = models.PositiveSmallIntegerField("Mục tiêu nữ", null=True, blank=True, default=15)
    target_young = models.PositiveSmallIntegerField("Mục tiêu trẻ", null=True, blank=True, default=10)
    target_minority = models.PositiveSmallIntegerField("Mục tiêu dân tộc thiểu số", null=True, blank=True)
    # Reports are expected from here on; before it the campaign is prepared.
    opened_at = models.DateTimeField("Đã mở lúc", null=True, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = _person()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(name="campaign_ends_after_it_opens", condition=Q(ends_on__gte=F("opens_on"))),
            models.CheckConstraint(
                name="campaign_closes_after_it_opens", condition=Q(closed_on=None) | Q(closed_on__gte=F("opens_on"))
            ),
            models.UniqueConstraint(fields=["top", "name"], name="campaign_named_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("congress_reports:campaign", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def is_prepared(self) -> bool:
        """Not opened yet: nobody owes anything."""
        return self.opened_at is None


class CampaignForm(models.Model):
    """One type of report (a … e) as this campaign asks it: the definition that `forms.loading.form_of` reads. What was
    sent keeps the version it was sent in."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="forms")
    code = models.CharField(max_length=4)
    title = models.CharField(max_length=300)
    short = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    definition = models.JSONField()

    class Meta:
        ordering = ["campaign", "code"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="form_once_in_campaign")]

    def __str__(self) -> str:
        return f"{self.code}) {self.short}"


class Duty(models.Model):
    """Units of a kind owe a form, with a deadline (domain.md §5.2). `decides_self`: the unit has nobody above."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="duties")
    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="+", verbose_name="Loại hình")
    form = models.ForeignKey(CampaignForm, models.CASCADE, related_name="duties", verbose_name="Báo cáo")
    rule = models.CharField("Hạn", max_length=14, choices=DeadlineRule)
    days = models.PositiveSmallIntegerField("Số ngày sau đại hội", null=True, blank=True)
    before = models.DateField("Trước ngày", null=True, blank=True)
    deputies_most = models.PositiveSmallIntegerField("Phó bí thư nhiều nhất", default=2)

    class Meta:
        ordering = ["campaign", "kind__rank", "form__code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "form"], name="duty_once"),
            models.CheckConstraint(
                name="duty_has_its_deadline",
                condition=Q(rule=DeadlineRule.AFTER_CONGRESS, days__isnull=False, before=None)
                | Q(rule=DeadlineRule.BEFORE_DAY, before__isnull=False, days=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.kind}"


class Congress(models.Model):
    """A line of the schedule (lịch đại hội): one for each unit that holds a congress in the campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="congresses")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="congresses")
    planned_on = models.DateField("Ngày dự kiến", null=True, blank=True)
    planned_at = models.TimeField("Giờ", null=True, blank=True)
    place = models.CharField("Địa điểm", max_length=200, blank=True)
    form = models.CharField("Hình thức", max_length=12, choices=CongressForm, blank=True)
    steering = models.CharField("Đồng chí chỉ đạo", max_length=300, blank=True)
    state = models.CharField("Tình trạng", max_length=10, choices=CongressState, default=CongressState.PLANNED)
    held_on = models.DateField("Bế mạc ngày", null=True, blank=True)
    reason = models.CharField("Lý do hoãn", max_length=500, blank=True)
    note = models.CharField("Ghi chú", max_length=300, blank=True)
    changed_by = _person()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["campaign", "planned_on"], name="congress_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="congress_once_in_campaign"),
            models.CheckConstraint(
                name="congress_held_has_its_day",
                condition=(Q(state=CongressState.HELD) & Q(held_on__isnull=False))
                | (~Q(state=CongressState.HELD) & Q(held_on=None)),
            ),
            models.CheckConstraint(
                name="congress_postponed_with_reason", condition=~Q(state=CongressState.POSTPONED) | ~Q(reason="")
            ),
        ]
        triggers = totals_sql.congress_triggers()

    @property
    def day(self):
        """The day it ended, or is planned."""
        return self.held_on or self.planned_on


class Report(models.Model):
    """A report that a unit owes: the row is there before anybody begins (features E1). Written through `services`
    alone, under a lock on the row; the trigger refuses a step that enums.TRANSITIONS does not know."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reports")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="congress_reports")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="reports")
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.EXPECTED)
    # The last day in time, Vietnam's; none while the day of the congress is not known.
    due_on = models.DateField("Hạn", null=True, blank=True)
    extended_to = models.DateField("Gia hạn đến hết", null=True, blank=True)
    # What is being typed: `forms.values.Answers` as JSON; `revision` tells two typists apart.
    answers = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    # Who wrote last, when, and on which open page: his own page that saved a moment ago is no second typist.
    saved_by = _person()
    saved_at = models.DateTimeField(null=True)
    saved_on = models.CharField(max_length=24, blank=True, db_default="")
    version = models.PositiveSmallIntegerField("Lần gửi", default=0)
    # Of the version that waits or was approved, in the order of the form's summed figures; empty otherwise.
    figures = ArrayField(models.BigIntegerField(), default=list, blank=True)
    drafted_by = _person()
    ready_by = _person()
    ready_at = models.DateTimeField(null=True)
    sent_by = _person()
    sent_at = models.DateTimeField(null=True)
    late_days = models.PositiveSmallIntegerField("Quá hạn (ngày)", null=True)
    has_soft_findings = models.BooleanField(default=False)
    # Sent although reports below were missing or undecided: stays visible in every total above (features E5).
    incomplete_reason = models.CharField(max_length=500, blank=True)
    taken_by = _person()
    taken_at = models.DateTimeField(null=True)
    # A top unit has nobody above: its organisation department and a second person confirm (letter 000 §2.1).
    first_approved_by = _person()
    decided_by = _person()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField("Lý do từ chối", max_length=1000, blank=True)
    # A report below was changed after this one was sent (features E7).
    stale_since = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    # By the closing, moving or changing of its unit: expected again when the unit is what it was.
    ended_with_unit = models.BooleanField(default=False)
    # The superior has seen to a late report himself: the daily reminders rest, until a new last day has passed.
    escalated_by = _person()
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "campaign"], name="report_of_unit"),
            # For the round of reminders, unit by unit.
            models.Index(
                F("unit"),
                Coalesce("extended_to", "due_on"),
                name="report_unfiled_of_unit",
                condition=Q(state__in=["expected", "draft", "rejected"]),
            ),
            models.Index(fields=["campaign", "state", "due_on"], name="report_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "duty"], name="report_expected_once"),
            models.CheckConstraint(
                name="report_sent_is_signed",
                condition=~Q(state__in=["sent", "in_review", "approved"])
                | Q(sent_by__isnull=False, sent_at__isnull=False, late_days__isnull=False, version__gte=1),
            ),
            models.CheckConstraint(
                name="report_decided_is_signed",
                condition=~Q(state__in=["approved", "rejected"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_rejected_with_reason",
                condition=~Q(state="rejected") | Q(reason__regex=r"\S.{8,}\S"),
            ),
            models.CheckConstraint(
                name="report_not_decided_by_its_sender", condition=~Q(state="approved") | ~Q(decided_by=F("sent_by"))
            ),
            models.CheckConstraint(
                name="report_in_review_is_taken",
                condition=(Q(state="in_review") & Q(taken_by__isnull=False))
                | (~Q(state="in_review") & Q(taken_by=None)),
            ),
            models.CheckConstraint(
                name="report_figures_while_they_count",
                condition=Q(state__in=["sent", "in_review", "approved"]) | Q(figures=[]),
            ),
            models.CheckConstraint(name="report_ended_with_reason", condition=~Q(state="ended") | ~Q(end_reason="")),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_known_steps",
                field="state",
                transitions=[(str(before), str(after)) for before, after in TRANSITIONS],
            ),
            *totals_sql.report_triggers(),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} · {self.unit_id}"

    def get_absolute_url(self) -> str:
        return reverse("congress_reports:report", args=[self.pk])

    @property
    def last_day(self):
        """The last day in time, with the extension."""
        return self.extended_to or self.due_on

    @property
    def is_resubmitted(self) -> bool:
        return self.version > 1


class ReportVersion(models.Model):
    """What was sent, as it was sent. Never changed, whatever happens to the report."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    form_version = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    # Soft findings with the reasons given, as sentences: what the reviewer reads first.
    findings = models.JSONField(default=list)
    sent_by = _person()
    sent_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="version_once")]
        triggers = [pgtrigger.Protect(name="versions_stay", operation=pgtrigger.Update | pgtrigger.Delete)]


class ReportEvent(models.Model):
    """A line of the timeline: who did what to the report, and why."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=EventKind)
    version = models.PositiveSmallIntegerField(default=0)
    made_by = _person()
    made_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=1000, blank=True)
    # Fields that a rejection points at, by path.
    paths = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["report", "-id"], name="event_of_report"),
            # For what happened on a day.
            models.Index(fields=["made_at"], name="event_by_time"),
        ]
        triggers = [pgtrigger.Protect(name="events_stay", operation=pgtrigger.Update | pgtrigger.Delete)]


class ElectedPerson(models.Model):
    """Who was elected into what, from the version that waits or was approved."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="elected")
    body = models.CharField(max_length=20)
    full_name = models.CharField(max_length=120)
    birth_year = models.PositiveSmallIntegerField(null=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    votes = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    round_no = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["report", "body", "-votes", "id"]
        indexes = [models.Index(fields=["member"], name="elected_member")]


class Attachment(KeptDocument):
    """Biên bản, nghị quyết: kept with the report, served through a view that asks the right."""

    KEPT_IN = "congress-reports"

    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    # The versions it was sent with: from the first on (a draft's is 0), to the last when it was taken off since.
    since_version = models.PositiveSmallIntegerField(default=0)
    until_version = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["report", "id"]
        constraints = [
            models.CheckConstraint(name="attachment_sent_is_clean", condition=Q(since_version=0) | Q(state="clean")),
            models.CheckConstraint(
                name="attachment_ends_after_it_begins",
                condition=Q(until_version=None) | Q(since_version__gte=1, until_version__gte=F("since_version")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sent_files_stay", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__since_version__gt=0)
            ),
            pgtrigger.Protect(
                name="sent_files_stay_the_same",
                operation=pgtrigger.UpdateOf("file", "digest", "title", "since_version", "report_id"),
                condition=pgtrigger.Q(old__since_version__gt=0),
            ),
        ]

    def goes_with(self, number: int) -> bool:
        """Whether it was sent with that version."""
        return 0 < self.since_version <= number and (self.until_version is None or number <= self.until_version)


class Total(models.Model):
    """Sums for one duty over all units below one that has units below it: how many reports stand in which state, and
    the figures of the approved and of the waiting ones. Read through `selectors.totals`, which adds what waits."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="+")
    states = ArrayField(models.BigIntegerField(), default=list)
    approved = ArrayField(models.BigIntegerField(), default=list)
    waiting = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "duty"], name="total_once")]


class TotalDelta(models.Model):
    """What a change of a report adds; written by a trigger in the same transaction, folded to all superiors by a job
    (performance.md §C)."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="+")
    states = ArrayField(models.BigIntegerField(), default=list)
    approved = ArrayField(models.BigIntegerField(), default=list)
    waiting = ArrayField(models.BigIntegerField(), default=list)

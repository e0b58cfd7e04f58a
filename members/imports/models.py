import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from jobs.models import Job
from orgtree.models import OrgUnit

from .enums import BatchState, Level, Outcome


def random_path(batch: "ImportBatch", file_name: str) -> str:
    """Where an uploaded workbook waits: nothing of its own name, which may tell whose it is."""
    return f"imports/{secrets.token_hex(16)}"


class ImportBatch(models.Model):
    """One member list on its way into the system. The workbook is kept until it is confirmed, at most a day; its rows
    until it can be undone no more."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="member_imports", verbose_name="Đơn vị")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    file = models.FileField(upload_to=random_path, blank=True)
    file_label = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.READING)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    failure = models.CharField(max_length=500, blank=True)
    encoding = models.CharField(max_length=10, blank=True)
    dropped_columns = ArrayField(models.CharField(max_length=300), default=list)
    skipped_sheets = ArrayField(models.CharField(max_length=100), default=list)
    header_rows = models.JSONField(default=dict)
    clean = models.PositiveIntegerField(default=0)
    warn = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    accept_warnings = models.BooleanField(default=False)
    # Outcome → level → rows: foreseen when checked, true once entered.
    outcomes = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["unit", "-id"], name="member_import_unit")]
        constraints = [
            models.CheckConstraint(
                name="member_import_entered_iff_dated",
                condition=Q(state__in=["entered", "undoing", "undone"], entered_at__isnull=False)
                | (~Q(state__in=["entered", "undoing", "undone"]) & Q(entered_at=None)),
            ),
            models.CheckConstraint(
                name="member_import_file_not_kept", condition=Q(file="") | Q(state__in=["reading", "checked"])
            ),
        ]

    def __str__(self) -> str:
        return f"Danh sách số {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("members:import", args=[self.pk])

    @property
    def rows_total(self) -> int:
        return self.clean + self.warn + self.bad


class ImportBlock(models.Model):
    """Rows that stand together under one branch's name: a sheet, a heading, or an unbroken run. What the name does not
    settle is asked once for the block."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="blocks")
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    context = models.CharField(max_length=200, blank=True)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    branch = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    chosen = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="member_import_block_once")]


class ImportRow(models.Model):
    """One person of a list: what it says and what it does. `changes` holds each field's value before and after,
    `made` the account and the posts that came with it: from these two it can be undone."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    block = models.ForeignKey(ImportBlock, models.CASCADE, null=True, related_name="people")
    person = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()
    level = models.CharField(max_length=5, choices=Level)
    full_name = models.CharField(max_length=120, blank=True)
    citizen_id = models.CharField(max_length=12, blank=True)
    values = models.JSONField(default=dict)
    posts = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=list)
    member = models.ForeignKey("members.Member", models.SET_NULL, null=True, related_name="+")
    made = models.JSONField(default=dict)
    # The unit that was to have this person as its secretary or deputy, of a row that was not entered.
    leads = models.ForeignKey(OrgUnit, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["person"]
        indexes = [
            models.Index(fields=["batch", "outcome", "person"], name="member_import_row_outcome"),
            models.Index(F("batch"), F("person"), name="member_import_row_faulty", condition=~Q(remarks=[])),
            models.Index(fields=["leads"], name="member_import_row_leads", condition=Q(leads__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["batch", "person"], name="member_import_row_once")]

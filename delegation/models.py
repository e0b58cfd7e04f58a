from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from jobs.models import Job
from members.enums import PostCode
from members.models import Member
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit

from .enums import RowState


class ManyGiven(models.Model):
    """Suggestions that somebody had given together. Its rows say what has been done, so that the work may be killed
    and started again."""

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_by", "-id"], name="many_given_of_user")]

    def __str__(self) -> str:
        return f"Lần giao số {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("delegation:many", args=[self.pk])


class ManyGivenRow(models.Model):
    """One role for one person in one unit."""

    many = models.ForeignKey(ManyGiven, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    post = models.CharField(max_length=30, choices=PostCode)
    instead = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=RowState, default=RowState.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(F("many"), F("state"), F("number"), name="many_given_row_state")]
        constraints = [
            models.UniqueConstraint(fields=["many", "number"], name="many_given_row_once"),
            models.CheckConstraint(
                name="many_given_row_reasoned", condition=~Q(state__in=["refused", "left_out"]) | ~Q(reason="")
            ),
        ]

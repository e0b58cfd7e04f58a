import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from orgtree.models import OrgUnit

from .enums import TRANSITIONS, AssignmentState


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class Assignment(models.Model):
    """A task given to a member of a unit, with a day (features C9). Where it comes from points at it, not the other way
    round: `assignments` knows of no feature."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="assignments")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name="Người thực hiện"
    )
    title = models.CharField("Nhiệm vụ", max_length=300)
    due_on = models.DateField("Thời hạn")
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.OPEN)
    given_by = _person()
    given_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    report = models.CharField("Kết quả", max_length=1000, blank=True)
    confirmed_by = _person()
    confirmed_at = models.DateTimeField(null=True)
    reason = models.CharField("Lý do", max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["unit", "due_on"], condition=Q(state__in=["open", "done"]), name="assignment_unfinished"
            ),
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="assignment_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                name="assignment_confirmed_is_signed",
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_done_has_its_hour", condition=~Q(state="done") | Q(done_at__isnull=False)
            ),
            models.CheckConstraint(
                name="assignment_dropped_with_reason", condition=~Q(state="dropped") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_known_steps",
                field="state",
                transitions=[(str(before), str(after)) for before, after in TRANSITIONS],
            )
        ]

    def __str__(self) -> str:
        return self.title

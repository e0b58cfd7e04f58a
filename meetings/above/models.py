"""What those above read of branches; written by triggers alone, whatever path wrote the meetings."""

import pgtrigger
from django.db import models

from members.models import Member
from orgtree.models import OrgUnit

from .counting_sql import ABSENT, LIST_CHANGED, MEETINGS_CHANGED, MEETINGS_DELETED, MEETINGS_NEW, NOTE_CHANGED, NOTE_NEW


def _statement(name: str, operation, func: str) -> pgtrigger.Trigger:
    """With the rows as they were and as they are, for all that a statement wrote at once."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(
            old=None if operation is pgtrigger.Insert else "old_rows",
            new=None if operation is pgtrigger.Delete else "new_rows",
        ),
        declare=[("ended", "bigint[]"), ("units", "bigint[]")],
        func=func,
    )


class BranchPeriod(models.Model):
    """A branch's month («2026-11») or quarter («2026-Q4»): regular meetings called, held, written up; in a quarter
    thematic ones held; people expected and here at the month's meetings."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    period = models.CharField(max_length=7)
    # Closed branches are in no sum.
    counted = models.BooleanField(default=True)
    called = models.PositiveSmallIntegerField(default=0)
    held = models.PositiveSmallIntegerField(default=0)
    written = models.PositiveSmallIntegerField(default=0)
    thematic = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    here = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "period"], name="branch_period_once")]
        triggers = [
            _statement("figures_of_new", pgtrigger.Insert, NOTE_NEW),
            _statement("figures_of_changed", pgtrigger.Update, NOTE_CHANGED),
        ]


def _absent(name: str, operation, row: str, delta: int) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        func=f"""
            INSERT INTO orgtree_figuredelta (unit_id, measure, delta) VALUES ({row}.unit_id, '{ABSENT}', {delta});
            RETURN NULL;
        """,
    )


class LongAbsence(models.Model):
    """A member who has missed the last three meetings of his branch or more."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    times = models.PositiveSmallIntegerField()
    unexcused = models.PositiveSmallIntegerField()
    last = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "member"], name="long_absence_once")]
        triggers = [
            _absent("absence_counts", pgtrigger.Insert, "NEW", 1),
            _absent("absence_counts_no_more", pgtrigger.Delete, "OLD", -1),
        ]


def meeting_triggers() -> list[pgtrigger.Trigger]:
    return [
        _statement("periods_of_new", pgtrigger.Insert, MEETINGS_NEW),
        _statement("periods_of_changed", pgtrigger.Update, MEETINGS_CHANGED),
        _statement("periods_of_deleted", pgtrigger.Delete, MEETINGS_DELETED),
    ]


def list_triggers() -> list[pgtrigger.Trigger]:
    return [
        _statement("list_counts_new", pgtrigger.Insert, LIST_CHANGED.replace("{rows}", "new_rows")),
        _statement("list_counts_changed", pgtrigger.Update, LIST_CHANGED.replace("{rows}", "new_rows")),
        _statement("list_counts_deleted", pgtrigger.Delete, LIST_CHANGED.replace("{rows}", "old_rows")),
    ]

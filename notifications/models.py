from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from orgtree.models import OrgUnit

from .enums import HelpState


class Notice(models.Model):
    """A line in somebody's inbox. `kind` is registered in an app's notices.py."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=200, blank=True)
    unit_id = models.BigIntegerField(null=True)
    once_key = models.CharField(max_length=120, null=True)  # noqa: DJ001 (several notices without a key)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
        ]
        constraints = [
            # A reminder goes out exactly once although its job runs twice or in two workers.
            models.UniqueConstraint(fields=["user", "once_key"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return self.text


class MutedKind(models.Model):
    """A kind of notice that its reader has turned off; a duty cannot be (features I4)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_kinds")
    kind = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_kind_muted_once")]


class HelpRequest(models.Model):
    """A difficulty with the portal, told to the officer responsible (letter 001 §4). `unit`: the nearest one upward
    that had such an officer when it was sent."""

    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="help_requests")
    from_unit_name = models.CharField("Chi bộ của người gửi", max_length=200, blank=True)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="help_requests")
    text = models.CharField("Vướng mắc", max_length=2000)
    page = models.CharField("Trang đang dùng", max_length=200, blank=True)
    phone = models.CharField("Số điện thoại để liên hệ lại", max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=HelpState, default=HelpState.OPEN)
    answer = models.CharField("Trả lời", max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sender", "-id"], name="help_of_sender"),
            models.Index(fields=["unit", "-id"], name="help_to_unit"),
            models.Index(fields=["unit"], condition=Q(state="open"), name="help_open"),
        ]
        constraints = [
            models.CheckConstraint(
                name="help_answered_iff_signed",
                condition=Q(state="open", answered_by=None, answered_at=None, answer="")
                | Q(state="answered", answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("portal:help_request", args=[self.pk])

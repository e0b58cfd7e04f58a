from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from orgtree.models import OrgUnit

from .enums import OUTGOING, Channel, HelpState, MessageState


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
    """A kind of notice that its reader does not wish to receive on one way; a duty cannot be (features I4)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_kinds")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.PORTAL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="notice_kind_muted_once")]


class Message(models.Model):
    """The outbox: one letter or SMS to one person, written in the transaction of what it tells of and sent later by
    `outbox.send_waiting`. Neither address nor number stands here: both are read when it leaves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    channel = models.CharField("Cách gửi", max_length=6, choices=[(way.value, way.label) for way in OUTGOING])
    kind = models.CharField(max_length=60)
    subject = models.CharField("Tiêu đề", max_length=200)
    body = models.TextField("Nội dung")
    # Of a letter that tells several things: [text, path of ours or nothing] each.
    lines = models.JSONField(default=list)
    url = models.CharField(max_length=200, blank=True)
    unit_id = models.BigIntegerField(null=True)
    once_key = models.CharField(max_length=140)
    state = models.CharField("Tình trạng", max_length=8, choices=MessageState, default=MessageState.WAITING)
    tries = models.PositiveSmallIntegerField("Số lần thử", default=0)
    next_try_at = models.DateTimeField("Lần thử tới", db_default=Now())
    # While somebody sends it: whoever has not said how it ended by then was killed.
    lease_until = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField()
    sent_at = models.DateTimeField("Gửi lúc", null=True)
    last_error = models.CharField("Lỗi gần nhất", max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["channel", "next_try_at", "id"],
                condition=Q(state__in=["waiting", "failed"]),
                name="message_to_send",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_in_hand"),
            models.Index(fields=["state", "-id"], name="message_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "once_key"], name="message_once"),
            models.CheckConstraint(
                name="message_sent_has_its_time",
                condition=Q(state__in=["sent", "shown"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "shown"]) & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="message_in_hand_has_its_lease",
                condition=Q(state="sending", lease_until__isnull=False) | (~Q(state="sending") & Q(lease_until=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Unreachable(models.Model):
    """Somebody whose address the mail server (or number the operator) refused for good; after three in a row that way
    rests until the address is another (features I4). `mark` tells addresses apart without holding one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=6, choices=[(way.value, way.label) for way in OUTGOING])
    mark = models.CharField(max_length=64)
    refusals = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="unreachable_once")]


class ReminderRun(models.Model):
    """How far a day's round of reminders has come: a round that was killed goes on there, two workers share one."""

    name = models.CharField(max_length=60)
    day = models.DateField()
    after = models.BigIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="reminder_run_once")]


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

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


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

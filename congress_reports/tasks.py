from datetime import date

from celery import shared_task
from django.utils import timezone

from .services.reminders import remind_all


@shared_task(name="congress_reports.remind")
def remind(day: str | None = None) -> int:
    """`day` as 2025-04-19; today in Vietnam without it."""
    return remind_all(date.fromisoformat(day) if day else timezone.localdate())

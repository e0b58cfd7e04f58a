from datetime import date

from celery import shared_task
from django.utils import timezone

from .services import attachments
from .services.reminders import remind_all


@shared_task(name="congress_reports.remind")
def remind(day: str | None = None) -> int:
    """`day` as 2025-04-19; today in Vietnam without it."""
    return remind_all(date.fromisoformat(day) if day else timezone.localdate())


@shared_task(name="congress_reports.read_first_page")
def read_first_page(attachment_id: int) -> None:
    attachments.read_scan(attachment_id=attachment_id)


@shared_task(name="congress_reports.sweep_attachments")
def sweep_attachments() -> int:
    return attachments.sweep_attachments()

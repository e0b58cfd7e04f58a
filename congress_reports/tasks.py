import logging
from datetime import date

from celery import shared_task
from django.utils import timezone

from common.uploads.keeping import sweep

from .models import Attachment
from .services import attachments
from .services.reminders import remind_all
from .services.totals import fold_totals, recount_totals

logger = logging.getLogger(__name__)


@shared_task(name="congress_reports.remind")
def remind(day: str | None = None) -> int:
    """`day` as 2025-04-19; today in Vietnam without it."""
    return remind_all(date.fromisoformat(day) if day else timezone.localdate())


@shared_task(name="congress_reports.read_first_page")
def read_first_page(attachment_id: int) -> None:
    attachments.read_scan(attachment_id=attachment_id)


@shared_task(name="congress_reports.sweep_attachments")
def sweep_attachments() -> int:
    return sweep(Attachment, now=timezone.now())


@shared_task(name="congress_reports.fold_totals")
def fold() -> int:
    return fold_totals()


@shared_task(name="congress_reports.recount_totals")
def recount() -> int:
    """What differs is put right, and told: no path that writes should have made it differ."""
    found = recount_totals()
    for line in found[:20]:
        logger.error("totals of reports: %s", line)
    return len(found)

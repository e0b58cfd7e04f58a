import logging
from datetime import date

from celery import shared_task
from django.utils import timezone

from . import services
from .above.services import recount_periods, remind_all
from .votes import secrecy

logger = logging.getLogger(__name__)


@shared_task(name="meetings.sweep_papers")
def sweep_papers() -> int:
    return services.sweep_papers(now=timezone.now())


@shared_task(name="meetings.follow_records")
def follow_records() -> int:
    return services.follow_all(now=timezone.now())


@shared_task(name="meetings.read_first_page")
def read_first_page(document_id: int) -> None:
    services.read_scan(document_id=document_id)


@shared_task(name="meetings.sweep_ballots")
def sweep_ballots() -> None:
    secrecy.sweep()


@shared_task(name="meetings.remind")
def remind(day: str | None = None) -> int:
    """`day` as 2025-04-19; today in Vietnam without it."""
    return remind_all(date.fromisoformat(day) if day else timezone.localdate())


@shared_task(name="meetings.recount")
def recount() -> int:
    """What differs is put right, and told: no path that writes should have made it differ."""
    found = recount_periods()
    for line in found[:20]:
        logger.error("sums of meetings: %s", line)
    return len(found)

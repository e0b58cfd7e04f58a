from celery import shared_task
from django.utils import timezone

from . import services
from .votes import secrecy


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

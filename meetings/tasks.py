from celery import shared_task

from .votes import secrecy


@shared_task(name="meetings.sweep_ballots")
def sweep_ballots() -> None:
    secrecy.sweep()

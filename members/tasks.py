from celery import shared_task

from . import figures


@shared_task(name="members.recount")
def recount_figures() -> int:
    return len(figures.recount())

from celery import shared_task

from . import seals


@shared_task(name="audit.seal")
def seal_entries() -> int:
    return seals.seal_entries()

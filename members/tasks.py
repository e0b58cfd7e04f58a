from celery import shared_task

from . import figures
from .imports import services as imports


@shared_task(name="members.recount")
def recount_figures() -> int:
    return len(figures.recount())


@shared_task(name="members.sweep_imports")
def sweep_imports() -> int:
    return imports.sweep_imports()

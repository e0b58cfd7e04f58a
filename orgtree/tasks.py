import logging

from celery import shared_task

from . import services

logger = logging.getLogger(__name__)


@shared_task(name="orgtree.fold_figures")
def fold_figures() -> int:
    return services.fold_figures()


@shared_task(name="orgtree.check_tree")
def check_tree() -> bool:
    """Only tells: a broken tree is mended by a person who has looked at it (`manage.py check_tree --repair`)."""
    found = services.check_tree()
    for line in [*found.differing[:20], *found.lost[:20]]:
        logger.error("tree: %s", line)
    return found.is_sound


@shared_task(name="orgtree.sweep_imports")
def sweep_imports() -> int:
    return services.sweep_imports()

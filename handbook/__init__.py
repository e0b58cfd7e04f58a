"""The project: settings, addresses, schedule and the launcher. Nothing imports it."""

from .celery import app as celery_app

__all__ = ["celery_app"]

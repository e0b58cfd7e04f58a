"""Progress is written to the cache, outside the work's own transaction, so that it can be seen before the commit."""

import time

from django.core.cache import cache

from .models import Job

_KEEP_SECONDS = 3600
# A running job that has not been heard of for so long was killed.
SILENCE_SECONDS = 120
_PAUSE = 0.3


class Cancelled(Exception):
    """The owner asked to stop; nothing more is to be written."""


class Progress:
    """Handed to the work: `progress(done, total)` now and then, cheap to call for every row."""

    def __init__(self, job_id: int | None) -> None:
        self.job_id = job_id
        self._last = 0.0

    def __call__(self, done: int, total: int | None = None, step: str = "") -> None:
        """Raises Cancelled when the owner has asked to stop."""
        now = time.monotonic()
        if now - self._last < _PAUSE and done != total:
            return
        self._last = now
        if self.job_id is not None:
            cache.set(
                _key(self.job_id),
                {"done": done, "total": total, "step": step, "at": time.time()},
                _KEEP_SECONDS,
            )
            if cache.get(_stop_key(self.job_id)):
                raise Cancelled


def heard_of(job: Job) -> dict | None:
    """The last progress of a job, or nothing."""
    return cache.get(_key(job.pk))


def ask_to_stop(job_id: int) -> None:
    cache.set(_stop_key(job_id), True, _KEEP_SECONDS)


def forget(job_id: int) -> None:
    cache.delete_many([_key(job_id), _stop_key(job_id)])


def _key(job_id: int) -> str:
    return f"job:{job_id}"


def _stop_key(job_id: int) -> str:
    return f"job-stop:{job_id}"

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User

from . import progress
from .enums import OPEN_STATES, JobState
from .models import Job


def jobs_of(user: User) -> QuerySet[Job]:
    """Background work of one's own, newest first; nobody sees another's."""
    return Job.objects.filter(owner_id=user.pk)


def with_progress(jobs: list[Job]) -> list[Job]:
    """The same jobs, the running ones with what they last reported; one question to the cache each."""
    for job in jobs:
        if job.state == JobState.RUNNING and (heard := progress.heard_of(job)):
            job.done, job.total, job.step = heard["done"], heard["total"] or job.total, heard["step"]
    return jobs


def has_file(job: Job) -> bool:
    """Files are kept for 7 days; the sweeper may come later than that."""
    return bool(job.file) and job.expires_at is not None and job.expires_at > timezone.now()


def is_open(job: Job) -> bool:
    return job.state in OPEN_STATES

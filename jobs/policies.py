from accounts.models import User

from .models import Job
from .registry import STILL_ALLOWED


def may_cancel(user: User, job: Job) -> bool:
    return job.owner_id == user.pk


def may_fetch(user: User, job: Job) -> bool:
    """The owner, as long as he may have what stands in the file."""
    still_allowed = STILL_ALLOWED.get(job.kind)
    return job.owner_id == user.pk and (still_allowed is None or still_allowed(job))

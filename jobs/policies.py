from accounts.models import User

from .models import Job


def may_cancel(user: User, job: Job) -> bool:
    return job.owner_id == user.pk

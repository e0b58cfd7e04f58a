"""The work of congress reports in the background."""

from django.urls import reverse

from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from .services import bulk


@work(bulk.KIND)
def approve_many(job: Job, progress: Progress) -> Outcome:
    chosen = [(pk, version) for pk, version in job.arguments["chosen"]]
    outcome = bulk.approve_many(chosen=chosen, actor=job.owner, progress=progress)
    return Outcome(result=outcome.sentence, next_url=reverse("congress_reports:approvals"))

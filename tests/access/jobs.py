from django.core.files.base import ContentFile
from django.utils import timezone

from jobs.enums import JobState
from jobs.models import Job
from jobs.services import KEEP_FILES
from tests.access import row


def _running_job_of_member(world):
    Job.objects.create(owner=world.member, kind="test.work", title="Xuất danh sách", state=JobState.RUNNING)


def _done_job_of_member(world):
    now = timezone.now()
    job = Job(owner=world.member, kind="test.work", title="Xuất danh sách", state=JobState.DONE)
    job.finished_at, job.expires_at, job.file_label = now, now + KEEP_FILES, "Danh sách.xlsx"
    job.file.save("1.xlsx", ContentFile(b"x"), save=True)


def _first(world):
    return [Job.objects.get().pk]


# Background work is seen by its owner alone, whatever rights others hold.
ROWS = {
    "jobs:list": row("get", everybody=200),
    "jobs:job": row("get", _first, prepare=_running_job_of_member, member=200, everybody=404),
    "jobs:progress": row("get", _first, prepare=_running_job_of_member, member=200, everybody=404),
    "jobs:cancel": row("post", _first, prepare=_running_job_of_member, member=302, everybody=404),
    "jobs:file": row("get", _first, prepare=_done_job_of_member, member=200, everybody=404),
}

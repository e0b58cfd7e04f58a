"""Starting, running, stopping and clearing away background work."""

import logging
import secrets
from datetime import timedelta

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation

from . import progress as progresses
from .enums import OPEN_STATES, JobState
from .models import Job
from .policies import may_cancel
from .registry import BRIEF, WORK, Outcome
from .scratch import sweep_scratch

KEEP_FILES = timedelta(days=7)
KEEP_BRIEF_FILES = timedelta(days=1)
# A line that broke off may be tried once more.
KEEP_FETCHED = timedelta(minutes=10)
_MOST_ATTEMPTS = 3
_FOLDER = "jobs"
_ORPHAN = timedelta(days=1)
logger = logging.getLogger(__name__)


@transaction.atomic
def start_job(
    *, kind: str, title: str, arguments: dict | None = None, total: int | None = None, actor: User | None
) -> Job:
    """Queue work of a registered kind; it begins after the caller's transaction has been committed. `arguments` are
    primary keys and plain settings, never personal data."""
    if kind not in WORK:
        raise LookupError(f"no background.py registers {kind}")
    job = Job.objects.create(owner=actor, kind=kind, title=title, arguments=arguments or {}, total=total)
    transaction.on_commit(lambda: _send(job.pk))
    return job


def _send(job_id: int) -> None:
    # By name: tasks imports this module.
    current_app.send_task("jobs.run", [job_id])


def run_job(job_id: int) -> None:
    """Do a queued job to its end. A job that another worker has taken is left alone; one found running (its worker
    was killed) is done again by `recover_jobs`, which queues it first."""
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=JobState.QUEUED).first()
        if job is None:
            return
        job.state, job.started_at, job.attempts = JobState.RUNNING, timezone.now(), job.attempts + 1
        job.save(update_fields=["state", "started_at", "attempts"])
    attempt = job.attempts
    report = progresses.Progress(job.pk)
    report(0, job.total)
    try:
        outcome = WORK[job.kind](job, report)
    except progresses.Cancelled:
        _close(job, attempt, JobState.CANCELLED)
    except RuleViolation as refusal:
        _close(job, attempt, JobState.FAILED, error=str(refusal))
    except Exception:
        logger.exception("job %s of kind %s failed", job.pk, job.kind)
        _close(
            job,
            attempt,
            JobState.FAILED,
            error="Hệ thống gặp lỗi khi xử lý. Đồng chí hãy thử lại hoặc báo vướng mắc.",
        )
    else:
        _close(job, attempt, JobState.DONE, outcome=outcome)


@transaction.atomic
def _close(job: Job, attempt: int, state: JobState, *, outcome: Outcome | None = None, error: str = "") -> None:
    """End a job, unless it has been given to another worker since `attempt` began."""
    job = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.RUNNING, attempts=attempt).first()
    if job is None:
        if outcome is not None and outcome.file is not None:
            outcome.file.unlink(missing_ok=True)
        return
    heard = progresses.heard_of(job) or {}
    job.state, job.error, job.finished_at = state, error[:500], timezone.now()
    job.done, job.total = heard.get("done") or job.done, heard.get("total") or job.total
    job.expires_at = job.finished_at + (KEEP_BRIEF_FILES if job.kind in BRIEF else KEEP_FILES)
    if outcome is not None:
        job.result, job.next_url, job.file_label = outcome.result, outcome.next_url, outcome.file_label
        job.done = job.total or job.done
        if outcome.file is not None:
            with outcome.file.open("rb") as opened:
                job.file.save(f"{job.pk}-{secrets.token_hex(8)}{outcome.file.suffix}", File(opened), save=False)
            outcome.file.unlink()
    job.save()
    progresses.forget(job.pk)


@transaction.atomic
def cancel_job(*, job: Job, actor: User) -> Job:
    """Stop a job of one's own: a queued one at once, a running one at its next step."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not may_cancel(actor, job):
        raise PermissionDenied
    if job.state not in OPEN_STATES:
        raise RuleViolation("Công việc này đã kết thúc.")
    if job.state == JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, timezone.now()
    job.cancel_asked = True
    job.save(update_fields=["state", "finished_at", "cancel_asked"])
    transaction.on_commit(lambda: progresses.ask_to_stop(job.pk))
    return job


def note_fetched(*, job: Job) -> None:
    """Its owner has the file: one that is kept briefly goes soon."""
    soon = timezone.now() + KEEP_FETCHED
    if job.kind in BRIEF:
        Job.objects.filter(pk=job.pk, expires_at__gt=soon).update(expires_at=soon)


def recover_jobs() -> int:
    """Queue again what a killed worker left running and what never reached a worker; after three attempts it has
    failed. Returns how many were taken up."""
    now = timezone.now()
    taken = 0
    silent = now - timedelta(seconds=progresses.SILENCE_SECONDS)
    for job in Job.objects.filter(state=JobState.RUNNING, started_at__lt=silent):
        heard = progresses.heard_of(job)
        if heard and heard["at"] > silent.timestamp():
            continue
        if job.attempts >= _MOST_ATTEMPTS:
            _close(
                job,
                job.attempts,
                JobState.FAILED,
                error="Công việc bị ngắt nhiều lần. Đồng chí hãy thử lại sau.",
            )
            continue
        if Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(state=JobState.QUEUED):
            _send(job.pk)
            taken += 1
    for job_id in Job.objects.filter(state=JobState.QUEUED, created_at__lt=silent).values_list("pk", flat=True):
        _send(job_id)
        taken += 1
    return taken


def sweep_jobs() -> int:
    """Delete the files of jobs whose time is over; the line of the job stays."""
    swept = 0
    for job in Job.objects.filter(expires_at__lt=timezone.now()).exclude(file=""):
        job.file.delete(save=False)
        Job.objects.filter(pk=job.pk).update(file="", file_label="")
        swept += 1
    return swept + _sweep_orphans() + sweep_scratch()


def _sweep_orphans() -> int:
    """Files that were stored by a worker killed before its job was closed."""
    try:
        _, names = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return 0
    paths = {f"{_FOLDER}/{name}" for name in names}
    kept = set(Job.objects.filter(file__in=paths).values_list("file", flat=True))
    old = [path for path in paths - kept if default_storage.get_modified_time(path) < timezone.now() - _ORPHAN]
    for path in old:
        default_storage.delete(path)
    return len(old)

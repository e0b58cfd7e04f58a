"""A worker killed in the middle (a real process, a real SIGKILL): the job is taken up again and ends."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from jobs import progress as progresses
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import WORK, Outcome
from jobs.services import recover_jobs, run_job

_WORKER = """
import sys, time
import django
django.setup()
from jobs.registry import work
from jobs.services import run_job

@work("test.work")
def forever(job, report):
    time.sleep(0.5)  # more often than that nothing is reported
    report(5, 10)
    print("running", flush=True)
    time.sleep(600)

run_job(int(sys.argv[1]))
"""


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_the_next(monkeypatch, django_user_model):
    owner = django_user_model.objects.create_user("001085999999", "Nguyễn Văn Lẻ")
    job = Job.objects.create(owner=owner, kind="test.work", title="Nhập danh sách", total=10)
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(job.pk)],
        cwd=settings.ROOT,
        env={**os.environ, "DATABASE_URL": urlunsplit(address)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "running\n"
        job.refresh_from_db()
        assert (job.state, progresses.heard_of(job)["done"]) == (JobState.RUNNING, 5)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    # Heard of a moment ago: nobody knows yet that it is dead.
    assert recover_jobs() == 0
    silent = time.time() - progresses.SILENCE_SECONDS - 5
    Job.objects.update(started_at=timezone.now() - timedelta(seconds=progresses.SILENCE_SECONDS + 5))
    monkeypatch.setattr(progresses, "heard_of", lambda job: {"done": 5, "total": 10, "step": "", "at": silent})
    assert recover_jobs() == 1
    assert Job.objects.get().state == JobState.QUEUED
    monkeypatch.undo()

    monkeypatch.setitem(WORK, "test.work", lambda job, report: Outcome("Đã nhập 10 dòng."))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (JobState.DONE, 2, "Đã nhập 10 dòng.")

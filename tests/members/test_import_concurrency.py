"""Lists under real concurrency, and with their worker killed in the middle."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from common.errors import RuleViolation
from jobs.enums import JobState
from jobs.models import Job
from jobs.progress import forget
from jobs.services import recover_jobs, run_job
from members.imports.enums import BatchState
from members.imports.models import ImportBatch
from members.imports.services import confirm_import, load_list
from members.models import Member
from tests.cast import build_world
from tests.members.lists_of_people import man, person, saved, workbook
from tests.members.test_import_batches import checked

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    """Queued work is started by the tests."""
    monkeypatch.setattr("jobs.services._send", lambda job_id: None)


def at_once(*works) -> list[Exception | None]:
    """Run all at the same moment, each on its own connection; what each raised."""
    start = threading.Barrier(len(works))
    raised: list[Exception | None] = [None] * len(works)

    def run(number, work):
        start.wait()
        try:
            work()
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    return raised


def test_two_confirmations_at_once_enter_the_list_once():
    world = build_world()
    batch = checked(world, [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, 20)])
    raised = at_once(
        *[lambda: confirm_import(batch=batch, accept_warnings=False, actor=world.committee) for _ in range(4)]
    )
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", *["RuleViolation"] * 3]
    job = Job.objects.get(kind="members.enter_list")
    assert at_once(lambda: run_job(job.pk), lambda: run_job(job.pk)) == [None, None]
    assert Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count() == 19
    with pytest.raises(RuleViolation):
        confirm_import(batch=batch, accept_warnings=False, actor=world.committee)


def test_lists_with_the_same_people_at_once_make_each_person_once(tmp_path):
    world = build_world()
    people = [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, 60)]
    path = saved(tmp_path, workbook(people))
    told = []
    raised = at_once(*[lambda: told.append(load_list(path, world.company, actor=None)) for _ in range(3)])
    assert raised == [None, None, None]
    assert sorted((one["entered"], one["unchanged"]) for one in told) == [(0, 59), (0, 59), (59, 0)]
    assert Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count() == 59


def test_somebody_entered_between_the_two_readings_is_compared_again(tmp_path):
    world = build_world()
    path = saved(tmp_path, workbook([person("Nguyễn Văn Số 1", man(1), world.branch.name)]))
    entered = []

    def another_list():
        entered.append(load_list(path, world.company, actor=None))
        connection.close()

    def another_list_after_it(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if not entered and 'FROM "accounts_user"' in sql and sql.endswith("FOR UPDATE"):
            entered.append(None)
            other = threading.Thread(target=another_list)
            other.start()
            other.join(60)
        return answer

    with connection.execute_wrapper(another_list_after_it):
        told = load_list(path, world.company, actor=None)
    assert (entered[1]["entered"], told["entered"], told["unchanged"]) == (1, 0, 1)
    assert Member.objects.filter(full_name="Nguyễn Văn Số 1").count() == 1


_WORKER = """
import django; django.setup()
import sys, time
from django.db import connection
from members.imports.services import entering
import jobs.services

real = entering._add_posts
def slow(plans):
    real(plans)
    print("half", flush=True)
    time.sleep(60)
entering._add_posts = slow
jobs.services.run_job(int(sys.argv[1]))
"""


def test_killed_in_the_middle_nothing_is_half_entered_and_started_again_it_goes_on():
    world = build_world()
    batch = checked(world, [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, 20)])
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    job = Job.objects.get(kind="members.enter_list")
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(job.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "handbook.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "half\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert not Member.objects.filter(full_name__startswith="Nguyễn Văn Số").exists()
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.ENTERING
    _long_ago(job.pk)
    assert recover_jobs() == 1
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.ENTERED
    assert Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count() == 19


def _long_ago(job_id: int) -> None:
    """As if the worker had been silent for an hour."""
    forget(job_id)
    past = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job_id).update(started_at=past)
    deadline = time.monotonic() + 10
    while _still_there() and time.monotonic() < deadline:
        time.sleep(0.1)


def _still_there() -> bool:
    """The server notices a dead client a moment later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() "
            "AND state = 'idle in transaction'"
        )
        return cursor.fetchone()[0] > 0

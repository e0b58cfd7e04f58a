"""What lies on the disk: for our own account alone, not longer than needed, and not for who has lost the right."""

import os
import re
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from jobs import scratch
from jobs.models import Job
from jobs.progress import Progress
from jobs.services import run_job, sweep_jobs
from members.selectors import ListFilter
from members.services import start_export
from orgtree.services import revoke_grant
from oversight.selectors import Filters
from oversight.services import ask_for_export, export
from tests.access.member_imports import checked
from tests.members.lists_of_people import man, person, saved, workbook

ROOT = Path(__file__).parents[2]


def mode(path) -> int:
    return Path(path).stat().st_mode & 0o777


def test_an_uploaded_list_is_for_our_account_alone(world, tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        path = Path(checked(world).file.path)
    assert [mode(one) for one in (path, path.parent, tmp_path / "media")] == [0o600, 0o700, 0o700]


def test_the_report_of_a_list_is_for_our_account_alone(world, tmp_path):
    report = tmp_path / "r.json"
    report.write_text("{}")
    report.chmod(0o644)
    path = saved(tmp_path, workbook([person("Nguyễn Văn Tám", man(1), world.branch.name)]))
    call_command("import_members", str(path), unit=world.company.code, dry_run=True, report=report, verbosity=0)
    assert mode(report) == 0o600


def test_what_compose_sets_is_read_by_the_portal():
    """The proxy sends the files: a misspelt name would leave it to the workers."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    read = "".join(path.read_text() for path in (ROOT / "handbook").rglob("*.py"))
    named = {name.removesuffix("_FILE") for name in compose["x-portal"]["environment"]}
    assert {name for name in named if f'"{name}"' not in read} == set()
    proxy = compose["x-portal"]["environment"]["HANDBOOK_FILES_BY_PROXY"]
    assert re.search(rf"location {proxy} {{\s+internal;", (ROOT / "docker" / "nginx.conf").read_text())


def test_what_a_killed_job_leaves_goes_within_a_day(db, tmp_path, monkeypatch):
    monkeypatch.setattr(scratch.tempfile, "gettempdir", lambda: str(tmp_path))
    old, fresh = tmp_path / "handbook-a.xlsx", tmp_path / "handbook-b.xlsx"
    for path in (old, fresh):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    stored = default_storage.save("jobs/orphan.xlsx", ContentFile(b"x"))
    os.utime(Path(settings.MEDIA_ROOT) / stored, (time.time() - 25 * 3600,) * 2)
    sweep_jobs()
    assert (old.exists(), fresh.exists(), default_storage.exists(stored)) == (False, True, False)


def _exported(world) -> Job:
    world.section.refresh_from_db()
    job = start_export(unit=world.section, chosen=ListFilter(), actor=world.committee)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.file
    return job


def test_who_has_lost_the_right_has_the_file_no_more(world, client_of):
    job = _exported(world)
    address = reverse("jobs:file", args=[job.pk])
    client = client_of(world.committee)
    assert client.get(address).status_code == 200
    revoke_grant(grant=world.grants["committee"], actor=world.org_department)
    assert client.get(address).status_code == 403


def test_who_inspects_no_more_has_the_record_no_more(world, client_of):
    job = ask_for_export(filters=Filters(), actor=world.inspector)
    run_job(job.pk)
    address = reverse("jobs:file", args=[job.pk])
    client = client_of(world.inspector)
    assert client.get(address).status_code == 200
    revoke_grant(grant=world.grants["inspector"], actor=None)
    assert client.get(address).status_code == 403


def test_no_cell_of_an_exported_record_runs(world, tmp_path):
    Entry.objects.create(action="account.signed_in", actor_id=world.member.pk, actor_name="=HYPERLINK(1)")
    export(filters=Filters(), target=tmp_path / "a.xlsx", report=Progress(None), actor=world.member)
    rows = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2, max_col=2, values_only=True)
    assert [row[1] for row in rows] == ["'=HYPERLINK(1)"]


def test_taking_the_rows_of_a_list_out_is_written_down(world, client_of):
    batch = checked(world)
    client = client_of(world.org_department)
    for name in ("members:import_annotated", "members:import_to_mend"):
        assert client.get(reverse(name, args=[batch.pk])).status_code == 200
    taken = Entry.objects.filter(action="members.import_taken_out", actor_id=world.org_department.pk)
    assert [(entry.target_id, entry.unit_id) for entry in taken] == [(batch.pk, world.section.pk)] * 2


def test_a_file_of_seven_days_is_gone(world, client_of):
    job = _exported(world)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client_of(world.committee).get(reverse("jobs:file", args=[job.pk])).status_code == 404

"""A background job: progress, result or error in words, files for 7 days for its owner only, stopped, killed."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from common.errors import RuleViolation
from jobs import progress as progresses
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import WORK, Outcome
from jobs.services import cancel_job, recover_jobs, run_job, start_job, sweep_jobs


@pytest.fixture
def work(monkeypatch):
    """Registers a function as the work of "test.work"."""

    def register(function):
        monkeypatch.setitem(WORK, "test.work", function)
        return function

    return register


def _start(user, **given):
    return start_job(kind="test.work", title="Xuất danh sách", actor=user, **given)


def _writes_a_file(tmp_path):
    def write(job, report):
        report(3, 3, "Đang ghi")
        path = tmp_path / "ket-qua.xlsx"
        path.write_bytes(b"noi dung")
        return Outcome("Đã ghi 3 dòng.", file=path, file_label="Danh sách đảng viên.xlsx", next_url="/huong-dan/")

    return write


def test_it_is_queued_after_the_commit_and_done_by_the_worker(
    world, work, tmp_path, django_capture_on_commit_callbacks
):
    work(_writes_a_file(tmp_path))
    with django_capture_on_commit_callbacks() as queued:
        job = _start(world.member, total=3)
    assert (job.state, len(queued)) == (JobState.QUEUED, 1)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 3, 3, "Đã ghi 3 dòng.")
    assert job.expires_at - job.finished_at == timedelta(days=7)
    assert job.file.read() == b"noi dung"
    assert not (tmp_path / "ket-qua.xlsx").exists()


def test_a_kind_that_no_app_does_is_refused(world):
    with pytest.raises(LookupError):
        start_job(kind="test.unknown", title="…", actor=world.member)


def test_a_rule_ends_it_with_its_sentence(world, work):
    @work
    def refuse(job, report):
        raise RuleViolation("Tệp không có trang tính nào.")

    job = _start(world.member)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Tệp không có trang tính nào.")


def test_an_error_of_ours_is_told_without_its_trace(world, work):
    @work
    def break_down(job, report):
        raise ZeroDivisionError("secret detail")

    job = _start(world.member)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.error == "Hệ thống gặp lỗi khi xử lý. Đồng chí hãy thử lại hoặc báo vướng mắc."


def test_a_queued_one_is_stopped_at_once_and_never_run(world, work):
    ran = []
    work(lambda job, report: ran.append(job) or Outcome(""))
    job = cancel_job(job=_start(world.member), actor=world.member)
    run_job(job.pk)
    assert (job.state, ran) == (JobState.CANCELLED, [])


def test_a_running_one_stops_at_its_next_step(world, work, django_capture_on_commit_callbacks):
    steps = []

    @work
    def long(job, report):
        for step in range(1, 4):
            steps.append(step)
            if step == 2:
                with django_capture_on_commit_callbacks(execute=True):
                    cancel_job(job=Job.objects.get(pk=job.pk), actor=world.member)
            report(step, step)
        return Outcome("xong")

    job = _start(world.member)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, steps, job.result) == (JobState.CANCELLED, [1, 2], "")


def test_only_the_owner_stops_it_and_not_when_it_has_ended(world, work):
    work(lambda job, report: Outcome("xong"))
    job = _start(world.member)
    with pytest.raises(PermissionDenied):
        cancel_job(job=job, actor=world.org_department)
    run_job(job.pk)
    with pytest.raises(RuleViolation, match="đã kết thúc"):
        cancel_job(job=job, actor=world.member)


def _silence(job):
    Job.objects.filter(pk=job.pk).update(
        started_at=timezone.now() - timedelta(seconds=progresses.SILENCE_SECONDS + 5),
        created_at=timezone.now() - timedelta(seconds=progresses.SILENCE_SECONDS + 5),
    )


def test_a_worker_that_is_heard_of_is_left_alone(world):
    job = Job.objects.create(owner=world.member, kind="test.work", title="…", state=JobState.RUNNING, attempts=1)
    _silence(job)
    progresses.Progress(job.pk)(1, 10)
    assert recover_jobs() == 0
    assert Job.objects.get().state == JobState.RUNNING


def test_after_three_kills_it_has_failed(world):
    job = Job.objects.create(owner=world.member, kind="test.work", title="…", state=JobState.RUNNING, attempts=3)
    _silence(job)
    assert recover_jobs() == 0
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Công việc bị ngắt nhiều lần. Đồng chí hãy thử lại sau.")


def test_what_never_reached_a_worker_is_sent_again(world):
    job = Job.objects.create(owner=world.member, kind="test.work", title="…")
    assert recover_jobs() == 0
    _silence(job)
    assert recover_jobs() == 1


def test_a_worker_that_comes_back_late_does_not_overwrite_the_new_one(world, work, tmp_path):
    """Its job was given away; what it made is thrown away."""
    left = tmp_path / "cu.xlsx"

    @work
    def slow(job, report):
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=job.attempts + 1)
        left.write_bytes(b"cu")
        return Outcome("của lần trước", file=left)

    job = _start(world.member)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, left.exists()) == (JobState.RUNNING, "", False)


def test_files_are_swept_after_seven_days_and_the_line_stays(world, work, tmp_path):
    work(_writes_a_file(tmp_path))
    job = _start(world.member)
    run_job(job.pk)
    assert sweep_jobs() == 0
    job.refresh_from_db()
    path = Path(job.file.path)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (sweep_jobs(), path.exists()) == (1, False)
    job.refresh_from_db()
    assert (job.file.name, job.result) == ("", "Đã ghi 3 dòng.")
    assert sweep_jobs() == 0


def _done(world, work, tmp_path):
    work(_writes_a_file(tmp_path))
    job = _start(world.member)
    run_job(job.pk)
    return job


def test_the_file_comes_as_an_attachment_that_no_browser_guesses_at(world, work, tmp_path, client_of):
    job = _done(world, work, tmp_path)
    answer = client_of(world.member).get(f"/cong-viec/{job.pk}/tep/")
    assert b"".join(answer.streaming_content) == b"noi dung"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Danh%20s%C3%A1ch")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_behind_the_proxy_the_proxy_sends_it(world, work, tmp_path, client_of):
    job = _done(world, work, tmp_path)
    with override_settings(FILES_SENT_BY_PROXY="/_tep/"):
        answer = client_of(world.member).get(f"/cong-viec/{job.pk}/tep/")
    job.refresh_from_db()
    assert (answer["X-Accel-Redirect"], answer.content) == (f"/_tep/{job.file.name}", b"")


def test_after_seven_days_the_file_is_gone_even_before_the_sweeper(world, work, tmp_path, client_of):
    job = _done(world, work, tmp_path)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client_of(world.member).get(f"/cong-viec/{job.pk}/tep/").status_code == 404


def test_the_page_tells_the_rows_done_and_asks_again(world, client_of):
    job = Job.objects.create(owner=world.member, kind="test.work", title="Nhập", state=JobState.RUNNING, total=7852)
    progresses.Progress(job.pk)(123, 7852, "Đang đọc")
    client = client_of(world.member)
    page = client.get(f"/cong-viec/{job.pk}/").content.decode()
    assert "123 / 7.852 dòng" in page
    assert f'hx-get="/cong-viec/{job.pk}/tien-do/" hx-trigger="every 2s"' in page
    assert f'<noscript><p class="small"><a href="/cong-viec/{job.pk}/">' in page
    assert "123 trên 7.852 dòng" in client.get("/cong-viec/").content.decode()


def test_the_asking_stops_at_the_end(world, work, tmp_path, client_of):
    job = _done(world, work, tmp_path)
    client = client_of(world.member)
    assert client.get(f"/cong-viec/{job.pk}/tien-do/")["HX-Refresh"] == "true"
    page = client.get(f"/cong-viec/{job.pk}/").content.decode()
    assert "hx-get" not in page.split("<main")[1]
    assert "http-equiv" not in page
    assert 'href="/huong-dan/"' in page.split("<main")[1]


def test_stopping_is_asked_first(world, client_of):
    job = Job.objects.create(owner=world.member, kind="test.work", title="Nhập")
    client = client_of(world.member)
    assert "Dừng công việc này?" in client.get(f"/cong-viec/{job.pk}/dung/").content.decode()
    assert Job.objects.get().state == JobState.QUEUED
    client.post(f"/cong-viec/{job.pk}/dung/")
    assert Job.objects.get().state == JobState.CANCELLED


@pytest.mark.parametrize("count", [1, 15])
def test_the_list_costs_the_same_for_any_length(world, client_of, count, django_assert_num_queries):
    for number in range(count):
        Job.objects.create(owner=world.member, kind="test.work", title=f"Việc {number}")
    client = client_of(world.member)
    with django_assert_num_queries(6):
        client.get("/cong-viec/")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_workers_do_one_job_once(work, django_user_model):
    ran, start = [], threading.Barrier(4)

    @work
    def once(job, report):
        ran.append(job.pk)
        return Outcome("xong")

    user = django_user_model.objects.create_user("001085999999", "Nguyễn Văn Lẻ")
    job = _start(user)

    def worker():
        start.wait()
        run_job(job.pk)
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    assert (ran, job.state, job.attempts) == ([job.pk], JobState.DONE, 1)

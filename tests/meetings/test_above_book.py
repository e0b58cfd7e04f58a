"""Minutes from paper, and the book of a year."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from meetings.above.services import drop_paper, enter_paper, lock_paper, start_book
from meetings.above.services.book import write_book
from meetings.enums import MeetingKind, MeetingState
from meetings.minutes.models import Minutes
from meetings.minutes.services import annex
from meetings.models import Meeting
from tests import documents
from tests.pdf import text_of

from .papers_of_old import in_the_book, typed, waiting
from .written import signed


class TestPaper:
    def test_into_the_book_and_locked(self, world):
        meeting = in_the_book(world)
        record = Minutes.objects.get(meeting=meeting)
        assert meeting.state == MeetingState.COMPLETED
        assert len(record.digest) == 64
        assert meeting.title == "Sinh hoạt thường kỳ tháng 3/2026" or "3/2026" in meeting.title
        with pytest.raises(InternalError), transaction.atomic():
            Minutes.objects.filter(pk=record.pk).update(digest="")

    def test_only_who_holds_the_meetings(self, world):
        for actor in (world.member, world.committee, world.other_secretary):
            with pytest.raises(PermissionDenied):
                enter_paper(
                    unit=world.branch, typed=typed(world), file=documents.uploaded(documents.pdf()), actor=actor
                )

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"day": timezone.localdate() + timedelta(days=2)}, "tương lai"),
            ({"ends": time(13)}, "bế mạc"),
            ({"here": 21}, "nhiều hơn"),
        ],
    )
    def test_what_cannot_be(self, world, given, words):
        with pytest.raises(RuleViolation, match=words):
            waiting(world, **given)

    def test_the_same_meeting_twice(self, world):
        in_the_book(world)
        with pytest.raises(RuleViolation, match="đã có một cuộc họp"):
            waiting(world)
        waiting(world, kind=MeetingKind.THEMATIC)

    def test_no_docx_and_no_secret(self, world):
        with pytest.raises(RuleViolation, match="PDF"):
            waiting(world, documents.docx())
        with pytest.raises(RuleViolation, match="mật"):
            waiting(world, documents.pdf("MẬT", *documents.MINUTES))
        assert not Meeting.objects.exists()

    def test_a_scan_is_looked_at_by_somebody_who_stands_for_it(self, world):
        meeting = waiting(world, documents.scan())
        with pytest.raises(RuleViolation, match="xác nhận"):
            lock_paper(meeting=meeting, looked_at=False, actor=world.secretary)
        lock_paper(meeting=meeting, looked_at=True, actor=world.secretary)
        assert Minutes.objects.get().content["looked_at_by"] == "Trần Văn Cam"

    def test_dropped_before_the_book_the_file_goes_too(self, world, django_capture_on_commit_callbacks):
        meeting = waiting(world)
        record = Minutes.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            drop_paper(meeting=meeting, actor=world.secretary)
        assert not Meeting.objects.exists()
        assert not record.scan.storage.exists(record.scan.name)

    def test_the_way_through_the_pages(self, world, client_of):
        client = client_of(world.secretary)
        new = reverse("meetings:old_new", args=[world.branch.pk])
        empty = client.post(new, {})
        assert "Đồng chí" in empty.content.decode() or "Lỗi" in empty.content.decode()
        answer = client.post(
            new,
            {
                "kind": "regular", "day": "05/03/2026", "begins": "14:00", "ends": "15:40", "place": "Phòng họp ga",
                "chair": world.people["secretary"].pk, "clerk": world.people["member"].pk, "expected": "20",
                "here": "17", "not_secret": "on", "file": documents.uploaded(documents.pdf()),
            },
        )  # fmt: skip
        meeting = Meeting.objects.get()
        assert answer.url == reverse("meetings:old_minutes", args=[meeting.pk])
        assert "17/20" in client.get(answer.url).content.decode()
        answer = client.post(answer.url, {"confirm": "yes"})
        assert answer.url == reverse("meetings:year", args=[world.branch.pk, 2026])
        assert Meeting.objects.get().state == MeetingState.COMPLETED
        assert Entry.objects.filter(action="minutes.entered").count() == 1
        scan = client_of(world.committee).get(reverse("meetings:old_scan", args=[meeting.pk]))
        assert b"".join(scan.streaming_content)[:5] == b"%PDF-"

    def test_pages_of_drawn_minutes_are_not_there_for_paper(self, world, client_of):
        meeting = in_the_book(world)
        client = client_of(world.secretary)
        for name, *more in (("minutes",), ("minutes_file", "pdf"), ("minutes_write",)):
            assert client.get(reverse(f"meetings:{name}", args=[meeting.pk, *more])).status_code == 404


class TestBook:
    def test_cover_list_minutes_annex_and_paper(self, world):
        meeting = signed(world)
        annex(meeting=meeting, text="Sửa tên đồng chí ghi sai.", reason="Ghi nhầm", actor=world.secretary)
        year = timezone.localdate(meeting.starts_at).year
        in_the_book(world, day=date(year, 1, 5), kind=MeetingKind.THEMATIC)
        path, count = write_book(world.branch, year, committee=False)
        try:
            words = text_of(path.read_bytes())
        finally:
            path.unlink()
        assert count == 2
        assert f"Năm {year}" in words
        assert "MỤC LỤC" in words
        assert words.index("kiểm phiếu bầu chi ủy") < words.index("tăng cường kiểm tra đường ngang")
        assert words.index("tăng cường kiểm tra đường ngang") < words.rindex("Sửa tên đồng chí ghi sai.")

    def test_who_may_have_it(self, world):
        meeting = signed(world)
        world.branch.refresh_from_db()
        year = timezone.localdate(meeting.starts_at).year
        for actor in (world.member, world.secretary, world.committee):
            job = start_book(unit=world.branch, year=year, committee=False, actor=actor)
            assert job.owner == actor
        for actor in (world.other_secretary, world.outsider):
            with pytest.raises(PermissionDenied):
                start_book(unit=world.branch, year=year, committee=False, actor=actor)
        with pytest.raises(PermissionDenied):
            start_book(unit=world.branch, year=year, committee=True, actor=world.member)
        with pytest.raises(RuleViolation):
            start_book(unit=world.branch, year=year - 1, committee=False, actor=world.secretary)

    def test_the_job_writes_the_file(self, world):
        from jobs.models import Job
        from jobs.services import run_job

        meeting = signed(world)
        year = timezone.localdate(meeting.starts_at).year
        job = start_book(unit=world.branch, year=year, committee=False, actor=world.secretary)
        run_job(job.pk)
        job = Job.objects.get(pk=job.pk)
        assert job.error == ""
        assert job.file_label.endswith(".pdf")
        assert job.file.read(5) == b"%PDF-"

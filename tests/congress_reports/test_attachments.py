"""Biên bản, nghị quyết with a report: taken in, read, kept with versions, fetched by who may."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.models import Entry
from common import uploads
from common.errors import RuleViolation
from common.uploads.keeping import FileState, sweep
from congress_reports import tasks
from congress_reports.enums import ReportState
from congress_reports.errors import ChangedMeanwhile
from congress_reports.models import Attachment
from congress_reports.services import (
    approve,
    attach,
    confirm,
    detach,
    make_ready,
    read_scan,
    reject,
    send,
    throw_away,
    withdraw,
)
from notifications.models import Notice
from tests.documents import docx, pdf, scan, uploaded

from .campaigns import REASON, filled, letter_000, near_secretary, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(world):
    return near_secretary(world)


@pytest.fixture
def draft(world, author):
    letter_000(world)
    return filled(report_of(world.near_branch, "a"), author)


def minutes(report, author, content: bytes | None = None, name: str = "Biên bản.pdf", title: str = "") -> Attachment:
    return attach(report=report, file=uploaded(content or pdf(), name), title=title, actor=author)


def sent_with(report, author, *, reason: str = ""):
    report.refresh_from_db()
    return send(report=report, revision=report.revision, incomplete_reason=reason, actor=author)


def test_a_document_is_kept_under_a_random_name_and_its_own_title(draft, author):
    kept = minutes(draft, author, name="../../Nghị quyết.final.PDF")
    assert kept.file_label == "Nghị quyết.final.pdf"
    assert kept.state == FileState.CLEAN
    assert kept.file.name.startswith("congress-reports/")
    assert "Ngh" not in kept.file.name
    assert minutes(draft, author, docx(), title="Biên bản/số 5").file_label == "Biên bản-số 5.docx"
    assert [line.action for line in Entry.objects.filter(action="report.attached")] == ["report.attached"] * 2


def test_the_same_file_is_not_taken_twice(draft, author):
    minutes(draft, author)
    content = draft.attachments.get().file.read()
    with pytest.raises(RuleViolation, match="đã đính kèm"):
        minutes(draft, author, content, name="khac.pdf")


def test_so_many_files_and_no_more(draft, author, monkeypatch):
    monkeypatch.setattr("congress_reports.services.attachments.MOST_FILES", 2)
    for number in range(2):
        minutes(draft, author, docx(f"Biên bản số {number} của đại hội chi bộ, nhiệm kỳ 2025 - 2027"))
    with pytest.raises(RuleViolation, match="nhiều nhất 2"):
        minutes(draft, author)


def test_a_secret_is_refused_and_nothing_is_kept(draft, author):
    with pytest.raises(RuleViolation, match="độ mật"):
        minutes(draft, author, docx("MẬT", "NGHỊ QUYẾT"))
    assert not draft.attachments.exists()


def test_only_who_files_the_report(world, draft):
    for stranger in (world.committee, world.org_department, world.secretary, world.member):
        with pytest.raises(PermissionDenied):
            minutes(draft, stranger)


def test_only_while_it_is_typed(world, draft, author):
    with pytest.raises(RuleViolation, match="Lập báo cáo"):
        minutes(report_of(world.near_branch, "b"), author)
    kept = minutes(draft, author)
    report = sent_with(draft, author)
    for act in (lambda: minutes(report, author, docx()), lambda: detach(attachment=kept, actor=author)):
        with pytest.raises(RuleViolation, match="Đã gửi"):
            act()


def test_who_has_looked_at_the_report_before_looks_again(draft, author):
    make_ready(report=draft, actor=author)
    minutes(draft, author)
    with pytest.raises(ChangedMeanwhile):
        send(report=draft, revision=draft.revision, actor=author)
    draft.refresh_from_db()
    assert draft.ready_by is None


def test_a_scan_waits_until_somebody_has_looked(draft, author):
    kept = minutes(draft, author, scan())
    assert kept.state == FileState.UNREAD
    assert kept.file.name.startswith("congress-reports/quarantine/")
    waiting = kept.file.name
    with pytest.raises(RuleViolation, match="chưa kiểm tra xong"):
        sent_with(draft, author)
    kept = confirm(attachment=kept, actor=author)
    assert kept.confirmed_by == author
    assert kept.file.name.startswith("congress-reports/")
    assert kept.file.read() != b""
    assert waiting != kept.file.name
    assert sent_with(draft, author).state == ReportState.SENT
    assert Entry.objects.filter(action="report.attachment_confirmed", actor_id=author.pk).count() == 1


def test_a_stranger_confirms_nothing(world, draft, author):
    kept = minutes(draft, author, scan())
    for stranger in (world.committee, world.secretary):
        with pytest.raises(PermissionDenied):
            confirm(attachment=kept, actor=stranger)


@pytest.fixture
def reader(monkeypatch):
    """A machine that reads scans; what it finds is put into the list."""
    found: list[bool | Exception] = []

    def read(content: bytes) -> bool:
        outcome = found.pop()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(uploads, "can_read_scans", lambda: True)
    monkeypatch.setattr(uploads, "read_scan", read)
    return found


def test_a_scan_that_the_machine_has_read_goes_with_the_report(
    draft, author, reader, django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    monkeypatch.setattr(tasks.read_first_page, "delay", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        kept = minutes(draft, author, scan())
    assert (kept.state, asked) == (FileState.READING, [kept.pk])
    with pytest.raises(RuleViolation, match="đang đọc"):
        confirm(attachment=kept, actor=author)
    reader.append(True)
    with django_capture_on_commit_callbacks(execute=True):
        read_scan(attachment_id=kept.pk)
    kept.refresh_from_db()
    assert kept.state == FileState.CLEAN
    assert kept.confirmed_by is None
    read_scan(attachment_id=kept.pk)  # a second run asks nobody: `reader` is empty


def test_a_scan_that_says_nothing_waits_for_people(draft, author, reader):
    kept = minutes(draft, author, scan())
    reader.append(False)
    read_scan(attachment_id=kept.pk)
    kept.refresh_from_db()
    assert kept.state == FileState.UNREAD


def test_a_scan_that_is_a_secret_is_taken_off_and_its_author_is_told(
    draft, author, reader, django_capture_on_commit_callbacks
):
    kept = minutes(draft, author, scan())
    name = kept.file.name
    reader.append(RuleViolation(uploads.SECRET))
    with django_capture_on_commit_callbacks(execute=True):
        read_scan(attachment_id=kept.pk)
    assert not Attachment.objects.filter(pk=kept.pk).exists()
    assert not default_storage.exists(name)
    assert "bị gỡ" in Notice.objects.get(user=author, kind="reports.attachment_refused").text


def test_files_stay_with_the_versions_they_were_sent_with(world, draft, author, django_capture_on_commit_callbacks):
    first = minutes(draft, author, docx("Biên bản kiểm phiếu lần thứ nhất của chi bộ, nhiệm kỳ 2025 - 2027"))
    report = sent_with(draft, author)
    report = reject(report=report, version=1, reason=REASON, actor=world.committee)
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment=first, actor=author)
    second = minutes(report, author)
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    report = sent_with(report, author)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.goes_with(1), first.goes_with(2)] == [True, False]
    assert [second.goes_with(1), second.goes_with(2)] == [False, True]
    assert first.file.read()
    approve(report=report, version=2, actor=world.committee)


def test_the_database_keeps_what_was_sent(draft, author):
    kept = minutes(draft, author)
    sent_with(draft, author)
    acts = (
        lambda: Attachment.objects.filter(pk=kept.pk).delete(),
        lambda: Attachment.objects.filter(pk=kept.pk).update(file="congress-reports/other.pdf"),
        lambda: Attachment.objects.filter(pk=kept.pk).update(since_version=0),
        lambda: Attachment.objects.filter(pk=kept.pk).update(state=FileState.UNREAD),
    )
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_what_was_never_sent_goes_for_good(draft, author, django_capture_on_commit_callbacks):
    one, other = minutes(draft, author), minutes(draft, author, docx())
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment=one, actor=author)
        throw_away(report=draft, actor=author)
    assert not draft.attachments.exists()
    assert not default_storage.exists(one.file.name)
    assert not default_storage.exists(other.file.name)


def test_a_withdrawn_version_keeps_its_files(draft, author):
    kept = minutes(draft, author)
    report = withdraw(report=sent_with(draft, author), actor=author)
    detach(attachment=kept, actor=author)
    kept.refresh_from_db()
    assert (kept.since_version, kept.until_version, report.version) == (1, 1, 1)


def test_the_sweep(draft, author, reader):
    kept = minutes(draft, author, scan())
    orphan = default_storage.save("congress-reports/quarantine/nobody.pdf", uploaded(b"x"))
    late = timezone.now() + timedelta(minutes=20)
    assert sweep(Attachment, now=late) == 1
    kept.refresh_from_db()
    assert kept.state == FileState.UNREAD
    assert default_storage.exists(orphan)
    sweep(Attachment, now=timezone.now() + timedelta(hours=25))
    assert not default_storage.exists(orphan)
    assert default_storage.exists(kept.file.name)


# ---- over HTTP ------------------------------------------------------------------------------------------------------


def address(report, *more) -> str:
    return f"/quan-ly-bao-cao/{report.pk}/tep/" + "".join(f"{one}/" for one in more)


def test_a_file_is_put_in_and_taken_off_by_hand(draft, author, client_of):
    client = client_of(author)
    answer = client.post(address(draft), {"file": uploaded(pdf(), "Biên bản.pdf"), "not_secret": "on"}, follow=True)
    assert "Đã đính kèm “Biên bản”" in answer.content.decode()
    kept = draft.attachments.get()
    fetched = client.get(address(draft, kept.pk))
    assert fetched["Content-Disposition"].startswith("attachment; filename*=utf-8''Bi%C3%AAn")
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert fetched.getvalue().startswith(b"%PDF-")
    assert Entry.objects.filter(action="report.fetched", actor_id=author.pk).count() == 1
    assert "không lấy lại được" in client.get(address(draft, kept.pk, "bo")).content.decode()
    client.post(address(draft, kept.pk, "bo"))
    assert not draft.attachments.exists()


def test_a_docx_is_served_as_one(draft, author, client_of):
    kept = minutes(draft, author, docx())
    answer = client_of(author).get(address(draft, kept.pk))
    assert answer["Content-Type"] == kept.content_type
    assert kept.content_type.endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"not_secret": "on"}, "Tệp"),
        ({"file": uploaded(b"GIF89a", "a.pdf"), "not_secret": "on"}, "không phải là PDF"),
        ({"file": uploaded(docx(), "a.docx")}, "bí mật nhà nước"),
    ],
)
def test_what_is_wrong_is_said_at_the_box(draft, author, client_of, given, words):
    if "file" in given:
        given["file"].seek(0)
    answer = client_of(author).post(address(draft), given)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Lỗi: " in page
    assert words in page
    assert not draft.attachments.exists()


def test_a_scan_is_confirmed_on_its_own_page(draft, author, client_of):
    kept, client = minutes(draft, author, scan()), client_of(author)
    assert "Xem và xác nhận" in client.get(address(draft)).content.decode()
    assert "Chờ xác nhận" in client.get(f"/quan-ly-bao-cao/{draft.pk}/nhap/").content.decode()
    page = client.get(address(draft, kept.pk, "xac-nhan")).content.decode()
    assert address(draft, kept.pk) in page
    client.post(address(draft, kept.pk, "xac-nhan"))
    kept.refresh_from_db()
    assert kept.state == FileState.CLEAN


def test_who_may_fetch_a_file_follows_its_version(world, draft, author, client_of):
    kept, above = minutes(draft, author), client_of(world.committee)
    fetch = lambda: above.get(address(draft, kept.pk)).status_code  # noqa: E731
    assert fetch() == 404  # a draft is its author's alone
    report = sent_with(draft, author)
    assert fetch() == 200
    assert "Biên bản" in above.get(report.get_absolute_url()).content.decode()
    assert client_of(world.secretary).get(address(draft, kept.pk)).status_code == 404
    assert client_of(world.inspector).get(address(draft, kept.pk)).status_code == 200
    withdraw(report=report, actor=author)
    assert fetch() == 404  # nobody has looked at it: it is its author's again
    report = sent_with(draft, author)
    assert fetch() == 200
    reject(report=report, version=2, reason=REASON, actor=world.committee)
    detach(attachment=kept, actor=author)
    assert fetch() == 200  # with the version that was rejected
    assert kept.title not in above.get(report.get_absolute_url()).content.decode().split("Các lần gửi")[0]
    assert kept.title in above.get(f"{report.get_absolute_url()}lan-gui/2/").content.decode()


def test_a_file_of_another_report_is_not_there(world, draft, author, client_of):
    kept = minutes(draft, author)
    other = filled(report_of(world.near_branch, "b"), author)
    client = client_of(author)
    for more in ((kept.pk,), (kept.pk, "bo"), (kept.pk, "xac-nhan")):
        assert client.get(address(other, *more)).status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_the_pages_cost_the_same(draft, author, client_of, django_assert_max_num_queries, count):
    for number in range(count):
        minutes(draft, author, docx(f"Biên bản số {number} của đại hội chi bộ, nhiệm kỳ 2025 - 2027"))
    client = client_of(author)
    client.get(address(draft))
    for page in (address(draft), draft.get_absolute_url(), f"{draft.get_absolute_url()}gui/"):
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200

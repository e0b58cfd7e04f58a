"""Lists taken out: the workbook says what the page says, and who took it is written down."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import RuleViolation
from common.spreadsheets import read_workbook
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import run_job
from members import services
from members.models import ListedMember
from members.selectors import ListFilter
from members.services import exports
from tests.cast import make_member


def rows(content: bytes) -> list[list]:
    (sheet,) = read_workbook(content)
    return [row.cells for row in sheet.rows]


def exported(client, query: str, **data) -> bytes:
    answer = client.post(f"{reverse('members:export')}?{query}", data)
    assert answer.status_code == 200
    return answer.content


def test_the_workbook_holds_exactly_the_list(world, client_of):
    client = client_of(world.committee)
    query = f"unit={world.company.pk}&gioi_tinh=female&xep=-ten"
    page = client.get(f"{reverse('members:list')}?{query}").context["rows"]
    found = rows(exported(client, query))
    assert found[2] == [
        "STT", "Họ và tên", "Số định danh", "Giới tính", "Năm sinh", "Số điện thoại", "Chi bộ", "Chức vụ",
        "Ngày vào Đảng", "Ngày chính thức", "Tư cách", "Tình trạng", "Tài khoản",
    ]  # fmt: skip
    assert [line[1:3] for line in found[3:]] == [[row["name"], row["citizen_id"]] for row in page]
    assert [row["name"] for row in page] == ["Lê Thị Đào", "Nguyễn Thị Bưởi"]


def test_a_readers_workbook_has_no_phones(world, client_of):
    found = rows(exported(client_of(world.inspector), f"unit={world.branch.pk}"))
    assert "Số điện thoại" not in found[2]
    assert not any(world.people["member"].phone in map(str, line) for line in found)


def test_an_export_is_written_down_with_filter_number_and_who_stood_in_it(world, client_of):
    exported(client_of(world.secretary), f"unit={world.branch.pk}&gioi_tinh=female")
    entry = Entry.objects.get(action="members.exported")
    assert (entry.actor_id, entry.unit_id) == (world.secretary.pk, world.branch.pk)
    assert entry.detail == {"rows": 1, "filter": "Nữ", "ids": "số định danh đã che", "as": "right"}
    assert list(ListedMember.objects.values_list("member_id", "entry_id")) == [(world.people["member"].pk, entry.pk)]


def test_whole_ids_need_a_reason_and_the_right_to_keep_the_records(world, client_of):
    member, query = world.people["member"], f"unit={world.branch.pk}"
    client = client_of(world.secretary)
    refused = client.post(f"{reverse('members:export')}?{query}", {"open_ids": "on", "reason": "cần"})
    assert "ít nhất 10 ký tự" in refused.content.decode()
    found = exported(client, query, open_ids="on", reason="Làm thẻ đảng viên mới năm 2026")
    assert member.citizen_id in [line[2] for line in rows(found)]
    assert Entry.objects.get(action="members.exported").detail["reason"] == "Làm thẻ đảng viên mới năm 2026"
    with pytest.raises(PermissionDenied):
        services.export_list(
            unit=world.branch, chosen=ListFilter(), open_ids=True, reason="Một lý do dài", actor=world.inspector
        )


def test_a_formula_in_a_name_stays_a_text(world, client_of):
    make_member(world.branch, "=HYPERLINK(1)")
    found = rows(exported(client_of(world.secretary), f"unit={world.branch.pk}"))
    assert "'=HYPERLINK(1)" in [line[1] for line in found]


def test_a_long_list_becomes_a_job_of_its_owner(world, client_of, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("members.views.lists.MOST_AT_ONCE", 1)
    answer = client_of(world.secretary).post(f"{reverse('members:export')}?unit={world.branch.pk}")
    job = Job.objects.get()
    assert (answer.status_code, answer.url) == (302, job.get_absolute_url())
    assert job.owner == world.secretary
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, "Đã xuất 2 đảng viên. Tệp được giữ 7 ngày.")
    assert len(rows(job.file.read())) == 5
    assert job.expires_at - timezone.now() > timedelta(days=6)


def test_a_job_asks_for_the_right_again_and_takes_no_numbers_along(world, monkeypatch):
    job = services.start_export(unit=world.branch, chosen=ListFilter(text="nguyen"), actor=world.secretary)
    world.grants["secretary"].delete()
    world.secretary.__dict__.pop("_holdings", None)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    with pytest.raises(RuleViolation, match="tìm theo số"):
        services.start_export(unit=world.company, chosen=ListFilter(text="0912345678"), actor=world.committee)


def test_a_job_begun_again_is_one_export(world):
    job = services.start_export(unit=world.branch, chosen=ListFilter(), actor=world.secretary)
    for _ in range(2):
        path, _ = exports.run_export(job, exports.Progress(None))
        path.unlink()
    assert Entry.objects.filter(action="members.exported").count() == 1


def test_the_call_list_gives_name_phone_and_branch(world, client_of):
    page = client_of(world.committee).get(f"{reverse('members:call_list')}?unit={world.company.pk}")
    text = page.content.decode()
    for who in ("member", "secretary", "other_secretary", "committee"):
        assert world.people[who].phone in text
    assert world.people["outsider"].phone not in text
    assert Entry.objects.get(action="members.calls_printed").detail["rows"] == 4

"""Slips on paper: eight to a sheet, their codes nowhere else."""

import re
import subprocess
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, OneTimeCode, User
from audit.models import Entry
from common.errors import RuleViolation
from jobs.models import Job
from jobs.services import KEEP_BRIEF_FILES, KEEP_FETCHED, run_job, sweep_jobs
from members.activation import slips
from members.activation.slips import PER_PAGE, print_slips
from members.enums import Status
from members.models import ListedMember, Member
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import make_member
from tests.pdf import text_of

from .conftest import PASSWORD, by_slip

ADDRESS = "https://so-tay.example.vn/kich-hoat/"
CODE = re.compile(r"\b\d{4} \d{4} \d{4}\b")
LONG = "Công Tằng Tôn Nữ Nguyễn Thị Phương Thảo Hoàng Bảo Châu Ngọc Diệp Minh Khuê"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("jobs.services._send", lambda job_id: None)


def people(world, count: int) -> list[Member]:
    return [make_member(world.branch, f"Ngô Văn Thứ {number:02}") for number in range(count)]


def printed(world, members=None, **more):
    ids = [member.pk for member in members] if members is not None else None
    wanted = {"unit": world.branch, "member_ids": ids, "address": ADDRESS, "actor": world.secretary}
    return print_slips(**wanted | more)


def pages_of(content: bytes) -> int:
    done = subprocess.run(["pdfinfo", "-"], input=content, capture_output=True, check=True)
    return int(re.search(rb"Pages:\s+(\d+)", done.stdout)[1])


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_to_a_sheet(world, count, pages):
    content = printed(world, people(world, count)).content
    assert pages_of(content) == pages
    codes_read = CODE.findall(text_of(content))
    assert len(codes_read) == len(set(codes_read)) == count
    assert PER_PAGE == 8


def test_a_slip_says_what_its_owner_needs(world):
    (member,) = people(world, 1)
    text = text_of(printed(world, [member]).content)
    for words in (
        member.full_name,
        world.branch.name,
        "so-tay.example.vn/kich-hoat/",
        "Không đưa mã cho người khác.",
        "đặt mật khẩu của riêng đồng chí",
        "đến hết ngày",
    ):
        assert words in text
    assert member.account.citizen_id not in text
    assert "1985" not in text


def test_the_code_on_it_activates(world):
    (member,) = people(world, 1)
    (code,) = CODE.findall(text_of(printed(world, [member]).content))
    assert by_slip(Client(), member.account.citizen_id, code)["Location"] == PASSWORD
    assert User.objects.get(pk=member.account_id).activation_closes_at > timezone.now()


def test_namesakes_are_told_apart_by_their_year_of_birth(world):
    one = make_member(world.branch, "Ngô Văn Sung", birth_date=date(1961, 1, 1))
    other = make_member(world.branch, "NGÔ VĂN SUNG", birth_date=date(1972, 1, 1))
    text = text_of(printed(world, [one, other, *people(world, 1)]).content)
    assert "(sinh năm 1961)" in text
    assert "(sinh năm 1972)" in text
    assert "1985" not in text


def test_a_long_name_and_a_long_branch_fit(world):
    type(world.branch).objects.filter(pk=world.branch.pk).update(
        name="Chi bộ Phòng Quản lý Kết cấu hạ tầng và Ứng phó sự cố thiên tai khu vực Bắc Trung Bộ số 2"
    )
    members = [make_member(world.branch, LONG) for _ in range(8)]
    content = printed(world, members).content
    assert pages_of(content) == 1
    text = text_of(content)
    assert len(CODE.findall(text)) == 8
    assert text.count("Minh Khuê") == 8
    assert text.count("Bắc Trung Bộ số 2") == 8
    assert text.count("Không đưa mã cho người khác.") == 8


def test_each_branch_begins_a_sheet(world):
    members = [*people(world, 2), make_member(world.sister, "Ngô Thị Na")]
    content = printed(world, members, unit=world.section, actor=world.committee).content
    assert pages_of(content) == 2


def test_printing_again_voids_what_was_printed(world):
    (member,) = people(world, 1)
    first, second = (CODE.findall(text_of(printed(world, [member]).content))[0] for _ in range(2))
    assert by_slip(Client(), member.account.citizen_id, first).status_code == 200
    assert by_slip(Client(), member.account.citizen_id, second).status_code == 302


def test_codes_are_kept_nowhere_and_the_printing_is_written_down(world):
    members = people(world, 3)
    found = CODE.findall(text_of(printed(world, members).content))
    entry = Entry.objects.get(action="activation.slips_printed")
    assert (entry.actor_id, entry.unit_id, entry.detail["rows"]) == (world.secretary.pk, world.branch.pk, "3")
    assert ListedMember.objects.filter(entry_id=entry.pk).count() == 3
    kept = str(list(Entry.objects.values())) + str(list(OneTimeCode.objects.values()))
    for code in found:
        assert code not in kept
        assert code.replace(" ", "") not in kept


def test_who_does_not_need_one_gets_none(world):
    done = make_member(world.branch, "Ngô Văn Xong")
    User.objects.filter(pk=done.account_id).update(activated_at=timezone.now())
    excused = make_member(world.branch, "Ngô Văn Miễn", status=Status.EXEMPT)
    with pytest.raises(RuleViolation, match="Không có phiếu nào"):
        printed(world, [done, excused])
    (one,) = people(world, 1)
    answer = printed(world, [one, done, excused])
    assert answer.count == 1
    assert len(answer.left) == 2


def test_a_branch_prints_none_for_who_holds_a_role_above_it(world):
    one, leader = people(world, 2)
    give_grant(user=leader.account, unit=world.company, role=Role.SECRETARY, actor=None)
    answer = printed(world, [one, leader])
    assert answer.count == 1
    assert "phiếu do cấp trên in" in answer.left[0]
    assert printed(world, [leader], actor=world.org_department).count == 1


def test_nobody_prints_his_own_and_nobody_those_of_another_branch(world):
    with pytest.raises(RuleViolation):
        printed(world, [world.people["secretary"]])
    with pytest.raises(PermissionDenied):
        printed(world, actor=world.other_secretary)
    with pytest.raises(RuleViolation):
        printed(world, [make_member(world.sister, "Ngô Văn Sung")])


def test_when_the_pdf_fails_older_slips_stay_good(world, monkeypatch):
    (member,) = people(world, 1)
    (code,) = CODE.findall(text_of(printed(world, [member]).content))

    def fail(html):
        raise RuleViolation("Máy chủ chưa cài thư viện")

    monkeypatch.setattr(slips, "render_pdf", fail)
    with pytest.raises(RuleViolation):
        printed(world, [member])
    assert by_slip(Client(), member.account.citizen_id, code).status_code == 302


def test_the_picture_holds_the_address_alone(world, monkeypatch):
    drawn = []
    monkeypatch.setattr(slips, "qr_svg", lambda text, size: drawn.append(text) or "")
    printed(world, people(world, 2))
    assert drawn == [ADDRESS]


# Pages and jobs


def test_few_come_at_once_after_a_check(world, client_of):
    (member,) = people(world, 1)
    client, address = client_of(world.secretary), reverse("activation:slips")
    sent = {"unit": world.branch.pk, "member": member.pk}
    check = client.post(address, sent).content.decode()
    assert "In 1 phiếu kích hoạt" in check
    assert OneTimeCode.objects.count() == 0
    answer = client.post(address, sent | {"confirm": "yes"})
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert "testserver/kich-hoat/" in text_of(answer.content)


def test_many_are_made_in_the_background_for_the_owner_alone_and_briefly(world, client_of, monkeypatch):
    monkeypatch.setattr(slips, "AT_ONCE", 3)
    people(world, 4)
    client = client_of(world.secretary)
    answer = client.post(reverse("activation:slips"), {"unit": world.branch.pk, "all": "1", "confirm": "yes"})
    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert not re.search(r"\d{12}", str(job.arguments))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.expires_at - job.finished_at == KEEP_BRIEF_FILES
    address = reverse("jobs:file", args=[job.pk])
    assert client_of(world.committee).get(address).status_code == 404
    content = b"".join(client.get(address).streaming_content)
    # those four and the member; not the secretary himself
    assert len(CODE.findall(text_of(content))) == 5
    job.refresh_from_db()
    assert job.expires_at <= timezone.now() + KEEP_FETCHED
    Job.objects.update(expires_at=timezone.now())
    sweep_jobs()
    assert client.get(address).status_code == 404


def test_who_has_lost_the_right_does_not_get_the_file(world, client_of, monkeypatch):
    monkeypatch.setattr(slips, "AT_ONCE", 0)
    people(world, 1)
    client_of(world.secretary).post(
        reverse("activation:slips"), {"unit": world.branch.pk, "all": "1", "confirm": "yes"}
    )
    job = Job.objects.get()
    run_job(job.pk)
    world.grants["secretary"].delete()
    assert client_of(world.secretary).get(reverse("jobs:file", args=[job.pk])).status_code == 403


def test_a_job_begun_again_voids_what_nobody_has_seen(world, monkeypatch):
    (member,) = people(world, 1)
    monkeypatch.setattr(slips, "AT_ONCE", 0)
    job = slips.start_slips(unit=world.branch, member_ids=[member.pk], address=ADDRESS, actor=world.secretary)
    for _ in range(2):
        path, count = slips.run_slips(job, slips.Progress(None))
        content = path.read_bytes()
        path.unlink()
    assert count == 1
    (code,) = CODE.findall(text_of(content))
    assert codes.recognise(citizen_id=member.account.citizen_id, purpose=CodePurpose.ACTIVATION, typed=code)

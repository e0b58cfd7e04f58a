"""A list from the upload to the undoing, by the services."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from jobs.enums import JobState
from jobs.models import Job
from jobs.progress import Cancelled
from jobs.services import run_job
from members.enums import PostCode
from members.imports.enums import BatchState, Outcome
from members.imports.models import ImportBatch
from members.imports.services import (
    cancel_import,
    choose_branches,
    confirm_import,
    read_import,
    start_import,
    state_now,
    sweep_imports,
    undo_import,
    undo_lines,
)
from members.imports.services.lists import silent
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.services import give_grant
from tests.cast import make_member
from tests.members.lists_of_people import man, person, workbook


def sent(world, people, *, unit=None, actor=None) -> ImportBatch:
    content = people if isinstance(people, bytes) else workbook(people)
    return start_import(
        unit=unit or world.company, file=BytesIO(content), file_label="Bí mật tên tệp.xlsx",
        actor=actor or world.committee,
    )  # fmt: skip


def checked(world, people, **given) -> ImportBatch:
    return read_import(batch_id=sent(world, people, **given).pk, progress=silent)


def entered(world, people, *, accept_warnings=False, **given) -> ImportBatch:
    batch = checked(world, people, **given)
    confirm_import(batch=batch, accept_warnings=accept_warnings, actor=given.get("actor") or world.committee)
    run_job(Job.objects.latest("pk").pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.ENTERED
    return batch


def three(world) -> list[dict]:
    return [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in (1, 2, 3)]


# Reading and confirming


def test_a_sent_list_changes_no_record_until_it_is_confirmed(world):
    before = (Member.objects.count(), User.objects.count())
    batch = checked(world, three(world))
    assert (batch.state, batch.clean, batch.outcomes) == (BatchState.CHECKED, 3, {"new": {"clean": 3}})
    assert (Member.objects.count(), User.objects.count()) == before


def test_the_job_reads_the_list(world):
    batch = sent(world, three(world))
    run_job(batch.job_id)
    batch.refresh_from_db()
    job = Job.objects.get(pk=batch.job_id)
    assert (batch.state, job.state) == (BatchState.CHECKED, JobState.DONE)
    assert job.result == "Đã đọc 3 dòng: 3 đúng, 0 cần xem lại, 0 phải sửa."
    assert job.next_url == batch.get_absolute_url()


def test_the_workbook_waits_under_a_random_name_and_goes_at_confirmation(world, django_capture_on_commit_callbacks):
    batch = checked(world, three(world))
    name = batch.file.name
    assert default_storage.exists(name)
    assert "Bí mật" not in name
    with django_capture_on_commit_callbacks() as callbacks:
        confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    next(one for one in callbacks if "drop_file" in one.__qualname__)()
    assert not default_storage.exists(name)
    batch.refresh_from_db()
    assert batch.file.name == ""


def test_a_file_that_cannot_be_read_fails_with_its_sentence(world):
    batch = sent(world, b"%PDF-1.7")
    run_job(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, Job.objects.get(pk=batch.job_id).error) == (BatchState.FAILED, batch.failure)
    assert "PDF" in batch.failure


@pytest.mark.parametrize(("said", "state"), [("TUYỆT MẬT", BatchState.FAILED), ("Bảo mật", BatchState.CHECKED)])
def test_a_list_that_bears_a_degree_of_secrecy_is_refused(world, said, state):
    content = BytesIO()
    book = openpyxl.load_workbook(BytesIO(workbook(three(world))))
    book.active["A2"] = said
    book.save(content)
    batch = sent(world, content.getvalue())
    run_job(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, batch.file.name == "") == (state, state == BatchState.FAILED)


def test_confirming_twice_enters_once(world):
    batch = checked(world, three(world))
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    with pytest.raises(RuleViolation):
        confirm_import(batch=batch, accept_warnings=False, actor=world.org_department)
    job = Job.objects.latest("pk")
    run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)
    run_job(job.pk)
    assert Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count() == 3
    assert Entry.objects.filter(action="members.imported").count() == 1


def test_a_list_with_nothing_to_enter_is_not_confirmed(world):
    batch = checked(world, [person("Nguyễn Văn Tám", "123456789")])
    with pytest.raises(RuleViolation):
        confirm_import(batch=batch, accept_warnings=True, actor=world.committee)


@pytest.mark.parametrize("who", ["member", "secretary", "inspector", "outsider"])
def test_only_who_manages_the_unit_confirms_chooses_gives_up_and_undoes(world, who):
    batch = checked(world, three(world))
    actor = world.user(who)
    for act in (
        lambda: confirm_import(batch=batch, accept_warnings=False, actor=actor),
        lambda: choose_branches(batch=batch, choices={}, actor=actor),
        lambda: cancel_import(batch=batch, actor=actor),
        lambda: undo_import(batch=batch, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_stopped_while_entering_nothing_is_entered_and_it_waits_again(world, monkeypatch):
    batch = checked(world, three(world))
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)

    def stop(self, done, total=None, step=""):
        if step == "Thêm đảng viên mới":
            raise Cancelled

    monkeypatch.setattr("jobs.progress.Progress.__call__", stop)
    job = Job.objects.latest("pk")
    run_job(job.pk)
    job.refresh_from_db()
    batch.refresh_from_db()
    assert (job.state, batch.state) == (JobState.CANCELLED, BatchState.CHECKED)
    assert not Member.objects.filter(full_name__startswith="Nguyễn Văn Số").exists()


def test_a_job_that_died_lets_the_list_be_confirmed_again(world):
    batch = checked(world, three(world))
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    Job.objects.filter(pk=Job.objects.latest("pk").pk).update(state=JobState.FAILED, finished_at=timezone.now())
    batch = ImportBatch.objects.select_related("job").get(pk=batch.pk)
    assert (batch.state, state_now(batch)) == (BatchState.ENTERING, BatchState.CHECKED)
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    run_job(Job.objects.latest("pk").pk)
    assert Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count() == 3


def test_a_chosen_branch_lets_its_block_enter(world):
    batch = checked(world, [*three(world), person("Nguyễn Văn Tám", man(8), "Chi bộ Lạ")])
    assert batch.outcomes == {"new": {"clean": 3}, "waiting": {"clean": 1}}
    batch = choose_branches(batch=batch, choices={2: world.sister.pk}, actor=world.committee)
    assert batch.outcomes == {"new": {"clean": 4}}
    confirm_import(batch=batch, accept_warnings=False, actor=world.committee)
    run_job(Job.objects.latest("pk").pk)
    assert Member.objects.get(account__citizen_id=man(8)).branch == world.sister


def test_a_branch_outside_the_unit_cannot_be_chosen(world):
    batch = checked(world, [person("Nguyễn Văn Tám", man(8), "Chi bộ Lạ")])
    with pytest.raises(RuleViolation):
        choose_branches(batch=batch, choices={1: world.other_branch.pk}, actor=world.committee)


def test_given_up_it_leaves_neither_rows_nor_workbook(world):
    batch = checked(world, three(world))
    batch = cancel_import(batch=batch, actor=world.committee)
    assert (batch.state, batch.rows.count(), batch.blocks.count(), batch.file.name) == (BatchState.CANCELLED, 0, 0, "")


# Undoing


@pytest.mark.parametrize("said", ["", "đang công tác"])
def test_a_list_that_does_not_tell_the_state_leaves_it_as_recorded(world, said):
    one = person("Lê Văn Miễn", man(7), world.branch.name)
    entered(world, [one | {"Tình trạng": "Miễn công tác và sinh hoạt đảng"}])
    entered(world, [one | {"Tình trạng": said, "Ngày chính thức": "", "Số điện thoại": "0987654321"}])
    member = Member.objects.get(account__citizen_id=man(7))
    assert (member.status, member.standing, member.phone) == ("exempt", "official", "0987654321")


def test_undoing_deletes_what_the_list_made(world):
    before = (Member.objects.count(), User.objects.count(), Post.objects.count())
    people = three(world)
    people[0]["Chức vụ Đảng"] = "Bí thư chi bộ"
    batch = entered(world, people)
    batch = undo_import(batch=batch, actor=world.committee)
    assert (Member.objects.count(), User.objects.count(), Post.objects.count()) == before
    assert (batch.state, batch.undone_by) == (BatchState.UNDONE, world.committee)
    assert set(batch.rows.values_list("outcome", flat=True)) == {Outcome.UNDONE}
    entry = Entry.objects.get(action="members.import_undone")
    assert (entry.detail["deleted"], entry.detail["kept"]) == (3, 0)


def test_undoing_keeps_and_lists_who_has_used_his_record_since(world):
    batch = entered(world, [person(f"Nguyễn Văn Số {n}", man(n), world.branch.name) for n in range(1, 7)])
    of = {m.account.citizen_id: m for m in Member.objects.select_related("account").filter(branch=world.branch)}
    User.objects.filter(pk=of[man(1)].account_id).update(last_login=timezone.now())
    give_grant(user=of[man(2)].account, unit=world.branch, role=Role.COMMITTEE_MEMBER, actor=None)
    Post.objects.create(member=of[man(3)], unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER)
    Member.objects.filter(pk=of[man(4)].pk).update(phone="0987654321")
    Member.objects.filter(pk=of[man(5)].pk).update(branch=world.other_branch)
    kept = {line.row.citizen_id: line.kept for line in undo_lines(batch, actor=world.committee) if line.kept}
    assert kept == {
        man(1): ["Đã sử dụng sau khi nhập: đã đăng nhập."],
        man(2): ["Đã sử dụng sau khi nhập: đã giữ vai trò."],
        man(3): ["Đã sử dụng sau khi nhập: chức vụ đã thay đổi."],
        man(4): ["Đã sử dụng sau khi nhập: hồ sơ đã được sửa (Số điện thoại)."],
        man(5): ["Đảng viên đã chuyển đến tổ chức đảng khác."],
    }
    batch = undo_import(batch=batch, actor=world.committee)
    assert set(Member.objects.filter(full_name__startswith="Nguyễn Văn Số").values_list("pk", flat=True)) == {
        of[man(n)].pk for n in range(1, 6)
    }
    rows = dict(batch.rows.values_list("citizen_id", "outcome"))
    assert rows == {man(n): Outcome.KEPT for n in range(1, 6)} | {man(6): Outcome.UNDONE}


def test_undoing_puts_back_each_field_but_those_changed_since(world):
    known = make_member(
        world.sister, "Nguyễn Van Tám", citizen_id=man(1), birth_date=date(1980, 3, 14), phone="0900000001",
        ethnicity="Tày", admission_date=date(2005, 5, 1), official_date=date(2006, 5, 1),
    )  # fmt: skip
    held = Post.objects.create(member=known, unit=world.sister, code=PostCode.DEPUTY_SECRETARY)
    before = Member.objects.filter(pk=known.pk).values().get()
    batch = entered(
        world, [person("Nguyễn Văn Tám", man(1), world.branch.name, **{"Chức vụ Đảng": "Bí thư chi bộ"})]
    )  # fmt: skip
    known.refresh_from_db()
    assert (known.branch, known.full_name, known.account.full_name) == (
        world.branch, "Nguyễn Văn Tám", "Nguyễn Văn Tám",
    )  # fmt: skip
    Member.objects.filter(pk=known.pk).update(phone="0911111111")
    batch = undo_import(batch=batch, actor=world.committee)
    after = Member.objects.filter(pk=known.pk).values().get()
    assert after.pop("phone") == "0911111111"
    before.pop("phone")
    assert {k: bytes(v) if k == "name_sort" else v for k, v in after.items() if k != "updated_at"} == {
        k: bytes(v) if k == "name_sort" else v for k, v in before.items() if k != "updated_at"
    }
    assert User.objects.get(pk=known.account_id).full_name == "Nguyễn Van Tám"
    assert list(Post.objects.filter(member=known).values_list("pk", "ends_on")) == [(held.pk, None)]
    row = batch.rows.get()
    assert (row.outcome, row.note) == (Outcome.KEPT, "Đã sửa sau khi nhập: Số điện thoại.")


def test_after_thirty_days_it_can_no_longer_be_undone(world):
    batch = entered(world, three(world))
    ImportBatch.objects.filter(pk=batch.pk).update(entered_at=timezone.now() - timedelta(days=30, minutes=1))
    with pytest.raises(RuleViolation):
        undo_import(batch=batch, actor=world.committee)


def test_a_list_is_undone_once(world):
    batch = undo_import(batch=entered(world, three(world)), actor=world.committee)
    with pytest.raises(RuleViolation):
        undo_import(batch=batch, actor=world.committee)


def test_a_long_list_is_undone_in_the_background(world, monkeypatch):
    monkeypatch.setattr("members.imports.services.undoing._IN_BACKGROUND", 2)
    batch = undo_import(batch=entered(world, three(world)), actor=world.committee)
    assert batch.state == BatchState.UNDOING
    run_job(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, Member.objects.filter(full_name__startswith="Nguyễn Văn Số").count()) == (BatchState.UNDONE, 0)


# Sweeping


def test_after_a_day_the_workbook_goes_and_the_list_can_still_be_confirmed(world, django_capture_on_commit_callbacks):
    batch = checked(world, three(world))
    name = batch.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_imports(now=timezone.now() + timedelta(hours=23)) == 0
        assert sweep_imports(now=timezone.now() + timedelta(hours=25)) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.file.name, default_storage.exists(name)) == (BatchState.CHECKED, "", False)


def test_unconfirmed_for_a_week_it_is_given_up(world):
    batch = checked(world, three(world))
    sweep_imports(now=timezone.now() + timedelta(days=8))
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == (BatchState.CANCELLED, 0)


def test_when_it_can_be_undone_no_more_its_rows_are_forgotten_and_its_counts_stay(world):
    batch = entered(world, three(world))
    sweep_imports(now=timezone.now() + timedelta(days=32))
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.outcomes) == (BatchState.ENTERED, 0, {"new": {"clean": 3}})


def test_the_name_of_the_file_stands_in_no_log(world, caplog):
    with caplog.at_level("DEBUG"):
        entered(world, three(world))
    assert "Bí mật" not in caplog.text
    assert man(1) not in caplog.text

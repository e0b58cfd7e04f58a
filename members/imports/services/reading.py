"""From the upload to the page of faulty rows: nothing is written to the records."""

from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from common.spreadsheets import read_workbook
from common.text import clean
from jobs.enums import OPEN_STATES, JobState
from jobs.progress import Progress
from jobs.services import cancel_job, start_job
from members.lists import read_member_list
from orgtree.models import OrgUnit

from ..branches import Branches
from ..enums import BatchState, Outcome
from ..models import ImportBatch, ImportRow
from ..plans import Planner, namesakes
from ..policies import may_import, may_manage_import
from . import storing

_FALLS_BACK_TO = {
    BatchState.READING: BatchState.FAILED,
    BatchState.ENTERING: BatchState.CHECKED,
    BatchState.UNDOING: BatchState.ENTERED,
}
_SECRECY = {"MẬT", "TỐI MẬT", "TUYỆT MẬT"}
_HEAD = 10  # rows
_NOT_READ = "Chưa đọc được tệp. Đồng chí hãy gửi lại."


@transaction.atomic
def start_import(*, unit: OrgUnit, file: BinaryIO, file_label: str, actor: User) -> ImportBatch:
    """Keep an uploaded workbook under a random name and have it read in the background."""
    unit = OrgUnit.objects.get(pk=unit.pk)
    if not may_import(actor, unit):
        raise PermissionDenied
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động, không nhập danh sách được nữa.")
    batch = ImportBatch(unit=unit, made_by=actor, file_label=file_label[:120])
    batch.file.save("", File(file), save=False)
    batch.save()
    batch.job = start_job(
        kind="members.read_list", title="Đọc danh sách đảng viên", arguments={"batch": batch.pk}, actor=actor
    )
    batch.save(update_fields=["job"])
    return batch


def read_import(*, batch_id: int, progress: Progress) -> ImportBatch:
    """Read the kept workbook and check every row. Started again after a kill it begins anew, as nothing was kept."""
    try:
        batch = ImportBatch.objects.select_related("unit", "made_by").get(pk=batch_id)
        if batch.state != BatchState.READING:
            return batch
        with batch.file.open("rb") as opened:
            content = opened.read()
        refuse_secrets(content)
        member_list = read_member_list(content, progress=progress)
        with transaction.atomic():
            batch = (
                ImportBatch.objects.select_for_update(of=("self",)).select_related("unit", "made_by").get(pk=batch_id)
            )
            if batch.state != BatchState.READING:
                return batch
            _check(batch, member_list)
    except RuleViolation as refusal:
        _fail(batch_id, str(refusal))
        raise
    except Exception:
        _fail(batch_id, _NOT_READ)
        raise
    return batch


def refuse_secrets(source: str | Path | bytes) -> None:
    """A line in the head of a sheet that is exactly a degree of secrecy (DESIGN §4): the file does not belong here."""
    for sheet in read_workbook(source):
        for row in sheet.rows[:_HEAD]:
            if any(isinstance(cell, str) and clean(cell).strip(" ()[]*-.") in _SECRECY for cell in row.cells):
                raise RuleViolation("Tệp có dấu chỉ độ mật. Sổ tay không nhận tài liệu chứa bí mật nhà nước.")


def _check(batch: ImportBatch, member_list) -> None:
    branches = Branches(batch.unit)
    rows = storing.draft_rows(member_list)
    blocks = storing.settled_blocks(member_list, branches)
    found = {person: block.found for block in blocks for person in block.people}
    note_namesakes(rows, batch.made_by, branches)
    planner = Planner(batch.unit, branches, actor=batch.made_by)
    plans = planner.plan([(row, found[row.person]) for row in rows], accept_warnings=True)
    batch.outcomes = storing.apply_plans(plans)
    storing.fill_batch(batch, member_list, rows)
    batch.state = BatchState.CHECKED
    batch.save()
    storing.insert(batch, blocks, rows)


def note_namesakes(rows: list[ImportRow], actor: User | None, branches: Branches) -> None:
    """Say on a row that somebody of the same name and day of birth is there under another id (features B3)."""
    found = namesakes(rows)
    for row in rows:
        for member in found.get(row.person, ()):
            where = f"tại {member.branch.name}" if member.branch_id in branches.all else "ở tổ chức đảng khác"
            row.remarks.append(
                {
                    "level": "info",
                    "code": "same_name_and_birth_date",
                    "cell": "",
                    "message": f"Có đảng viên cùng họ tên, ngày sinh {where} với số định danh khác. "
                    "Hai hồ sơ không tự gộp; đồng chí kiểm tra có phải một người không.",
                }
            )


@transaction.atomic
def _fail(batch_id: int, reason: str) -> None:
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id, state=BatchState.READING).first()
    if batch is not None:
        drop_file(batch)
        batch.state, batch.failure = BatchState.FAILED, reason[:500]
        batch.save(update_fields=["state", "failure", "file"])


@transaction.atomic
def choose_branches(*, batch: ImportBatch, choices: dict[int, int], actor: User) -> ImportBatch:
    """Answer for blocks (by number) which branch (primary key) their rows belong to, and work out anew what the list
    will do."""
    batch = locked(batch, actor)
    if batch.state != BatchState.CHECKED:
        raise RuleViolation("Danh sách này không còn chờ chọn chi bộ.")
    branches = Branches(batch.unit)
    for block in batch.blocks.filter(number__in=choices):
        place = branches.places.get(choices[block.number])
        if place is None:
            raise RuleViolation("Chi bộ được chọn không thuộc đơn vị của danh sách.")
        block.branch_id, block.chosen = place.pk, True
        block.save(update_fields=["branch", "chosen"])
    replan(batch, branches, actor)
    return batch


def replan(batch: ImportBatch, branches: Branches, actor: User | None) -> None:
    """Compare the rows of a checked batch with the system as it is now."""
    rows = list(batch.rows.select_related("block"))
    plans = Planner(batch.unit, branches, actor=actor).plan(
        [(row, branches.places.get(row.block.branch_id)) for row in rows], accept_warnings=True
    )
    batch.outcomes = storing.apply_plans(plans)
    batch.save(update_fields=["outcomes"])
    storing.save_outcomes(rows)


@transaction.atomic
def cancel_import(*, batch: ImportBatch, actor: User) -> ImportBatch:
    """Give a list up before it was entered: its workbook and rows are deleted, the line stays."""
    batch = locked(batch, actor)
    if batch.state not in (BatchState.READING, BatchState.CHECKED, BatchState.FAILED):
        raise RuleViolation("Danh sách đã hoặc đang được nhập, không bỏ được nữa.")
    job = batch.job
    drop_file(batch)
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state", "file"])
    drop_rows(batch)
    if job is not None and job.state in OPEN_STATES and job.owner_id == actor.pk:
        cancel_job(job=job, actor=actor)
    return batch


def locked(batch: ImportBatch, actor: User) -> ImportBatch:
    """The batch for writing, for one who may; a state whose work has died falls back first."""
    # Its job is read by itself: a join would not see one that was queued while we waited for the lock.
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("unit", "made_by").get(pk=batch.pk)
    if not may_manage_import(actor, batch):
        raise PermissionDenied
    settle(batch)
    return batch


def state_now(batch: ImportBatch) -> BatchState:
    """The state as it truly is: one in which work goes on falls back when its job has ended without it."""
    state = BatchState(batch.state)
    if state in _FALLS_BACK_TO and (batch.job is None or batch.job.state in (JobState.FAILED, JobState.CANCELLED)):
        return _FALLS_BACK_TO[state]
    return state


def settle(batch: ImportBatch) -> None:
    """Write down the true state of a locked batch."""
    state = state_now(batch)
    if state != batch.state:
        batch.state = state
        batch.entered_at = batch.entered_at if state == BatchState.ENTERED else None
        if state == BatchState.FAILED:
            drop_file(batch)
            batch.failure = batch.failure or _NOT_READ
        batch.save(update_fields=["state", "entered_at", "failure", "file"])


def drop_file(batch: ImportBatch) -> None:
    """Delete the workbook once the transaction stands; the caller saves the batch."""
    if batch.file:
        storage, name = batch.file.storage, batch.file.name
        batch.file = ""
        transaction.on_commit(lambda: storage.delete(name))


def drop_rows(batch: ImportBatch) -> None:
    batch.rows.all().delete()
    batch.blocks.all().delete()


def counted(batch: ImportBatch, outcome: Outcome) -> int:
    return sum(batch.outcomes.get(outcome, {}).values())

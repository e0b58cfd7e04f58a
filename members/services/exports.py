"""Taking a list out: as a workbook (a job above 5,000 rows) or as a call list. Each time it is written down who, what
was chosen, how many, and whose names stood in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from audit.services import record
from common.errors import RuleViolation
from common.spreadsheets import Column, SheetToWrite, write_workbook
from jobs.models import Job
from jobs.progress import Progress
from jobs.scratch import scratch_file
from jobs.services import start_job
from orgtree.models import OrgUnit

from ..enums import Sight
from ..models import ListedMember
from ..policies import may_export, may_print_calls, sight_in
from ..selectors.lists import VALUES, ListFilter, listed_members, rows_of
from .reading import reading_as

MOST_AT_ONCE = 5000
MOST_CALLS = 1500
KIND = "members.export"
_BATCH = 500

# Column of the workbook → key of a row; the list on the page shows the same.
COLUMNS = (
    (Column("Họ và tên", 28), "name"),
    (Column("Số định danh", 16), "citizen_id"),
    (Column("Giới tính", 9), "gender"),
    (Column("Năm sinh", 9), "birth_year"),
    (Column("Số điện thoại", 14), "phone"),
    (Column("Chi bộ", 34), "branch"),
    (Column("Chức vụ", 34), "posts"),
    (Column("Ngày vào Đảng", 13), "admission"),
    (Column("Ngày chính thức", 13), "official"),
    (Column("Tư cách", 11), "standing"),
    (Column("Tình trạng", 18), "status"),
    (Column("Tài khoản", 16), "activated"),
)


def columns_for(sight: Sight) -> Sequence[tuple[Column, str]]:
    """Phones only for who keeps the records."""
    return [pair for pair in COLUMNS if pair[1] != "phone" or sight >= Sight.OFFICER]


def _checked(actor: User, unit: OrgUnit, open_ids: bool, reason: str) -> Sight:
    sight = sight_in(actor, unit)
    if sight is None or not may_export(actor, unit) or (open_ids and sight < Sight.OFFICER):
        raise PermissionDenied
    if open_ids and len(reason) < 10:
        raise RuleViolation("Nhập lý do cần đủ số định danh (ít nhất 10 ký tự).")
    return sight


def export_list(
    *, unit: OrgUnit, chosen: ListFilter, open_ids: bool = False, reason: str = "", actor: User
) -> tuple[Path, int]:
    """Write the list that `actor` sees to a temporary .xlsx; the path and the number of rows. The caller deletes it."""
    _checked(actor, unit, open_ids, reason)
    return _write(unit, chosen, open_ids, reason, actor, Progress(None))


def start_export(*, unit: OrgUnit, chosen: ListFilter, open_ids: bool = False, reason: str = "", actor: User) -> Job:
    """The same as a job, whose file is its owner's for 7 days."""
    sight = _checked(actor, unit, open_ids, reason)
    if any(c.isdigit() for c in chosen.text):
        raise RuleViolation("Danh sách dài tìm theo số thì không xuất được. Đồng chí bỏ từ tìm rồi xuất lại.")
    arguments = {"unit": unit.pk, "filter": asdict(chosen), "open_ids": open_ids, "reason": reason}
    arguments["as_officer"] = sight >= Sight.OFFICER
    return start_job(kind=KIND, title=f"Xuất danh sách đảng viên {unit.name}"[:200], arguments=arguments, actor=actor)


def run_export(job: Job, progress: Progress) -> tuple[Path, int]:
    """What a job of KIND does; the right is asked again, as it is when the job runs."""
    about = job.arguments
    unit = OrgUnit.objects.get(pk=about["unit"])
    _checked(job.owner, unit, about["open_ids"], about["reason"])
    chosen = ListFilter(**about["filter"])
    return _write(unit, chosen, about["open_ids"], about["reason"], job.owner, progress, job)


def may_still_have(job: Job) -> bool:
    """Does the owner still hold the right by which the list was made?"""
    about = job.arguments
    unit = OrgUnit.objects.filter(pk=about["unit"]).first()
    sight = sight_in(job.owner, unit) if unit is not None else None
    return sight is not None and (sight >= Sight.OFFICER or not about["as_officer"])


@transaction.atomic
def _write(
    unit: OrgUnit,
    chosen: ListFilter,
    open_ids: bool,
    reason: str,
    actor: User,
    progress: Progress,
    job: Job | None = None,
) -> tuple[Path, int]:
    sight = sight_in(actor, unit) or Sight.READER
    found = listed_members(actor, unit, sight, chosen)
    columns = columns_for(sight)
    total = found.count()
    ids: list[int] = []

    def rows() -> Iterator[list]:
        for row in _read(actor, found, sight, open_ids):
            ids.append(row["id"])
            progress(len(ids), total)
            yield [len(ids), *(_cell(key, row[key]) for _, key in columns)]

    path = scratch_file(".xlsx")
    try:
        sheet = SheetToWrite(
            columns=[Column("STT", 6), *(column for column, _ in columns)],
            rows=rows(),
            title=f"Danh sách đảng viên {unit.name}",
            note=f"{chosen.words()[:1].upper()}{chosen.words()[1:]}. Xuất lúc {timezone.localtime():%H:%M %d/%m/%Y}.",
        )
        write_workbook(path, sheet)
        _log("members.exported", unit, chosen, ids, actor, open_ids=open_ids, reason=reason, job=job)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, len(ids)


def _read(actor: User, found, sight: Sight, open_ids: bool) -> Iterator[dict]:
    source = found.values(*VALUES).iterator(chunk_size=_BATCH)
    while batch := list(islice(source, _BATCH)):
        yield from rows_of(actor, batch, sight, open_ids=open_ids)


def _cell(key: str, value: object) -> object:
    if key == "activated":
        return "Đã kích hoạt" if value else "Chưa kích hoạt"
    return value


@transaction.atomic
def log_call_list(*, unit: OrgUnit, chosen: ListFilter, actor: User) -> list[dict]:
    """The rows of a call list (name, phone, branch), written down as taken out."""
    if not may_print_calls(actor, unit):
        raise PermissionDenied
    found = listed_members(actor, unit, Sight.OFFICER, chosen)
    rows = rows_of(actor, found.values(*VALUES)[: MOST_CALLS + 1], Sight.OFFICER)
    if len(rows) > MOST_CALLS:
        raise RuleViolation(
            f"Danh bạ in tối đa {MOST_CALLS} người. Đồng chí chọn một đơn vị nhỏ hơn hoặc lọc bớt danh sách."
        )
    _log("members.calls_printed", unit, chosen, [row["id"] for row in rows], actor)
    return rows


def _log(
    action: str,
    unit: OrgUnit,
    chosen: ListFilter,
    ids: Iterable[int],
    actor: User,
    *,
    open_ids: bool = False,
    reason: str = "",
    job: Job | None = None,
) -> None:
    ids = list(ids)
    detail = {
        "rows": len(ids),
        "filter": chosen.words(),
        "ids": "đủ số định danh" if open_ids else "số định danh đã che",
    } | reading_as(actor, unit)
    if reason:
        detail["reason"] = reason
    if job is not None:
        # A job begun again after a kill is one export.
        if Entry.objects.filter(action=action, actor_id=actor.pk, detail__job=job.pk).exists():
            return
        detail["job"] = job.pk
    entry = record(action, actor=actor, target=unit, unit=unit, detail=detail)
    ListedMember.objects.bulk_create((ListedMember(member_id=pk, entry_id=entry.pk) for pk in ids), batch_size=1000)

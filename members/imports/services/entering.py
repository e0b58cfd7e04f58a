"""Writing a checked list to the records: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import NO_PASSWORD, User
from audit.services import record
from common.errors import RuleViolation
from common.text import name_sort_key, search_key
from jobs.services import start_job
from members import following
from members.models import Member, Post
from orgtree.services import stand_on

from ..branches import Branches
from ..enums import BatchState, Level, Outcome
from ..models import ImportBatch
from ..plans import Plan, Planner
from ..posts import note_leaders
from . import storing
from .reading import counted, drop_file, locked

SERVER_NAME = "quản trị từ máy chủ"
_PIECE = 500
_ATTEMPTS = 3
Step = Callable[[int, int | None, str], Any]


@transaction.atomic
def confirm_import(*, batch: ImportBatch, accept_warnings: bool, actor: User) -> ImportBatch:
    """Have the clean rows (and, with `accept_warnings`, those to look at again) entered in the background. The
    workbook is deleted. A second confirmation finds the batch no longer waiting."""
    batch = locked(batch, actor)
    if batch.state != BatchState.CHECKED:
        raise RuleViolation("Danh sách này đã được xác nhận hoặc không còn chờ xác nhận.")
    if batch.clean + (batch.warn if accept_warnings else 0) == 0:
        raise RuleViolation("Danh sách không có dòng nào nhập được. Đồng chí sửa các dòng lỗi rồi gửi lại.")
    drop_file(batch)
    batch.state, batch.accept_warnings = BatchState.ENTERING, accept_warnings
    batch.job = start_job(
        kind="members.enter_list",
        title="Nhập danh sách đảng viên",
        arguments={"batch": batch.pk, "actor": actor.pk},
        total=batch.rows_total,
        actor=actor,
    )
    batch.save(update_fields=["state", "accept_warnings", "file", "job"])
    return batch


def enter_import(*, batch_id: int, actor: User | None, progress: Step) -> ImportBatch:
    """Enter a confirmed batch. Killed in the middle nothing is half entered, and a second start enters it; once
    entered, a start does nothing. When it cannot be entered it waits for confirmation again."""
    try:
        return retried(lambda: _enter_confirmed(batch_id, actor, progress))
    except Exception:
        ImportBatch.objects.filter(pk=batch_id, state=BatchState.ENTERING).update(state=BatchState.CHECKED)
        raise


def retried(work: Callable[[], ImportBatch]) -> ImportBatch:
    """Two lists at once may bring the same person: the later one finds him entered and compares again."""
    for attempt in range(_ATTEMPTS):
        try:
            return work()
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError


@transaction.atomic
def _enter_confirmed(batch_id: int, actor: User | None, progress: Step) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
    if batch.state == BatchState.ENTERING:
        enter(batch, actor=actor, progress=progress)
    return batch


def enter(batch: ImportBatch, *, actor: User | None, progress: Step) -> None:
    """Write the rows of a locked batch to the records, in the caller's transaction."""
    branches = Branches(batch.unit)
    rows = list(batch.rows.select_related("block"))
    stand_on(*{row.block.branch_id for row in rows if row.block.branch_id in branches.places})
    total = len(rows)
    progress(0, total, "Đối chiếu với hồ sơ đã có")
    planner = Planner(batch.unit, branches, actor=actor, lock=True)
    plans = list(
        planner.plan(
            [(row, branches.places.get(row.block.branch_id)) for row in rows], accept_warnings=batch.accept_warnings
        )
    )
    batch.outcomes = storing.apply_plans(plans)
    note_leaders(rows, branches)
    with pghistory.context(user=actor.pk if actor else None, path="import", batch=batch.pk):
        idle = sum(plan.outcome not in (Outcome.NEW, Outcome.UPDATED) for plan in plans)
        done = _insert([p for p in plans if p.outcome == Outcome.NEW], idle, total, progress)
        _update([p for p in plans if p.outcome == Outcome.UPDATED], done, total, progress)
    storing.save_outcomes(rows)
    updated = [plan for plan in plans if plan.outcome == Outcome.UPDATED]
    following.places_changed(
        [plan.member.pk for plan in updated if plan.values.keys() & {"branch_id", "status"}], actor=actor
    )
    following.posts_changed([plan.member.pk for plan in updated if plan.posts_to_end], actor=actor)
    now = timezone.now()
    batch.state, batch.entered_at, batch.checked_at = BatchState.ENTERED, now, batch.checked_at or now
    batch.save()
    record(
        "members.imported",
        actor=actor,
        actor_name="" if actor else SERVER_NAME,
        target=batch,
        unit=batch.unit,
        detail={
            "unit": batch.unit.name,
            "entered": counted(batch, Outcome.NEW),
            "updated": counted(batch, Outcome.UPDATED),
            "elsewhere": counted(batch, Outcome.ELSEWHERE),
            "with_warnings": sum(batch.outcomes.get(o, {}).get(Level.WARN, 0) for o in (Outcome.NEW, Outcome.UPDATED)),
        },
    )
    progress(total, total, "Hoàn tất")


def _pieces(plans: Iterable[Plan]) -> Iterator[list[Plan]]:
    rest = iter(plans)
    while part := list(islice(rest, _PIECE)):
        yield part


def _insert(plans: Sequence[Plan], done: int, total: int, progress: Step) -> int:
    for part in _pieces(plans):
        made = [plan for plan in part if plan.account is None]
        accounts = User.objects.bulk_create(
            [User(citizen_id=plan.row.citizen_id, full_name=plan.row.full_name, password=NO_PASSWORD) for plan in made]
        )
        for plan, account in zip(made, accounts, strict=True):
            plan.account = account
            plan.row.made = {"account": True}
        members = Member.objects.bulk_create(
            [
                Member(
                    account=plan.account,
                    name_sort=name_sort_key(plan.row.full_name),
                    search_key=search_key(plan.row.full_name),
                    activated_at=plan.account.activated_at,
                    **plan.values,
                )
                for plan in part
            ]
        )
        for plan, member in zip(part, members, strict=True):
            plan.member = plan.row.member = member
        _add_posts(part)
        done += len(part)
        progress(done, total, "Thêm đảng viên mới")
    return done


def _update(plans: Sequence[Plan], done: int, total: int, progress: Step) -> None:
    now = timezone.now()
    today = timezone.localdate()
    for part in _pieces(plans):
        fields = {"updated_at"}
        renamed = []
        for plan in part:
            member = plan.row.member = plan.member
            for name, value in plan.values.items():
                setattr(member, name, value)
                fields.add(name.removesuffix("_id"))
            if "full_name" in plan.values:
                member.name_sort = name_sort_key(member.full_name)
                member.search_key = search_key(member.full_name)
                plan.row.made = {"account_name": member.account.full_name}
                member.account.full_name = member.full_name
                renamed.append(member.account)
                fields |= {"name_sort", "search_key"}
            member.updated_at = now
        Member.objects.bulk_update([plan.member for plan in part], sorted(fields))
        if renamed:
            User.objects.bulk_update(renamed, ["full_name"])
        ended = [post.pk for plan in part for post in plan.posts_to_end]
        Post.objects.filter(pk__in=ended).update(ends_on=today)
        for plan in part:
            if plan.posts_to_end:
                plan.row.made = plan.row.made | {"posts_ended": [post.pk for post in plan.posts_to_end]}
        _add_posts(part)
        done += len(part)
        progress(done, total, "Cập nhật hồ sơ đã có")


def _add_posts(plans: Iterable[Plan]) -> None:
    plans = [plan for plan in plans if plan.posts_to_add]
    posts = iter(
        Post.objects.bulk_create(
            [
                Post(member=plan.member, unit_id=unit_id, code=code)
                for plan in plans
                for unit_id, code in plan.posts_to_add
            ]
        )
    )
    for plan in plans:
        plan.row.made = plan.row.made | {"posts": [next(posts).pk for _ in plan.posts_to_add]}

"""Taking a list back within 30 days: each field to what stood before, unless somebody has changed it since; the
records that it made are deleted, unless they have been used since."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import name_sort_key, search_key
from jobs.services import start_job
from members import following
from members.models import BranchStay, ListedMember, Member, Post
from notifications.models import Message, Notice
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right, units_where

from ..drafts import as_kept, as_stored
from ..enums import BatchState, Outcome
from ..models import ImportBatch, ImportRow
from ..policies import may_manage_import
from . import storing
from .entering import SERVER_NAME, Step
from .reading import locked

UNDO_DAYS = 30
_IN_BACKGROUND = 500
_PIECE = 500
# How a table that names an account tells of its use, by app.
_USES = dict.fromkeys(["account", "mfa", "socialaccount", "usersessions"], "đã đăng nhập") | {
    "guardian": "đã giữ vai trò",
    "orgtree": "đã giữ vai trò",
    "jobs": "đã làm việc trên Sổ tay",
}
# What hangs from a record without anybody having used it.
_BELONGINGS = (BranchStay, Post, ImportRow, ListedMember, Notice, Message)
_PAIRS = {f"{stem}_{end}": stem for stem in ("birth", "admission", "official") for end in ("date", "precision")}


@dataclass
class UndoLine:
    """What the undoing does to one row: `deletes` its record, or puts back `restored`; `kept` says what stays and
    why."""

    row: ImportRow
    member: Member | None = None
    deletes: bool = False
    restored: list[dict] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    posts_to_delete: list[Post] = field(default_factory=list)
    posts_to_reopen: list[Post] = field(default_factory=list)


@dataclass(frozen=True)
class _Units:
    """Of the former branches and of the units of posts, by primary key. Each may have changed since the list was
    entered."""

    open: frozenset[int]
    branches: frozenset[int]
    managed: frozenset[int]


def undo_until(batch: ImportBatch) -> datetime:
    """The last moment at which the list can be taken back."""
    return batch.entered_at + timedelta(days=UNDO_DAYS)


def may_still_undo(batch: ImportBatch) -> bool:
    """Rows are kept as long as this is so, and a day more."""
    return batch.entered_at is not None and timezone.now() <= undo_until(batch)


def _check(batch: ImportBatch) -> None:
    if batch.state not in (BatchState.ENTERED, BatchState.UNDOING):
        raise RuleViolation("Danh sách này chưa nhập hoặc đã hoàn tác rồi.")
    if not may_still_undo(batch):
        raise RuleViolation(f"Danh sách đã nhập quá {UNDO_DAYS} ngày, không hoàn tác được nữa.")


@transaction.atomic
def undo_import(*, batch: ImportBatch, actor: User) -> ImportBatch:
    """Take a list back: at once, or in the background when it is long."""
    batch = locked(batch, actor)
    _check(batch)
    if batch.state == BatchState.UNDOING:
        raise RuleViolation("Danh sách này đang được hoàn tác.")
    if batch.rows.filter(outcome__in=[Outcome.NEW, Outcome.UPDATED]).count() <= _IN_BACKGROUND:
        _undo(batch, actor=actor, progress=lambda *told: None)
        return batch
    batch.state = BatchState.UNDOING
    batch.job = start_job(
        kind="members.undo_list",
        title="Hoàn tác danh sách đảng viên",
        arguments={"batch": batch.pk, "actor": actor.pk},
        actor=actor,
    )
    batch.save(update_fields=["state", "job"])
    return batch


def undo_in_background(*, batch_id: int, actor: User | None, progress: Step) -> ImportBatch:
    """The long form, all in one transaction; started again after a kill it begins anew."""
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch_id)
            if batch.state == BatchState.UNDOING:
                if actor is not None and not may_manage_import(actor, batch):
                    raise PermissionDenied
                _check(batch)
                _undo(batch, actor=actor, progress=progress)
        return batch
    except Exception:
        ImportBatch.objects.filter(pk=batch_id, state=BatchState.UNDOING).update(state=BatchState.ENTERED)
        raise


def undo_lines(batch: ImportBatch, *, actor: User | None, lock: bool = False) -> list[UndoLine]:
    """What an undoing would do now, row by row: a fixed number of queries."""
    rows = list(batch.rows.filter(outcome__in=[Outcome.NEW, Outcome.UPDATED]))
    members = Member.objects.filter(pk__in=[row.member_id for row in rows]).select_related("branch").order_by("pk")
    accounts = User.objects.filter(member__in=[row.member_id for row in rows]).order_by("pk")
    if lock:
        accounts, members = accounts.select_for_update(of=("self",)), members.select_for_update(of=("self",))
    account_of = {account.pk: account for account in accounts}
    member_of = {}
    for member in members:
        member.account = account_of[member.account_id]
        member_of[member.pk] = member
    posts: dict[int, dict[int, Post]] = defaultdict(dict)
    for post in Post.objects.filter(member__in=member_of):
        posts[post.member_id][post.pk] = post
    units = _units(rows, posts, actor)
    used = _used(
        [member_of[row.member_id] for row in rows if row.outcome == Outcome.NEW and row.member_id in member_of]
    )
    lines = []
    for row in rows:
        member = member_of.get(row.member_id)
        line = UndoLine(row, member)
        lines.append(line)
        if member is None:
            line.kept.append("Hồ sơ không còn trong hệ thống.")
        elif actor is not None and member.account_id == actor.pk:
            line.kept.append("Hồ sơ của chính đồng chí: đồng chí không tự hoàn tác được.")
        elif actor is not None and not has_right(actor, Right.MANAGE_MEMBERS, member.branch):
            line.kept.append("Đảng viên đã chuyển đến tổ chức đảng khác.")
        elif row.outcome == Outcome.NEW:
            _line_of_new(line, posts[member.pk], used.get(member.pk, []))
        else:
            _line_of_updated(line, posts[member.pk], units)
    return lines


def _line_of_new(line: UndoLine, posts: dict[int, Post], used: list[str]) -> None:
    """Deleted only as it was entered: nothing changed, nothing added, nobody signed in."""
    changed = [one["field"] for one in line.row.changes if _is_field(one) and _now(line.member, one) != one["new"]]
    if changed:
        used = [*used, f"hồ sơ đã được sửa ({labels(changed)})"]
    made = set(line.row.made.get("posts", ()))
    if set(posts) != made or any(post.ends_on for post in posts.values()):
        used = [*used, "chức vụ đã thay đổi"]
    if used:
        line.kept.append(f"Đã sử dụng sau khi nhập: {'; '.join(used)}.")
    else:
        line.deletes = True


def _line_of_updated(line: UndoLine, posts: dict[int, Post], units: _Units) -> None:
    fields = [one for one in line.row.changes if _is_field(one)]
    changed = {_PAIRS.get(one["field"], one["field"]) for one in fields if _now(line.member, one) != one["new"]}
    for one in fields:
        if _PAIRS.get(one["field"], one["field"]) in changed:
            continue
        if one["field"] == "branch_id" and one["old"] not in units.branches:
            line.kept.append("Chi bộ cũ đã kết thúc hoạt động.")
            continue
        if one["field"] == "branch_id" and one["old"] not in units.managed:
            line.kept.append("Chi bộ cũ không còn thuộc phạm vi của đồng chí.")
            continue
        line.restored.append(one)
    if not _dates_in_order(line.member, line.restored):
        dates = [one for one in line.restored if _PAIRS.get(one["field"]) in ("admission", "official")]
        line.restored = [one for one in line.restored if one not in dates]
        changed |= {_PAIRS[one["field"]] for one in dates}
    if changed:
        line.kept.append(f"Đã sửa sau khi nhập: {labels(sorted(changed))}.")
    for pk in line.row.made.get("posts", ()):
        if pk in posts and posts[pk].ends_on is None and posts[pk].unit_id in units.managed:
            line.posts_to_delete.append(posts[pk])
    leaving = {post.pk for post in line.posts_to_delete}
    held = {(post.unit_id, post.code) for post in posts.values() if post.ends_on is None and post.pk not in leaving}
    for pk in line.row.made.get("posts_ended", ()):
        post = posts.get(pk)
        if post is None or post.ends_on is None or (post.unit_id, post.code) in held:
            continue
        if post.unit_id in units.open & units.managed:
            line.posts_to_reopen.append(post)


def _is_field(change: dict) -> bool:
    return not change["field"].startswith("post_")


def _now(member: Member, change: dict) -> object:
    return as_kept(getattr(member, change["field"]))


def _dates_in_order(member: Member, restored: list[dict]) -> bool:
    after = {one["field"]: one["old"] for one in restored}
    admission = after.get("admission_date", as_kept(member.admission_date))
    official = after.get("official_date", as_kept(member.official_date))
    precision = after.get("official_precision", member.official_precision)
    return not admission or not official or precision != "day" or official >= admission


def _units(rows: list[ImportRow], posts: dict[int, dict[int, Post]], actor: User | None) -> _Units:
    """`managed` are those whose members the actor manages. Two queries."""
    wanted = {one["old"] for row in rows for one in row.changes if one["field"] == "branch_id" and one["old"]}
    wanted |= {post.unit_id for held in posts.values() for post in held.values()}
    units = OrgUnit.objects.all() if actor is None else units_where(actor, Right.MANAGE_MEMBERS)
    found = OrgUnit.objects.filter(pk__in=wanted, closed_on=None).values_list("pk", "kind__holds_members")
    return _Units(
        frozenset(pk for pk, _ in found),
        frozenset(pk for pk, holds in found if holds),
        frozenset(units.filter(pk__in=wanted).values_list("pk", flat=True)),
    )


def _used(members: list[Member]) -> dict[int, list[str]]:
    """Why a record made by a list can no longer be deleted: signed in, granted, or anything that names it."""
    reasons: dict[int, list[str]] = defaultdict(list)
    by_account = {member.account_id: member.pk for member in members}
    by_member = {member.pk: member.pk for member in members}
    for member in members:
        if member.account.last_login or member.account.activated_at:
            reasons[member.pk].append("đã đăng nhập")
    for owner, ids in ((User, by_account), (Member, by_member)):
        for model, name in _references(owner):
            named = model._base_manager.filter(**{f"{name}__in": list(ids)}).values_list(name, flat=True).distinct()
            words = _USES.get(model._meta.app_label, "đã được nhắc đến ở phần khác của Sổ tay")
            for pk in named:
                if words not in reasons[ids[pk]]:
                    reasons[ids[pk]].append(words)
    return {pk: found for pk, found in reasons.items() if found}


def _references(owner: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every foreign key to `owner`, of whatever app, that tells of use."""
    for relation in owner._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created or relation.concrete:
            continue
        model = relation.related_model
        if (
            model._meta.managed
            and not model._meta.proxy
            and model is not Member
            and not issubclass(model, (*_BELONGINGS, pghistory.models.Event))
        ):
            yield model, relation.field.attname


def labels(fields: list[str]) -> str:
    """Names of fields as people read them."""
    names = []
    for name in fields:
        known = Member._meta.get_field(f"{name}_date" if name in _PAIRS.values() else name.removesuffix("_id"))
        label = str(known.verbose_name)
        if not name.endswith("_precision") and name != "posts_unclear" and label not in names:
            names.append(label)
    return ", ".join(names)


def _undo(batch: ImportBatch, *, actor: User | None, progress: Step) -> None:
    """In the caller's transaction, on a locked batch."""
    lines = undo_lines(batch, actor=actor, lock=True)
    total = len(lines)
    progress(0, total, "Hoàn tác")
    with pghistory.context(user=actor.pk if actor else None, path="undo", batch=batch.pk):
        for start in range(0, total, _PIECE):
            part = lines[start : start + _PIECE]
            _delete([line for line in part if line.deletes])
            _restore([line for line in part if line.restored or line.posts_to_delete or line.posts_to_reopen])
            progress(min(start + _PIECE, total), total, "Hoàn tác")
    restored = [line for line in lines if line.restored]
    following.places_changed([line.member.pk for line in restored], actor=actor)
    following.posts_changed([line.member.pk for line in lines if line.posts_to_delete], actor=actor)
    for line in lines:
        line.row.outcome = Outcome.KEPT if line.kept else Outcome.UNDONE
        line.row.note = " ".join(line.kept)[:300]
        if line.deletes:
            line.row.member = None
    storing.save_outcomes([line.row for line in lines])
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, timezone.now(), actor
    batch.save(update_fields=["state", "undone_at", "undone_by"])
    record(
        "members.import_undone",
        actor=actor,
        actor_name="" if actor else SERVER_NAME,
        target=batch,
        unit=batch.unit,
        detail={
            "unit": batch.unit.name,
            "deleted": sum(line.deletes for line in lines),
            "restored": sum(bool(line.restored) for line in lines),
            "kept": sum(bool(line.kept) for line in lines),
        },
    )


def _delete(lines: list[UndoLine]) -> None:
    Member.objects.filter(pk__in=[line.member.pk for line in lines]).delete()
    User.objects.filter(pk__in=[line.member.account_id for line in lines if line.row.made.get("account")]).delete()


def _restore(lines: list[UndoLine]) -> None:
    now = timezone.now()
    fields = {"updated_at"}
    renamed = []
    for line in lines:
        for one in line.restored:
            name, old = one["field"], one["old"]
            setattr(line.member, name, as_stored(name, old) if isinstance(old, str) else old)
            fields.add(name.removesuffix("_id"))
            if name == "full_name":
                line.member.name_sort, line.member.search_key = name_sort_key(old), search_key(old)
                line.member.account.full_name = line.row.made.get("account_name", old)
                renamed.append(line.member.account)
                fields |= {"name_sort", "search_key"}
        line.member.updated_at = now
    Member.objects.bulk_update([line.member for line in lines], sorted(fields))
    if renamed:
        User.objects.bulk_update(renamed, ["full_name"])
    Post.objects.filter(pk__in=[post.pk for line in lines for post in line.posts_to_delete]).delete()
    reopened = [post.pk for line in lines for post in line.posts_to_reopen]
    Post.objects.filter(Q(pk__in=reopened)).update(ends_on=None)

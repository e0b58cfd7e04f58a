"""The history of each field (features B7), from what the database itself kept: who, when, old, new, by which path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User, UserEvent
from orgtree.models import OrgUnit

from .. import fields
from ..enums import PostCode, Sight
from ..models import Member, MemberEvent, PostEvent

SERVER = "Quản trị từ máy chủ"


@dataclass
class Change:
    label: str
    old: str
    new: str
    name: str = ""


@dataclass
class HistoryEntry:
    """What one act changed; all that a request or an import changed at once stands together."""

    at: datetime
    title: str
    actor_id: int | None
    who: str
    path: str
    changes: list[Change] = field(default_factory=list)

    @property
    def first(self) -> bool:
        """Nothing stood there before: only the new values are worth reading."""
        return self.title.startswith("Lập") and not any(change.old for change in self.changes)


def version_of(member: Member) -> str:
    """Rises with every change of the record, whatever path makes it: the last events of member and account."""
    of_member = MemberEvent.objects.filter(pgh_obj_id=member.pk).order_by("-pgh_id").values_list("pgh_id", flat=True)
    of_account = (
        UserEvent.objects.filter(pgh_obj_id=member.account_id).order_by("-pgh_id").values_list("pgh_id", flat=True)
    )
    return f"{of_member.first() or 0}-{of_account.first() or 0}"


def history_of(member: Member, sight: Sight, *, since: str = "") -> list[HistoryEntry]:
    """Newest first, as the reader may see the values; `since` is a version and leaves out what it knew. Five
    queries, whatever the length."""
    after_member, after_account = _numbers(since)
    keep = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_context_id", "pgh_context__metadata")
    columns = [c for f in fields.FIELDS.values() for c in f.columns if c not in fields.OF_ACCOUNT]
    records = list(MemberEvent.objects.filter(pgh_obj_id=member.pk).order_by("pgh_id").values(*keep, *columns))
    accounts = list(
        UserEvent.objects.filter(pgh_obj_id=member.account_id)
        .order_by("pgh_id")
        .values(*keep, "citizen_id", "is_active")
    )
    posts = list(
        PostEvent.objects.filter(member_id=member.pk)
        .order_by("pgh_id")
        .values(*keep, "pgh_obj_id", "unit_id", "code", "begins_on", "ends_on")
    )
    units = dict(
        OrgUnit.objects.filter(
            pk__in={row["branch_id"] for row in records} | {row["unit_id"] for row in posts}
        ).values_list("pk", "name")
    )
    for row in records:
        row["branch_name"] = units.get(row["branch_id"], "")
    entries: dict[object, HistoryEntry] = {}
    _collect(entries, records, after_member, lambda old, new: _record_changes(old, new, sight))
    _collect(entries, accounts, after_account, lambda old, new: _account_changes(old, new, sight))
    if not since:
        _collect_posts(entries, posts, units)
    found = [entry for entry in entries.values() if entry.changes]
    names = dict(User.objects.filter(pk__in={e.actor_id for e in found if e.actor_id}).values_list("pk", "full_name"))
    for entry in found:
        entry.who = names.get(entry.actor_id, SERVER) if entry.actor_id else SERVER
    # Of one moment the later one first: the order in which they were kept, turned round.
    return sorted(found, key=lambda entry: entry.at)[::-1]


def _numbers(version: str) -> tuple[int, int]:
    left, _, right = version.partition("-")
    return (int(left), int(right)) if left.isdecimal() and right.isdecimal() else (0, 0)


def _collect(entries: dict, rows: Iterable[Mapping], after: int, changes_between) -> None:
    before: Mapping | None = None
    for row in rows:
        if row["pgh_id"] > after:
            _entry(entries, row).changes.extend(changes_between(before, row))
        before = row


def _entry(entries: dict, row: Mapping) -> HistoryEntry:
    key = row["pgh_context_id"] or (row["pgh_created_at"], row["pgh_label"])
    if key not in entries:
        about = row["pgh_context__metadata"] or {}
        title = "Lập tài khoản" if row["pgh_label"] == "insert" and "is_active" in row else "Sửa hồ sơ"
        entries[key] = HistoryEntry(row["pgh_created_at"], title, about.get("user"), "", path_in_words(about))
    if row["pgh_label"] == "insert" and "branch_id" in row:
        entries[key].title = "Lập hồ sơ"
    return entries[key]


def path_in_words(about: Mapping) -> str:
    """By which way a change came, from what the writer left in the context of the history."""
    path = about.get("path")
    if path == "form":
        return "biểu mẫu"
    if path == "import":
        number = about.get("batch") or about.get("import")
        return f"nhập danh sách số {number}" if number else "nhập danh sách"
    if path == "unit":
        return "thay đổi tổ chức"
    if path == "undo":
        return f"hoàn tác danh sách số {about.get('batch')}"
    return "máy chủ"


def _record_changes(old: Mapping | None, new: Mapping, sight: Sight) -> Iterable[Change]:
    for name, one in fields.FIELDS.items():
        if fields.OF_ACCOUNT.intersection(one.columns) or not fields.seen(name, sight):
            continue
        before = fields.shown(name, old, sight) if old else ""
        after = fields.shown(name, new, sight)
        changed = old is not None and any(old[column] != new[column] for column in one.columns)
        if changed or (old is None and after and name != "no_smartphone"):
            yield Change(one.label, before, after, name)


def _account_changes(old: Mapping | None, new: Mapping, sight: Sight) -> Iterable[Change]:
    if old is None or old["citizen_id"] != new["citizen_id"]:
        before = fields.shown("citizen_id", old, sight) if old else ""
        yield Change(fields.FIELDS["citizen_id"].label, before, fields.shown("citizen_id", new, sight), "citizen_id")
    if old is not None and old["is_active"] != new["is_active"]:
        words = {True: "Đang dùng", False: "Đã khóa"}
        yield Change("Tài khoản", words[old["is_active"]], words[new["is_active"]])


def _collect_posts(entries: dict, rows: Iterable[Mapping], units: Mapping[int, str]) -> None:
    last: dict[int, Mapping] = {}
    for row in rows:
        before = last.get(row["pgh_obj_id"])
        last[row["pgh_obj_id"]] = row
        post = f"{PostCode(row['code']).label}, {units.get(row['unit_id'], '')}"
        entry = _entry(entries, row)
        if before is None:
            since = f" từ {row['begins_on']:%d/%m/%Y}" if row["begins_on"] else ""
            entry.changes.append(Change("Chức vụ", "", post + since))
        elif row["ends_on"] and not before["ends_on"]:
            entry.changes.append(Change("Chức vụ", post, f"thôi từ {row['ends_on']:%d/%m/%Y}"))
        elif row["unit_id"] != before["unit_id"]:
            old = f"{PostCode(before['code']).label}, {units.get(before['unit_id'], '')}"
            entry.changes.append(Change("Chức vụ", old, post))

"""What a list does to the system, worked out for all rows together: a fixed number of queries for any length."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from accounts.models import User
from common.dates import PartialDate, Precision
from common.text import canonical, search_key
from members.enums import Standing, Status
from members.models import Member, Post
from members.selectors import roles_out_of_reach
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right

from .branches import Branches, Place
from .drafts import as_kept, as_stored
from .enums import Level, Outcome
from .models import ImportRow
from .posts import LEADING, Ladder, place_posts

_GONE = (Status.TRANSFERRED_OUT, Status.LEFT, Status.DECEASED)
_TEMPORARILY_HERE = "temp_here"
_NOT_ONE_S_OWN = "Đồng chí không tự sửa hồ sơ của mình. Đồng chí gửi đề nghị đính chính hoặc nhờ cấp trên nhập."
_DATE_STEMS = ("birth", "admission", "official")


@dataclass
class Plan:
    """What one row is to do. `values` are what Member gets: everything for a new one, else only what differs."""

    row: ImportRow
    outcome: Outcome
    note: str = ""
    branch: Place | None = None
    account: User | None = None
    member: Member | None = None
    values: dict[str, object] = field(default_factory=dict)
    posts_unclear: list[str] = field(default_factory=list)
    posts_to_add: list[tuple[int, str]] = field(default_factory=list)
    posts_to_end: list[Post] = field(default_factory=list)

    @property
    def changes(self) -> list[dict]:
        """Each field with its value before and after, as it is kept for the page and for the undoing."""
        rows = [
            {"field": name, "old": as_kept(getattr(self.member, name)) if self.member else None, "new": as_kept(value)}
            for name, value in self.values.items()
        ]
        rows += [{"field": "post_added", "old": None, "new": [*post]} for post in self.posts_to_add]
        rows += [{"field": "post_ended", "old": [p.unit_id, p.code], "new": None} for p in self.posts_to_end]
        return rows


class Planner:
    """Compares rows with the system as it stands, for one actor; with `lock` the records found are held till the end
    of the transaction."""

    def __init__(self, unit: OrgUnit, branches: Branches, *, actor: User | None, lock: bool = False) -> None:
        self.unit = unit
        self.branches = branches
        self.actor = actor
        self.lock = lock

    def allowed(self, place: Place) -> bool:
        """No actor: the server itself."""
        return self.actor is None or has_right(self.actor, Right.MANAGE_MEMBERS, place)

    def plan(self, rows: Iterable[tuple[ImportRow, Place | None]], *, accept_warnings: bool) -> Iterator[Plan]:
        """One plan for each row, in order."""
        rows = list(rows)
        entering = [
            (row, place) for row, place in rows if row.level != Level.BAD and (accept_warnings or row.level != "warn")
        ]
        self._read([row for row, _ in entering])
        self._ladder = Ladder({place for _, place in entering if place is not None})
        for row, place in rows:
            if row.level == Level.BAD:
                yield Plan(row, Outcome.REFUSED)
            elif row.level == Level.WARN and not accept_warnings:
                yield Plan(row, Outcome.REFUSED, "Chưa đồng ý nhập các dòng cần xem lại.")
            elif place is None:
                yield Plan(row, Outcome.WAITING, "Chưa rõ chi bộ.")
            else:
                yield self._plan_row(row, place)

    def _read(self, rows: list[ImportRow]) -> None:
        ids = sorted({row.citizen_id for row in rows})
        accounts = User.objects.filter(citizen_id__in=ids).order_by("pk")
        if self.lock:
            accounts = accounts.select_for_update()
        self._accounts = {account.citizen_id: account for account in accounts}
        by_account = {account.pk: account for account in self._accounts.values()}
        # Of these accounts only: whoever another list enters between the two queries is new to this one, is refused
        # by the database when written, and the list is compared again.
        members = Member.objects.filter(account__in=list(by_account)).select_related("branch").order_by("pk")
        if self.lock:
            members = members.select_for_update(of=("self",))
        self._members: dict[str, Member] = {}
        for member in members:
            member.account = by_account[member.account_id]
            self._members[member.account.citizen_id] = member
        without_record = [account.pk for account in accounts if account.citizen_id not in self._members]
        self._out_of_reach = roles_out_of_reach(self.actor, without_record) if without_record else {}
        self._posts: dict[int, list[Post]] = defaultdict(list)
        for post in Post.objects.filter(member__in=[m.pk for m in self._members.values()], ends_on=None):
            self._posts[post.member_id].append(post)

    def _plan_row(self, row: ImportRow, place: Place) -> Plan:
        account, member = self._accounts.get(row.citizen_id), self._members.get(row.citizen_id)
        plan = Plan(row, Outcome.NEW, branch=place, account=account, member=member)
        if not self.allowed(place):
            return _refuse(plan, f"Đồng chí không được giao quản lý hồ sơ đảng viên của {place.name}.")
        if member is None:
            return self._plan_new(plan, row, place)
        return self._plan_known(plan, row, place, member)

    def _plan_new(self, plan: Plan, row: ImportRow, place: Place) -> Plan:
        if row.values.get("status") == _TEMPORARILY_HERE:
            return _refuse(plan, "Đảng viên sinh hoạt tạm thời được nhập theo danh sách của chi bộ gốc.")
        if plan.account is not None and not _same_name(plan.account.full_name, row.full_name):
            return _refuse(plan, "Số định danh này đang thuộc tài khoản của người khác. Đồng chí kiểm tra lại.")
        if plan.account is not None and self._is_own(plan.account.pk):
            return _refuse(plan, _NOT_ONE_S_OWN)
        if plan.account is not None and (role := self._out_of_reach.get(plan.account.pk)):
            return _refuse(plan, f"Đồng chí ấy đang giữ vai trò {role}. Hồ sơ do cấp quản lý vai trò đó lập.")
        placed, plan.posts_unclear = place_posts(row.posts, place, self._ladder, self.allowed)
        plan.posts_to_add = placed
        values = {name: as_stored(name, value) for name, value in row.values.items()}
        # domain.md §3.2: an exempt member with an official date is an official one, else on probation.
        values.setdefault("standing", Standing.OFFICIAL if "official_date" in values else Standing.PROBATIONARY)
        values.setdefault("status", Status.ACTIVE)
        plan.values = values | {"branch_id": place.pk, "posts_unclear": bool(plan.posts_unclear)}
        return plan

    def _plan_known(self, plan: Plan, row: ImportRow, place: Place, member: Member) -> Plan:
        here = member.branch_id in self.branches.all
        if not here:
            plan.outcome, plan.note = Outcome.ELSEWHERE, self._where(member)
            return plan
        if member.status in _GONE and row.values.get("status", Status.ACTIVE) != member.status:
            plan.outcome = Outcome.ELSEWHERE
            plan.note = f"Hồ sơ đang ghi «{member.get_status_display()}». Cần làm thủ tục tiếp nhận, không nhập lại."
            return plan
        if not _same_name(member.full_name, row.full_name) and not _same_birth(member, row):
            return _refuse(
                plan, "Số định danh này đang thuộc hồ sơ khác: cả họ tên và ngày sinh đều khác. Đồng chí kiểm tra lại."
            )
        if member.branch_id != place.pk and not self.allowed(self.branches.all[member.branch_id]):
            return _refuse(plan, "Đồng chí không được giao quản lý hồ sơ đảng viên của chi bộ hiện nay.")
        stated = row.values.get("status")
        if stated in _GONE and stated != member.status:
            label = Status(stated).label
            return _refuse(plan, f"Danh sách ghi «{label}». Đồng chí đổi tình trạng ở trang hồ sơ của đồng chí ấy.")
        plan.values = _differences(member, row)
        held = self._posts[member.pk]
        if row.posts:
            placed, plan.posts_unclear = place_posts(row.posts, place, self._ladder, self.allowed)
            have = {(post.unit_id, post.code) for post in held}
            plan.posts_to_add = [post for post in placed if post not in have]
            leading = {unit for unit, code in placed if code in LEADING}
            plan.posts_to_end = [
                p for p in held if p.unit_id in leading and p.code in LEADING and (p.unit_id, p.code) not in placed
            ]
            if member.posts_unclear != bool(plan.posts_unclear):
                plan.values["posts_unclear"] = bool(plan.posts_unclear)
        if member.branch_id != place.pk:
            plan.values["branch_id"] = place.pk
            ended = {post.pk for post in plan.posts_to_end}
            plan.posts_to_end += [p for p in held if p.unit_id == member.branch_id and p.pk not in ended]
        if _official_too_early(member, plan.values):
            return _refuse(plan, "Ngày chính thức sẽ sớm hơn ngày vào Đảng đang ghi trong hồ sơ.")
        changed = plan.values or plan.posts_to_add or plan.posts_to_end
        if changed and self._is_own(member.account_id):
            return _refuse(plan, _NOT_ONE_S_OWN)
        plan.outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        return plan

    def _is_own(self, account_id: int) -> bool:
        return self.actor is not None and account_id == self.actor.pk

    def _where(self, member: Member) -> str:
        """Names the other branch only to who may see it."""
        if self.actor is None or has_right(self.actor, Right.VIEW, member.branch):
            return f"Đang sinh hoạt tại {member.branch.name}. Cần làm thủ tục chuyển sinh hoạt đảng."
        return "Đang sinh hoạt tại tổ chức đảng khác. Cần làm thủ tục chuyển sinh hoạt đảng."


def _refuse(plan: Plan, note: str) -> Plan:
    return Plan(plan.row, Outcome.REFUSED, note)


def _same_name(one: str, other: str) -> bool:
    return search_key(one) == search_key(other)


def _same_birth(member: Member, row: ImportRow) -> bool:
    stated = row.values.get("birth_date")
    return bool(stated and member.birth_date and stated == member.birth_date.isoformat())


def _differences(member: Member, row: ImportRow) -> dict[str, object]:
    """What the list states otherwise than the record. A vaguer date that the record's date fits is no difference, nor
    is another way of writing the same name (hoà, hòa)."""
    stated = {name: as_stored(name, value) for name, value in row.values.items()}
    if stated.get("status") == _TEMPORARILY_HERE:
        del stated["status"]
    for stem in _DATE_STEMS:
        name, precision = f"{stem}_date", f"{stem}_precision"
        now = getattr(member, name)
        if name in stated and now is not None:
            said = PartialDate.of(stated[name], Precision(stated[precision]))
            if said.as_date() <= now <= said.latest() and _finer(getattr(member, precision), stated[precision]):
                del stated[name], stated[precision]
    if "full_name" in stated and canonical(stated["full_name"]) == canonical(member.full_name):
        del stated["full_name"]
    return {name: value for name, value in stated.items() if getattr(member, name) != value}


def _official_too_early(member: Member, values: dict[str, object]) -> bool:
    def after(name: str) -> object:
        return values.get(name, getattr(member, name))

    if not after("admission_date") or not after("official_date"):
        return False
    official = PartialDate.of(after("official_date"), Precision(after("official_precision")))
    return official.latest() < after("admission_date")


def _finer(one: str, other: str) -> bool:
    order = [Precision.YEAR, Precision.MONTH, Precision.DAY]
    return order.index(Precision(one)) >= order.index(Precision(other))


def namesakes(rows: Iterable[ImportRow]) -> dict[int, list[Member]]:
    """Person of the list → members with the same name (without diacritics) and day of birth under another citizen id.
    For a human to look at; never merged. One query."""
    wanted: dict[tuple[str, str], list[ImportRow]] = defaultdict(list)
    for row in rows:
        if row.level != Level.BAD and row.full_name and row.values.get("birth_precision") == Precision.DAY:
            wanted[search_key(row.full_name), row.values["birth_date"]].append(row)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id, m.search_key, m.birth_date::text
            FROM unnest(%s::text[], %s::date[]) AS w(search_key, birth_date)
            JOIN members_member m ON m.search_key = w.search_key AND m.birth_date = w.birth_date
            """,
            [[key for key, _ in wanted], [day for _, day in wanted]],
        )
        found = {pk: (key, day) for pk, key, day in cursor.fetchall()}
    result: dict[int, list[Member]] = defaultdict(list)
    for member in Member.objects.filter(pk__in=found).select_related("account", "branch"):
        for row in wanted[found[member.pk]]:
            if member.account.citizen_id != row.citizen_id:
                result[row.person].append(member)
    return result

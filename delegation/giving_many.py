"""Giving many suggestions together: what will be done and what is left out, then one after the other through the same
service as a single one. What a suggestion promised is asked again of each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import count

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from jobs.services import start_job
from members.enums import PostCode
from members.models import Post
from orgtree.enums import Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right_anywhere, living
from orgtree.services.grants import giving

from .conditions import OBSTACLE_WORDS, Obstacle
from .enums import RowState
from .models import ManyGiven, ManyGivenRow
from .services import give
from .suggestions import bottom_up

KIND = "delegation.give_many"
# So many are given while the reader waits.
MOST_AT_ONCE = 50
MOST = 5000
_GONE = "Chức vụ trong danh sách đã thay đổi sau khi đồng chí chọn."
_NOT_ALLOWED = "Đồng chí không còn quyền phân quyền ở đơn vị này; việc này do cấp trên trực tiếp của đơn vị làm."
Step = Callable[[int, int | None, str], object]


@dataclass(frozen=True)
class Selection:
    """Rows of `suggestions_for` that were chosen; `left_out` have something in the way."""

    given: Sequence[dict]
    left_out: Sequence[dict]

    @property
    def units(self) -> int:
        return len({row["unit_id"] for row in self.given})

    @property
    def instead(self) -> int:
        return sum(row["instead"] for row in self.given)

    def by_step(self) -> dict[int, int]:
        steps = sorted({row["step"] for row in self.given})
        return {step: sum(row["step"] == step for row in self.given) for step in steps}

    @property
    def seal(self) -> str:
        """Of what the check page showed: what is confirmed must be just that."""
        told = [f"{row['id']}:{row['role']}:{row['instead']:d}" for row in self.given]
        told += [f"-{row['id']}" for row in self.left_out]
        return sha256(",".join(sorted(told)).encode()).hexdigest()[:32]


def selection_of(rows: Iterable[dict]) -> Selection:
    rows = list(rows)
    free = bottom_up(row for row in rows if not row["obstacle"])
    return Selection(free, [row for row in rows if row["obstacle"]])


@transaction.atomic
def start_giving(*, selection: Selection, words: str = "", actor: User) -> ManyGiven:
    """Write down what is to be given; a few are given at once, many in the background."""
    if not has_right_anywhere(actor, Right.DELEGATE):
        raise PermissionDenied
    if not selection.given:
        raise RuleViolation("Không còn gợi ý nào giao được trong những gì đồng chí đã chọn.")
    if len(selection.given) > MOST:
        raise RuleViolation(f"Mỗi lần giao nhiều nhất {MOST} vai trò. Đồng chí lọc bớt rồi giao từng phần.")
    many = ManyGiven.objects.create(made_by=actor, words=words[:300])
    number = count(1)

    def row(one: dict, **more: object) -> ManyGivenRow:
        return ManyGivenRow(
            many=many,
            number=next(number),
            member_id=one["member_id"],
            unit_id=one["unit_id"],
            role=one["role"],
            post=one["code"],
            instead=one["instead"],
            **more,
        )

    rows = [row(one) for one in selection.given]
    rows += [
        row(one, state=RowState.LEFT_OUT, reason=f"{OBSTACLE_WORDS[one['obstacle']]}.") for one in selection.left_out
    ]
    ManyGivenRow.objects.bulk_create(rows, batch_size=1000)
    if len(selection.given) > MOST_AT_ONCE:
        many.job = start_job(
            kind=KIND,
            title=f"Phân quyền theo gợi ý: {len(selection.given)} vai trò",
            arguments={"many": many.pk},
            total=len(selection.given),
            actor=actor,
        )
        many.save(update_fields=["job"])
    return many


def run_giving(*, many: ManyGiven, actor: User, progress: Step) -> dict[str, int]:
    """Give what still waits, each role in a transaction of its own together with the line that says so: begun again
    after a kill it goes on where it stood and gives nothing twice. Returns how many rows there are in each state."""
    rows = ManyGivenRow.objects.filter(many=many).exclude(state=RowState.LEFT_OUT)
    total = rows.count()
    waiting = list(rows.filter(state=RowState.WAITING).values_list("pk", flat=True))
    done = total - len(waiting)
    for pk in waiting:
        progress(done, total, "Đang giao vai trò")
        _give_row(pk, actor.pk)
        done += 1
    progress(done, total, "Hoàn tất")
    return counted(many)


def counted(many: ManyGiven) -> dict[str, int]:
    found = dict.fromkeys(RowState.values, 0)
    for state in many.rows.values_list("state", flat=True):
        found[state] += 1
    return found


@transaction.atomic
def _give_row(pk: int, actor_id: int) -> None:
    row = ManyGivenRow.objects.select_for_update(of=("self",)).select_related("member__account", "unit").get(pk=pk)
    if row.state != RowState.WAITING:
        return
    try:
        with transaction.atomic():
            row.grant = _given(row, actor_id)
            row.state = RowState.GIVEN
    except RuleViolation as refusal:
        row.state, row.reason = RowState.REFUSED, str(refusal)[:500]
    except PermissionDenied:
        row.state, row.reason = RowState.REFUSED, _NOT_ALLOWED
    row.save(update_fields=["state", "reason", "grant"])


def _given(row: ManyGivenRow, actor_id: int) -> Grant:
    """As things stand now, not as they stood on the check page; who gives is read anew for each."""
    _check_suggestion(row)
    actor = User.objects.get(pk=actor_id)
    role = Role(row.role)
    ends_on = _last_day(actor, row.unit, role)
    (grant,) = give(member=row.member, unit=row.unit, roles=[role], ends_on=ends_on, actor=actor)
    return grant


def _last_day(actor: User, unit: OrgUnit, role: Role) -> date | None:
    """The giver's own: nobody gives for longer. One query more, only for a giver whose role ends."""
    ending = dict(living(Grant.objects.filter(user=actor, ends_on__isnull=False)).values_list("pk", "ends_on"))
    if not ending:
        return None
    found = giving(actor, unit).get(role)
    return ending.get(found.holding.grant_id) if found else None


def _check_suggestion(row: ManyGivenRow) -> None:
    """What makes it a suggestion; whether it is allowed, the service asks."""
    others = Post.objects.filter(unit_id=row.unit_id, ends_on=None)
    if not others.filter(member_id=row.member_id, code=row.post).exists():
        raise RuleViolation(_GONE)
    if row.role != Role.SECRETARY:
        return
    held = living(Grant.objects.filter(unit_id=row.unit_id, role=Role.SECRETARY))
    if held.exclude(user_id=row.member.account_id).exists():
        raise RuleViolation(f"{OBSTACLE_WORDS[Obstacle.TAKEN]}.")
    if others.filter(code=PostCode.SECRETARY).exclude(member_id=row.member_id).exists():
        raise RuleViolation(f"{OBSTACLE_WORDS[Obstacle.SEVERAL]}.")

"""Opening activation for people, closing it again. The days run for each from the day it was opened for him."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import CodePurpose, OneTimeCode, User
from audit.services import record
from common.errors import RuleViolation
from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.services import start_job
from orgtree.models import OrgUnit

from ..enums import Status
from ..models import Member
from .enums import TAKES_PART
from .policies import may_open, may_open_for
from .selectors import members_to_activate

KIND = "members.open_activation"
# More than this go into the background.
AT_ONCE = 300
_BATCH = 200


@dataclass(frozen=True)
class Opened:
    """`left`: people for whom it was not opened, each with the reason."""

    count: int
    left: tuple[str, ...] = ()


def closing_day() -> datetime:
    """The last second of the last day, if activation is opened now."""
    last = timezone.localdate() + timedelta(days=settings.ACTIVATION_DAYS)
    return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))


def why_not(member: Member, now: datetime) -> str:
    """Why activation is not opened for a member; empty where it can be. `member` with its account."""
    closes_at = member.account.activation_closes_at
    reason = why_never(member)
    if not reason and closes_at is not None and closes_at > now:
        until = f"{timezone.localtime(closes_at):%d/%m/%Y}"
        return f"Đồng chí {member.full_name} đang được mở kích hoạt đến hết ngày {until}."
    return reason


def why_never(member: Member) -> str:
    """Why he has nothing to activate; empty where he has."""
    account, name = member.account, f"Đồng chí {member.full_name}"
    if account.activated_at is not None:
        return f"{name} đã kích hoạt tài khoản."
    if member.status == Status.EXEMPT:
        return f"{name} được miễn công tác và sinh hoạt đảng."
    if member.status not in TAKES_PART:
        return f"{name} không còn trong danh sách ({Status(member.status).label.lower()})."
    if not account.is_active:
        return f"Tài khoản của đồng chí {member.full_name} đang tạm dừng."
    return ""


@transaction.atomic
def open_for(*, member_ids: Iterable[int], actor: User) -> Opened:
    """For the people ticked in a list. Who was opened already keeps his day; a second run changes nothing."""
    members = list(_locked(member_ids))
    if not all(may_open(actor, member.branch) for member in members):
        raise PermissionDenied
    now = timezone.now()
    reasons = {member.pk: why_not(member, now) for member in members}
    opened = [member for member in members if not reasons[member.pk]]
    _open([member.account_id for member in opened])
    for branch, count in _by_branch(opened):
        _record_opened(branch, count, actor)
    return Opened(len(opened), tuple(reason for reason in reasons.values() if reason))


def open_unit(*, unit: OrgUnit, actor: User) -> int | Job:
    """For everybody of the unit and of all below who waits. Returns how many, or the job that does it."""
    unit = OrgUnit.objects.get(pk=unit.pk)  # its place in the tree, as it is now
    if not may_open(actor, unit):
        raise PermissionDenied
    total = _waiting(actor, unit).count()
    if not total:
        raise RuleViolation(f"Không còn đồng chí nào của {unit.name} cần mở kích hoạt.")
    if total > AT_ONCE:
        title = f"Mở kích hoạt tài khoản cho {unit.name}"[:200]
        return start_job(kind=KIND, title=title, arguments={"unit": unit.pk}, total=total, actor=actor)
    return _open_all(unit, actor, Progress(None), total)


def run_opening(job: Job, progress: Progress) -> int:
    """What a job of KIND does; the right is asked again. Begun anew after a kill it goes on with the rest."""
    unit = OrgUnit.objects.get(pk=job.arguments["unit"])
    if not may_open(job.owner, unit):
        raise RuleViolation("Đồng chí không còn quyền quản lý đảng viên ở đơn vị này.")
    return _open_all(unit, job.owner, progress, job.total or 0)


def _open_all(unit: OrgUnit, actor: User, progress: Progress, total: int) -> int:
    done = 0
    while True:
        with transaction.atomic():
            ids = list(_waiting(actor, unit).order_by("pk").values_list("pk", flat=True)[:_BATCH])
            now = timezone.now()
            members = [member for member in _locked(ids) if not why_not(member, now)]
            _open([member.account_id for member in members])
            if members:
                _record_opened(unit, len(members), actor)
        if not members:
            return done
        done += len(members)
        progress(done, max(total, done))


def close_for(*, member_ids: Iterable[int], actor: User) -> int:
    """Nobody can activate these accounts any more until they are opened again; slips in their hands are void."""
    with transaction.atomic():
        members = [member for member in _locked(member_ids) if member.account.activated_at is None]
        if not all(may_open_for(actor, member) for member in members):
            raise PermissionDenied
        accounts = [member.account_id for member in members]
        User.objects.filter(pk__in=accounts).update(activation_closes_at=None)
        open_codes = OneTimeCode.objects.filter(user_id__in=accounts, purpose=CodePurpose.ACTIVATION)
        open_codes.filter(used_at=None, voided_at=None).update(voided_at=timezone.now())
        for branch, count in _by_branch(members):
            detail = {"rows": vi_number(count)}
            record("activation.closed", actor=actor, target=branch, unit=branch, detail=detail)
    return len(members)


def lacking_dates(members: QuerySet[Member]) -> int:
    """How many cannot activate by the letter's way: the record does not hold what is asked there."""
    return members.filter(Q(birth_date=None) | Q(admission_date=None)).count()


def _waiting(actor: User, unit: OrgUnit) -> QuerySet[Member]:
    waits = Q(account__activation_closes_at=None) | Q(account__activation_closes_at__lte=timezone.now())
    members = members_to_activate(actor, unit).filter(status__in=TAKES_PART)
    return members.filter(waits, account__activated_at=None, account__is_active=True)


def _locked(member_ids: Iterable[int]) -> QuerySet[Member]:
    """In one order, so that two officers do not wait for each other."""
    members = Member.objects.select_for_update(of=("self",)).filter(pk__in=list(member_ids))
    return members.select_related("account", "branch").order_by("pk")


def _open(account_ids: list[int]) -> None:
    waiting = User.objects.filter(pk__in=account_ids, activated_at=None)
    waiting.update(activation_closes_at=closing_day())


def _by_branch(members: Iterable[Member]) -> list[tuple[OrgUnit, int]]:
    counts: dict[int, int] = {}
    branches: dict[int, OrgUnit] = {}
    for member in members:
        branches[member.branch_id] = member.branch
        counts[member.branch_id] = counts.get(member.branch_id, 0) + 1
    return [(branches[pk], count) for pk, count in counts.items()]


def _record_opened(unit: OrgUnit, count: int, actor: User) -> None:
    detail = {"rows": vi_number(count), "until": f"{timezone.localtime(closing_day()):%d/%m/%Y}"}
    record("activation.opened", actor=actor, target=unit, unit=unit, detail=detail)

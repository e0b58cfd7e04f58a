"""Slips with activation codes: eight to a sheet of A4, to be cut and handed out. The codes stand on paper alone: the
PDF is made in the transaction that issues them, and printing again voids what was printed before."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, User
from audit.models import Entry
from audit.services import record
from common.errors import RuleViolation
from common.pdf import render_pdf
from common.qr import qr_svg
from common.text import fold
from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.scratch import scratch_file
from jobs.services import start_job
from orgtree.models import OrgUnit

from ..models import ListedMember, Member
from ..services.reading import reading_as
from .enums import TAKES_PART
from .opening import closing_day, why_never
from .policies import living_roles, may_hand_code, may_open, may_open_for
from .selectors import members_to_activate

KIND = "members.activation_slips"
PER_PAGE = 8
# More than this go into the background.
AT_ONCE = 40
MOST = 2000


@dataclass(frozen=True)
class Slip:
    unit: str
    name: str
    birth_year: int | None  # only where another of the branch has the same name
    code: str


@dataclass(frozen=True)
class Printed:
    """`left`: people without a slip, each with the reason."""

    content: bytes
    count: int
    left: tuple[str, ...] = ()


def who_gets_one(actor: User, members: Iterable[Member]) -> tuple[list[Member], list[str]]:
    """Members with account and branch → those whose slip `actor` may print, and for the others why not. One query."""
    members = list(members)
    roles = living_roles(member.account_id for member in members)
    given, left = [], []
    for member in members:
        reason = why_never(member)
        if not reason and not may_open_for(actor, member):
            reason = "Phiếu của chính đồng chí do người khác in."
        if not reason and not may_hand_code(actor, member.account_id, roles.get(member.account_id, [])):
            held = roles.get(member.account_id)
            role = f"{held[0].get_role_display()}, {held[0].unit.name}" if held else ""
            reason = f"Đồng chí {member.full_name} giữ vai trò {role}: phiếu do cấp trên in."
        if reason:
            left.append(reason)
        else:
            given.append(member)
    return given, left


def members_for(actor: User, *, unit: OrgUnit, member_ids: Iterable[int] | None = None) -> list[Member]:
    """The ticked ones, or all of the unit and below who are not activated, by branch and name."""
    members = members_to_activate(actor, unit)
    if member_ids is None:
        members = members.filter(account__activated_at=None, status__in=TAKES_PART)
    else:
        members = members.filter(pk__in=list(member_ids))
    members = members.select_related("account", "branch")
    return list(members.order_by("branch__tree_id", "branch__lft", "name_sort", "pk")[: MOST + 1])


def print_slips(*, unit: OrgUnit, member_ids: Iterable[int] | None = None, address: str, actor: User) -> Printed:
    """The PDF at once. Opens activation for everybody on it, as long as the code is good."""
    return _print(unit, member_ids, address, actor, Progress(None))


def start_slips(*, unit: OrgUnit, member_ids: Iterable[int] | None = None, address: str, actor: User) -> Job:
    """The same as a job; its file is its owner's for a day, and for minutes once it was fetched."""
    if not may_open(actor, unit):
        raise PermissionDenied
    arguments = {"unit": unit.pk, "members": sorted(member_ids) if member_ids is not None else None, "address": address}
    return start_job(kind=KIND, title=f"In phiếu kích hoạt {unit.name}"[:200], arguments=arguments, actor=actor)


def run_slips(job: Job, progress: Progress) -> tuple[Path, int]:
    """What a job of KIND does; the right is asked again. Begun anew after a kill it issues new codes: nobody has seen
    the others."""
    about = job.arguments
    unit = OrgUnit.objects.get(pk=about["unit"])
    printed = _print(unit, about["members"], about["address"], job.owner, progress, job)
    path = scratch_file(".pdf")
    path.write_bytes(printed.content)
    return path, printed.count


def may_still_have(job: Job) -> bool:
    unit = OrgUnit.objects.filter(pk=job.arguments["unit"]).first()
    return unit is not None and may_open(job.owner, unit)


@transaction.atomic
def _print(
    unit: OrgUnit,
    member_ids: Iterable[int] | None,
    address: str,
    actor: User,
    progress: Progress,
    job: Job | None = None,
) -> Printed:
    unit = OrgUnit.objects.get(pk=unit.pk)  # its place in the tree, as it is now
    if not may_open(actor, unit):
        raise PermissionDenied
    members = members_for(actor, unit=unit, member_ids=member_ids)
    if len(members) > MOST:
        raise RuleViolation(f"Mỗi lần in tối đa {vi_number(MOST)} phiếu. Đồng chí chọn một đơn vị nhỏ hơn.")
    members, left = who_gets_one(actor, members)
    if not members:
        raise RuleViolation(" ".join(["Không có phiếu nào để in.", *left[:3]]))
    # Against two printers at once, and against an activation that is just being finished.
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=[member.account_id for member in members])
    waiting = {account.pk for account in locked.order_by("pk") if account.activated_at is None}
    members = [member for member in members if member.account_id in waiting]
    closes_at = closing_day()
    User.objects.filter(pk__in=waiting).update(activation_closes_at=closes_at)
    slips = _slips(members, closes_at, actor, progress)
    content = _pdf(slips, address, closes_at)
    _log(unit, members, actor, job)
    return Printed(content, len(members), tuple(left))


def _slips(members: list[Member], closes_at, actor: User, progress: Progress) -> list[list[Slip]]:
    """By sheet; a branch begins a new one, so that each secretary gets his own."""
    days = (closes_at - timezone.now()) / timedelta(days=1)
    names = Counter((member.branch_id, fold(member.full_name)) for member in members)
    sheets: list[list[Slip]] = []
    branch_id = None
    for number, member in enumerate(members, 1):
        namesake = names[member.branch_id, fold(member.full_name)] > 1 and member.birth_date is not None
        digits = codes.issue(user=member.account, purpose=CodePurpose.ACTIVATION, days=days, issued_by=actor)
        slip = Slip(
            unit=member.branch.name,
            name=member.full_name,
            birth_year=member.birth_date.year if namesake else None,
            code=codes.in_groups(digits),
        )
        if member.branch_id != branch_id or len(sheets[-1]) == PER_PAGE:
            sheets.append([])
        sheets[-1].append(slip)
        branch_id = member.branch_id
        progress(number, len(members), "Cấp mã")
    return sheets


def _pdf(sheets: list[list[Slip]], address: str, closes_at) -> bytes:
    shown = address.partition("://")[2] or address
    context = {"sheets": sheets, "address": shown, "qr": qr_svg(address, "25mm"), "closes_at": closes_at}
    return render_pdf(render_to_string("activation/slips_pdf.html", context))


def _log(unit: OrgUnit, members: list[Member], actor: User, job: Job | None) -> None:
    detail = {"rows": vi_number(len(members))} | reading_as(actor, unit) | ({"job": job.pk} if job else {})
    entry: Entry = record("activation.slips_printed", actor=actor, target=unit, unit=unit, detail=detail)
    listed = [ListedMember(member_id=member.pk, entry_id=entry.pk) for member in members]
    ListedMember.objects.bulk_create(listed, batch_size=1000)

"""Sinh hoạt đảng tạm thời: a member of another branch takes part in the meetings here, without a vote."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import fold
from notifications.services import notify
from orgtree.locks import keep_units_open
from orgtree.models import OrgUnit

from ..enums import Status
from ..following import places_changed
from ..models import Member, TemporaryStay
from ..policies import may_end_stay, may_take_in
from ..selectors.units import officers_for
from .records import check_holds_members

# The same whether there is nobody of that number or he is called otherwise: the form is no directory.
NOT_FOUND = "Không có đảng viên nào đúng cả số định danh và họ tên này. Đồng chí xem lại giấy giới thiệu."
_STAYING = (Status.ACTIVE, Status.TEMP_AWAY)


def named_in_letter(*, citizen_id: str, full_name: str) -> Member:
    """Whoever brings a letter of introduction: number and name must both be those of the record."""
    found = Member.objects.select_related("branch", "account").filter(account__citizen_id=citizen_id).first()
    if found is None or fold(found.full_name) != fold(full_name):
        raise RuleViolation(NOT_FOUND)
    return found


@transaction.atomic
def begin_stay(
    *, member: Member, branch: OrgUnit, begins_on: date, ends_on: date | None = None, actor: User
) -> TemporaryStay:
    """Taken in by who keeps the records of the receiving branch. The member's own branch keeps his record and counts
    him; its officer is told, and records there that he is away."""
    keep_units_open([branch.pk])
    branch = OrgUnit.objects.select_related("kind").get(pk=branch.pk)
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if not may_take_in(actor, member, branch):
        raise PermissionDenied
    check_holds_members(branch)
    if member.branch_id == branch.pk:
        raise RuleViolation(f"Đồng chí {member.full_name} là đảng viên của {branch.name}.")
    if member.status not in _STAYING:
        raise RuleViolation(
            f"Đồng chí {member.full_name} đang ở tình trạng “{member.get_status_display()}” nên không tiếp nhận được."
        )
    if ends_on is not None and ends_on < max(begins_on, timezone.localdate()):
        raise RuleViolation("Ngày kết thúc phải từ ngày bắt đầu và từ hôm nay trở đi.")
    still = Q(ends_on=None) | Q(ends_on__gte=begins_on)
    if member.temporary_stays.filter(still).exists():
        raise RuleViolation(f"Đồng chí {member.full_name} đang sinh hoạt tạm thời tại một chi bộ khác.")
    stay = TemporaryStay.objects.create(member=member, branch=branch, begins_on=begins_on, ends_on=ends_on)
    _told(stay, "stay.begun", f"từ {begins_on:%d/%m/%Y}", begins_on, actor)
    return stay


@transaction.atomic
def end_stay(*, stay: TemporaryStay, on: date, actor: User) -> TemporaryStay:
    """By the receiving branch or the member's own."""
    rows = TemporaryStay.objects.select_for_update(of=("self",)).select_related("member__branch", "branch")
    stay = rows.get(pk=stay.pk)
    if not may_end_stay(actor, stay):
        raise PermissionDenied
    if on < stay.begins_on or on > timezone.localdate():
        raise RuleViolation("Ngày thôi sinh hoạt phải từ ngày bắt đầu đến hôm nay.")
    if stay.ends_on is not None and stay.ends_on < on:
        raise RuleViolation(f"Việc sinh hoạt tạm thời đã hết ngày {stay.ends_on:%d/%m/%Y}.")
    stay.ends_on = on
    stay.save(update_fields=["ends_on"])
    _told(stay, "stay.ended", f"đến hết {on:%d/%m/%Y}", on, actor)
    return stay


def _told(stay: TemporaryStay, action: str, when: str, on: date, actor: User) -> None:
    member, branch = stay.member, stay.branch
    detail = {"branch": branch.name, "on": f"{on:%d/%m/%Y}"}
    record(action, actor=actor, target=member, unit=branch, detail=detail)
    places_changed([member.pk], by_hand=True, actor=actor)
    notify(
        "members.stay",
        users=[member.account_id],
        text=f"Đồng chí sinh hoạt đảng tạm thời tại {branch.name} {when}.",
    )
    officers = officers_for(member.branch, leaving_out=actor.pk)[1]
    notify(
        "members.stay",
        users=officers,
        text=f"Đồng chí {member.full_name} ({member.branch.name}) sinh hoạt tạm thời tại {branch.name} {when}. "
        "Đồng chí cập nhật tình trạng sinh hoạt trong hồ sơ.",
        url=member.get_absolute_url(),
        unit_id=member.branch_id,
    )

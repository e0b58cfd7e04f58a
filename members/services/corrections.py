"""Requests for correction: asked by the member, decided by who keeps his record."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from notifications.services import notify

from .. import fields
from ..enums import CorrectionState
from ..models import CorrectionRequest, Member
from ..policies import may_decide
from ..selectors.units import officers_for
from .records import update_member


@transaction.atomic
def request_correction(*, member: Member, field: str, wanted: str, note: str = "", actor: User) -> CorrectionRequest:
    """Goes to who keeps the record and stands nearest, past the member himself."""
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if member.account_id != actor.pk:
        raise PermissionDenied
    if field not in fields.TYPED or field == "phone":
        raise RuleViolation("Đồng chí chọn mục cần đính chính.")
    label = fields.FIELDS[field].label
    fields.parse(field, wanted)
    if CorrectionRequest.objects.filter(member=member, field=field, state=CorrectionState.OPEN).exists():
        raise RuleViolation(f"Đồng chí đã đề nghị đính chính mục “{label}”, đang chờ xem xét.")
    unit, officers = officers_for(member.branch, leaving_out=actor.pk)
    if unit is None:
        raise RuleViolation("Chưa có cán bộ nào quản lý hồ sơ của chi bộ. Đồng chí báo qua mục Vướng mắc.")
    asked = CorrectionRequest.objects.create(member=member, unit=unit, field=field, wanted=wanted, note=note)
    record("correction.requested", actor=actor, target=member, unit=member.branch_id, detail={"field": label})
    notify(
        "members.correction_requested",
        users=officers,
        text=f"Đồng chí {member.full_name} đề nghị đính chính: {label}.",
        url=reverse("members:correction", args=[asked.pk]),
        unit_id=unit.pk,
    )
    return asked


@transaction.atomic
def decide_correction(
    *, correction: CorrectionRequest, accept: bool, reason: str = "", actor: User
) -> CorrectionRequest:
    """Accepted, the record is changed at once; refused, the reason is told to the member."""
    correction = (
        CorrectionRequest.objects.select_for_update(of=("self",)).select_related("member__branch").get(pk=correction.pk)
    )
    if not may_decide(actor, correction):
        raise PermissionDenied
    if correction.state != CorrectionState.OPEN:
        raise RuleViolation("Đề nghị này đã được giải quyết trước đó.")
    if not accept and not reason:
        raise RuleViolation("Nhập lý do không chấp nhận để đồng chí ấy biết.")
    label = fields.FIELDS[correction.field].label
    if accept:
        update_member(member=correction.member, values=fields.parse(correction.field, correction.wanted), actor=actor)
    correction.state = CorrectionState.ACCEPTED if accept else CorrectionState.REFUSED
    correction.decided_by, correction.decided_at, correction.reason = actor, timezone.now(), reason
    correction.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    record(
        "correction.accepted" if accept else "correction.refused",
        actor=actor,
        target=correction.member,
        unit=correction.member.branch_id,
        detail={"field": label, "reason": reason},
    )
    answer = "đã được chấp nhận, hồ sơ đã sửa" if accept else f"chưa được chấp nhận: {reason}"
    notify(
        "members.correction_decided",
        users=[correction.member.account_id],
        text=f"Đề nghị đính chính “{label}” của đồng chí {answer}.",
        url=correction.member.get_absolute_url(),
    )
    return correction

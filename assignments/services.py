"""Giving, reporting, confirming tasks. The full feature comes later and builds on this."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, clean_lines
from notifications.services import notify
from orgtree.models import OrgUnit
from orgtree.rights import forget_holdings

from . import policies
from .enums import AssignmentState
from .models import Assignment


@transaction.atomic
def give_assignment(
    *, unit: OrgUnit, owner: User, title: str, due_on: date, actor: User, url: str = "", may: bool | None = None
) -> Assignment:
    """`may`: the caller's own policy has said yes (a meeting's secretary gives what the meeting concluded)."""
    if not (policies.may_give(actor, unit) if may is None else may):
        raise PermissionDenied
    title = clean(title)
    if not title:
        raise RuleViolation("Đồng chí ghi nội dung nhiệm vụ.")
    if due_on < timezone.localdate():
        raise RuleViolation("Thời hạn của nhiệm vụ phải từ hôm nay trở đi.")
    assignment = Assignment.objects.create(unit=unit, owner=owner, title=title[:300], due_on=due_on, given_by=actor)
    record(
        "assignment.given",
        actor=actor,
        target=assignment,
        unit=unit,
        detail={"owner": owner.full_name, "due": f"{due_on:%d/%m/%Y}"},
    )
    if owner.pk != actor.pk:
        notify(
            "assignments.given",
            users=[owner],
            text=f"Đồng chí được giao: {assignment.title}. Hạn {due_on:%d/%m/%Y}.",
            url=url,
        )
    return assignment


def _locked(assignment: Assignment, actor: User) -> Assignment:
    forget_holdings(actor)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("unit__kind", "owner", "given_by")
    return rows.get(pk=assignment.pk)


@transaction.atomic
def report_done(*, assignment: Assignment, report: str, actor: User) -> Assignment:
    assignment = _locked(assignment, actor)
    if not policies.may_report(actor, assignment):
        raise PermissionDenied
    if assignment.state != AssignmentState.OPEN:
        raise RuleViolation(f"Nhiệm vụ đang ở tình trạng “{assignment.get_state_display()}”.")
    assignment.state, assignment.done_at = AssignmentState.DONE, timezone.now()
    assignment.report = clean_lines(report)[:1000]
    assignment.save(update_fields=["state", "done_at", "report"])
    record("assignment.done", actor=actor, target=assignment, unit=assignment.unit)
    if assignment.given_by:
        notify(
            "assignments.done",
            users=[assignment.given_by],
            text=f"Đồng chí {actor.full_name} báo xong: {assignment.title}.",
        )
    return assignment


@transaction.atomic
def confirm_done(*, assignment: Assignment, actor: User) -> Assignment:
    assignment = _locked(assignment, actor)
    if not policies.may_confirm(actor, assignment):
        raise PermissionDenied
    if assignment.state not in {AssignmentState.OPEN, AssignmentState.DONE}:
        raise RuleViolation(f"Nhiệm vụ đang ở tình trạng “{assignment.get_state_display()}”.")
    now = timezone.now()
    assignment.state, assignment.done_at = AssignmentState.CONFIRMED, assignment.done_at or now
    assignment.confirmed_by, assignment.confirmed_at = actor, now
    assignment.save(update_fields=["state", "done_at", "confirmed_by", "confirmed_at"])
    record("assignment.confirmed", actor=actor, target=assignment, unit=assignment.unit)
    return assignment


@transaction.atomic
def give_back(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """Reported done, but it is not."""
    assignment, reason = _decided(assignment, reason, actor)
    if assignment.state != AssignmentState.DONE:
        raise RuleViolation("Chỉ trả lại được nhiệm vụ đã báo xong.")
    assignment.state, assignment.done_at, assignment.reason = AssignmentState.OPEN, None, reason
    assignment.save(update_fields=["state", "done_at", "reason"])
    record("assignment.returned", actor=actor, target=assignment, unit=assignment.unit, detail={"reason": reason})
    notify("assignments.returned", users=[assignment.owner], text=f"Cần làm tiếp: {assignment.title}. {reason}")
    return assignment


@transaction.atomic
def drop(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    assignment, reason = _decided(assignment, reason, actor)
    if assignment.state != AssignmentState.OPEN:
        raise RuleViolation("Chỉ thôi thực hiện được nhiệm vụ đang làm.")
    assignment.state, assignment.reason = AssignmentState.DROPPED, reason
    assignment.save(update_fields=["state", "reason"])
    record("assignment.dropped", actor=actor, target=assignment, unit=assignment.unit, detail={"reason": reason})
    return assignment


def _decided(assignment: Assignment, reason: str, actor: User) -> tuple[Assignment, str]:
    assignment = _locked(assignment, actor)
    if not policies.may_confirm(actor, assignment):
        raise PermissionDenied
    reason = clean(reason)[:500]
    if not reason:
        raise RuleViolation("Đồng chí ghi rõ lý do.")
    return assignment, reason

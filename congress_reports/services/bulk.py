"""Many approvals, each by the same service as one alone and in a transaction of its own: what somebody else decided
meanwhile is left out and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.services import start_job
from orgtree.rights import forget_holdings

from .. import policies
from ..enums import WAITING, ReportState
from ..errors import ChangedMeanwhile
from ..models import Report
from .way import approve

KIND = "reports.approve_many"
MOST_AT_ONCE = 50


@dataclass
class Outcome:
    """How many were approved, and the names of the others with the sentence why not."""

    approved: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        text = f"Đã phê duyệt {vi_number(self.approved)} báo cáo."
        if self.left_out:
            text += f" {vi_number(len(self.left_out))} báo cáo chưa phê duyệt: "
            text += " ".join(f"{name}: {why}" for name, why in self.left_out[:5])
            text += " …" if len(self.left_out) > 5 else ""
        return text


def why_not_at_once(report: Report, version: int, actor: User) -> str:
    """Why the report cannot be approved together with others; nothing when it can. No query per report but one for who
    had a hand in it."""
    if report.state not in WAITING:
        return f"đang ở trạng thái “{report.get_state_display()}”."
    if report.version != version:
        return f"đơn vị đã gửi lại (lần {report.version}), đồng chí xem bản mới."
    if report.taken_by_id not in (None, actor.pk):
        return f"đồng chí {report.taken_by.full_name} đang xem xét."
    if not policies.may_review(actor, report):
        return "do cấp ủy khác phê duyệt."
    if actor.pk in {report.drafted_by_id, report.sent_by_id}:
        return "đồng chí đã lập hoặc gửi báo cáo này."
    if report.unit.parent_id is None:
        return "báo cáo của đơn vị cao nhất cần hai đồng chí xác nhận, đồng chí xem riêng."
    if report.has_soft_findings:
        return "có cảnh báo, đồng chí xem riêng."
    if report.incomplete_reason:
        return "gửi khi cấp dưới còn thiếu báo cáo, đồng chí xem riêng."
    if report.stale_since:
        return "số liệu cấp dưới đã thay đổi, đồng chí xem riêng."
    return ""


def approve_many(*, chosen: Sequence[tuple[int, int]], actor: User, progress: Progress | None = None) -> Outcome:
    """`chosen`: report and the version that was looked at. Running again approves nothing twice."""
    outcome = Outcome()
    for number, (pk, version) in enumerate(chosen, 1):
        report = Report.objects.select_related("unit__parent", "taken_by").filter(pk=pk).first()
        if report is None:
            continue
        done_before = report.state == ReportState.APPROVED and report.decided_by_id == actor.pk
        if done_before and report.version == version:
            outcome.approved += 1
        else:
            _approve_one(report, version, actor, outcome)
        if progress is not None:
            progress(number, len(chosen))
    return outcome


def _approve_one(report: Report, version: int, actor: User, outcome: Outcome) -> None:
    forget_holdings(actor)
    if why := why_not_at_once(report, version, actor):
        outcome.left_out.append((report.unit.name, why))
        return
    try:
        with transaction.atomic():
            approved = approve(report=report, version=version, actor=actor)
            if approved.stale_since:
                # Under the lock: a report below may have changed since the row was looked at.
                raise ChangedMeanwhile("số liệu cấp dưới đã thay đổi, đồng chí xem riêng.")
    except RuleViolation as refusal:
        outcome.left_out.append((report.unit.name, str(refusal)))
    except PermissionDenied:
        outcome.left_out.append((report.unit.name, "đồng chí không còn quyền phê duyệt."))
    else:
        outcome.approved += 1


def start_approving(*, chosen: Iterable[tuple[int, int]], actor: User) -> Job:
    """More than MOST_AT_ONCE: in the background, with progress."""
    chosen = [list(pair) for pair in chosen]
    return start_job(
        kind=KIND,
        title=f"Phê duyệt {vi_number(len(chosen))} báo cáo",
        arguments={"chosen": chosen},
        total=len(chosen),
        actor=actor,
    )

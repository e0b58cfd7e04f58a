"""The way of a report: draft → sent → (taken for review) → approved | rejected → draft … (domain.md §5.3). Each step
locks the row, asks the policy, writes the timeline and the record, and tells who must act next."""

import hashlib
import json
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, clean_lines
from common.uploads.keeping import FileState
from notifications.services import notify
from orgtree.enums import Right
from orgtree.rights import forget_holdings, people_with

from .. import policies
from ..definitions import answers_of, definition_of, figures_of, surroundings_of
from ..enums import EDITABLE, WAITING, CongressState, EventKind, ReportState
from ..errors import ChangedMeanwhile, MissingBelow, NotReady
from ..forms import Answers, Form, RuleLevel, check
from ..forms.reading import names_of_paths
from ..forms.rules import unexcused, without_unasked
from ..forms.values import MOST_NAME
from ..models import Congress, ElectedPerson, Report, ReportEvent, ReportVersion
from ..selectors.below import unfinished_below
from .deadlines import days_late, end_outrun_extension, furthest_extension, last_day

LEAST_REASON = 10
_MOST_ROUND_NO = 32_767  # as the column holds
LEAST_REASON_SENTENCE = f"Đồng chí ghi rõ lý do, ít nhất {LEAST_REASON} ký tự."


def locked(report: Report, *, actor: User | None = None) -> Report:
    """The row under a lock, with all that the policies and rules read. Refused when it went meanwhile: before the first
    sending a campaign's owner may still change who owes what."""
    forget_holdings(actor)
    # Only what a report never changes is joined: after a wait for the lock the row is read again, what was joined to
    # it is not, and who has taken it meanwhile would be missing.
    rows = Report.objects.select_for_update(of=("self",)).select_related(
        "campaign", "duty__form", "unit__kind", "unit__parent"
    )
    found = rows.filter(pk=report.pk).first()
    if found is None:
        raise RuleViolation("Báo cáo này không còn trong đợt: danh mục báo cáo phải gửi vừa được thay đổi.")
    return found


_STANDING = 0x434F4E53  # "CONS"


def _hold_still_below(report: Report) -> None:
    """While this report is sent nothing that it rests on is approved or un-approved; before any row is locked. Without
    it one who looks down and one who looks up at the same instant both see what was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_STANDING, report.unit_id])


def _hold_still_above(report: Report) -> None:
    """The same from below: all who decide may do so at once, none while a report above is being sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, id::int) FROM unnest(%s::bigint[]) AS id",
            [_STANDING, sorted(report.unit.ancestor_ids)],
        )


def note(
    report: Report, kind: EventKind, *, actor: User | None, reason: str = "", paths: list[str] | None = None, **detail
) -> None:
    """A line of the timeline, and the same in the record."""
    ReportEvent.objects.create(
        report=report, kind=kind, version=report.version, made_by=actor, reason=reason, paths=paths or []
    )
    action = "report.sent" if kind == EventKind.RESENT else f"report.{kind}"
    detail = {"form": report.duty.form.code, "unit": report.unit.name, "version": report.version} | detail
    if reason:
        detail["reason"] = reason[:200]
    record(action, actor=actor, target=report, unit=report.unit, detail=detail)


def _checked_reason(reason: str) -> str:
    reason = clean_lines(reason).strip()
    if len(reason) < LEAST_REASON:
        raise RuleViolation(LEAST_REASON_SENTENCE)
    return reason[:1000]


def _must_be_open(report: Report) -> None:
    if report.campaign.is_closed:
        raise RuleViolation(f"Đợt {report.campaign.name} đã đóng ngày {report.campaign.closed_on:%d/%m/%Y}.")
    if report.state == ReportState.ENDED:
        raise RuleViolation(f"{report.unit.name} không phải nộp báo cáo này nữa: {report.end_reason}")


@transaction.atomic
def save_answers(*, report: Report, answers: Answers, revision: int, actor: User, page: str = "") -> Report:
    """Keep what was typed, whatever it says: rules are for the sending. `revision` is the one the typist began from; if
    somebody saved meanwhile nothing is overwritten (ChangedMeanwhile). `page` is the open page it was typed on. Written
    down once per person and version, however often the page saves."""
    report = locked(report, actor=actor)
    if not policies.may_write(actor, report):
        raise PermissionDenied
    _must_be_open(report)
    if report.state not in EDITABLE:
        raise RuleViolation(f"Báo cáo đang ở trạng thái “{report.get_state_display()}”, không sửa được.")
    if revision != report.revision:
        raise ChangedMeanwhile(
            "Có đồng chí khác vừa sửa báo cáo này. Mời đồng chí xem bản mới rồi nhập lại phần của mình."
        )
    first = report.state != ReportState.DRAFT
    report.answers = answers.as_json()
    report.revision += 1
    report.saved_by, report.saved_at, report.saved_on = actor, timezone.now(), clean(page)[:24]
    report.ready_by = report.ready_at = None
    if first:
        report.state = ReportState.DRAFT
        report.drafted_by = actor
    saved = ["saved_by", "saved_at", "saved_on"]
    report.save(update_fields=["answers", "revision", "ready_by", "ready_at", "state", "drafted_by", *saved])
    wrote = EventKind.DRAFTED
    if first or not report.events.filter(kind=wrote, made_by=actor, version=report.version).exists():
        note(report, wrote, actor=actor)
    return report


@transaction.atomic
def throw_away(*, report: Report, actor: User) -> Report:
    """Empty a draft that was never sent."""
    report = locked(report, actor=actor)
    if not policies.may_write(actor, report):
        raise PermissionDenied
    _must_be_open(report)
    if report.state != ReportState.DRAFT or report.version:
        raise RuleViolation("Chỉ bỏ được bản nháp chưa gửi lần nào.")
    report.state, report.answers, report.drafted_by = ReportState.EXPECTED, {}, None
    report.ready_by = report.ready_at = None
    report.revision += 1
    report.save(update_fields=["state", "answers", "drafted_by", "ready_by", "ready_at", "revision"])
    for attachment in report.attachments.all():
        attachment.drop()
    note(report, EventKind.THROWN_AWAY, actor=actor)
    return report


@transaction.atomic
def make_ready(*, report: Report, actor: User) -> Report:
    """Lay a draft before the secretary, who confirms and sends it. The figures must already be in order."""
    report = locked(report, actor=actor)
    if not policies.may_write(actor, report):
        raise PermissionDenied
    _must_be_open(report)
    if report.state != ReportState.DRAFT:
        raise RuleViolation("Chỉ trình được bản nháp.")
    judged(report)
    report.ready_by, report.ready_at = actor, timezone.now()
    report.save(update_fields=["ready_by", "ready_at"])
    note(report, EventKind.READY, actor=actor)
    leaders = [user for user in people_with(Right.FILE_REPORTS, report.unit) if policies.may_send(user, report)]
    notify(
        "reports.to_confirm",
        users=[user for user in leaders if user.pk != actor.pk],
        text=f"Báo cáo {report.duty.form.short} của {report.unit.name} chờ đồng chí xác nhận và gửi.",
        url=report.get_absolute_url(),
        unit_id=report.unit_id,
    )
    return report


def judged(report: Report) -> list[dict]:
    """Run all rules on the server once more. Raises NotReady; returns the soft findings with their reasons."""
    answers = answers_of(report)
    findings = check(definition_of(report), answers, surroundings_of(report))
    if standing := unexcused(findings, answers.reasons):
        raise NotReady(standing)
    return [
        {"rule": one.rule, "message": one.message, "paths": list(one.paths), "reason": answers.reasons.get(one.key, "")}
        for one in findings
        if one.level == RuleLevel.SOFT
    ]


@transaction.atomic
def send(*, report: Report, revision: int, incomplete_reason: str = "", actor: User) -> Report:
    """To the direct superior. Raises NotReady (figures), MissingBelow (reports below, without a reason)."""
    _hold_still_below(report)
    report = locked(report, actor=actor)
    if not policies.may_write(actor, report):
        raise PermissionDenied
    if not policies.may_send(actor, report):
        raise RuleViolation("Báo cáo của chi bộ do bí thư xác nhận rồi gửi. Đồng chí trình bí thư xác nhận.")
    _must_be_open(report)
    if report.state != ReportState.DRAFT:
        raise RuleViolation(f"Báo cáo đang ở trạng thái “{report.get_state_display()}”, không gửi được.")
    if revision != report.revision:
        raise ChangedMeanwhile("Có đồng chí khác vừa sửa báo cáo này. Mời đồng chí xem lại rồi gửi.")
    # What is sent says only what was asked; the check of the figures is of exactly that.
    answers = without_unasked(definition_of(report), answers_of(report), surroundings_of(report))
    report.answers = answers.as_json()
    soft = judged(report)
    if missing := unfinished_below(report):
        if not incomplete_reason.strip():
            raise MissingBelow(missing)
        incomplete_reason = _checked_reason(incomplete_reason)
    else:
        incomplete_reason = ""
    if report.attachments.filter(until_version=None).exclude(state=FileState.CLEAN).exists():
        raise RuleViolation(
            "Còn tệp đính kèm chưa kiểm tra xong. Đồng chí mở phần Tệp đính kèm để xác nhận hoặc bỏ tệp."
        )
    form, now = definition_of(report), timezone.now()
    _refuse_another_day(report, answers)
    _hold_congress(report, answers, actor)
    report.version += 1
    report.state = ReportState.SENT
    report.sent_by, report.sent_at = actor, now
    report.due_on = last_day(report.duty, answers.fields.get("closed_on")) or report.due_on
    end_outrun_extension(report)
    report.late_days = days_late(report, timezone.localdate(now))
    report.figures = figures_of(form, answers)
    report.has_soft_findings = bool(soft)
    report.incomplete_reason = incomplete_reason[:500]
    report.stale_since = None
    report.reason, report.decided_by, report.decided_at, report.first_approved_by = "", None, None, None
    report.ready_by = report.ready_at = None
    report.save()
    _keep_version(report, form, soft)
    _keep_elected(report, answers)
    report.attachments.filter(since_version=0).update(since_version=report.version)
    note(report, EventKind.RESENT if report.is_resubmitted else EventKind.SENT, actor=actor, reason=incomplete_reason)
    notify(
        "reports.to_approve",
        users=[u for u in people_with(Right.APPROVE_REPORTS, report.unit.parent or report.unit) if u.pk != actor.pk],
        text=f"{report.unit.name} gửi báo cáo {report.duty.form.short}"
        + (f", lần {report.version}" if report.is_resubmitted else "")
        + ", chờ đồng chí phê duyệt.",
        url=report.get_absolute_url(),
        unit_id=report.unit_id,
    )
    return report


def _refuse_another_day(report: Report, answers: Answers) -> None:
    """The reports of one congress tell one closing day: by it they were in time, and the schedule says it was held."""
    day = answers.fields.get("closed_on")
    if not isinstance(day, date):
        return
    others = Report.objects.filter(
        campaign_id=report.campaign_id, unit_id=report.unit_id, state__in=[*WAITING, ReportState.APPROVED]
    ).exclude(pk=report.pk)
    for other in others.select_related("duty__form", "campaign").order_by("duty__form__code"):
        told = answers_of(other).fields.get("closed_on")
        if isinstance(told, date) and told != day:
            raise RuleViolation(
                f"Báo cáo {other.duty.form.short} đã gửi ghi đại hội bế mạc ngày {told:%d/%m/%Y}, báo cáo này ghi "
                f"{day:%d/%m/%Y}. Đồng chí sửa cho thống nhất, hoặc rút báo cáo kia về để sửa."
            )


def _hold_congress(report: Report, answers: Answers, actor: User) -> None:
    """A report of its result says that the congress was held."""
    day = answers.fields.get("closed_on")
    if not isinstance(day, date):
        return
    Congress.objects.update_or_create(
        campaign_id=report.campaign_id,
        unit_id=report.unit_id,
        defaults={
            "state": CongressState.HELD,
            "held_on": day,
            "reason": "",
            "form": answers.fields.get("congress_form") or "",
            "changed_by": actor,
            "changed_at": timezone.now(),
        },
    )


def _keep_version(report: Report, form: Form, soft: list[dict]) -> None:
    body = json.dumps(report.answers, ensure_ascii=False, sort_keys=True)
    ReportVersion.objects.create(
        report=report,
        number=report.version,
        form_version=form.version,
        answers=report.answers,
        findings=soft,
        sent_by=report.sent_by,
        sent_at=report.sent_at,
        digest=hashlib.sha256(body.encode()).hexdigest(),
    )


def _keep_elected(report: Report, answers: Answers) -> None:
    report.elected.all().delete()
    ElectedPerson.objects.bulk_create(
        ElectedPerson(
            report=report,
            body=one.body,
            full_name=person.name[:MOST_NAME],
            birth_year=person.birth_year,
            member_id=person.member_id,
            votes=person.votes or 0,
            base=one.fields.get("base") or 0,
            round_no=min(one.fields.get("round_no") or 1, _MOST_ROUND_NO),
        )
        for one in answers.rounds
        for person in one.candidates
        if person.elected
    )


@transaction.atomic
def withdraw(*, report: Report, actor: User) -> Report:
    """Take a sent report back, until the superior has begun to look at it (features E4)."""
    report = locked(report, actor=actor)
    if not policies.may_send(actor, report):
        raise PermissionDenied
    _must_be_open(report)
    if report.state == ReportState.IN_REVIEW:
        raise RuleViolation(
            "Cấp trên đã bắt đầu xem xét, không rút về được. Nếu cần sửa, đồng chí đề nghị cấp trên từ chối."
        )
    if report.state != ReportState.SENT:
        raise RuleViolation("Báo cáo không ở trạng thái chờ phê duyệt.")
    report.state, report.figures, report.first_approved_by = ReportState.DRAFT, [], None
    report.stale_since = None
    # What was said of that version is the unit's own again; the next sending says it anew.
    report.has_soft_findings, report.incomplete_reason = False, ""
    said = ["has_soft_findings", "incomplete_reason"]
    report.save(update_fields=["state", "figures", "first_approved_by", "stale_since", *said])
    report.elected.all().delete()
    note(report, EventKind.WITHDRAWN, actor=actor)
    return report


def _for_decision(report: Report, version: int, actor: User) -> Report:
    report = locked(report, actor=actor)
    if not policies.may_review(actor, report):
        raise PermissionDenied
    if policies.has_a_hand_in(actor, report):
        raise RuleViolation(
            "Đồng chí đã lập hoặc gửi báo cáo này nên không phê duyệt được; việc này do đồng chí khác làm."
        )
    _must_be_open(report)
    if report.state in {ReportState.APPROVED, ReportState.REJECTED}:
        raise ChangedMeanwhile(_already_decided(report, actor))
    if report.state not in WAITING:
        raise ChangedMeanwhile("Đơn vị đã rút báo cáo về để sửa.")
    if version != report.version:
        raise ChangedMeanwhile(f"Đơn vị đã gửi lại báo cáo (lần {report.version}). Mời đồng chí xem bản mới.")
    if report.state == ReportState.IN_REVIEW and report.taken_by_id != actor.pk:
        raise ChangedMeanwhile(f"Đồng chí {report.taken_by.full_name} đang xem xét báo cáo này.")
    return report


def _already_decided(report: Report, actor: User) -> str:
    """A second press of the same person is no quarrel."""
    verb = "phê duyệt" if report.state == ReportState.APPROVED else "từ chối"
    when = f"{timezone.localtime(report.decided_at):%H:%M ngày %d/%m/%Y}"
    if report.decided_by_id == actor.pk:
        return f"Đồng chí đã {verb} báo cáo này lúc {when}."
    passive = "đã được" if report.state == ReportState.APPROVED else "đã bị"
    return f"Báo cáo {passive} đồng chí {report.decided_by.full_name} {verb} lúc {when}."


@transaction.atomic
def take(*, report: Report, version: int, actor: User) -> Report:
    """Taken for review: from here on the author cannot withdraw, and another reviewer is told."""
    report = _for_decision(report, version, actor)
    if report.state == ReportState.IN_REVIEW:
        return report
    report.state, report.taken_by, report.taken_at = ReportState.IN_REVIEW, actor, timezone.now()
    report.save(update_fields=["state", "taken_by", "taken_at"])
    note(report, EventKind.TAKEN, actor=actor)
    return report


@transaction.atomic
def release(*, report: Report, actor: User) -> Report:
    """Put a report back; by who took it, or by another who may decide when the taker does not come back."""
    report = locked(report, actor=actor)
    if not policies.may_decide(actor, report):
        raise PermissionDenied
    if report.state != ReportState.IN_REVIEW:
        raise RuleViolation("Báo cáo không ở trạng thái đang xem xét.")
    report.state, report.taken_by, report.taken_at = ReportState.SENT, None, None
    report.save(update_fields=["state", "taken_by", "taken_at"])
    note(report, EventKind.RELEASED, actor=actor)
    return report


@transaction.atomic
def approve(*, report: Report, version: int, actor: User) -> Report:
    """By the direct superior. All rules run once more; a top unit's own needs its organisation department and a second
    person."""
    _hold_still_above(report)
    report = _for_decision(report, version, actor)
    judged(report)
    if report.unit.parent_id is None and not _second_of_two(report, actor):
        return report
    _decide(report, ReportState.APPROVED, actor)
    note(report, EventKind.APPROVED, actor=actor)
    _mark_above_stale(report, actor)
    _tell_authors(report, f"Báo cáo {report.duty.form.short} của {report.unit.name} đã được phê duyệt.")
    return report


def _second_of_two(report: Report, actor: User) -> bool:
    first = report.first_approved_by
    if first is None:
        report.first_approved_by = actor
        report.state, report.taken_by, report.taken_at = ReportState.SENT, None, None
        report.save(update_fields=["first_approved_by", "state", "taken_by", "taken_at"])
        note(report, EventKind.FIRST_APPROVAL, actor=actor)
        return False
    if first.pk == actor.pk:
        raise RuleViolation("Đồng chí đã xác nhận lần một; lần hai do đồng chí khác xác nhận.")
    if not any(policies.is_organisation_department(one, report.unit) for one in (first, actor)):
        raise RuleViolation("Trong hai đồng chí xác nhận phải có một đồng chí của Ban Tổ chức.")
    return True


@transaction.atomic
def reject(*, report: Report, version: int, reason: str, paths: list[str] | None = None, actor: User) -> Report:
    """Back to the unit with a reason; `paths` are the fields it points at."""
    report = _for_decision(report, version, actor)
    reason = _checked_reason(reason)
    known = names_of_paths(definition_of(report), answers_of(report))
    _decide(report, ReportState.REJECTED, actor, reason=reason)
    note(report, EventKind.REJECTED, actor=actor, reason=reason, paths=[path for path in paths or [] if path in known])
    _tell_authors(report, f"Báo cáo {report.duty.form.short} của {report.unit.name} bị từ chối: {reason}")
    return report


@transaction.atomic
def unapprove(*, report: Report, reason: str, actor: User) -> Report:
    """Only from above, with a reason: the unit mends and sends again; what was built on it above is stale."""
    _hold_still_above(report)
    report = locked(report, actor=actor)
    if not policies.may_review(actor, report):
        raise PermissionDenied
    if policies.has_a_hand_in(actor, report):
        raise RuleViolation("Đồng chí đã lập hoặc gửi báo cáo này nên không hủy phê duyệt được.")
    _must_be_open(report)
    if report.state != ReportState.APPROVED:
        raise RuleViolation("Báo cáo chưa được phê duyệt.")
    reason = _checked_reason(reason)
    _decide(report, ReportState.REJECTED, actor, reason=reason)
    note(report, EventKind.UNAPPROVED, actor=actor, reason=reason)
    _mark_above_stale(report, actor)
    _tell_authors(report, f"Phê duyệt báo cáo {report.duty.form.short} của {report.unit.name} đã bị hủy: {reason}")
    return report


def _decide(report: Report, state: ReportState, actor: User, *, reason: str = "") -> None:
    report.state, report.decided_by, report.decided_at, report.reason = state, actor, timezone.now(), reason
    report.taken_by = report.taken_at = None
    if state == ReportState.REJECTED:
        report.figures, report.first_approved_by, report.stale_since = [], None, None
        report.elected.all().delete()
    report.save()


def _tell_authors(report: Report, text: str) -> None:
    """Who files for the unit now; whoever wrote it and has gone elsewhere since is told nothing."""
    notify(
        "reports.decided",
        users=[user for user in people_with(Right.FILE_REPORTS, report.unit) if user.pk != report.decided_by_id],
        text=text,
        url=report.get_absolute_url(),
        unit_id=report.unit_id,
    )


def above_that_rest_on(report: Report) -> QuerySet[Report]:
    """Reports above that were sent and are not marked yet: a change of this one makes them stale. From the lowest unit
    up, the order in which whoever locks several does it."""
    return (
        Report.objects.filter(
            campaign_id=report.campaign_id,
            unit_id__in=report.unit.ancestor_ids,
            state__in=[*WAITING, ReportState.APPROVED],
            stale_since=None,
        )
        .select_related("duty__form", "unit")
        .order_by("-unit__level", "pk")
    )


def _mark_above_stale(report: Report, actor: User) -> None:
    """Reports above that were sent before this change rest on figures that are no longer those (features E7)."""
    for one in above_that_rest_on(report).select_for_update(of=("self",)):
        one.stale_since = timezone.now()
        one.save(update_fields=["stale_since"])
        ReportEvent.objects.create(
            report=one,
            kind=EventKind.STALE,
            version=one.version,
            made_by=actor,
            reason=f"{report.unit.name}: báo cáo {report.duty.form.short} thay đổi sau khi báo cáo này đã gửi.",
        )
        notify(
            "reports.stale",
            users=people_with(Right.FILE_REPORTS, one.unit),
            text=f"Số liệu của {report.unit.name} thay đổi sau khi {one.unit.name} gửi báo cáo {one.duty.form.short}.",
            url=one.get_absolute_url(),
            unit_id=one.unit_id,
        )


@transaction.atomic
def check_again(*, report: Report, actor: User) -> Report:
    """The superior has looked at a stale report and lets it stand: the figures above hold all the same."""
    report = locked(report, actor=actor)
    if not policies.may_decide(actor, report):
        raise PermissionDenied
    if report.stale_since is None:
        raise RuleViolation("Báo cáo không có thay đổi nào từ cấp dưới.")
    report.stale_since = None
    report.save(update_fields=["stale_since"])
    note(report, EventKind.CHECKED_AGAIN, actor=actor)
    return report


@transaction.atomic
def extend(*, report: Report, until: date, reason: str, actor: User) -> Report:
    """More time for one unit, by its superior, with a reason (features E9)."""
    report = locked(report, actor=actor)
    if not policies.may_extend(actor, report):
        raise PermissionDenied
    if policies.may_write(actor, report) or policies.has_a_hand_in(actor, report):
        raise RuleViolation(
            "Báo cáo do đồng chí lập nên đồng chí không tự gia hạn được; việc này do đồng chí khác làm."
        )
    _must_be_open(report)
    if report.state in {*WAITING, ReportState.APPROVED}:
        raise RuleViolation("Báo cáo đã gửi, không cần gia hạn.")
    if report.last_day is None:
        raise RuleViolation("Báo cáo chưa có hạn: đơn vị chưa có ngày đại hội.")
    if until <= report.last_day:
        raise RuleViolation(f"Hạn mới phải sau hạn đang có ({report.last_day:%d/%m/%Y}).")
    if until > furthest_extension(report):
        raise RuleViolation(f"Hạn mới muộn quá, nhiều nhất đến hết ngày {furthest_extension(report):%d/%m/%Y}.")
    reason = _checked_reason(reason)
    report.extended_to = until
    report.save(update_fields=["extended_to"])
    note(report, EventKind.EXTENDED, actor=actor, reason=reason, day=f"{until:%d/%m/%Y}")
    notify(
        "reports.extended",
        users=people_with(Right.FILE_REPORTS, report.unit),
        text=f"Báo cáo {report.duty.form.short} của {report.unit.name} được gia hạn đến hết {until:%d/%m/%Y}.",
        url=report.get_absolute_url(),
        unit_id=report.unit_id,
    )
    return report

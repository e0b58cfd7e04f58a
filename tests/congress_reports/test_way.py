"""The way of a report, state × actor; most of it refusals."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from common.errors import RuleViolation
from congress_reports import policies
from congress_reports.enums import TRANSITIONS, CongressState, EventKind, ReportState
from congress_reports.errors import ChangedMeanwhile, MissingBelow, NotReady
from congress_reports.forms import Answers
from congress_reports.models import Congress, ElectedPerson, Report, ReportEvent, ReportVersion
from congress_reports.selectors.totals import totals
from congress_reports.services import (
    approve,
    check_again,
    close_campaign,
    extend,
    fold_totals,
    make_ready,
    recount_totals,
    reject,
    release,
    save_answers,
    send,
    take,
    throw_away,
    unapprove,
    withdraw,
)
from congress_reports.totals_sql import STATES
from notifications.models import Notice
from orgtree.enums import Role
from orgtree.services import give_grant

from .conftest import filled, report_of, sent
from .reports import changed, result_of_a_branch, result_of_a_grassroots

REASON = "Số có mặt chưa khớp biên bản."


@pytest.fixture
def section_head(world) -> User:
    """The direct superior of the branch: secretary of its section."""
    head = world.people["member"].account
    give_grant(user=head, unit=world.section, role=Role.SECRETARY, actor=None)
    return head


def test_the_letter_s_table_is_expected_in_advance(world, campaign):
    owed = {(r.unit_id, r.duty.form.code) for r in Report.objects.select_related("duty__form")}
    branches = (world.branch, world.sister, world.near_branch, world.section, world.other_branch)
    assert owed == {(unit.pk, form) for unit in branches for form in "ab"} | {
        (unit.pk, form) for unit in (world.company, world.base_cell, world.other_company) for form in "cde"
    }
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.EXPECTED}
    assert report_of(world.branch, "a").due_on == date(2025, 4, 19)
    assert report_of(world.company, "c").due_on is None


def test_a_report_goes_its_way(world, campaign, section_head):
    report = sent(report_of(world.branch, "a"), world.secretary)
    assert report.state == ReportState.SENT
    assert report.late_days == (timezone.localdate() - date(2025, 4, 19)).days
    assert Congress.objects.get(unit=world.branch).state == CongressState.HELD
    assert ElectedPerson.objects.filter(report=report, body="committee").count() == 3
    report = take(report=report, version=1, actor=section_head)
    report = approve(report=report, version=1, actor=section_head)
    assert report.state == ReportState.APPROVED
    assert [event.kind for event in report.events.order_by("pk")] == ["drafted", "sent", "taken", "approved"]
    assert Entry.objects.filter(action__startswith="report.").count() == 4
    assert Notice.objects.filter(kind="reports.decided", user=world.secretary).exists()


def test_rejected_mended_and_sent_again(world, campaign, section_head):
    report = sent(report_of(world.branch, "a"), world.secretary)
    report = reject(
        report=report, version=1, reason=REASON, paths=["present", "rounds.0.seats", "made_up"], actor=section_head
    )
    assert report.figures == []
    assert report.events.get(kind=EventKind.REJECTED).paths == ["present", "rounds.0.seats"]
    assert not ElectedPerson.objects.exists()
    again = changed(result_of_a_branch(), "place", "Hội trường ga Bến Thủy")
    report = save_answers(report=report, answers=again, revision=report.revision, actor=world.secretary)
    report = send(report=report, revision=report.revision, actor=world.secretary)
    assert report.version == 2
    assert report.is_resubmitted
    assert report.events.filter(kind=EventKind.RESENT).exists()
    first, second = ReportVersion.objects.order_by("number")
    assert first.answers["fields"]["place"] != second.answers["fields"]["place"]
    with pytest.raises(ChangedMeanwhile, match="lần 2"):
        approve(report=report, version=1, actor=section_head)


@pytest.mark.parametrize("who", ["member", "other_secretary", "committee", "org_department", "inspector", "outsider"])
def test_only_the_unit_itself_writes(world, campaign, who):
    report = report_of(world.branch, "a")
    with pytest.raises(PermissionDenied):
        filled(report, world.user(who))
    report = filled(report, world.secretary)
    for act in (make_ready, throw_away):
        with pytest.raises(PermissionDenied):
            act(report=report, actor=world.user(who))
    with pytest.raises(PermissionDenied):
        send(report=report, revision=report.revision, actor=world.user(who))


@pytest.mark.parametrize("who", ["member", "secretary", "other_secretary", "committee", "org_department", "inspector"])
def test_only_the_direct_superior_decides(world, campaign, who):
    report = sent(report_of(world.branch, "a"), world.secretary)
    actor = world.user(who)
    for act in (
        lambda: take(report=report, version=1, actor=actor),
        lambda: approve(report=report, version=1, actor=actor),
        lambda: reject(report=report, version=1, reason=REASON, actor=actor),
        lambda: extend(report=report, until=date(2030, 1, 1), reason=REASON, actor=actor),
        lambda: unapprove(report=report, reason=REASON, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()
    report.refresh_from_db()
    assert report.state == ReportState.SENT


def test_nobody_decides_on_what_he_wrote(world, campaign, section_head):
    give_grant(user=section_head, unit=world.branch, role=Role.DEPUTY_SECRETARY, actor=None)
    report = filled(report_of(world.branch, "a"), section_head)
    report = send(report=report, revision=report.revision, actor=world.secretary)
    for act in (approve, take):
        with pytest.raises(RuleViolation, match="đã lập hoặc gửi"):
            act(report=report, version=1, actor=section_head)
    with pytest.raises(IntegrityError, match="report_not_decided_by_its_sender"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(
            state="approved", decided_by=report.sent_by_id, decided_at=timezone.now()
        )


def test_in_a_branch_the_secretary_confirms_what_another_drafted(world, campaign):
    helper = world.people["member"].account
    give_grant(user=helper, unit=world.branch, role=Role.COMMITTEE_MEMBER, actor=None)
    report = filled(report_of(world.branch, "a"), helper)
    with pytest.raises(RuleViolation, match="bí thư xác nhận"):
        send(report=report, revision=report.revision, actor=helper)
    report = make_ready(report=report, actor=helper)
    assert Notice.objects.filter(kind="reports.to_confirm", user=world.secretary).exists()
    assert send(report=report, revision=report.revision, actor=world.secretary).state == ReportState.SENT


def test_wrong_figures_are_not_sent_nor_laid_before_the_secretary(world, campaign):
    report = report_of(world.branch, "a")
    wrong = changed(result_of_a_branch(), "absent_excused", 3)
    report = save_answers(report=report, answers=wrong, revision=0, actor=world.secretary)
    with pytest.raises(NotReady) as refusal:
        send(report=report, revision=report.revision, actor=world.secretary)
    assert [finding.rule for finding in refusal.value.findings] == ["V03"]
    with pytest.raises(NotReady):
        make_ready(report=report, actor=world.secretary)


def test_a_warning_is_sent_with_its_reason_and_kept_with_the_version(world, campaign):
    report = report_of(world.branch, "a")
    answers = changed(result_of_a_branch(), "rounds.0.base", 20)
    report = save_answers(report=report, answers=answers, revision=0, actor=world.secretary)
    with pytest.raises(NotReady, match="cần ghi lý do"):
        send(report=report, revision=report.revision, actor=world.secretary)
    answers.reasons["R05:rounds.0.base"] = "Một đồng chí bị đình chỉ sinh hoạt đảng."
    report = save_answers(report=report, answers=answers, revision=report.revision, actor=world.secretary)
    report = send(report=report, revision=report.revision, actor=world.secretary)
    assert report.has_soft_findings
    assert report.versions.get().findings[0]["reason"].startswith("Một đồng chí")


def test_two_typists_do_not_overwrite_each_other(world, campaign):
    report = filled(report_of(world.branch, "a"), world.secretary)
    with pytest.raises(ChangedMeanwhile):
        save_answers(report=report, answers=Answers(), revision=0, actor=world.secretary)
    with pytest.raises(ChangedMeanwhile):
        send(report=report, revision=0, actor=world.secretary)


def test_withdrawn_until_the_superior_looks(world, campaign, section_head):
    report = sent(report_of(world.branch, "a"), world.secretary)
    report = withdraw(report=report, actor=world.secretary)
    assert (report.state, report.figures) == (ReportState.DRAFT, [])
    report = send(report=report, revision=report.revision, actor=world.secretary)
    report = take(report=report, version=2, actor=section_head)
    with pytest.raises(RuleViolation, match="không rút về được"):
        withdraw(report=report, actor=world.secretary)
    assert release(report=report, actor=section_head).state == ReportState.SENT


def test_the_second_reviewer_is_told(world, campaign, section_head):
    other = world.people["other_secretary"].account
    give_grant(user=other, unit=world.section, role=Role.DEPUTY_SECRETARY, actor=None)
    report = take(report=sent(report_of(world.branch, "a"), world.secretary), version=1, actor=section_head)
    with pytest.raises(ChangedMeanwhile, match="đang xem xét"):
        approve(report=report, version=1, actor=other)
    approve(report=report, version=1, actor=section_head)
    with pytest.raises(ChangedMeanwhile, match="đã được đồng chí"):
        reject(report=report, version=1, reason=REASON, actor=other)


@pytest.mark.parametrize("reason", ["", "   ", "chưa đúng", "\n\n   abc  \n"])
def test_no_rejection_without_a_reason(world, campaign, section_head, reason):
    report = sent(report_of(world.branch, "a"), world.secretary)
    with pytest.raises(RuleViolation, match="ít nhất 10"):
        reject(report=report, version=1, reason=reason, actor=section_head)


def test_approval_is_taken_back_from_above_with_a_reason(world, campaign, section_head):
    report = sent(report_of(world.branch, "a"), world.secretary)
    report = approve(report=report, version=1, actor=section_head)
    with pytest.raises(RuleViolation, match="ít nhất 10"):
        unapprove(report=report, reason="sai", actor=section_head)
    report = unapprove(report=report, reason=REASON, actor=section_head)
    assert report.state == ReportState.REJECTED
    assert report.events.filter(kind=EventKind.UNAPPROVED).exists()


def send_all_below_but(world, *, but: Report | None, by: User) -> None:
    for form in "ab":
        for unit, actor in ((world.branch, world.secretary), (world.sister, world.other_secretary)):
            report = report_of(unit, form)
            if but is None or report.pk != but.pk:
                report = sent(report, actor)
                approve(report=report, version=1, actor=by)


def test_a_committee_waits_for_what_is_below_or_says_why(world, campaign, section_head):
    report = filled(report_of(world.section, "b"), section_head)
    with pytest.raises(MissingBelow) as refusal:
        send(report=report, revision=report.revision, actor=section_head)
    assert refusal.value.count == 4
    report = send(
        report=report, revision=report.revision, incomplete_reason="Hai chi bộ hoãn đại hội.", actor=section_head
    )
    assert report.incomplete_reason == "Hai chi bộ hoãn đại hội."
    sums = totals([world.top.pk], [report.duty_id])[world.top.pk, report.duty_id]
    assert sums.states["incomplete"] == 1


def test_a_change_below_marks_what_is_above_stale(world, campaign, section_head):
    send_all_below_but(world, but=None, by=section_head)
    above = filled(report_of(world.section, "b"), section_head)
    above = send(report=above, revision=above.revision, actor=section_head)
    unapprove(report=report_of(world.branch, "a"), reason=REASON, actor=section_head)
    above.refresh_from_db()
    assert above.stale_since is not None
    assert above.state == ReportState.SENT
    assert ReportEvent.objects.filter(report=above, kind=EventKind.STALE).count() == 1
    with pytest.raises(PermissionDenied):
        check_again(report=above, actor=section_head)
    assert check_again(report=above, actor=world.committee).stale_since is None


def test_an_extension_counts_for_lateness(world, campaign, section_head):
    report = report_of(world.branch, "a")
    today = timezone.localdate()
    with pytest.raises(RuleViolation, match="sau hạn đang có"):
        extend(report=report, until=date(2025, 4, 19), reason=REASON, actor=section_head)
    extend(report=report, until=today, reason=REASON, actor=section_head)
    assert sent(report_of(world.branch, "a"), world.secretary).late_days == 0
    other = extend(report=report_of(world.branch, "b"), until=today - timedelta(1), reason=REASON, actor=section_head)
    assert sent(other, world.secretary).late_days == 1


def test_a_closed_campaign_stands_still(world, campaign, section_head):
    report = sent(report_of(world.branch, "a"), world.secretary)
    with pytest.raises(PermissionDenied):
        close_campaign(campaign=campaign, actor=world.committee)
    close_campaign(campaign=campaign, actor=world.org_department)
    for act in (
        lambda: approve(report=report, version=1, actor=section_head),
        lambda: withdraw(report=report, actor=world.secretary),
        lambda: filled(report_of(world.branch, "b"), world.secretary),
    ):
        with pytest.raises(RuleViolation, match="đã đóng"):
            act()


def test_who_reads_a_draft(world, campaign, section_head):
    report = filled(report_of(world.branch, "a"), world.secretary)
    readers = {
        who
        for who in ("secretary", "committee", "org_department", "inspector")
        if policies.may_read(world.user(who), report)
    }
    assert readers == {"secretary"}
    assert policies.may_see_state(world.committee, report)
    report = send(report=report, revision=report.revision, actor=world.secretary)
    assert policies.may_read(section_head, report)
    assert policies.may_read(world.inspector, report)
    assert not policies.may_read(world.outsider, report)
    assert not policies.may_read(world.other_secretary, report)


def test_the_database_refuses_unknown_steps(world, campaign):
    known = {(str(before), str(after)) for before, after in TRANSITIONS}
    report = report_of(world.branch, "a")
    signed = {
        "sent_by": world.secretary, "sent_at": timezone.now(), "late_days": 0, "version": 1,
        "decided_by": world.committee, "decided_at": timezone.now(), "reason": REASON, "end_reason": REASON,
    }  # fmt: skip
    for before in ReportState.values:
        for after in ReportState.values:
            if before == after:
                continue
            with transaction.atomic():
                point = transaction.savepoint()
                _put(report, before, signed)
                taken = {"taken_by": world.committee if after == "in_review" else None}
                try:
                    with transaction.atomic():
                        Report.objects.filter(pk=report.pk).update(state=after, **signed, **taken)
                    allowed = True
                except InternalError:
                    allowed = False
                transaction.savepoint_rollback(point)
            assert allowed == ((before, after) in known), (before, after)


def _put(report: Report, state: str, signed: dict) -> None:
    """Into any state at all, as no way leads."""
    import pgtrigger

    with pgtrigger.ignore("congress_reports.Report:only_known_steps"):
        taken = {"taken_by": signed["decided_by"] if state == "in_review" else None}
        Report.objects.filter(pk=report.pk).update(state=state, **signed, **taken)


def test_what_was_sent_is_never_changed(world, campaign):
    report = sent(report_of(world.branch, "a"), world.secretary)
    for change in (
        lambda: ReportVersion.objects.update(answers={}),
        lambda: ReportVersion.objects.all().delete(),
        lambda: ReportEvent.objects.update(reason="x"),
        lambda: report.events.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_totals_follow_each_step_and_equal_the_recount(world, campaign, section_head):
    def states_at(unit, report):
        return {name: n for name, n in totals([unit.pk], [report.duty_id])[unit.pk, report.duty_id].states.items() if n}

    report = report_of(world.branch, "a")
    assert states_at(world.section, report) == {"expected": 2}
    report = sent(report, world.secretary)
    assert states_at(world.top, report) == {"expected": 4, "sent": 1, "late": 1} | _others(world, report)
    fold_totals()
    assert states_at(world.section, report) == {"expected": 1, "sent": 1, "late": 1}
    sums = totals([world.section.pk], [report.duty_id])[world.section.pk, report.duty_id]
    assert sums.waiting[:3] == [24, 22, 2]
    assert sums.approved in ([], [0] * 15)
    report = approve(report=report, version=1, actor=section_head)
    sums = totals([world.section.pk], [report.duty_id])[world.section.pk, report.duty_id]
    assert sums.approved[:3] == [24, 22, 2]
    assert not any(sums.waiting)
    assert recount_totals() == []


def _others(world, report) -> dict:
    """Branches elsewhere in the tree with the same duty: near_branch and other_branch."""
    expected = Report.objects.filter(duty=report.duty, state=ReportState.EXPECTED).count()
    return {"expected": expected}


def test_a_recount_finds_and_mends_what_differs(world, campaign):
    from congress_reports.models import Total

    fold_totals()
    Total.objects.filter(unit=world.top).update(states=[9] * len(STATES))
    assert len(recount_totals(repair=False)) > 0
    assert len(recount_totals()) > 0
    assert recount_totals() == []


def test_a_committee_of_a_grassroots_goes_to_the_corporation(world, campaign):
    report = report_of(world.company, "c")
    report = save_answers(report=report, answers=result_of_a_grassroots(), revision=0, actor=world.committee)
    report = send(
        report=report, revision=report.revision, incomplete_reason="Cấp dưới gửi sau đại hội.", actor=world.committee
    )
    assert report.due_on == date(2025, 4, 30)
    with pytest.raises(PermissionDenied):
        approve(report=report, version=1, actor=world.outsider)
    assert approve(report=report, version=1, actor=world.org_department).state == ReportState.APPROVED

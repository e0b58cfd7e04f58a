"""Two people at one report at once, in real threads on committed data: one thing happens, the other is told."""

import threading
import time

import pytest
from django.core.exceptions import PermissionDenied

from common.errors import RuleViolation
from congress_reports.enums import EventKind, ReportState
from congress_reports.errors import ChangedMeanwhile, MissingBelow
from congress_reports.models import Report, ReportEvent
from congress_reports.services import (
    approve,
    fold_totals,
    recount_totals,
    reject,
    save_answers,
    send,
    take,
    unapprove,
    way,
    withdraw,
)
from orgtree.enums import Role
from orgtree.services import give_grant, move_unit
from tests.cast import World, build_world, make_member
from tests.orgtree.test_concurrency import together

from .campaigns import REASON, filled, letter_000, near_secretary, report_of, sent_by_branch
from .reports import changed, result_of_a_branch, result_of_a_grassroots

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db) -> World:
    world = build_world()
    letter_000(world)
    return world


@pytest.fixture
def deputy(world):
    """A second reviewer of the company."""
    deputy = make_member(world.near_branch, "Lò Văn Ổi").account
    give_grant(user=deputy, unit=world.company, role=Role.DEPUTY_SECRETARY, actor=None)
    return deputy


def decisions(report: Report) -> int:
    kinds = [EventKind.APPROVED, EventKind.REJECTED, EventKind.WITHDRAWN]
    return ReportEvent.objects.filter(report=report, kind__in=kinds).count()


def one_and_told(results: list) -> Exception:
    """One did it, the other was told in a sentence; gives back the sentence."""
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1, results
    assert isinstance(refused[0], RuleViolation), refused
    return refused[0]


def test_two_who_approve_at_once_decide_once(world, deputy):
    report = sent_by_branch(world)
    told = one_and_told(
        together(
            lambda: approve(report=report, version=1, actor=world.committee),
            lambda: approve(report=report, version=1, actor=deputy),
        )
    )
    assert isinstance(told, ChangedMeanwhile)
    assert "đã được đồng chí" in str(told)
    assert decisions(report) == 1
    assert recount_totals() == []


def test_a_double_press_of_one_person_decides_once(world):
    report = sent_by_branch(world)
    told = one_and_told(together(*[lambda: approve(report=report, version=1, actor=world.committee)] * 2))
    assert str(told).startswith("Đồng chí đã phê duyệt báo cáo này")
    assert decisions(report) == 1


def test_approved_or_rejected_but_never_both(world, deputy):
    report = sent_by_branch(world)
    told = one_and_told(
        together(
            lambda: approve(report=report, version=1, actor=world.committee),
            lambda: reject(report=report, version=1, reason=REASON, actor=deputy),
        )
    )
    assert isinstance(told, ChangedMeanwhile)
    assert decisions(report) == 1


def test_approved_or_withdrawn_but_never_both(world):
    report, author = sent_by_branch(world), near_secretary(world)
    one_and_told(
        together(
            lambda: approve(report=report, version=1, actor=world.committee),
            lambda: withdraw(report=report, actor=author),
        )
    )
    assert decisions(report) == 1
    report.refresh_from_db()
    assert report.state in {ReportState.APPROVED, ReportState.DRAFT}
    assert bool(report.figures) == (report.state == ReportState.APPROVED)
    assert recount_totals() == []


def test_taken_by_one_of_two(world, deputy):
    report = sent_by_branch(world)
    one_and_told(
        together(
            lambda: take(report=report, version=1, actor=world.committee),
            lambda: take(report=report, version=1, actor=deputy),
        )
    )
    assert ReportEvent.objects.filter(report=report, kind=EventKind.TAKEN).count() == 1


def test_what_is_sent_is_what_was_saved_or_the_sender_is_told(world):
    author = near_secretary(world)
    report = filled(report_of(world.near_branch, "a"), author)
    other = changed(result_of_a_branch(), "place", "Hội trường B")
    results = together(
        lambda: send(report=report, revision=report.revision, actor=author),
        lambda: save_answers(report=report, answers=other, revision=report.revision, actor=author),
    )
    one_and_told(results)
    report.refresh_from_db()
    sent = report.state == ReportState.SENT
    assert (report.answers["fields"]["place"] == "Hội trường B") != sent
    assert report.versions.count() == int(sent)


def test_sums_stay_right_while_reports_are_decided_units_move_and_sums_are_folded(world, deputy):
    report = sent_by_branch(world)

    def decide():
        approve(report=report, version=1, actor=deputy)

    def move():
        move_unit(unit=world.near_branch, new_parent=world.section, actor=None)
        move_unit(unit=world.near_branch, new_parent=world.company, actor=None)

    def fold():
        for _ in range(8):
            fold_totals()

    decided, *others = together(decide, move, fold)
    # While the branch stood elsewhere he was not its superior.
    assert decided is None or isinstance(decided, PermissionDenied)
    assert others == [None, None]
    assert recount_totals(repair=False) == []


@pytest.mark.parametrize("first", ["send", "unapprove"])
def test_what_is_sent_rests_on_nothing_that_is_taken_back_at_the_same_instant(world, deputy, monkeypatch, first):
    """Either the report above is not sent without a reason, or it is marked: never sent as if all stood below."""
    below = approve(report=sent_by_branch(world), version=1, actor=deputy)
    Report.objects.exclude(pk=below.pk).exclude(unit=world.company).delete()
    above = report_of(world.company, "c")
    above = save_answers(report=above, answers=result_of_a_grassroots(), revision=0, actor=world.committee)
    begun = threading.Event()
    counted, decided = way.unfinished_below, way._decide

    def count(report):
        found = counted(report)
        begun.set()
        time.sleep(0.5)
        return found

    def decide(*given, **more):
        decided(*given, **more)
        begun.set()
        time.sleep(0.5)

    def send_above():
        if first != "send":
            begun.wait(5)
        return send(report=above, revision=above.revision, actor=world.committee)

    def take_back():
        if first == "send":
            begun.wait(5)
        unapprove(report=below, reason=REASON, actor=deputy)

    monkeypatch.setattr(way, "unfinished_below", count)
    monkeypatch.setattr(way, "_decide", decide)
    sending, taking = together(send_above, take_back)
    assert taking is None
    above.refresh_from_db()
    if first == "send":
        assert above.state == ReportState.SENT
        assert above.stale_since is not None
    else:
        assert isinstance(sending, MissingBelow), sending
        assert above.state == ReportState.DRAFT

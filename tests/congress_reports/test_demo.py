"""The demo's campaigns are as true as if people had typed, sent and decided them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from accounts.models import User
from congress_reports.definitions import answers_of, definition_of, figures_of, surroundings_of
from congress_reports.demo import branches, load_congresses
from congress_reports.demo.letter import _shared_out
from congress_reports.enums import TRANSITIONS, CongressState, EventKind, ReportState
from congress_reports.forms import check
from congress_reports.forms.rules import unexcused
from congress_reports.models import Campaign, Congress, Report, ReportVersion, TotalDelta
from congress_reports.services import recount_totals
from congress_reports.services.reminders import remind_all
from notifications.models import Message, Notice
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit
from orgtree.services import give_grant
from tests.cast import make_member, make_unit

GIVEN = ("An", "Bình", "Chiến", "Dũng", "Giang", "Hải", "Khánh", "Lâm", "Minh")
# What a report's state becomes by each line of its timeline.
BECOMES = {
    EventKind.DRAFTED: ReportState.DRAFT,
    EventKind.SENT: ReportState.SENT,
    EventKind.RESENT: ReportState.SENT,
    EventKind.WITHDRAWN: ReportState.DRAFT,
    EventKind.TAKEN: ReportState.IN_REVIEW,
    EventKind.APPROVED: ReportState.APPROVED,
    EventKind.REJECTED: ReportState.REJECTED,
}


@pytest.fixture
def campaigns(world, monkeypatch) -> list[Campaign]:
    """Over the small tree with more branches, on each of which the secretary's role is held."""
    monkeypatch.setattr(branches, "_SHOWN", [world.company.code])
    for number in range(10):
        make_unit(world.company, f"T{number}", f"Chi bộ Ga số {number}", "cell")
    for at, branch in enumerate(OrgUnit.objects.filter(kind__holds_members=True)):
        for number, given in enumerate(GIVEN[: 4 + at % 6]):
            born = date(1966 + 4 * number, 3, 14)
            one = make_member(branch, f"Ngô Văn {given}", birth_date=born, professional_level="university")
        if not Grant.objects.filter(unit=branch).exists():
            User.objects.filter(pk=one.account_id).update(activated_at=timezone.now())
            give_grant(user=one.account, unit=branch, role=Role.SECRETARY, actor=None)
    return load_congresses(top=world.top, day=timezone.localdate(), department=world.org_department)


def test_every_report_that_was_sent_passes_the_rules(campaigns):
    reports = Report.objects.exclude(version=0).select_related("duty__form", "campaign", "unit__kind")
    states = set()
    for report in reports:
        states.add(report.state)
        form, answers = definition_of(report), answers_of(report)
        assert unexcused(check(form, answers, surroundings_of(report)), answers.reasons) == []
        counts = report.state in {ReportState.SENT, ReportState.IN_REVIEW, ReportState.APPROVED}
        assert report.figures == (figures_of(form, answers) if counts else [])
        assert ReportVersion.objects.filter(report=report).count() == report.version
    assert states == set(ReportState) - {ReportState.EXPECTED, ReportState.ENDED}


def test_every_timeline_is_a_way_that_a_report_can_go(campaigns):
    now = timezone.now()
    steps = {(str(before), str(after)) for before, after in TRANSITIONS}
    for report in Report.objects.prefetch_related("events"):
        events = sorted(report.events.all(), key=lambda one: one.pk)
        assert all(first.made_at <= then.made_at for first, then in pairwise(events))
        assert all(one.made_at < now for one in events)
        way = [ReportState.EXPECTED, *(BECOMES[one.kind] for one in events if one.kind in BECOMES)]
        assert way[-1] == report.state
        assert all((before, after) in steps for before, after in pairwise(way) if before != after)
        writers = {one.made_by_id for one in events if one.kind in {EventKind.DRAFTED, EventKind.SENT}}
        deciders = {one.made_by_id for one in events if one.kind in {EventKind.APPROVED, EventKind.REJECTED}}
        assert not writers & deciders


def test_the_totals_are_those_of_the_reports(campaigns):
    assert not TotalDelta.objects.exists()
    assert recount_totals(repair=False) == []


def test_the_letters_campaign_is_closed_and_the_other_runs(campaigns):
    letter, running = campaigns
    today = timezone.localdate()
    assert letter.closed_on == date(2025, 8, 7)
    assert running.closed_on is None
    assert running.opens_on < today < running.ends_on
    assert not Congress.objects.filter(state=CongressState.HELD, held_on__gte=today).exists()
    due = Report.objects.filter(campaign=letter, duty__form__code="a").values_list("due_on", flat=True)
    assert set(due) == {date(2025, 4, 19)}


def test_late_ones_are_reminded_of_once(campaigns):
    """A second load, and the round that the clock begins, tell nothing again."""
    before = (Notice.objects.count(), Message.objects.count(), Report.objects.count())
    assert before[0]
    assert load_congresses(top=campaigns[0].top, day=timezone.localdate(), department=None) == []
    assert remind_all(timezone.localdate()) == 0
    assert (Notice.objects.count(), Message.objects.count(), Report.objects.count()) == before
    assert not Notice.objects.filter(created_at__gt=timezone.now() + timedelta(minutes=1)).exists()


def test_members_are_shared_out_to_the_last_one():
    found = _shared_out(136, {1: 40, 2: 3, 3: 61, 4: 12, 5: 90})
    assert sum(found.values()) == 136
    assert min(found.values()) >= 3
    assert sum(_shared_out(16, {1: 2, 2: 2, 3: 30}).values()) == 16

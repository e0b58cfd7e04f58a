"""Units are founded, moved, merged, closed and change their kind in the middle of a campaign."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import RuleViolation
from congress_reports.enums import EventKind, ReportState
from congress_reports.models import Report
from congress_reports.selectors.totals import totals
from congress_reports.services import approve, fold_totals, recount_totals, reject, send, unapprove
from congress_reports.services.places import ANOTHER_KIND, MOVED_AWAY
from orgtree.enums import Role
from orgtree.followers import follower_previews
from orgtree.models import OrgUnit, UnitKind
from orgtree.services import (
    Part,
    close_unit,
    create_unit,
    edit_unit,
    give_grant,
    merge_units,
    move_unit,
    reopen_unit,
    split_unit,
)
from tests.cast import make_member, make_unit

from .conftest import filled, report_of, sent

REASON = "Số liệu chưa khớp biên bản."


def owed(unit) -> dict[str, str]:
    rows = Report.objects.filter(unit=unit).values_list("duty__form__code", "duty__kind__code", "state")
    return {f"{form}·{kind}": state for form, kind, state in rows}


@pytest.fixture
def head(world):
    """Secretary of the section: the direct superior of two branches."""
    head = world.people["member"].account
    give_grant(user=head, unit=world.section, role=Role.SECRETARY, actor=None)
    return head


def test_a_unit_that_is_founded_owes_its_reports(world, campaign):
    unit = make_unit(world.section, "T.02.B1.03", "Chi bộ Ga mới", "cell")
    assert owed(unit) == {"a·cell": "expected", "b·cell": "expected"}
    assert report_of(unit, "a").due_on == report_of(world.branch, "a").due_on


def test_a_unit_that_is_closed_owes_nothing_and_what_was_approved_stays(world, campaign, head):
    unit = make_unit(world.section, "T.02.B1.03", "Chi bộ Ga mới", "cell")
    writer = make_member(world.near_branch, "Phan Văn Trám").account
    give_grant(user=writer, unit=unit, role=Role.SECRETARY, actor=None)
    approve(report=sent(report_of(unit, "a"), writer), version=1, actor=head)
    sent(report_of(unit, "b"), writer)
    assert follower_previews(unit) == ["1 báo cáo đại hội chưa được phê duyệt, sẽ không phải nộp nữa"]
    close_unit(unit=unit, reason="Hết đảng viên", actor=None)
    assert owed(unit) == {"a·cell": "approved", "b·cell": "ended"}
    ended = report_of(unit, "b")
    assert (ended.end_reason, ended.figures) == ("Hết đảng viên", [])
    assert ended.events.first().kind == EventKind.ENDED
    reopen_unit(unit=unit, actor=None)
    assert owed(unit) == {"a·cell": "approved", "b·cell": "expected"}
    assert recount_totals() == []


def test_reports_of_a_merged_unit_end_and_its_children_s_go_along(world, campaign, head):
    sent(report_of(world.branch, "a"), world.secretary)
    fold_totals()
    other = make_unit(world.company, "T.02.B2", "Đảng bộ bộ phận Khối Vận tải", "subcommittee")
    merge_units(sources=[world.section], target=other, actor=None)
    assert owed(world.section) == {"a·subcommittee": "ended", "b·subcommittee": "ended"}
    assert owed(world.branch)["a·cell"] == "sent"
    duty = report_of(world.branch, "a").duty_id
    sums = totals([world.section.pk, other.pk], [duty])
    assert sums[other.pk, duty].states["sent"] == 1
    assert not any(sums[world.section.pk, duty].states.values())
    assert recount_totals() == []


def test_a_unit_of_another_kind_owes_what_that_kind_owes(world, campaign):
    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    unit = make_unit(world.top, "T.62", "Chi bộ Trung tâm Y tế", "base_cell")
    edit_unit(unit=unit, kind=kinds["base_committee"], actor=None)
    ended = {f"{form}·base_cell": "ended" for form in "cde"}
    assert owed(unit) == ended | {f"{form}·base_committee": "expected" for form in "cde"}
    assert report_of_kind(unit, "c", "base_cell").end_reason == ANOTHER_KIND
    edit_unit(unit=unit, kind=kinds["base_cell"], actor=None)
    assert {state for key, state in owed(unit).items() if "base_cell" in key} == {"expected"}
    assert {state for key, state in owed(unit).items() if "base_committee" in key} == {"ended"}
    assert recount_totals() == []


def report_of_kind(unit, form, kind) -> Report:
    return Report.objects.get(unit=unit, duty__form__code=form, duty__kind__code=kind)


def test_what_moves_to_another_tree_leaves_the_campaign_and_comes_back(world, campaign):
    elsewhere = make_unit(None, "K", "Đảng bộ khác", "upper")
    sent(report_of(world.branch, "a"), world.secretary)
    move_unit(unit=world.company, new_parent=elsewhere, actor=None)
    assert set(owed(world.branch).values()) == set(owed(world.company).values()) == {"ended"}
    assert report_of(world.branch, "a").end_reason == MOVED_AWAY
    assert recount_totals() == []
    move_unit(unit=OrgUnit.objects.get(pk=world.company.pk), new_parent=world.top, actor=None)
    assert set(owed(world.branch).values()) == {"expected"}
    assert recount_totals() == []


def test_a_closed_campaign_is_left_alone(world, campaign):
    campaign.closed_on = campaign.opens_on
    campaign.save()
    unit = make_unit(world.section, "T.02.B1.03", "Chi bộ Ga mới", "cell")
    assert owed(unit) == {}


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["move", "move", "move", "merge", "split", "close", "create", "kind", "fold", "decide", "decide"]
        ),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    min_size=4,
    max_size=18,
)


def _decide(world, head, n: int) -> None:
    """One step further on the way of the branch's report."""
    report = report_of(world.branch, "a")
    match report.state:
        case ReportState.EXPECTED | ReportState.REJECTED:
            filled(report, world.secretary)
        case ReportState.DRAFT:
            send(report=report, revision=report.revision, actor=world.secretary)
        case ReportState.SENT if n % 3:
            approve(report=report, version=report.version, actor=head)
        case ReportState.SENT:
            reject(report=report, version=report.version, reason=REASON, actor=head)
        case ReportState.APPROVED:
            unapprove(report=report, reason=REASON, actor=head)


def _live(world, head, step: str, one: OrgUnit, other: OrgUnit, n: int) -> None:
    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    match step:
        case "move":
            move_unit(unit=one, new_parent=other, actor=None)
        case "merge":
            merge_units(sources=[one], target=other, actor=None)
        case "split":
            below = OrgUnit.objects.filter(parent=one, closed_on=None).values_list("pk", flat=True)
            split_unit(unit=one, parts=[Part(f"S{n}", f"Tách {n}", frozenset(list(below)[:1]))], actor=None)
        case "close":
            close_unit(unit=one, actor=None)
        case "create":
            create_unit(parent=other, code=f"N{n}", name=f"Chi bộ {n}", kind=kinds["cell"], actor=None)
        case "kind":
            edit_unit(unit=one, kind=kinds["base_committee" if n % 2 else "base_cell"], actor=None)
        case "fold":
            fold_totals()
        case "decide":
            _decide(world, head, n)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_sums_stay_right_whatever_happens_to_units_and_reports(world, campaign, head, life):
    """The superior of the branch is whoever stands above it: the head holds his role on every committee."""
    with transaction.atomic():
        for unit in (world.company, world.other_company, world.empowered, world.top):
            give_grant(user=head, unit=unit, role=Role.SECRETARY, actor=None)
        for n, (step, first, second) in enumerate(life):
            units = list(OrgUnit.objects.order_by("pk"))
            one, other = units[first % len(units)], units[second % len(units)]
            try:
                with transaction.atomic():
                    _live(world, head, step, one, other, n)
            except (RuleViolation, PermissionDenied):
                # A step that is not allowed, or the head no longer stands above the branch.
                continue
        assert recount_totals(repair=False) == []
        transaction.set_rollback(True)

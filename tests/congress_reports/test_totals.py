"""What stands above is the sum of what stands below, for every figure, whatever was written, whenever it was folded."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import zip_longest

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from congress_reports.enums import CongressState, ReportState
from congress_reports.models import Congress, Report, Total, TotalDelta
from congress_reports.selectors.totals import totals
from congress_reports.services import fold_totals, recount_totals
from congress_reports.services import totals as totals_service
from congress_reports.totals_sql import DUE, HELD, STATES
from orgtree.models import Figure, OrgUnit
from orgtree.services import fold_figures
from tests.cast import build_world, make_unit
from tests.orgtree.test_concurrency import together

from .campaigns import decided, letter_000, near_secretary, report_of, sent_by_branch

# Every state but the end, which counts for nothing and is tested with units that close.
_STATES = [state for state in ReportState if state != ReportState.ENDED]
_COUNTS = {ReportState.SENT, ReportState.IN_REVIEW, ReportState.APPROVED}


def put(
    report: Report, state: ReportState, figures: list[int], *, late: int, flags: int, by: tuple, due: int | None = None
) -> None:
    """Lay a report into a state as though it had gone the way there. `due`: so many days from today, later extended
    for odd ones."""
    author, reviewer = by
    counts, now = state in _COUNTS, timezone.now()
    decided = state in {ReportState.APPROVED, ReportState.REJECTED}
    with pgtrigger.ignore("congress_reports.Report:only_known_steps"):
        Report.objects.filter(pk=report.pk).update(
            state=state,
            figures=figures if counts else [],
            version=1,
            sent_by=author,
            sent_at=now,
            late_days=late,
            taken_by=reviewer if state == ReportState.IN_REVIEW else None,
            decided_by=reviewer if decided else None,
            decided_at=now if decided else None,
            reason="Số liệu chưa khớp biên bản." if state == ReportState.REJECTED else "",
            incomplete_reason="Cấp dưới gửi sau." if flags & 1 and counts else "",
            stale_since=now if flags & 2 and counts else None,
        )
    if due is not None:
        day = timezone.localdate() + timedelta(days=due)
        Report.objects.filter(pk=report.pk).update(
            due_on=day if due else None, extended_to=day + timedelta(days=2) if due % 2 else None
        )


def own_of(report: Report) -> dict[str, Counter]:
    """What one report adds, said once more in Python."""
    counts = report.state in _COUNTS
    states = Counter({report.state: 1}) if report.state != ReportState.ENDED else Counter()
    states["late"] = int(counts and (report.late_days or 0) > 0)
    states["incomplete"] = int(counts and report.incomplete_reason != "")
    states["stale"] = int(counts and report.stale_since is not None)
    figures = Counter(dict(enumerate(report.figures)))
    return {
        "states": +states,
        "approved": +figures if report.state == ReportState.APPROVED else Counter(),
        "waiting": +figures if counts and report.state != ReportState.APPROVED else Counter(),
    }


def as_counters(sums) -> dict[str, Counter]:
    return {
        "states": +Counter(sums.states),
        "approved": +Counter(dict(enumerate(sums.approved))),
        "waiting": +Counter(dict(enumerate(sums.waiting))),
    }


def sum_of(many) -> dict[str, Counter]:
    added = {"states": Counter(), "approved": Counter(), "waiting": Counter()}
    for one in many:
        for name, counted in one.items():
            added[name].update(counted)
    return added


def assert_parents_are_the_sums_of_their_children() -> None:
    units = list(OrgUnit.objects.all())
    reports = list(Report.objects.all())
    duties = {report.duty_id for report in reports}
    told = totals([unit.pk for unit in units], duties)
    for duty in duties:
        own = {report.unit_id: own_of(report) for report in reports if report.duty_id == duty}
        for unit in units:
            above = as_counters(told[unit.pk, duty]) if (unit.pk, duty) in told else sum_of([])
            children = [child for child in units if child.parent_id == unit.pk]
            of_children = [own[child.pk] for child in children if child.pk in own]
            of_children += [as_counters(told[child.pk, duty]) for child in children if (child.pk, duty) in told]
            assert above == sum_of(of_children), (unit, duty)
            below = [other.pk for other in units if unit.pk in other.ancestor_ids]
            assert above == sum_of(own[pk] for pk in below if pk in own), (unit, duty)


trees = st.lists(
    st.tuples(st.booleans(), st.integers(0, 3), st.lists(st.integers(0, 3), max_size=2)), min_size=1, max_size=3
)
writes = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "write", "held", "fold", "recount", "end"]),
        st.integers(0, 999),
        st.sampled_from(_STATES),
        st.lists(st.integers(0, 9_999_999), min_size=6, max_size=6),
        st.integers(0, 4),
        st.integers(0, 3),
        st.integers(-4, 4),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees, writes)
def test_a_parent_is_the_sum_of_its_children(world, tree, life):
    with transaction.atomic():
        for number, (empowered, branches, sections) in enumerate(tree, 70):
            parent = world.empowered if empowered else world.top
            company = make_unit(parent, f"T.{number}", f"Đảng bộ {number}", "base_committee")
            for at in range(branches):
                make_unit(company, f"T.{number}.{at}", f"Chi bộ {number}.{at}", "cell")
            for part, cells in enumerate(sections):
                section = make_unit(company, f"T.{number}.B{part}", f"Đảng bộ bộ phận {number}.{part}", "subcommittee")
                for at in range(cells):
                    make_unit(section, f"T.{number}.B{part}.{at}", f"Chi bộ {number}.{part}.{at}", "cell")
        campaign = letter_000(world)
        reports = list(Report.objects.order_by("pk"))
        by = (world.secretary, world.committee)
        for act, which, state, figures, late, flags, due in life:
            report = reports[which % len(reports)]
            match act:
                case "write":
                    put(report, state, figures, late=late, flags=flags, by=by, due=due)
                case "held":
                    told = CongressState.PLANNED if due < 0 else CongressState.HELD
                    Congress.objects.update_or_create(
                        campaign=campaign,
                        unit_id=report.unit_id,
                        defaults={"state": told, "held_on": None if due < 0 else timezone.localdate()},
                    )
                case "end":
                    Report.objects.filter(pk=report.pk).exclude(state="ended").update(
                        state="ended", figures=[], taken_by=None, end_reason="Đơn vị giải thể."
                    )
                case "fold":
                    fold_totals()
                case "recount":
                    assert recount_totals() == []
        assert_parents_are_the_sums_of_their_children()
        assert recount_totals(repair=False) == []
        fold_figures()
        assert recount_totals(repair=False) == []
        assert_parents_are_the_sums_of_their_children()
        # From nothing at all the recount finds the same.
        figures = set(Figure.objects.exclude(here=0, below=0).values_list("unit_id", "measure", "here", "below"))
        Total.objects.all().delete()
        Figure.objects.filter(Q(measure__startswith=DUE) | Q(measure__startswith=HELD)).delete()
        recount_totals()
        counted = Figure.objects.exclude(here=0, below=0).values_list("unit_id", "measure", "here", "below")
        assert set(counted) == figures
        assert_parents_are_the_sums_of_their_children()
        transaction.set_rollback(True)


def test_what_is_noted_while_sums_are_mended_is_added_once(world, campaign, monkeypatch):
    """As though the report had been decided right after the recount folded what waited."""
    report = decided(world)
    fold_totals()
    Total.objects.filter(unit=world.top).update(states=[7] * len(STATES))
    report.state = ReportState.REJECTED
    report.reason, report.figures = "Số liệu chưa khớp biên bản.", []
    report.save()
    assert TotalDelta.objects.exists()
    monkeypatch.setattr(totals_service, "fold_totals", lambda: 0)
    assert len(recount_totals()) > 0
    assert_parents_are_the_sums_of_their_children()
    assert recount_totals() == []
    fold_totals()
    assert_parents_are_the_sums_of_their_children()


def test_sums_without_any_report_left_are_found(world, campaign):
    fold_totals()
    Report.objects.all().delete()
    TotalDelta.objects.all().delete()
    assert recount_totals(repair=False) != []
    assert recount_totals() != []
    assert recount_totals() == []


def test_the_sums_of_each_tree_are_looked_at(world, campaign):
    """A second tree has forms of its own, with more figures than the first."""
    other = make_unit(None, "X", "Đảng bộ Khác", "upper")
    make_unit(other, "X.1", "Đảng bộ Khác 1", "base_committee")
    fold_totals()
    duty = campaign.duties.first()
    Total.objects.create(unit=other, duty=duty, states=[1], approved=[1], waiting=[])
    assert [line.split(",")[0] for line in recount_totals()] == [f"đơn vị {other.pk}"]


def test_check_totals_says_what_differs_and_mends_it(world, campaign):
    def check(*options) -> str:
        told = StringIO()
        call_command("check_totals", *options, stdout=told)
        return told.getvalue()

    report = decided(world)
    assert check() == "Số liệu khớp với các báo cáo.\n"
    Report.objects.filter(pk=report.pk).update(figures=[9, *report.figures[1:]])
    with pytest.raises(CommandError, match="Có 1 chỗ lệch"):
        check()
    assert check("--sums-only") == "Số liệu khớp với các báo cáo.\n"
    with pytest.raises(CommandError, match="đã sửa lại"):
        check("--repair")
    assert check() == "Số liệu khớp với các báo cáo.\n"
    Total.objects.filter(unit=world.company).update(approved=[5])
    with pytest.raises(CommandError):
        check("--sums-only")
    with pytest.raises(CommandError):
        check("--sums-only", "--repair")
    assert check() == "Số liệu khớp với các báo cáo.\n"
    assert_parents_are_the_sums_of_their_children()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_recount_while_reports_are_written_changes_nothing(transactional_db):
    """In real threads on committed data: states go to and fro while sums are folded, broken, mended."""
    world = build_world()
    letter_000(world)
    sent_by_branch(world)
    reports = list(Report.objects.order_by("pk"))
    by = (near_secretary(world), world.committee)

    def write(seed: int):
        for at in range(60):
            report = reports[(at * 7 + seed) % len(reports)]
            state = _STATES[(at + seed) % len(_STATES)]
            put(report, state, [at, seed, 3, 4], late=at % 2, flags=at % 4, by=by)

    def recount():
        for at in range(12):
            if at % 3 == 0:
                Total.objects.filter(unit=world.company).update(states=[at] * len(STATES))
            recount_totals()

    def fold():
        for _ in range(25):
            fold_totals()

    assert together(lambda: write(0), lambda: write(3), recount, fold) == [None] * 4
    # The last thing that broke sums was mended after it.
    assert recount_totals(repair=False) == []
    assert_parents_are_the_sums_of_their_children()


def test_readers_add_what_waits_to_be_folded(world, campaign):
    report = report_of(world.near_branch, "a")
    before = totals([world.top.pk], [report.duty_id])[world.top.pk, report.duty_id]
    put(report, ReportState.APPROVED, [5, 6], late=0, flags=0, by=(near_secretary(world), world.committee))
    after = totals([world.top.pk], [report.duty_id])[world.top.pk, report.duty_id]
    assert after.states["approved"] == before.states["approved"] + 1
    assert [b - (a or 0) for a, b in zip_longest(before.approved, after.approved)][:2] == [5, 6]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM congress_reports_totaldelta")
        assert cursor.fetchone()[0] > 0

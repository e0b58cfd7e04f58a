"""Head-counts follow the rows, whatever path wrote them."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import NO_PASSWORD, User
from common.text import name_sort_key, search_key
from members import figures
from members.enums import Gender, PostCode, Standing, Status
from members.models import Member, Post
from orgtree.models import Figure, FigureDelta, OrgUnit
from orgtree.services import fold_figures, move_unit
from tests.cast import make_member


def waiting() -> Counter:
    """What the transaction has added so far."""
    added = Counter()
    for unit_id, measure, delta in FigureDelta.objects.values_list("unit_id", "measure", "delta"):
        added[unit_id, measure] += delta
    return Counter({key: value for key, value in added.items() if value})


def of(unit: OrgUnit) -> dict[str, tuple[int, int]]:
    fold_figures()
    rows = Figure.objects.filter(unit=unit).exclude(here=0, below=0)
    return {row.measure: (row.here, row.below) for row in rows}


def recount() -> list[str]:
    """The product counts once in a transaction; a test does so again and again in its own."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS counted_figures")
    return figures.recount()


def test_a_new_member_counts_in_every_measure_that_fits(world):
    before = waiting()
    make_member(world.branch, "Ngô Thị Sen", gender=Gender.FEMALE, activated_at=timezone.now())
    assert waiting() - before == {
        (world.branch.pk, measure): 1 for measure in ("members", "official", "female", "in_scope", "activated")
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": Status.EXEMPT}, {"exempt": 1, "in_scope": -1, "activated": -1}),
        ({"status": Status.TEMP_AWAY}, {"temp_away": 1}),
        ({"status": Status.SUSPENDED}, {}),
        (
            {"status": Status.DECEASED},
            {"members": -1, "official": -1, "in_scope": -1, "activated": -1, "female": -1},
        ),
        ({"standing": Standing.PROBATIONARY}, {"official": -1, "probationary": 1}),
        ({"activated_at": None}, {"activated": -1}),
        ({"no_smartphone": True}, {"no_smartphone": 1}),
        ({"phone": "0900000000"}, {}),
    ],
)
def test_a_change_adds_only_the_difference(world, change, expected):
    member = make_member(world.branch, "Ngô Thị Sen", gender=Gender.FEMALE, activated_at=timezone.now())
    FigureDelta.objects.all().delete()
    Member.objects.filter(pk=member.pk).update(**change)
    assert waiting() == {(world.branch.pk, measure): delta for measure, delta in expected.items()}


def test_a_post_of_secretary_counts_while_it_is_held(world):
    FigureDelta.objects.all().delete()
    post = Post.objects.create(member=world.people["secretary"], unit=world.branch, code=PostCode.SECRETARY)
    Post.objects.create(member=world.people["member"], unit=world.branch, code=PostCode.CELL_COMMITTEE_MEMBER)
    assert waiting() == {(world.branch.pk, "secretaries"): 1}
    post.ends_on = date(2026, 1, 1)
    post.save()
    assert waiting() == {}


def test_a_member_who_moves_is_taken_along_by_both_branches_and_all_superiors(world):
    member = make_member(world.branch, "Ngô Văn Sim")
    members = {unit.pk: of(unit)["members"] for unit in (world.branch, world.section, world.company, world.top)}
    member.branch = world.base_cell
    member.save()
    here, below = members[world.branch.pk]
    assert of(world.branch)["members"] == (here - 1, below - 1)
    assert of(world.section)["members"] == (0, members[world.section.pk][1] - 1)
    assert of(world.company)["members"] == (0, members[world.company.pk][1] - 1)
    assert of(world.top)["members"] == members[world.top.pk]


def test_a_unit_that_moves_takes_its_members_along(world):
    whole = of(world.top)["members"]
    own = of(world.section)["members"]
    company = of(world.company)["members"]
    move_unit(unit=world.section, new_parent=world.empowered, actor=None)
    assert of(world.top)["members"] == whole
    assert of(world.company)["members"] == (0, company[1] - own[1])


def test_counting_anew_finds_nothing_to_mend(world):
    out = StringIO()
    call_command("check_figures", stdout=out)
    assert out.getvalue() == "Số liệu khớp với danh sách đảng viên.\n"


def test_a_wrong_figure_is_found_named_and_mended(world):
    right = of(world.branch)["members"]
    Figure.objects.filter(unit=world.branch, measure="members").update(here=40, below=40)
    with pytest.raises(CommandError, match="1 số liệu lệch"):
        call_command("check_figures", stdout=StringIO())
    assert of(world.branch)["members"] == right
    assert recount() == []


STEP = st.tuples(
    st.sampled_from(["add", "change", "move", "delete", "post", "end"]),
    st.integers(0, 40),
    st.sampled_from(Status.values),
    st.sampled_from(Standing.values),
    st.booleans(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=20))
def test_a_superiors_figure_is_the_sum_of_its_own_below(world, steps):
    branches = [world.branch, world.sister, world.near_branch, world.base_cell, world.other_branch]
    for number, (what, pick, status, standing, yes) in enumerate(steps):
        loose = list(Member.objects.filter(account__grants=None).order_by("pk"))
        branch = branches[pick % len(branches)]
        if what == "add" or not loose:
            make_member(branch, f"Người Thứ {number}", status=status, standing=standing, no_smartphone=yes)
            continue
        one = loose[pick % len(loose)]
        if what == "change":
            Member.objects.filter(pk=one.pk).update(
                status=status, standing=standing, activated_at=timezone.now() if yes else None
            )
        elif what == "move":
            Member.objects.filter(branch=one.branch).exclude(account__grants__isnull=False).update(branch=branch)
        elif what == "delete":
            Member.objects.filter(pk=one.pk).delete()
        elif what == "post":
            Post.objects.get_or_create(member=one, unit=branch, code=PostCode.SECRETARY, ends_on=None)
        else:
            Post.objects.filter(member=one).update(ends_on=date(2026, 1, 1))
    assert recount() == []
    counted = Counter()
    for unit_id, measure, value in figures.count_all():
        counted[unit_id, measure] = value
    for unit in OrgUnit.objects.all():
        below = Counter()
        for inside in OrgUnit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght):
            for measure in figures.MEASURES:
                below[measure] += counted[inside.pk, measure]
        shown = of(unit)
        assert {m: shown.get(m, (0, 0)) for m in figures.MEASURES} == {
            m: (counted[unit.pk, m], below[m]) for m in figures.MEASURES
        }


def test_many_new_rows_write_few_deltas(world):
    accounts = User.objects.bulk_create(
        [User(citizen_id=f"036085{n:06d}", full_name=f"Người {n}", password=NO_PASSWORD) for n in range(2000)], 500
    )
    name = "Nguyễn Văn Bè"
    rows = [
        Member(
            account=account, branch=world.branch, full_name=name, name_sort=name_sort_key(name),
            search_key=search_key(name), gender=Gender.MALE,
        )
        for account in accounts
    ]  # fmt: skip
    before = of(world.top)["members"][1]
    Member.objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orgtree_figuredelta")
        # One row for each measure of a batch, not one for each member.
        assert cursor.fetchone()[0] < 100
    assert of(world.top)["members"][1] == before + 2000

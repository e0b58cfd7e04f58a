"""How far delegation has come: every figure opens into just its units, a unit's figure is the sum of what is below it,
and the workbook says what the page says."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.spreadsheets import read_workbook
from delegation.progress import ACTIVATED, GIVEN, IN_FORCE, LEFT, LISTED, UNITS, Wanted, progress_for, units_of
from delegation.steps import STEPS, step_of
from members.enums import PostCode
from members.models import Post
from orgtree.enums import Reach, Role
from orgtree.models import Grant, OrgUnit, UnitKind
from orgtree.rights import forget_holdings
from orgtree.services import close_unit, give_grant
from tests.cast import make_member, make_unit
from tests.delegation.test_suggestions import grow

pytestmark = pytest.mark.django_db

_ATTRIBUTES = {
    UNITS: "units",
    LISTED: "listed",
    GIVEN: "given",
    ACTIVATED: "activated",
    IN_FORCE: "in_force",
    LEFT: "left",
}


@pytest.fixture
def led(world):
    """The company has a secretary in force, the section one who was given the role and has not activated, the branch
    beside them one in the lists only."""
    for unit, branch in ((world.section, world.branch), (world.near_branch, world.near_branch)):
        member = make_member(branch, f"Bí thư {unit.name}")
        Post.objects.create(member=member, unit=unit, code=PostCode.SECRETARY)
    leader = make_member(world.branch, "Lê Văn Khu")
    User.objects.filter(pk=leader.account_id).update(identity_confirmed_at=None, activated_at=None)
    give_grant(user=leader.account, unit=world.section, role=Role.SECRETARY, actor=None)
    User.objects.filter(pk=world.committee.pk).update(activated_at=timezone.now())
    return world


def counts(user, unit) -> tuple[int, ...]:
    forget_holdings(user)
    line = next(line for line in progress_for(user, Wanted()).lines if line.pk == unit.pk)
    one = line.count
    return one.units, one.listed, one.given, one.activated, one.in_force, one.left


def test_the_figures_say_how_far_each_unit_has_come(led):
    # company, section, two branches below it, the branch beside it
    assert counts(led.committee, led.company) == (5, 2, 4, 1, 3, 1)
    assert counts(led.committee, led.section) == (3, 1, 3, 0, 2, 0)
    assert counts(led.committee, led.near_branch) == (1, 1, 0, 0, 0, 1)
    by_step = progress_for(led.committee, Wanted()).by_step
    assert [(one.units, one.given) for one in by_step.values()] == [(0, 0), (1, 1), (1, 1), (3, 2)]


def test_a_role_that_ended_is_taken_back_or_has_not_begun_counts_for_nothing(led):
    today = timezone.localdate()
    grant = led.grants["secretary"]
    for change in (
        {"ends_on": today - timedelta(days=1), "begins_on": today - timedelta(days=9)},
        {"begins_on": today + timedelta(days=1), "ends_on": None},
    ):
        Grant.objects.filter(pk=grant.pk).update(**change)
        assert counts(led.committee, led.company)[2] == 3
    Grant.objects.filter(pk=grant.pk).update(begins_on=today, revoked_at=timezone.now())
    assert counts(led.committee, led.company)[2] == 3
    close_unit(unit=make_unit(led.company, "T.02.99", "Chi bộ Cũ", "cell"), actor=led.committee)
    make_unit(led.branch, "T.02.B1.01.1", "Tổ đảng 1", "group")
    assert counts(led.committee, led.company)[0] == 5  # neither a closed unit nor a group


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_its_list_and_the_sum_of_what_is_below(db, seed):
    chance = random.Random(seed)
    units = grow(chance)
    top = OrgUnit.objects.get(pk=units[0].pk)
    for user in User.objects.order_by("?")[:9]:
        if chance.random() > 0.5:
            User.objects.filter(pk=user.pk).update(activated_at=timezone.now())
    officer = make_member(OrgUnit.objects.filter(kind__holds_members=True).first(), "Cán bộ").account
    give_grant(user=officer, unit=top, role=Role.ORG_DEPARTMENT, actor=None)
    kinds = [None, *UnitKind.objects.filter(units__isnull=False).distinct().values_list("pk", flat=True)]
    for wanted in (Wanted(), Wanted(step=chance.choice(STEPS)), Wanted(kind=chance.choice(kinds))):
        for opened in OrgUnit.objects.order_by("?")[:3]:
            told = progress_for(officer, wanted, opened=opened)
            lines = {line.pk: line for line in told.lines}
            for line in told.lines:
                unit = OrgUnit.objects.get(pk=line.pk)
                for which, attribute in _ATTRIBUTES.items():
                    assert units_of(officer, unit, which, wanted).count() == getattr(line.count, attribute)
                children = [lines[pk] for pk in unit.children.values_list("pk", flat=True) if pk in lines]
                if line.opened and line.count.units:
                    below = sum(child.count.given for child in children)
                    own = units_of(officer, unit, GIVEN, wanted).filter(pk=unit.pk).count()
                    assert line.count.given == below + own
            whole = sum(one.units for one in told.by_step.values())
            assert whole == told.whole.units == lines[top.pk].count.units
    for unit in OrgUnit.objects.select_related("kind", "parent__kind"):
        step = units_of(officer, None, UNITS, Wanted()).filter(pk=unit.pk).values_list("step", flat=True)
        assert list(step) == ([step_of(unit)] if step_of(unit) in STEPS else [])


def test_each_sees_what_is_below_his_own_unit(led):
    def seen(user):
        forget_holdings(user)
        return {line.pk for line in progress_for(user, Wanted(), opened=led.company).lines}

    assert seen(led.committee) == {led.company.pk, led.section.pk, led.near_branch.pk}
    assert seen(led.outsider) == {led.other_company.pk, led.other_branch.pk}
    assert seen(led.member) == set()
    assert {led.top.pk, led.empowered.pk, led.company.pk, led.section.pk} < seen(led.inspector)
    narrow = make_member(led.branch, "Lê Hẹp").account
    give_grant(user=narrow, unit=led.company, role=Role.SECRETARY, reach=Reach.UNIT, actor=None)
    assert seen(narrow) == set()


def test_the_page_opens_the_tree_and_leads_to_the_units(led, client_of):
    client = client_of(led.org_department)
    page = client.get(reverse("delegation:progress")).content.decode()
    assert led.company.name in page
    assert led.near_branch.name not in page
    page = client.get(reverse("delegation:progress"), {"mo": led.company.pk})
    assert led.near_branch.name in page.content.decode()
    rows = {row["line"].pk: row for row in page.context["lines"]}
    for _, number, url in rows[led.company.pk]["numbers"]:
        if url:
            assert client.get(url).context["page"].total == number
    tiles = {tile["label"]: tile for tile in page.context["tiles"]}
    assert client.get(tiles["Bước 4: chi bộ trực thuộc"]["url"]).context["page"].total == 2


def test_conditions_hold_on_the_page_in_its_links_and_in_the_workbook(led, client_of):
    client = client_of(led.org_department)
    asked = {"buoc": "4", "con": "chua", "mo": led.company.pk}
    page = client.get(reverse("delegation:progress"), asked)
    lines = [row["line"] for row in page.context["lines"]]
    assert {line.name for line in lines} == {led.top.name, led.empowered.name, led.company.name, led.near_branch.name}
    for row in page.context["lines"]:
        for _, number, url in row["numbers"]:
            assert not url or client.get(url).context["page"].total == number
    answer = client.get(reverse("delegation:progress_xlsx"), asked)
    sheets = read_workbook(answer.content)
    written = [(row.cells[0].strip(), *map(int, row.cells[3:9])) for row in sheets[0].rows[3:]]
    assert written == [
        (line.name, line.count.units, line.count.listed, line.count.given, line.count.activated, line.count.in_force,
         line.count.left)
        for line in lines
    ]  # fmt: skip
    steps = {row.cells[0]: int(row.cells[1]) for row in sheets[1].rows[3:]}
    assert steps["Bước 4: chi bộ trực thuộc"] == lines[0].count.units


def test_the_workbook_of_units_has_the_rows_of_all_pages(led, client_of):
    for number in range(60):
        make_unit(led.company, f"T.02.N{number}", f"Chi bộ số {number}", "cell")
    client = client_of(led.committee)
    asked = {"muc": "con-lai"}
    page = client.get(reverse("delegation:progress_units"), asked).context["page"]
    assert (page.total, len(page)) == (61, 50)
    (sheet,) = read_workbook(client.get(reverse("delegation:progress_units_xlsx"), asked).content)
    names = [row.cells[0] for row in sheet.rows[3:]]
    assert names == list(units_of(led.committee, None, LEFT, Wanted()).values_list("name", flat=True))


@pytest.mark.parametrize("name", ["progress", "progress_units"])
def test_it_costs_the_same_for_one_and_for_many(led, client_of, name):
    client = client_of(led.org_department)
    address = f"{reverse(f'delegation:{name}')}?mo={led.company.pk}&don_vi={led.company.pk}"
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    for number in range(20):
        unit = make_unit(led.company, f"T.02.N{number}", f"Chi bộ số {number}", "cell")
        member = make_member(unit, f"Trần Văn {number}")
        Post.objects.create(member=member, unit=unit, code=PostCode.SECRETARY)
    with CaptureQueriesContext(connection) as second:
        client.get(address)
    assert len(second) == len(first) <= 12


def test_who_has_nothing_below_is_told_so(world, client_of):
    page = client_of(world.secretary).get(f"{reverse('delegation:progress')}?buoc=2").content.decode()
    assert "Không có đơn vị nào như vậy" in page
    assert "Tiến độ phân quyền</span>" not in client_of(world.secretary).get("/").content.decode()
    assert reverse("delegation:progress") in client_of(world.committee).get("/").content.decode()

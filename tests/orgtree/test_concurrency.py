"""Real threads on committed data (performance.md §C: without the lock eight writers leave 75 to 163 broken units)."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import NO_PASSWORD, User
from common.errors import RuleViolation
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit, UnitKind
from orgtree.services import (
    add_figures,
    close_unit,
    create_unit,
    fold_figures,
    give_grant,
    move_unit,
    revoke_grant,
    stand_on,
)
from tests.cast import make_unit

from .sound import assert_figures_add_up, assert_sound

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
THREADS = 8


def together(*jobs):
    """Run them at once, each with a connection of its own; gives back what each returned or raised."""

    def run(job):
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def grow(code: str) -> list[OrgUnit]:
    """A top unit with four companies of three branches; gives back the companies."""
    top = make_unit(None, code, f"Đảng bộ {code}", "upper")
    companies = [make_unit(top, f"{code}.{n}", f"Đảng bộ {code}.{n}", "base_committee") for n in range(1, 5)]
    for company in companies:
        for n in range(1, 4):
            make_unit(company, f"{company.code}.{n}", f"Chi bộ {company.code}.{n}", "cell")
    return companies


def writer(number: int, companies: list[OrgUnit], rounds: int = 12):
    """Founds and moves branches, in one tree and from one to the other, and feeds a figure as it goes."""
    cell = UnitKind.objects.get(code="cell")

    def work():
        dice = random.Random(number)
        own = []
        for n in range(rounds):
            company = dice.choice(companies)
            if own and dice.random() < 0.5:
                unit = dice.choice(own)
                with suppress(RuleViolation):  # it stands there already
                    move_unit(unit=unit, new_parent=company, actor=None)
            else:
                unit = create_unit(
                    parent=company, code=f"W{number}.{n}", name=f"Chi bộ {number}.{n}", kind=cell, actor=None
                )
                own.append(unit)
            add_figures([(unit.pk, "probe", 1)])
            if n % 4 == number % 4:
                fold_figures()
        return len(own)

    return work


@pytest.mark.parametrize("trees", [1, 2])
def test_eight_writers_break_nothing_and_lose_nothing(trees):
    companies = [company for n in range(trees) for company in grow(f"C{n}")]
    before = OrgUnit.objects.count()
    made = together(*[writer(number, companies) for number in range(THREADS)])
    assert [type(result) for result in made] == [int] * THREADS, made
    assert_sound(before + sum(made))
    assert_figures_add_up(THREADS * 12)


def test_two_moves_that_together_would_make_a_ring_make_none():
    top = make_unit(None, "C", "Đảng bộ C", "upper")
    section = UnitKind.objects.get(code="subcommittee")
    section.legal_parents.add(section)
    try:
        company = make_unit(top, "C.1", "Đảng bộ C.1", "base_committee")
        one = make_unit(company, "C.1.1", "Đảng bộ bộ phận 1", "subcommittee")
        other = make_unit(company, "C.1.2", "Đảng bộ bộ phận 2", "subcommittee")
        results = together(
            lambda: move_unit(unit=one, new_parent=other, actor=None),
            lambda: move_unit(unit=other, new_parent=one, actor=None),
        )
    finally:
        section.legal_parents.remove(section)
    refused = [result for result in results if isinstance(result, Exception)]
    assert [str(refusal) for refusal in refused] == ["Không thể chuyển một đơn vị xuống dưới chính nó."]
    assert_sound(4)


def test_figures_stay_right_while_they_are_folded_and_units_move():
    companies = grow("C")
    branches = list(OrgUnit.objects.filter(kind__code="cell"))
    add_figures([(branch.pk, "probe", 10) for branch in branches])

    def feed():
        for branch in branches * 3:
            add_figures([(branch.pk, "probe", 1)])

    def fold():
        for _ in range(15):
            fold_figures()

    def move():
        for n, branch in enumerate(branches):
            with suppress(RuleViolation):  # it stands there already
                move_unit(unit=branch, new_parent=companies[(n + 1) % 4], actor=None)

    results = together(feed, feed, fold, fold, move)
    assert results == [None] * 5
    assert_figures_add_up(len(branches) * (10 + 6))
    assert_sound()


def test_nothing_is_put_on_a_unit_that_closes_at_the_same_time():
    companies = grow("C")
    account = User.objects.create(citizen_id="001085000001", full_name="Nguyễn Văn A", password=NO_PASSWORD)
    branches = list(OrgUnit.objects.filter(parent=companies[0]))
    for branch in branches:
        together(
            lambda branch=branch: close_unit(unit=branch, actor=None),
            lambda branch=branch: give_grant(user=account, unit=branch, role=Role.SECRETARY, actor=None),
        )
        assert not Grant.objects.filter(unit=branch, revoked_at=None).exists()
        with pytest.raises(RuleViolation):
            stand_on(branch.pk)


def test_no_grant_is_given_under_one_that_is_taken_back_meanwhile():
    top = make_unit(None, "C", "Đảng bộ C", "upper")
    company = make_unit(top, "C.1", "Đảng bộ C.1", "base_committee")
    people = [
        User.objects.create(
            citizen_id=f"00108500000{n}",
            full_name=f"Nguyễn Văn {n}",
            password=NO_PASSWORD,
            identity_confirmed_at=timezone.now(),
        )
        for n in range(1, 4)
    ]
    for n in range(6):
        cell = make_unit(company, f"C.1.{n}", f"Chi bộ {n}", "cell")
        first = give_grant(user=people[0], unit=top, role=Role.SECRETARY, actor=None)
        second = give_grant(user=people[1], unit=company, role=Role.SECRETARY, actor=people[0])
        together(
            lambda first=first: revoke_grant(grant=first, actor=None),
            lambda cell=cell: give_grant(user=people[2], unit=cell, role=Role.SECRETARY, actor=people[1]),
        )
        assert not Grant.objects.filter(revoked_at=None).exists()
        second.refresh_from_db()
        assert second.revoked_at is not None


def test_the_same_role_given_twice_at_once_is_given_once():
    top = make_unit(None, "C", "Đảng bộ C", "upper")
    account = User.objects.create(citizen_id="001085000001", full_name="Nguyễn Văn A", password=NO_PASSWORD)
    results = together(*[lambda: give_grant(user=account, unit=top, role=Role.SECRETARY, actor=None)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Grant", *["RuleViolation"] * 3]


def test_the_database_itself_refuses_a_ring():
    companies = grow("C")
    branch = OrgUnit.objects.filter(parent=companies[0]).first()
    with pytest.raises(Exception, match="does not stand below its parent"), connection.cursor() as cursor:
        cursor.execute("UPDATE orgtree_orgunit SET parent_id = %s WHERE id = %s", [branch.pk, companies[0].pk])

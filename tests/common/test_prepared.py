from datetime import date

import pytest
from django.db.models import Q

from common.prepared import Prepared
from members.models import Member
from tests.cast import make_member


def born_since(branch_id, day):
    return (
        Member.objects.filter(Q(birth_date__gte=day) | Q(birth_date=None), branch_id=branch_id, status="active")
        .order_by("birth_date")
        .values_list("full_name", "branch__name", "birth_date")
    )


BORN = Prepared(born_since, branch_id=int, day=date)


@pytest.fixture
def born(world):
    make_member(world.near_branch, "Nguyễn Văn Một", birth_date=date(1970, 1, 1))
    make_member(world.near_branch, "Nguyễn Văn Hai", birth_date=date(1990, 1, 1))
    make_member(world.base_cell, "Nguyễn Văn Ba", birth_date=date(1990, 1, 2))
    return world


@pytest.mark.parametrize("day", [date(1969, 1, 1), date(1985, 3, 14), date(1990, 1, 1), date(2020, 1, 1)])
@pytest.mark.parametrize("branch", ["near_branch", "base_cell"])
def test_it_finds_what_the_queryset_finds(born, branch, day):
    pk = getattr(born, branch).pk
    assert BORN.rows(branch_id=pk, day=day) == list(born_since(pk, day))


def test_one_query_each_time(born, django_assert_num_queries):
    with django_assert_num_queries(2):
        BORN.rows(branch_id=born.branch.pk, day=date(1980, 1, 1))
        BORN.rows(branch_id=born.branch.pk, day=date(1981, 1, 1))


def test_a_value_that_has_no_place_is_told(db):
    query = Prepared(lambda pk, other: Member.objects.filter(pk=pk).values_list("pk"), pk=int, other=int)
    with pytest.raises(LookupError, match="other"):
        query.rows(pk=1, other=2)


def test_a_missing_value_is_told(db):
    with pytest.raises(KeyError, match="day"):
        BORN.rows(branch_id=1)

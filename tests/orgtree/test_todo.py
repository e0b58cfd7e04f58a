"""Who hands rights down is told where nobody leads on the handbook yet."""

import pytest
from django.urls import reverse

from orgtree.enums import Role
from orgtree.models import OrgUnit
from orgtree.services import close_unit, give_grant
from orgtree.todo import todos
from tests.cast import make_unit

pytestmark = pytest.mark.django_db


def told(user) -> list[tuple[str, int]]:
    user.__dict__.pop("_holdings", None)
    return [(todo.url, todo.count) for todo in todos(user)]


def test_units_below_without_the_role_of_secretary_are_told_to_who_may_give_it(world):
    company = f"{reverse('orgtree:unit', args=[world.company.pk])}?bi-thu=chua#truc-thuoc"
    assert told(world.committee) == [(company, 2)]  # the section and the branch beside it
    give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=world.committee)
    assert told(world.committee) == [(company, 1)]
    give_grant(user=world.member, unit=world.near_branch, role=Role.DEPUTY_SECRETARY, actor=world.committee)
    assert told(world.committee) == [(company, 1)]
    empty = make_unit(world.company, "T.02.91", "Chi bộ Đội Xe", "cell")
    assert told(world.committee) == [(company, 2)]
    close_unit(unit=empty, actor=world.committee)
    assert told(world.committee) == [(company, 1)]


def test_groups_have_no_secretary_and_nobody_else_is_told(world):
    make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng 1", "group")
    assert told(world.secretary) == []
    for who in ("member", "inspector"):
        assert told(world.user(who)) == []


def test_the_page_lists_just_those(world, client_of):
    give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=world.committee)
    address = told(world.committee)[0][0]
    text = client_of(world.committee).get(address.split("#")[0]).content.decode()
    table = text[text.index("truc-thuoc") : text.index("</table>")]
    assert OrgUnit.objects.get(pk=world.near_branch.pk).name in table
    assert world.section.name not in table


def test_it_costs_one_query(world, django_assert_num_queries):
    told(world.committee)
    with django_assert_num_queries(1):
        todos(world.committee)

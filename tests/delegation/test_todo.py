"""Who hands rights down is told once what waits: suggestions first, else the units where nobody leads yet."""

import pytest
from django.urls import reverse

from delegation.suggestions import Choice, chosen_of, suggestions_for
from delegation.todo import todos
from members.enums import PostCode, Status
from members.models import Post
from orgtree.enums import Role
from orgtree.rights import forget_holdings
from orgtree.services import close_unit, give_grant
from tests.cast import make_member, make_unit

pytestmark = pytest.mark.django_db


def told(user) -> list[tuple[str, int]]:
    forget_holdings(user)
    return [(todo.title.partition(" ")[2], todo.count) for todo in todos(user)]


def units(number: int) -> list[tuple[str, int]]:
    return [("đơn vị chưa có vai trò Bí thư", number)] if number else []


def test_units_right_below_without_the_role_of_secretary_are_told_to_who_may_give_it(world):
    assert told(world.committee) == units(2)  # the section and the branch beside it
    give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=world.committee)
    assert told(world.committee) == units(1)
    give_grant(user=world.member, unit=world.near_branch, role=Role.DEPUTY_SECRETARY, actor=None)
    assert told(world.committee) == units(1)
    empty = make_unit(world.company, "T.02.91", "Chi bộ Đội Xe", "cell")
    assert told(world.committee) == units(2)
    close_unit(unit=empty, actor=world.committee)
    assert told(world.committee) == units(1)


def test_groups_have_no_secretary_and_nobody_else_is_told(world):
    make_unit(world.branch, "T.02.B1.01.1", "Tổ đảng 1", "group")
    for who in ("secretary", "member", "inspector"):
        assert told(world.user(who)) == []


def test_suggestions_take_the_place_of_the_units_and_only_what_can_be_given_counts(world):
    leader = make_member(world.near_branch, "Ngô Văn Thư")
    Post.objects.create(member=leader, unit=world.near_branch, code=PostCode.SECRETARY)
    assert told(world.committee) == [("gợi ý phân quyền", 1)]
    leader.status = Status.SUSPENDED
    leader.save()
    assert told(world.committee) == units(2)


@pytest.mark.parametrize("who", ["committee", "org_department", "outsider", "secretary"])
def test_what_is_told_is_what_the_list_shows(world, client_of, who):
    for number, unit in enumerate((world.near_branch, world.branch, world.base_cell, world.other_branch)):
        member = make_member(unit, f"Ngô Văn {number}")
        Post.objects.create(member=member, unit=unit, code=PostCode.DEPUTY_SECRETARY)
    user = world.user(who)
    (todo,) = todos(user) or [None]
    shown = chosen_of(suggestions_for(user), Choice(place="truc-tiep", hindered="khong")).count()
    assert shown == (todo.count if todo else 0)
    if todo:
        page = client_of(user).get(todo.url).content.decode()
        assert page.count('name="pick"') == shown


def test_the_address_of_the_units_lists_just_those(world, client_of):
    give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=world.committee)
    (todo,) = todos(world.committee)
    assert todo.url.startswith(reverse("delegation:progress_units"))
    page = client_of(world.committee).get(todo.url).context["page"]
    assert [row["name"] for row in page] == [world.near_branch.name]


def test_the_unit_page_still_shows_units_without_a_secretary(world, client_of):
    give_grant(user=world.member, unit=world.section, role=Role.SECRETARY, actor=world.committee)
    address = f"{reverse('orgtree:unit', args=[world.company.pk])}?bi-thu=chua"
    text = client_of(world.committee).get(address).content.decode()
    table = text[text.index("truc-thuoc") : text.index("</table>")]
    assert world.near_branch.name in table
    assert world.section.name not in table


def test_it_costs_one_query(world, django_assert_num_queries):
    told(world.committee)
    with django_assert_num_queries(1):
        todos(world.committee)
    told(world.member)
    with django_assert_num_queries(0):
        assert todos(world.member) == []

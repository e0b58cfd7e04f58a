"""Suggestions from the posts in the lists: the rules said for all at once agree with the rules said for one."""

import random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from delegation.conditions import Obstacle
from delegation.eligibility import barred, suggested_role
from delegation.giving_many import Selection, start_giving
from delegation.steps import posts_for, step_of
from delegation.suggestions import Choice, chosen_of, counts_of, suggestions_for
from delegation.todo import counts_for
from members.enums import PostCode, Standing, Status
from members.models import Post
from members.services import give_post
from orgtree.enums import ROLES, Reach, Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import forget_holdings, holdings_of, living
from orgtree.selectors import leaderless
from orgtree.services import give_grant
from orgtree.services.grants import giving_holding, superior_acts_instead
from tests.cast import make_member, make_unit

pytestmark = pytest.mark.django_db

_KINDS = {
    "upper": ("empowered", "base_committee", "base_cell"),
    "empowered": ("base_committee", "base_cell", "subcommittee", "cell"),
    "base_committee": ("subcommittee", "cell"),
    "subcommittee": ("cell",),
    "base_cell": ("group",),
    "cell": ("group",),
    "group": (),
}
_GIVEABLE = (Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.HANDBOOK_OFFICER, Role.COMMITTEE_MEMBER)

_POSTS = (
    PostCode.SECRETARY,
    PostCode.SECRETARY,
    PostCode.DEPUTY_SECRETARY,
    PostCode.STANDING_DEPUTY_SECRETARY,
    PostCode.HANDBOOK_OFFICER,
    PostCode.CELL_COMMITTEE_MEMBER,
    PostCode.COMMITTEE_MEMBER,
    PostCode.INSPECTION_CHAIR,
)


def grow(chance: random.Random) -> list[OrgUnit]:
    """A tree of all kinds with people, posts and grants without any order."""
    units = [make_unit(None, f"R{chance.random()}", "Đảng bộ Gốc", "upper")]
    for number in range(16):
        parent = chance.choice([unit for unit in units if _KINDS[unit.kind.code]])
        unit = make_unit(parent, f"{parent.code}.{number}", f"Đơn vị {number}", chance.choice(_KINDS[parent.kind.code]))
        units.append(unit)
    branches = [unit for unit in units if unit.kind.holds_members]
    if not branches:
        branches = [make_unit(units[0], f"{units[0].code}.X", "Chi bộ cuối", "base_cell")]
        units += branches
    for number in range(24):
        branch = OrgUnit.objects.get(pk=chance.choice(branches).pk)
        member = make_member(
            branch,
            f"Người {number}",
            status=chance.choice([Status.ACTIVE] * 5 + [Status.EXEMPT, Status.SUSPENDED, Status.LEFT]),
            standing=chance.choice([Standing.OFFICIAL] * 5 + [Standing.PROBATIONARY]),
        )
        User.objects.filter(pk=member.account_id).update(
            is_active=chance.random() > 0.1,
            identity_confirmed_at=timezone.now() if chance.random() > 0.4 else None,
        )
        places = [branch, *OrgUnit.objects.filter(pk__in=branch.ancestor_ids), chance.choice(units)]
        for _ in range(chance.randint(0, 2)):
            code = chance.choice(_POSTS)
            Post.objects.get_or_create(member=member, unit=chance.choice(places), code=code, ends_on=None)
        if chance.random() > 0.6:
            unit = OrgUnit.objects.get(pk=chance.choice(units).pk)
            role = chance.choice([*_GIVEABLE, Role.ORG_DEPARTMENT])
            reach = chance.choice([Reach.SUBTREE] * 4 + [Reach.UNIT])
            give_grant(user=member.account, unit=unit, role=role, reach=reach, actor=None)
    return units


def said_one_by_one(user: User) -> dict[int, tuple[bool, bool]]:
    """Post → (in place of below, something in the way), by the rules for one."""
    found = {}
    posts = Post.objects.filter(ends_on=None, unit__closed_on=None)
    for post in posts.select_related("member__account", "member__branch", "unit__kind", "unit__parent__kind"):
        role = suggested_role(PostCode(post.code))
        if role is None or PostCode(post.code) not in posts_for(step_of(post.unit), role) or not step_of(post.unit):
            continue
        others = posts.filter(unit=post.unit).exclude(pk=post.pk)
        if post.code == PostCode.DEPUTY_SECRETARY and others.filter(
            member=post.member, code=PostCode.STANDING_DEPUTY_SECRETARY
        ):
            continue
        if Grant.objects.filter(user=post.member.account, unit=post.unit, role=role, revoked_at=None).exists():
            continue
        holding = giving_holding(user, post.unit, role)
        instead = holding is None
        holding = holding or superior_acts_instead(user, post.unit, role)
        if holding is None or (holding.reach == Reach.UNIT and ROLES[role].reach == Reach.SUBTREE):
            continue
        hindered = post.member.account_id == user.pk or bool(barred(post.member, post.unit, role))
        if role == Role.SECRETARY:
            held = living(Grant.objects.filter(unit=post.unit, role=role)).exclude(user=post.member.account)
            two = others.filter(code=PostCode.SECRETARY).exclude(member=post.member)
            hindered = hindered or held.exists() or two.exists()
        found[post.pk] = (instead, hindered)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_said_for_all_it_is_what_is_said_for_one(db, seed):
    chance = random.Random(seed)
    units = grow(chance)
    officer = make_member(OrgUnit.objects.filter(kind__holds_members=True).first(), "Cán bộ Ban Tổ chức").account
    give_grant(user=officer, unit=OrgUnit.objects.get(pk=units[0].pk), role=Role.ORG_DEPARTMENT, actor=None)
    told = 0
    for user in User.objects.filter(grants__isnull=False).distinct():
        rows = suggestions_for(user).values_list("pk", "instead", "obstacle")
        said = said_one_by_one(user)
        assert {pk: (instead, bool(obstacle)) for pk, instead, obstacle in rows} == said
        # The home page's own way of counting what can be given at once.
        below = [holding.unit_id for holding in holdings_of(user) if Right.DELEGATE in holding.rights]
        wide = [one.unit_id for one in holdings_of(user) if one.unit_id in below and one.reach == Reach.SUBTREE]
        units = leaderless(OrgUnit.objects.filter(parent__in=wide)).count()
        direct = sum(1 for instead, hindered in said.values() if not instead and not hindered)
        assert counts_for(user) == (direct, units)
        told += len(said)
    assert told


def secretary(world, unit, name="Ngô Văn Thư", branch=None, **given):
    member = make_member(branch or unit, name, **given)
    Post.objects.create(member=member, unit=unit, code=PostCode.SECRETARY)
    return member


def told(user, **choice) -> list[tuple[str, str, str]]:
    forget_holdings(user)
    found = chosen_of(suggestions_for(user), Choice(**choice))
    return [
        (row["unit__name"], row["role"], row["obstacle"])
        for row in found.order_by("unit__lft", "rank", "pk").values("unit__name", "role", "obstacle")
    ]


def test_a_secretary_in_the_lists_without_his_role_is_suggested_to_the_superior_alone(world):
    secretary(world, world.near_branch)
    expected = [(world.near_branch.name, "secretary", "")]
    assert told(world.committee) == expected
    for who in ("member", "secretary", "other_secretary", "inspector", "outsider"):
        assert told(world.user(who)) == []


def test_the_department_acts_in_place_of_below_only_where_nobody_there_can(world):
    secretary(world, world.near_branch)  # below the company, whose secretary can act
    below = secretary(world, world.branch, "Lý Văn Dưới")  # below the section, which has nobody
    Grant.objects.filter(pk=world.grants["secretary"].pk).delete()
    assert told(world.org_department) == [(world.branch.name, "secretary", "")]
    leader = make_member(world.sister, "Lý Thị Khu")
    grant = give_grant(user=leader.account, unit=world.section, role=Role.SECRETARY, actor=None)
    assert told(world.org_department) == []
    User.objects.filter(pk=leader.account_id).update(identity_confirmed_at=None)
    assert told(world.org_department) == [(world.branch.name, "secretary", "")]
    assert grant.unit_id == below.branch.parent_id


def test_what_stands_in_the_way_is_said(world):
    secretary(world, world.near_branch)
    secretary(world, world.near_branch, "Ngô Thị Hai")
    assert {row[2] for row in told(world.committee)} == {Obstacle.SEVERAL}
    Post.objects.filter(unit=world.near_branch).delete()
    for given, why in (
        ({"status": Status.SUSPENDED}, Obstacle.STATUS),
        ({"standing": Standing.PROBATIONARY}, Obstacle.PROBATION),
        ({"branch": world.other_branch}, Obstacle.OUTSIDE),
    ):
        member = secretary(world, world.near_branch, **given)
        assert told(world.committee) == [(world.near_branch.name, "secretary", why)]
        member.posts.all().delete()
    secretary(world, world.near_branch)
    other = make_member(world.near_branch, "Ngô Thị Giữ")
    give_grant(user=other.account, unit=world.near_branch, role=Role.SECRETARY, actor=None)
    assert told(world.committee) == [(world.near_branch.name, "secretary", Obstacle.TAKEN)]


def test_nobody_is_offered_his_own_role(world):
    Post.objects.create(member=world.people["committee"], unit=world.near_branch, code=PostCode.SECRETARY)
    assert told(world.committee) == [(world.near_branch.name, "secretary", Obstacle.SELF)]


def test_conditions_and_counts_speak_of_the_same_rows(world):
    secretary(world, world.near_branch)
    helper = make_member(world.near_branch, "Đỗ Thị Phó")
    give_post(member=helper, unit=world.near_branch, code=PostCode.DEPUTY_SECRETARY, actor=None)
    secretary(world, world.section, "Đỗ Văn Khu", branch=world.branch)
    assert [row[:2] for row in told(world.committee, step=4)] == [
        (world.near_branch.name, "secretary"),
        (world.near_branch.name, "deputy_secretary"),
    ]
    assert [row[0] for row in told(world.committee, text="khu")] == [world.section.name]
    assert [row[0] for row in told(world.committee, text="DO THI")] == [world.near_branch.name]
    counts = counts_of(chosen_of(suggestions_for(world.committee), Choice(role="secretary")))
    assert (counts.free, counts.hindered, counts.instead) == (2, 0, 0)
    assert counts.by_step == {1: 0, 2: 0, 3: 1, 4: 1}
    assert counts_of(suggestions_for(world.committee)).free == 3


def test_the_page_costs_the_same_for_one_and_for_many(world, client_of):
    client = client_of(world.committee)
    address = reverse("delegation:suggestions")
    secretary(world, world.near_branch)
    client.get(address)
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    for number in range(70):
        unit = make_unit(world.company, f"T.02.N{number}", f"Chi bộ số {number}", "cell")
        secretary(world, unit, f"Trần Văn {number}")
    with CaptureQueriesContext(connection) as second:
        page = client.get(address).content.decode()
    assert len(second) == len(first) <= 12
    assert "Giao tất cả 71 gợi ý" in page
    assert page.count('name="pick"') == 50
    after = page[page.index('rel="next"') :].split('href="')[1].split('"')[0]
    rest = client.get(address + after.replace("&amp;", "&")).content.decode()
    assert rest.count('name="pick"') == 21


def test_a_name_looked_for_stands_in_no_address(world, client_of):
    secretary(world, world.near_branch, "Ngô Văn Bí Mật")
    client = client_of(world.committee)
    answer = client.post(reverse("delegation:suggestion_search"), {"q": "bi mat"})
    assert "mat" not in answer.url
    page = client.get(answer.url).content.decode()
    assert "Ngô Văn Bí Mật" in page
    empty = client.post(reverse("delegation:suggestion_search"), {"q": "không có ai"})
    assert "Không có gợi ý nào như vậy" in client.get(empty.url).content.decode()


def test_who_hands_nothing_on_gets_nothing_started(world):
    with pytest.raises(PermissionDenied):
        start_giving(selection=Selection([], []), actor=world.member)
    with pytest.raises(RuleViolation):
        start_giving(selection=Selection([], []), actor=world.committee)

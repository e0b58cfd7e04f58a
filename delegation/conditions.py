"""The steps, who may receive and who may give, as conditions on the posts in the lists: what `steps`, `eligibility` and
orgtree's giving say of one, said of all at once. Tests hold the two ways of saying it together."""

from datetime import date

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, Value, When

from accounts.models import User
from members.enums import PostCode, Standing
from members.models import Post
from orgtree.enums import ROLES, Reach, Right, Role
from orgtree.models import Grant
from orgtree.rights import Holding, holdings_of, living
from orgtree.services import acting_delegates

from .eligibility import OFFICIAL_ONLY, RECEIVING, suggested_role
from .steps import NO_STEP, STEPS, TO_BRANCH, TO_EMPOWERED, TO_GRASSROOTS, TO_SECTION, TOP, posts_for

# In the order in which they are given and listed.
ROLE_ORDER = (
    Role.SECRETARY,
    Role.DEPUTY_SECRETARY,
    Role.HANDBOOK_OFFICER,
    Role.COMMITTEE_MEMBER,
    Role.INSPECTOR,
)


class Obstacle:
    """Why a suggestion cannot be given as it stands."""

    SELF = "self"
    OUTSIDE = "outside"
    STATUS = "status"
    LOCKED = "locked"
    PROBATION = "probation"
    SEVERAL = "several"
    TAKEN = "taken"


OBSTACLE_WORDS = {
    Obstacle.SELF: "Là chính đồng chí; không ai tự giao vai trò cho mình",
    Obstacle.OUTSIDE: "Không còn sinh hoạt trong đơn vị",
    Obstacle.STATUS: "Không ở tình trạng đang sinh hoạt",
    Obstacle.LOCKED: "Tài khoản đã bị khóa",
    Obstacle.PROBATION: "Là đảng viên dự bị",
    Obstacle.SEVERAL: "Danh sách ghi hơn một Bí thư cho đơn vị này",
    Obstacle.TAKEN: "Đồng chí khác đang giữ vai trò Bí thư của đơn vị",
}


def step_case(unit: str = "") -> Case:
    """`steps.step_of` of the unit that the lookup leads to ("unit__", or "" on OrgUnit itself)."""
    above = Q(**{f"{unit}parent__kind__above_grassroots": True})
    return Case(
        When(Q(**{f"{unit}parent": None}), then=Value(TOP)),
        When(above & Q(**{f"{unit}kind__above_grassroots": True}), then=Value(TO_EMPOWERED)),
        When(above & Q(**{f"{unit}kind__is_grassroots": True}), then=Value(TO_GRASSROOTS)),
        When(Q(**{f"{unit}kind__holds_members": True}), then=Value(TO_BRANCH)),
        When(Q(**{f"{unit}parent__kind__holds_members": True}), then=Value(NO_STEP)),
        default=Value(TO_SECTION),
        output_field=IntegerField(),
    )


# The same in SQL, of u with kind k under p with kind pk; NULL for a party group.
STEP = f"""CASE WHEN pk.above_grassroots AND k.above_grassroots THEN {TO_EMPOWERED}
                 WHEN pk.above_grassroots AND k.is_grassroots THEN {TO_GRASSROOTS}
                 WHEN k.holds_members THEN {TO_BRANCH}
                 WHEN pk.holds_members THEN NULL
                 ELSE {TO_SECTION} END"""


def _codes(role: Role) -> list[str]:
    return [code.value for code in PostCode if suggested_role(code) == role]


def role_case() -> Case:
    """The role that goes with a post."""
    whens = [When(code__in=_codes(role), then=Value(role.value)) for role in ROLE_ORDER]
    return Case(*whens, default=Value(""), output_field=CharField())


def rank_case() -> Case:
    whens = [When(code__in=_codes(role), then=Value(rank)) for rank, role in enumerate(ROLE_ORDER)]
    return Case(*whens, default=Value(99), output_field=IntegerField())


def fitting() -> Q:
    """Posts by which the role that goes with them is received at the unit's step. Needs `step`."""
    condition = Q()
    for step in STEPS:
        codes = [code.value for code in PostCode if (role := suggested_role(code)) and code in posts_for(step, role)]
        condition |= Q(step=step, code__in=codes)
    return condition


def corresponding(today: date) -> Exists:
    """The holder has the role already, or is to have it from a later day."""
    held = Grant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        user_id=OuterRef("member__account_id"),
        unit_id=OuterRef("unit_id"),
        role=OuterRef("role"),
        revoked_at=None,
    )
    return Exists(held)


def giving_conditions(user: User) -> tuple[Q, Q]:
    """Where `user` may give the post's role: as the direct superior, and besides "thay cấp dưới"; the same as
    `giving_holding` and `superior_acts_instead`. Need `role`."""
    direct, instead = Q(pk=None), Q(pk=None)
    for holding in holdings_of(user):
        if Right.DELEGATE not in holding.rights:
            continue
        roles = _may_give(holding)
        direct |= Q(unit__parent_id=holding.unit_id, role__in=roles)
        if holding.role == Role.ORG_DEPARTMENT and holding.reach == Reach.SUBTREE:
            below = Q(unit__tree_id=holding.tree_id, unit__lft__gt=holding.lft, unit__rght__lt=holding.rght)
            instead |= below & Q(role__in=roles)
    return direct, instead & ~Q(Exists(acting_delegates(OuterRef("unit__parent_id"))))


def _may_give(holding: Holding) -> list[str]:
    """A reach over one unit only hands on no role that reaches further."""
    roles = ROLES[holding.role].may_give
    if holding.reach == Reach.UNIT:
        roles = {role for role in roles if ROLES[role].reach == Reach.UNIT}
    return sorted(role.value for role in roles)


def obstacle_case(user_id: int, today: date) -> Case:
    """The first thing that stands in the way of this giver; "" where nothing does. Needs `role`."""
    leads = Q(role=Role.SECRETARY)
    inside = Q(unit_id=F("member__branch_id")) | Q(member__branch__ancestor_ids__contains=[F("unit_id")])
    others = Post.objects.filter(unit_id=OuterRef("unit_id"), code=PostCode.SECRETARY, ends_on=None)
    holders = living(Grant.objects.filter(unit_id=OuterRef("unit_id"), role=Role.SECRETARY), today=today)
    return Case(
        When(member__account_id=user_id, then=Value(Obstacle.SELF)),
        When(~inside, then=Value(Obstacle.OUTSIDE)),
        When(~Q(member__status=RECEIVING), then=Value(Obstacle.STATUS)),
        When(member__account__is_active=False, then=Value(Obstacle.LOCKED)),
        When(
            Q(role__in=sorted(OFFICIAL_ONLY)) & ~Q(member__standing=Standing.OFFICIAL),
            then=Value(Obstacle.PROBATION),
        ),
        When(
            leads & Exists(holders.exclude(user_id=OuterRef("member__account_id"))),
            then=Value(Obstacle.TAKEN),
        ),
        When(leads & Exists(others.exclude(member_id=OuterRef("member_id"))), then=Value(Obstacle.SEVERAL)),
        default=Value(""),
        output_field=CharField(),
    )

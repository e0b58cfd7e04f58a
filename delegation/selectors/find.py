"""Where somebody may give, and whom he may name there."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.citizen_id import LENGTH
from common.text import clean, search_key
from members.models import Member, Post
from orgtree.enums import ROLES, Reach, Right, Role
from orgtree.models import OrgUnit
from orgtree.rights import Holding, holdings_of
from orgtree.services.grants import acting_delegates

from ..eligibility import RECEIVING, possible_receivers
from ..steps import posts_named, step_of

MOST_FOUND = 30


def _giving(user: User) -> list[Holding]:
    return [one for one in holdings_of(user) if Right.DELEGATE in one.rights and ROLES[one.role].may_give]


def givable_units(user: User) -> QuerySet[OrgUnit]:
    """Open units in which the reader may hand out something: right below his own, the top unit for its organisation
    department, and for this one also those whose direct superior has nobody who could. Party groups receive nothing."""
    areas = []
    for one in _giving(user):
        areas.append(Q(parent_id=one.unit_id))
        if ROLES[one.role].may_give_beside:
            areas.append(Q(pk=one.unit_id, parent=None))
        if one.role == Role.ORG_DEPARTMENT and one.reach == Reach.SUBTREE:
            acting = acting_delegates(OuterRef("parent_id"))
            areas.append(Q(tree_id=one.tree_id, lft__gt=one.lft, rght__lt=one.rght) & ~Exists(acting))
    if not areas:
        return OrgUnit.objects.none()
    groups = Q(kind__holds_members=False, parent__kind__holds_members=True)
    return OrgUnit.objects.filter(reduce(or_, areas), closed_on=None).exclude(groups)


def units_on_the_way(user: User, member: Member) -> list[OrgUnit]:
    """Where the reader may give this member a role: among his branch and the units above it, nearest first."""
    near = [member.branch_id, *member.branch.ancestor_ids]
    units = givable_units(user).filter(pk__in=near).select_related("kind", "parent__kind")
    return list(units.order_by("-level"))


def find_people(user: User, text: str, unit: OrgUnit | None = None) -> list[Member]:
    """Those who may receive, by name or by the whole citizen id: a part of a number would let a reader guess the rest.
    Without words, in a unit, those whose posts there the letter names. Nobody names himself."""
    people = _reachable(user) if unit is None else possible_receivers(unit)
    people = people.exclude(account_id=user.pk).select_related("branch", "account")
    digits = "".join(sign for sign in clean(text) if sign not in " .-")
    if digits.isdecimal() and digits.isascii():
        return list(people.filter(account__citizen_id=digits)[:1]) if len(digits) == LENGTH else []
    words = search_key(text).split()
    if words:
        for word in words:
            people = people.filter(search_key__contains=word)
    elif unit is not None:
        held = Post.objects.filter(member=OuterRef("pk"), unit=unit, ends_on=None, code__in=posts_named(step_of(unit)))
        people = people.filter(Exists(held))
    else:
        return []
    return list(people.order_by("name_sort", "pk")[:MOST_FOUND])


def _reachable(user: User) -> QuerySet[Member]:
    """All who may receive something from this reader, in whatever unit."""
    areas = [
        Q(branch__tree_id=one.tree_id, branch__lft__gt=one.lft, branch__rght__lt=one.rght) for one in _giving(user)
    ]
    if not areas:
        return Member.objects.none()
    return Member.objects.filter(reduce(or_, areas), status=RECEIVING, account__is_active=True)

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from orgtree.enums import Reach, Right
from orgtree.models import Grant, OrgUnit
from orgtree.rights import holdings_of, living, roles_with, units_where

from ..enums import COUNTED, PostCode
from ..models import Post

# A party group has a leader, no secretary.
_WITHOUT_SECRETARY = ("group", "group_2026")


def managed_units(user: User) -> list[int]:
    """The units on which the reader himself was given a role that keeps records, not those below."""
    keeping = roles_with([Right.MANAGE_MEMBERS])
    return [holding.unit_id for holding in holdings_of(user) if holding.role in keeping]


def officers_for(branch: OrgUnit, *, leaving_out: int | None = None) -> tuple[OrgUnit | None, list[User]]:
    """Who keeps the records of a branch and stands nearest to it: the unit of his grant and all who hold one there.
    An officer's own request goes past himself to the next level."""
    at = Q(unit_id=branch.pk) | Q(unit_id__in=branch.ancestor_ids, reach=Reach.SUBTREE)
    grants = living(Grant.objects.filter(at, role__in=roles_with([Right.MANAGE_MEMBERS])))
    nearest: OrgUnit | None = None
    users: list[User] = []
    for grant in grants.exclude(user_id=leaving_out).select_related("unit", "user").order_by("-unit__level", "pk"):
        if nearest is not None and grant.unit_id != nearest.pk:
            break
        nearest = grant.unit
        users.append(grant.user)
    return nearest, users


def units_to_settle(user: User) -> QuerySet[OrgUnit]:
    """Open units of the reader's area that have no secretary, or more than one (domain.md §2.4: exactly one)."""
    secretaries = (
        Post.objects.filter(unit_id=OuterRef("pk"), code=PostCode.SECRETARY, ends_on=None)
        .order_by()
        .values("unit_id")
        .annotate(held=Count("pk"))
        .values("held")
    )
    return (
        units_where(user, Right.MANAGE_MEMBERS)
        .filter(closed_on=None)
        .exclude(kind__code__in=_WITHOUT_SECRETARY)
        .annotate(secretaries=Coalesce(Subquery(secretaries, output_field=IntegerField()), 0))
        .exclude(secretaries=1)
        .order_by("tree_id", "lft")
    )


def secretaries_of(unit_ids: Iterable[int]) -> dict[int, set[int]]:
    """Unit → accounts of its secretaries by the post, also where nobody has given the role yet. One query."""
    posts = Post.objects.filter(
        unit_id__in=list(unit_ids),
        code=PostCode.SECRETARY,
        ends_on=None,
        member__status__in=COUNTED,
        member__account__is_active=True,
    )
    found = defaultdict(set)
    for unit_id, user_id in posts.values_list("unit_id", "member__account_id"):
        found[unit_id].add(user_id)
    return found

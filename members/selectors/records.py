from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import Grant
from orgtree.policies import may_end_by_record
from orgtree.rights import held_or_to_begin, units_where

from ..enums import POST_RANK
from ..models import CorrectionRequest, Member, Post


def members_seen_by(user: User) -> QuerySet[Member]:
    """Records whose page is there for the reader: his own and those of the units he may view."""
    return Member.objects.filter(Q(account_id=user.pk) | Q(branch__in=units_where(user, Right.VIEW)))


def member_for(user: User) -> Member | None:
    """The reader's own record; some accounts (of the server's administrators) have none."""
    return Member.objects.select_related("branch__kind", "account").filter(account_id=user.pk).first()


def open_posts_of(member_ids: Iterable[int]) -> dict[int, list[Post]]:
    """The posts that each member holds now, the highest first. One query."""
    held = Post.objects.filter(member_id__in=list(member_ids), ends_on=None).select_related("unit", "unit__kind")
    found: dict[int, list[Post]] = defaultdict(list)
    for post in sorted(held, key=lambda post: (POST_RANK.get(post.code, 99), post.unit_id)):
        found[post.member_id].append(post)
    return found


def roles_out_of_reach(user: User | None, account_ids: Iterable[int]) -> dict[int, str]:
    """Accounts that hold a role, or will from a later day, which is not `user`'s to end by a record, with that role in
    words. Who keeps the record of such a person must not shut him out by it. One query; nobody for the server
    itself."""
    if user is None:
        return {}
    held = held_or_to_begin(Grant.objects.filter(user_id__in=list(account_ids), user__is_active=True))
    found: dict[int, str] = {}
    for grant in held.select_related("unit__parent").order_by("unit__level", "pk"):
        if grant.user_id not in found and not may_end_by_record(user, grant):
            found[grant.user_id] = f"{grant.get_role_display()}, {grant.unit.name}"
    return found


def corrections_for(user: User) -> QuerySet[CorrectionRequest]:
    """Requests of members whose records the reader keeps; his own goes to somebody else."""
    kept = CorrectionRequest.objects.filter(member__branch__in=units_where(user, Right.MANAGE_MEMBERS))
    return kept.exclude(member__account_id=user.pk).select_related("member__branch", "member__account", "decided_by")

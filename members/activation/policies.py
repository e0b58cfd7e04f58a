"""Who opens activation, prints slips and hands out codes."""

from collections.abc import Iterable

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import Grant
from orgtree.policies import may_vouch_for
from orgtree.rights import Placed, has_right, held_or_to_begin

from ..models import Member


def may_open(user: User, unit: Placed) -> bool:
    return has_right(user, Right.MANAGE_MEMBERS, unit)


def may_open_for(user: User, member: Member) -> bool:
    """Nobody prints his own slip."""
    return member.account_id != user.pk and may_open(user, member.branch)


def living_roles(account_ids: Iterable[int]) -> dict[int, list[Grant]]:
    """The roles that each account would have if they were awake, now or from a later day: whoever is confirmed today
    is still confirmed then. One query."""
    found: dict[int, list[Grant]] = {}
    grants = held_or_to_begin(Grant.objects.filter(user_id__in=list(account_ids), user__is_active=True))
    for grant in grants.select_related("unit").order_by("pk"):
        found.setdefault(grant.user_id, []).append(grant)
    return found


def may_hand_code(user: User, account_id: int, roles: Iterable[Grant]) -> bool:
    """A code lets its holder in or wakes his roles: whoever hands it out must be entitled to each of them, and
    nobody hands out any on the day after a code gave him a new password."""
    if account_id == user.pk or user.decisions_are_held:
        return False
    return all(may_vouch_for(user, grant) for grant in roles)

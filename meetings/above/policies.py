"""Who reads a branch's year and its book: the branch itself and those above; the committee's book who holds the unit's
meetings, and above."""

from accounts.models import User
from members.models import Member
from orgtree.models import OrgUnit

from ..policies import may_hold, reads_unit


def own_branch_id(user: User) -> int | None:
    if not user.is_active:
        return None
    return Member.objects.filter(account=user).values_list("branch_id", flat=True).first()


def reads_committee(user: User, unit: OrgUnit) -> bool:
    return may_hold(user, unit) or reads_unit(user, unit)


def may_see_year(user: User, unit: OrgUnit, branch_id: int | None) -> bool:
    return branch_id == unit.pk or reads_committee(user, unit)


def may_have_book(user: User, unit: OrgUnit, *, committee: bool) -> bool:
    return reads_committee(user, unit) or (not committee and own_branch_id(user) == unit.pk)

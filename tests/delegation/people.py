"""People with posts, and chains of grants, for the tests of delegation."""

from accounts.models import User
from delegation.services import give
from members.enums import PostCode
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit
from tests.cast import make_member


def led(unit: OrgUnit, branch: OrgUnit, name: str, post: PostCode = PostCode.SECRETARY, **given) -> Member:
    """A member of `branch` who holds a post in `unit`."""
    member = make_member(branch, name, **given)
    Post.objects.create(member=member, unit=unit, code=post)
    return member


def again(user: User) -> User:
    """As the next request reads him."""
    return User.objects.get(pk=user.pk)


def six_below(world) -> Grant:
    """The section's secretary, given by the company's, from whom six roles hang."""
    chief = led(world.section, world.branch, "Hà Văn Nam")
    (first,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=world.committee)
    for number in range(6):
        member = led(world.branch, world.branch, f"Nguyễn Văn {number}", PostCode.CELL_COMMITTEE_MEMBER)
        give(member=member, unit=world.branch, roles=[Role.COMMITTEE_MEMBER], actor=again(chief.account))
    return first

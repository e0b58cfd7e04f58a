"""Who may receive a role in a unit: an active member of its subtree, by a post that the letter names at the step, or
named with a reason (letter 001 §1, DESIGN §3). Every path that gives asks here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from members.enums import POST_RANK, PostCode, Standing, Status
from members.models import Member, Post
from orgtree.enums import Role
from orgtree.models import OrgUnit

from .steps import NO_STEP, posts_for, step_of

LEAST_REASON = 10
# He does the work of his unit; who is exempt, elsewhere for a time or suspended cannot.
RECEIVING = Status.ACTIVE
# A probationary member may not stand for election (domain.md §3.2).
OFFICIAL_ONLY = frozenset({Role.SECRETARY, Role.DEPUTY_SECRETARY})

_ROLE_OF_POST = {
    PostCode.SECRETARY: Role.SECRETARY,
    PostCode.STANDING_DEPUTY_SECRETARY: Role.DEPUTY_SECRETARY,
    PostCode.DEPUTY_SECRETARY: Role.DEPUTY_SECRETARY,
    PostCode.CELL_COMMITTEE_MEMBER: Role.COMMITTEE_MEMBER,
    PostCode.INSPECTION_CHAIR: Role.INSPECTOR,
    PostCode.INSPECTION_VICE_CHAIR: Role.INSPECTOR,
    PostCode.INSPECTION_MEMBER: Role.INSPECTOR,
    PostCode.HANDBOOK_OFFICER: Role.HANDBOOK_OFFICER,
}


@dataclass(frozen=True)
class Receiver:
    """Somebody who may receive; `posts` are those that he holds in the unit itself, the highest first."""

    member_id: int
    account_id: int
    full_name: str
    branch_id: int
    branch_name: str
    posts: tuple[PostCode, ...]


def suggested_role(post: PostCode) -> Role | None:
    """The role that goes with a post. None where the letter names the post in no step (đảng ủy viên): such a one
    receives a role with a reason only."""
    return _ROLE_OF_POST.get(post)


def posts_in(member: Member, unit: OrgUnit) -> frozenset[PostCode]:
    """What he holds in the unit itself now. One query."""
    held = Post.objects.filter(member=member, unit=unit, ends_on=None).values_list("code", flat=True)
    return frozenset(PostCode(code) for code in held)


def barred(member: Member, unit: OrgUnit, role: Role) -> str:
    """Why he may not receive at all, whatever the reason given; "" if nothing bars him."""
    name = f"Đồng chí {member.full_name}"
    if step_of(unit) == NO_STEP:
        return f"{unit.name} là tổ đảng, làm việc trong chi bộ nên không được phân quyền riêng."
    if unit.pk != member.branch_id and unit.pk not in member.branch.ancestor_ids:
        return f"{name} không sinh hoạt trong {unit.name}."
    if member.status != RECEIVING:
        label = Status(member.status).label
        return f"{name} đang ở tình trạng “{label}”; chỉ đảng viên đang sinh hoạt mới được phân quyền."
    if not member.account.is_active:
        return f"Tài khoản của đồng chí {member.full_name} đã bị khóa."
    if role in OFFICIAL_ONLY and member.standing != Standing.OFFICIAL:
        return f"{name} là đảng viên dự bị, chưa nhận được vai trò {role.label}."
    return ""


def why_not(member: Member, unit: OrgUnit, role: Role, *, posts: Collection[PostCode] | None = None) -> str:
    """Why he may not receive `role` in `unit` as it stands: nothing at all, or not without a reason; "" = he may.
    `posts`: what he holds there, where it was read already."""
    if sentence := barred(member, unit, role):
        return sentence
    wanted = posts_for(step_of(unit), role)
    held = posts_in(member, unit) if posts is None else posts
    if wanted & set(held):
        return ""
    if not wanted:
        return f"Không có chức vụ nào đi cùng vai trò {role.label} tại {unit.name}; cần ghi lý do."
    listed = ", ".join(post.label for post in sorted(wanted, key=POST_RANK.__getitem__))
    return f"Đồng chí {member.full_name} không giữ chức vụ phù hợp tại {unit.name} ({listed}); cần ghi lý do."


def is_eligible(member: Member, unit: OrgUnit, role: Role) -> bool:
    """May he receive by his post alone?"""
    return not why_not(member, unit, role)


def possible_receivers(unit: OrgUnit) -> QuerySet[Member]:
    """All who may receive something in the unit, by post or with a reason."""
    if step_of(unit) == NO_STEP:
        return Member.objects.none()
    here = Q(branch=unit) | Q(branch__ancestor_ids__contains=[unit.pk])
    return Member.objects.filter(here, status=RECEIVING, account__is_active=True)


def receivers_of(members: Iterable[Member], unit: OrgUnit) -> list[Receiver]:
    """As shown in a choice; members with their branch read. One query."""
    members = list(members)
    held: dict[int, list[PostCode]] = {}
    rows = Post.objects.filter(member__in=members, unit=unit, ends_on=None).values_list("member_id", "code")
    for member_id, code in rows:
        held.setdefault(member_id, []).append(PostCode(code))
    return [
        Receiver(
            member_id=member.pk,
            account_id=member.account_id,
            full_name=member.full_name,
            branch_id=member.branch_id,
            branch_name=member.branch.name,
            posts=tuple(sorted(held.get(member.pk, []), key=POST_RANK.__getitem__)),
        )
        for member in members
    ]

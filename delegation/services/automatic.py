"""Roles end of themselves when their holder leaves the unit or the post (domain.md §2.5). What he gave goes on. A
list, which may be mistaken, ends no role for a lost post: it is shown to the superior
(docs/decisions/0007-roles-that-end-of-themselves.md)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from members.enums import PostCode, Status
from members.models import Member, Post
from notifications.services import notify
from orgtree.enums import Right, Role
from orgtree.locks import lock_grants
from orgtree.models import Grant, OrgUnit
from orgtree.policies import may_end_by_record
from orgtree.rights import people_with
from orgtree.services.grants import giving
from orgtree.services.standing import end_grants

from ..eligibility import RECEIVING
from ..steps import posts_for, step_of


def not_over(grants: QuerySet[Grant], today: date | None = None) -> QuerySet[Grant]:
    """Not taken back and the last day not past: in force, or still to begin."""
    return grants.filter(Q(ends_on=None) | Q(ends_on__gte=today or timezone.localdate()), revoked_at=None)


def of_members(member_ids: Collection[int]) -> QuerySet[Grant]:
    found = not_over(Grant.objects.filter(user__member__in=member_ids))
    return found.select_related("user__member__branch", "unit__kind", "unit__parent__kind").order_by("pk")


def ends_with(grant: Grant, branch: OrgUnit, status: str) -> str:
    """Why the role ends for somebody in this branch with this status; "" if it goes on."""
    if status != RECEIVING:
        return f"tình trạng “{Status(status).label}”"
    if grant.unit_id != branch.pk and grant.unit_id not in branch.ancestor_ids:
        return f"không còn sinh hoạt trong {grant.unit.name}"
    return ""


def has_lost_its_post(grant: Grant, posts: Collection[tuple[int, str]]) -> bool:
    """Received by a post, and now no post in the unit is one by which it is received. `posts`: (unit, code) held."""
    if not grant.basis:
        return False
    wanted = posts_for(step_of(grant.unit), Role(grant.role))
    return not any((grant.unit_id, code.value) in posts for code in wanted)


def settle_places(member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> list[Grant]:
    """End the roles of those who are no longer active members of the unit. By hand it is refused to whoever may
    not end the role so; for a list such a role stays, and its superior is told."""
    if not of_members(member_ids).exists():
        return []
    lock_grants()
    ending: list[Grant] = []
    for grant in of_members(member_ids):
        member = grant.user.member
        why = ends_with(grant, member.branch, member.status)
        if not why:
            continue
        if actor is not None and not may_end_by_record(actor, grant):
            role = f"{grant.get_role_display()}, {grant.unit.name}"
            if by_hand:
                raise RuleViolation(
                    f"Đồng chí {member.full_name} đang giữ vai trò {role}, ngoài phạm vi của đồng chí. "
                    "Cấp trên trực tiếp của đơn vị đó thu hồi vai trò trước."
                )
            _tell_superiors(grant, f"Đồng chí {member.full_name} giữ vai trò {role} nhưng {why}. Đề nghị xem xét.")
            continue
        ending.append(grant)
    for grant in ending:
        member = grant.user.member
        _end(grant, f"Đồng chí {member.full_name} {ends_with(grant, member.branch, member.status)}", actor=actor)
    return ending


def settle_posts(member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> list[Grant]:
    """A post has ended. Where the officer who ended it is the one who may take the role back, it ends; else it stays,
    marked "hết căn cứ", and those who may are told."""
    grants = [grant for grant in of_members(member_ids) if grant.basis]
    if not grants:
        return []
    held = _posts([grant.user.member.pk for grant in grants])
    lost = [grant for grant in grants if has_lost_its_post(grant, held.get(grant.user.member.pk, set()))]
    ended = []
    for grant in lost:
        label = PostCode(grant.basis).label
        if by_hand and actor is not None and may_end(actor, grant):
            lock_grants()
            _end(grant, f"Thôi chức vụ {label}", actor=actor)
            ended.append(grant)
        else:
            _tell_superiors(
                grant,
                f"Đồng chí {grant.user.full_name} không còn giữ chức vụ {label} tại {grant.unit.name} nhưng còn "
                f"vai trò {grant.get_role_display()}. Đề nghị thu hồi hoặc bàn giao.",
            )
    return ended


def may_end(actor: User, grant: Grant) -> bool:
    return grant.user_id != actor.pk and Role(grant.role) in giving(actor, grant.unit)


def _posts(member_ids: Collection[int]) -> dict[int, set[tuple[int, str]]]:
    found: dict[int, set[tuple[int, str]]] = {}
    rows = Post.objects.filter(member__in=member_ids, ends_on=None).values_list("member_id", "unit_id", "code")
    for member_id, unit_id, code in rows:
        found.setdefault(member_id, set()).add((unit_id, code))
    return found


def _end(grant: Grant, why: str, *, actor: User | None) -> None:
    end_grants([grant], reason=why, actor=actor)
    text = f"Vai trò {grant.get_role_display()} tại {grant.unit.name}"
    notify(
        "delegation.ended",
        users=[grant.user_id],
        text=f"{text} của đồng chí đã kết thúc: {why[:1].lower() + why[1:]}.",
        url=reverse("delegation:grant", args=[grant.pk]),
        unit_id=grant.unit_id,
    )
    _tell_superiors(grant, f"{text} của đồng chí {grant.user.full_name} đã kết thúc: {why[:1].lower() + why[1:]}.")


def _tell_superiors(grant: Grant, text: str) -> None:
    """Those who give roles in the unit, but the holder himself."""
    holders = people_with(Right.DELEGATE, grant.unit.parent or grant.unit).exclude(pk=grant.user_id)
    notify(
        "delegation.to_settle",
        users=list(holders.values_list("pk", flat=True)),
        text=text,
        url=reverse("delegation:grant", args=[grant.pk]),
        unit_id=grant.unit_id,
    )


def previews(member: Member, branch: OrgUnit, status: str) -> list[str]:
    """What a move or another status ends, for the check page."""
    lines = []
    for grant in of_members([member.pk]):
        if ends_with(grant, branch, status):
            lines.append(_sentence(grant))
    return lines


def post_previews(post: Post, *, actor: User) -> list[str]:
    """What the end of a post ends, or brings before the superior."""
    held = _posts([post.member_id]).get(post.member_id, set()) - {(post.unit_id, post.code)}
    lines = []
    for grant in of_members([post.member_id]):
        if grant.unit_id != post.unit_id or not has_lost_its_post(grant, held):
            continue
        if may_end(actor, grant):
            lines.append(_sentence(grant))
        else:
            lines.append(
                f"Vai trò {grant.get_role_display()} tại {grant.unit.name} hết căn cứ; "
                "cấp trên trực tiếp được báo để thu hồi hoặc bàn giao."
            )
    return lines


def _sentence(grant: Grant) -> str:
    below = Grant.objects.filter(given_under=grant, revoked_at=None).count()
    kept = f" {below} vai trò đồng chí ấy đã giao vẫn giữ nguyên, chuyển sang cấp trên." if below else ""
    return f"Vai trò {grant.get_role_display()} tại {grant.unit.name} kết thúc ngay.{kept}"

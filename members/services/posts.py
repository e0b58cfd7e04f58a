"""Posts: the form's way; lists write theirs through the import."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from orgtree.locks import keep_units_open
from orgtree.models import OrgUnit

from ..enums import COUNTED, PostCode
from ..following import posts_changed
from ..models import Member, Post
from ..policies import may_edit, may_manage_posts

_OF_GROUP = (PostCode.GROUP_LEADER, PostCode.GROUP_VICE_LEADER)
_OF_CELL = (
    PostCode.SECRETARY,
    PostCode.DEPUTY_SECRETARY,
    PostCode.CELL_COMMITTEE_MEMBER,
    PostCode.HANDBOOK_OFFICER,
)


def codes_for(unit: OrgUnit) -> list[PostCode]:
    """Which posts a unit has (domain.md §2.4)."""
    if unit.kind.code.startswith("group"):
        return list(_OF_GROUP)
    if unit.kind.holds_members:
        return list(_OF_CELL)
    return [code for code in PostCode if code not in (*_OF_GROUP, PostCode.CELL_COMMITTEE_MEMBER)]


@transaction.atomic
def give_post(
    *, member: Member, unit: OrgUnit, code: PostCode, begins_on: date | None = None, actor: User | None
) -> Post:
    """A post in the member's own branch, a group inside it or a committee above it. A unit has one secretary."""
    keep_units_open([unit.pk])
    # The unit's row is held, so that two officers do not make two secretaries.
    unit = OrgUnit.objects.select_for_update(of=("self",)).select_related("kind").get(pk=unit.pk)
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if actor is not None and not (may_manage_posts(actor, member, unit) and may_edit(actor, member)):
        raise PermissionDenied
    if member.status not in COUNTED:
        raise RuleViolation(f"Đồng chí {member.full_name} không còn trong danh sách nên không giữ chức vụ được.")
    if not unit.is_open:
        raise RuleViolation(f"{unit.name} đã kết thúc hoạt động.")
    near = unit.pk in (member.branch_id, *member.branch.ancestor_ids) or unit.parent_id == member.branch_id
    if not near:
        raise RuleViolation(f"Đồng chí {member.full_name} không sinh hoạt trong {unit.name}.")
    if code not in codes_for(unit):
        raise RuleViolation(f"{unit.name} không có chức vụ {code.label}.")
    if begins_on and begins_on > timezone.localdate():
        raise RuleViolation("Ngày bắt đầu chưa đến. Đồng chí cập nhật vào đúng ngày quyết định có hiệu lực.")
    held = Post.objects.filter(unit=unit, code=code, ends_on=None)
    if held.filter(member=member).exists():
        raise RuleViolation(f"Đồng chí {member.full_name} đang giữ chức vụ này rồi.")
    if code == PostCode.SECRETARY:
        other = held.select_related("member").first()
        if other is not None:
            raise RuleViolation(
                f"{unit.name} đang có Bí thư là đồng chí {other.member.full_name}. "
                "Đồng chí ghi thôi chức vụ đó trước, rồi ghi Bí thư mới."
            )
    post = Post.objects.create(member=member, unit=unit, code=code, begins_on=begins_on)
    _record("post.given", post, actor)
    return post


@transaction.atomic
def end_post(*, post: Post, ends_on: date, actor: User | None) -> Post:
    post = Post.objects.select_for_update(of=("self",)).select_related("member__branch", "unit").get(pk=post.pk)
    if actor is not None and not may_manage_posts(actor, post.member, post.unit):
        raise PermissionDenied
    if post.ends_on is not None:
        raise RuleViolation("Chức vụ này đã kết thúc trước đó.")
    if ends_on > timezone.localdate():
        raise RuleViolation("Ngày thôi chức vụ chưa đến.")
    if post.begins_on and ends_on < post.begins_on:
        raise RuleViolation(f"Ngày thôi phải từ ngày bắt đầu ({post.begins_on:%d/%m/%Y}) trở đi.")
    post.ends_on = ends_on
    post.save(update_fields=["ends_on"])
    _record("post.ended", post, actor)
    posts_changed([post.member_id], by_hand=True, actor=actor)
    return post


@transaction.atomic
def settle_posts(*, member: Member, actor: User) -> None:
    """The text of the list has been looked at: its posts are recorded, or it names none."""
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if not may_edit(actor, member):
        raise PermissionDenied
    if not member.posts_unclear:
        raise RuleViolation("Chức vụ của đồng chí này đã được xác nhận trước đó.")
    member.posts_unclear = False
    member.save(update_fields=["posts_unclear", "updated_at"])
    record("posts.settled", actor=actor, target=member, unit=member.branch_id)


def _record(action: str, post: Post, actor: User | None) -> None:
    detail = {"post": post.get_code_display(), "unit": post.unit.name}
    record(action, actor=actor, target=post.member, unit=post.unit_id, detail=detail)

"""Where a member belongs, and whether he still does."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from notifications.services import notify
from orgtree.locks import keep_units_open
from orgtree.models import OrgUnit

from ..enums import COUNTED, Status
from ..following import places_changed
from ..models import Member, Post
from ..policies import may_edit, may_move
from ..selectors.records import roles_out_of_reach
from .records import check_holds_members


def check_day(day: date, member: Member) -> None:
    if day > timezone.localdate():
        raise RuleViolation("Ngày hiệu lực chưa đến. Đồng chí cập nhật vào đúng ngày quyết định có hiệu lực.")
    if member.admission_date and day < member.admission_date:
        raise RuleViolation("Ngày hiệu lực phải từ ngày vào Đảng trở đi.")


@transaction.atomic
def move_member(*, member: Member, branch: OrgUnit, on: date, reason: str = "", actor: User | None) -> Member:
    """Into another branch of the actor's own area. The posts that he holds in the old branch end that day."""
    keep_units_open([branch.pk])
    branch = OrgUnit.objects.select_related("kind").get(pk=branch.pk)
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    if actor is not None and not may_move(actor, member, branch):
        raise PermissionDenied
    if member.branch_id == branch.pk:
        raise RuleViolation(f"Đồng chí {member.full_name} đang sinh hoạt tại {branch.name} rồi.")
    if member.status not in COUNTED:
        raise RuleViolation(f"Đồng chí {member.full_name} không còn trong danh sách nên không chuyển chi bộ được.")
    check_holds_members(branch)
    check_day(on, member)
    old = member.branch
    _end_posts(member, on, old)
    member.branch = branch
    member.save(update_fields=["branch", "updated_at"])
    detail = {"before": old.name, "after": branch.name, "on": f"{on:%d/%m/%Y}", "reason": reason}
    record("member.moved", actor=actor, target=member, unit=old, detail=detail)
    places_changed([member.pk], by_hand=True, actor=actor)
    notify(
        "members.moved",
        users=[member.account_id],
        text=f"Đồng chí được chuyển từ {old.name} sang {branch.name} từ ngày {on:%d/%m/%Y}.",
        url=member.get_absolute_url(),
    )
    return member


@transaction.atomic
def set_status(*, member: Member, status: Status, on: date, reason: str = "", actor: User | None) -> Member:
    """Exempt, elsewhere for a time, suspended, gone or back again, from a day. Who is no longer counted loses his
    posts that day and cannot sign in any more; who comes back can."""
    member = Member.objects.select_for_update(of=("self",)).select_related("branch", "account").get(pk=member.pk)
    if actor is not None and not may_edit(actor, member):
        raise PermissionDenied
    if member.status == status:
        raise RuleViolation(f"Tình trạng của đồng chí {member.full_name} đang là “{status.label}” rồi.")
    check_day(on, member)
    before = Status(member.status)
    gone = status not in COUNTED
    if gone and (role := roles_out_of_reach(actor, [member.account_id]).get(member.account_id)):
        raise RuleViolation(
            f"Đồng chí {member.full_name} đang giữ vai trò {role}, ngoài phạm vi của đồng chí. "
            "Thu hồi vai trò đó trước."
        )
    member.status = status
    member.left_on = on if gone else None
    member.save(update_fields=["status", "left_on", "updated_at"])
    if gone:
        _end_posts(member, on)
    if member.account.is_active == gone:
        member.account.is_active = not gone
        member.account.save(update_fields=["is_active"])
    detail = {"before": before.label, "after": status.label, "on": f"{on:%d/%m/%Y}", "reason": reason}
    record("member.status_changed", actor=actor, target=member, unit=member.branch_id, detail=detail)
    places_changed([member.pk], by_hand=True, actor=actor)
    return member


def _end_posts(member: Member, on: date, unit: OrgUnit | None = None) -> None:
    posts = Post.objects.select_for_update().filter(member=member, ends_on=None)
    if unit is not None:
        posts = posts.filter(unit=unit)
    for post in posts:
        post.ends_on = max(on, post.begins_on) if post.begins_on else on
        post.save(update_fields=["ends_on"])

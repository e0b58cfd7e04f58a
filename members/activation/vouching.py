"""Codes that wake the roles of somebody who activated his account by the letter's way."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts import codes
from accounts.models import CodePurpose, User
from audit.services import record
from common.errors import RuleViolation
from notifications.services import notify
from orgtree.rights import forget_holdings

from ..models import Member
from .policies import living_roles, may_hand_code


@transaction.atomic
def hand_role_code(*, account: User, actor: User) -> str:
    """A new code, returned once in digits; an older one is void. The receiver is told who issued it."""
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    forget_holdings(actor)
    roles = living_roles([account.pk]).get(account.pk, [])
    if not may_hand_code(actor, account.pk, roles):
        raise PermissionDenied
    name = account.full_name
    if not roles:
        raise RuleViolation(f"Đồng chí {name} không giữ vai trò nào nên không cần mã.")
    if account.identity_confirmed_at is not None:
        raise RuleViolation(f"Vai trò của đồng chí {name} đã có hiệu lực, không cần mã nữa.")
    if account.activated_at is None:
        raise RuleViolation(f"Đồng chí {name} chưa kích hoạt tài khoản. Đồng chí in phiếu kích hoạt thay cho mã này.")
    digits = codes.issue(user=account, purpose=CodePurpose.IDENTITY, days=settings.ACTIVATION_DAYS, issued_by=actor)
    branch_id = Member.objects.filter(account_id=account.pk).values_list("branch_id", flat=True).first()
    unit = branch_id or roles[0].unit_id
    record("activation.role_code_issued", actor=actor, target=account, unit=unit)
    notify(
        "members.role_code_issued",
        users=[account],
        text=f"Đồng chí {actor.full_name} vừa cấp mã để vai trò của đồng chí có hiệu lực. "
        "Nếu không xin mã, đồng chí báo ngay cấp ủy.",
        url=reverse("activation:role_code"),
    )
    return digits

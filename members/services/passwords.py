"""An officer's code for a member who has lost his password. The officer never sees or chooses the password itself."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import codes, letters
from accounts.models import CodePurpose, OneTimeCode, User
from audit.services import record
from common.errors import RuleViolation
from notifications.services import notify
from orgtree.rights import forget_holdings
from orgtree.selectors import grants_out_of_reach

from ..models import Member
from ..policies import may_issue_password_code


@transaction.atomic
def issue_password_code(*, member: Member, actor: User) -> tuple[str, OneTimeCode]:
    """The digits, which are shown once and kept nowhere, and the code they belong to. An open code of before is
    void. The member is told who gave it out."""
    account = User.objects.select_for_update(no_key=True).get(pk=member.account_id)
    member = Member.objects.select_related("branch", "account").get(pk=member.pk)
    forget_holdings(actor)
    if not may_issue_password_code(actor, member):
        raise PermissionDenied
    refusal = refusal_of_password_code(member=member, actor=actor)
    if refusal:
        raise RuleViolation(refusal)
    digits, code = _issue(account, actor)
    record("member.password_code_issued", actor=actor, target=member, unit=member.branch_id)
    return digits, code


@transaction.atomic
def issue_password_code_from_server(*, account: User) -> tuple[str, OneTimeCode]:
    """For whom nobody stands above: by the server's administrator, whom the record names as the system itself."""
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    refusal = _refusal_by_account(account)
    if refusal:
        raise RuleViolation(refusal)
    digits, code = _issue(account, None)
    record("member.password_code_issued", actor=None, target=account)
    return digits, code


def refusal_of_password_code(*, member: Member, actor: User) -> str:
    """Why no code may be given out for this member, in a sentence; empty where it may."""
    account = member.account
    refusal = _refusal_by_account(account)
    if refusal:
        return refusal
    if actor.decisions_are_held:
        return "Đồng chí vừa đặt lại mật khẩu bằng mã, nên chưa cấp mã cho người khác được."
    beyond = grants_out_of_reach(actor, account)
    if beyond:
        held = f"{beyond[0].get_role_display()}, {beyond[0].unit.name}"
        return (
            f"Đồng chí {member.full_name} giữ vai trò {held}, có quyền mà đồng chí không có. "
            "Mã do người có đủ quyền ấy cấp; hoặc đồng chí ấy đặt lại mật khẩu bằng thư điện tử."
        )
    return ""


def _refusal_by_account(account: User) -> str:
    if not account.is_active:
        return f"Tài khoản của đồng chí {account.full_name} đang tạm dừng nên không cấp mã được."
    name = f"Đồng chí {account.full_name}"
    if not account.is_activated:
        return f"{name} chưa kích hoạt tài khoản, chưa có mật khẩu để đặt lại. Đồng chí mở kích hoạt cho đồng chí ấy."
    if not account.has_usable_password():
        return f"{name} đăng nhập bằng cách khác, không dùng mật khẩu."
    return ""


def _issue(account: User, actor: User | None) -> tuple[str, OneTimeCode]:
    digits = codes.issue(user=account, purpose=CodePurpose.PASSWORD, days=settings.PASSWORD_CODE_DAYS, issued_by=actor)
    code = codes.open_code(account, CodePurpose.PASSWORD)
    issuer = f"Đồng chí {actor.full_name}" if actor else "Người quản trị hệ thống"
    when = f"{timezone.localtime(code.issued_at):%H:%M ngày %d/%m/%Y}"
    notify(
        "members.password_code",
        users=[account],
        text=f"{issuer} đã cấp mã đặt lại mật khẩu cho đồng chí lúc {when}. "
        "Nếu đồng chí không đề nghị, đồng chí báo ngay cho cấp ủy.",
        url=reverse("accounts:settings"),
    )
    letters.queue(letters.Kind.CODE_ISSUED, code.pk)
    return digits, code

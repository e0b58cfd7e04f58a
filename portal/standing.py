"""What holds the reader's roles back at present, or soon will: said above every page inside."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from orgtree.enums import Rest
from orgtree.rights import resting_holdings, second_factor_due, why_roles_rest


@dataclass(frozen=True, slots=True)
class Notice:
    """`url` and `action` where there is something to do about it."""

    tone: Literal["warn", "bad", "info"]
    title: str
    text: str
    url: str = ""
    action: str = ""


def standing(request: HttpRequest) -> dict:
    """Context processor: `standing_notices`, made when base.html asks for it. No query but that of the holdings, which
    the navigation reads too. A view's own context goes before it: a record has a `standing` of its own."""
    return {"standing_notices": SimpleLazyObject(lambda: standing_of(request))}


def standing_of(request: HttpRequest) -> list[Notice]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    rest, due = why_roles_rest(user), second_factor_due(user)
    found = []
    if rest == Rest.IDENTITY and not _is_open(request, "activation:role_code"):
        found.append(
            Notice(
                "warn",
                f"Vai trò {_named(user)} chưa có hiệu lực",
                "Đồng chí nhận mã vai trò trực tiếp từ cấp ủy cấp trên rồi nhập một lần; sau đó vai trò có hiệu lực.",
                reverse("activation:role_code"),
                "Nhập mã",
            )
        )
    elif rest == Rest.SECOND_FACTOR:
        found.append(
            Notice(
                "bad",
                f"Vai trò của đồng chí đang tạm dừng ({_named(user)})",
                "Người giữ vai trò phải bật xác thực hai lớp. Bật xong, vai trò có hiệu lực lại ngay.",
                reverse("mfa_index"),
                "Bật xác thực hai lớp",
            )
        )
    elif due is not None and not _asks_already(request):
        last = timezone.localtime(due - timedelta(days=1))
        found.append(
            Notice(
                "info",
                f"Đến ngày {last:%d/%m/%Y} đồng chí cần bật xác thực hai lớp",
                "Sau ngày đó, các vai trò của đồng chí tạm dừng cho đến khi bật.",
                reverse("mfa_index"),
                "Bật xác thực hai lớp",
            )
        )
    if user.decisions_are_held:
        until = timezone.localtime(user.decisions_held_until)
        found.append(
            Notice(
                "warn",
                f"Đến {until:%H:%M} ngày {until:%d/%m/%Y} đồng chí chưa biểu quyết, phê duyệt, phân quyền được",
                "Vì mật khẩu vừa được đặt lại bằng mã. Nếu không phải đồng chí đặt lại, đồng chí báo ngay cho cấp ủy.",
            )
        )
    return found


def _named(user) -> str:
    """The roles that rest, the first two by name."""
    names = [f"{holding.role.label}, {holding.unit_name}" for holding in resting_holdings(user)]
    return "; ".join(names[:2]) + (f" và {len(names) - 2} vai trò khác" if len(names) > 2 else "")


def _asks_already(request: HttpRequest) -> bool:
    """The home page has it among the duties, and the page where it is done needs no call to go there."""
    return _is_open(request, "portal:home", "mfa_")


def _is_open(request: HttpRequest, *names: str) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name.startswith(names)

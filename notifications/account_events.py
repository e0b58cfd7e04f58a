"""The owner reads in his inbox what was changed in the protection of his account (ACCOUNTS_EVENT_LISTENERS)."""

from django.urls import reverse

from accounts.events import AccountEvent
from accounts.models import User

from .services import notify

_UNLESS_YOU = "Nếu không phải đồng chí làm, đồng chí báo ngay cho cán bộ phụ trách Sổ tay."
_WORDS = {
    AccountEvent.PASSWORD_RESET: f"Mật khẩu của đồng chí đã được đặt lại {{way}}. {_UNLESS_YOU}",
    AccountEvent.EMAIL_CHANGED: f"Địa chỉ thư điện tử của đồng chí đã được thay đổi. {_UNLESS_YOU}",
}


def tell_owner(*, kind: AccountEvent, user: User | None, detail: dict) -> None:
    if user is None or kind not in _WORDS:
        return
    notify("account.protection", users=[user], text=_WORDS[kind].format_map(detail), url=reverse("accounts:settings"))

"""What an account's owner must hear of it (ACCOUNTS_EVENT_LISTENERS): the app `accounts` stands below."""

from django.urls import reverse

from accounts.events import AccountEvent
from accounts.models import User

from .services import notify


def tell_owner(*, kind: AccountEvent, user: User | None, detail: dict) -> None:
    """A duty: who would turn it off is the one it is to warn of."""
    if user is None:
        return
    if kind == AccountEvent.PASSWORD_RESET:
        text = f"Mật khẩu của đồng chí đã được đặt lại {detail['way']}."
    elif kind == AccountEvent.EMAIL_CHANGED:
        text = "Địa chỉ thư điện tử của đồng chí đã được thay đổi."
    else:
        return
    text += " Nếu không phải đồng chí làm, đồng chí báo ngay cho cán bộ phụ trách."
    notify("account.changed", users=[user], text=text, url=reverse("accounts:settings"))

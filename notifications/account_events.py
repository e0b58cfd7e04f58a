"""The owner reads in his inbox what was changed in the protection of his account (ACCOUNTS_EVENT_LISTENERS)."""

from django.urls import reverse
from django.utils import timezone

from accounts.events import AccountEvent
from accounts.models import User

from .services import notify

_UNLESS_YOU = "Nếu không phải đồng chí làm, đồng chí đổi mật khẩu ngay và báo cho cấp ủy."
_TELL = "Nếu không phải đồng chí làm, đồng chí báo ngay cho cấp ủy."
_WORDS = {
    AccountEvent.PASSWORD_RESET: f"Mật khẩu của đồng chí đã được đặt lại {{way}}. {_TELL}",
    AccountEvent.EMAIL_CHANGED: f"Địa chỉ thư điện tử của đồng chí đã được thay đổi. {_TELL}",
    AccountEvent.FACTOR_ADDED: f"Xác thực hai lớp của đồng chí vừa có thêm {{factor}}. {_UNLESS_YOU}",
    AccountEvent.FACTOR_REPLACED: f"Xác thực hai lớp của đồng chí vừa đổi {{factor}} sang thiết bị khác. {_UNLESS_YOU}",
    AccountEvent.FACTOR_REMOVED: f"Xác thực hai lớp của đồng chí vừa gỡ {{factor}}. {_UNLESS_YOU}",
    AccountEvent.FACTORS_TAKEN_AWAY: (
        "Xác thực hai lớp của đồng chí đã được quản trị gỡ theo đề nghị. Đồng chí bật lại để bảo vệ tài khoản."
    ),
    AccountEvent.SECOND_STEP_FAILED: (
        "Hôm nay có lần đăng nhập vào tài khoản của đồng chí đúng ở bước một, sai mã ở bước hai. Nếu không phải đồng "
        "chí, có thể mật khẩu đã lộ: đồng chí đổi mật khẩu ngay."
    ),
    AccountEvent.RECOVERY_CODE_USED: f"Một mã dự phòng của đồng chí vừa được dùng, còn {{left}} mã. {_UNLESS_YOU}",
    AccountEvent.RECOVERY_CODES_RENEWED: f"Mã dự phòng của đồng chí vừa được tạo lại, mã cũ đã hủy. {_UNLESS_YOU}",
    AccountEvent.SIGN_ON_BOUND: f"Tài khoản của đồng chí vừa được gắn với {{provider}}. {_UNLESS_YOU}",
}
_ON_SETTINGS = (AccountEvent.PASSWORD_RESET, AccountEvent.EMAIL_CHANGED, AccountEvent.SIGN_ON_BOUND)


def tell_owner(*, kind: AccountEvent, user: User | None, detail: dict) -> None:
    if user is None or kind not in _WORDS:
        return
    # Who has mistyped five times is told once, and who is attacked all day too.
    once = f"second-step:{timezone.localdate()}" if kind == AccountEvent.SECOND_STEP_FAILED else None
    url = reverse("accounts:settings" if kind in _ON_SETTINGS else "mfa_index")
    notify("account.protection", users=[user], text=_WORDS[kind].format_map(detail), url=url, once_key=once)

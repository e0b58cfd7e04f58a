"""The sink of what happens to accounts (ACCOUNTS_EVENT_SINK): the app `accounts` stands below and cannot call us."""

from accounts.events import AccountEvent, PastEvent
from accounts.models import User

from .models import Entry
from .services import record

_VISITOR = "Người chưa đăng nhập"
_SERVER = "Quản trị từ máy chủ"
_SHOWN = (
    AccountEvent.SIGNED_IN,
    AccountEvent.SIGN_IN_FAILED,
    AccountEvent.PASSWORD_CHANGED,
    AccountEvent.PASSWORD_RESET,
    AccountEvent.SECOND_STEP_FAILED,
    AccountEvent.FACTOR_ADDED,
    AccountEvent.FACTOR_REPLACED,
    AccountEvent.FACTOR_REMOVED,
    AccountEvent.FACTORS_TAKEN_AWAY,
    AccountEvent.RECOVERY_CODE_USED,
    AccountEvent.RECOVERY_CODES_RENEWED,
    AccountEvent.SIGN_ON_BOUND,
    AccountEvent.SIGN_ON_REFUSED,
)
# Done by who is not signed in: for an account, and for a name that no account has.
_BY_VISITORS = {
    AccountEvent.SIGN_IN_FAILED: ("account.sign_in_failed", "account.sign_in_unknown"),
    AccountEvent.RESET_ASKED: ("account.reset_asked", "account.reset_asked_unknown"),
    AccountEvent.RESET_CODE_REFUSED: ("account.reset_code_refused", "account.reset_code_unknown"),
    AccountEvent.SECOND_STEP_FAILED: ("account.second_step_failed", "account.second_step_failed"),
    AccountEvent.SIGN_ON_REFUSED: ("account.sign_on_refused", "account.sign_on_unknown"),
}


def record_account_event(*, kind: AccountEvent, user: User | None, detail: dict) -> None:
    """One line. Of a failed sign-in never what was typed: it may be a password in the wrong field."""
    if kind in _BY_VISITORS:
        known, unknown = _BY_VISITORS[kind]
        action = known if user else unknown
        record(action, actor=None, actor_name=_VISITOR, target=user, detail=detail)
    elif kind == AccountEvent.ACTIVATION_BEGUN:
        # Whoever knows the number may begin: that it is the owner himself is shown later.
        record(f"account.{kind}", actor=None, actor_name=_VISITOR, target=user, detail=detail)
    elif kind == AccountEvent.FACTORS_TAKEN_AWAY:
        record(f"account.{kind}", actor=None, actor_name=_SERVER, target=user, detail=detail)
    else:
        record(f"account.{kind}", actor=user, target=user, detail=detail)


def recent_account_events(*, user: User, most: int) -> list[PastEvent]:
    """Of the account's own page, newest first."""
    rows = (
        Entry.objects.filter(
            target_type=User._meta.label_lower, target_id=user.pk, action__in=[f"account.{kind}" for kind in _SHOWN]
        )
        .order_by("-id")
        .values_list("at", "action", "address")[:most]
    )
    return [PastEvent(at, AccountEvent(action.removeprefix("account.")), address or "") for at, action, address in rows]

"""What happens to an account is told to ACCOUNTS_EVENT_SINK and ACCOUNTS_EVENT_LISTENERS: record and inbox stand above
this app."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from .models import User


class AccountEvent(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    PASSWORD_NOT_CONFIRMED = "password_not_confirmed"
    PASSWORD_CHANGED = "password_changed"
    EMAIL_ASKED = "email_asked"
    EMAIL_CHANGED = "email_changed"
    RESET_ASKED = "reset_asked"
    RESET_CODE_REFUSED = "reset_code_refused"
    PASSWORD_RESET = "password_reset"
    SESSION_ENDED = "session_ended"
    ACTIVATION_BEGUN = "activation_begun"
    ACTIVATED = "activated"
    IDENTITY_CONFIRMED = "identity_confirmed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REPLACED = "factor_replaced"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_TAKEN_AWAY = "factors_taken_away"
    SECOND_STEP_FAILED = "second_step_failed"
    CODE_NOT_CONFIRMED = "code_not_confirmed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    SIGN_ON_BOUND = "sign_on_bound"
    SIGN_ON_REFUSED = "sign_on_refused"


@dataclass(frozen=True)
class PastEvent:
    """A line of an account's own history, as its owner reads it."""

    at: datetime
    kind: AccountEvent
    address: str


@cache
def _hook(path: str) -> Any:
    return import_string(path)


def tell(kind: AccountEvent, user: User | None, detail: dict | None = None) -> None:
    """In the caller's transaction. `user` is whose account it is; none when a name is typed that no account has."""
    for path in (settings.ACCOUNTS_EVENT_SINK, *settings.ACCOUNTS_EVENT_LISTENERS):
        _hook(path)(kind=kind, user=user, detail=detail or {})


def past_events(user: User, *, most: int) -> list[PastEvent]:
    """The latest sign-ins and failed tries of an account, newest first."""
    return _hook(settings.ACCOUNTS_EVENT_SOURCE)(user=user, most=most)

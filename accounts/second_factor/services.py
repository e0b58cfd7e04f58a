"""Second factors of an account: an application that makes codes, passkeys, and recovery codes beside them.

allauth keeps the rows and knows the protocols. The changes are made here, so that the row, the record, the notice and
the ended sessions are one transaction; allauth tells of a change only after it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.module_loading import import_string

from common.errors import RuleViolation

from ..codes import digits_of
from ..devices import end_other_sessions
from ..events import AccountEvent, tell
from ..models import User
from .adapter import box

Type = Authenticator.Type
# What makes a sign-in one of two steps; recovery codes stand in for one of these.
COUNTED = (Type.TOTP, Type.WEBAUTHN)
MOST_PASSKEYS = 10
CODES_SHOWN = timedelta(minutes=10)
SET_UP_SECONDS = 3600
_APPLICATION = "ứng dụng tạo mã"


@dataclass(frozen=True)
class Passkey:
    id: int
    name: str
    since: datetime
    last_used: datetime | None


@dataclass(frozen=True)
class Factors:
    """What an account has, as its owner's page shows it."""

    application_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.application_since is not None)


def factors_of(user: User) -> Factors:
    """One query."""
    rows = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    application = next((row for row in rows if row.type == Type.TOTP), None)
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    return Factors(
        application_since=application.created_at if application else None,
        passkeys=tuple(
            Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
            for row in rows
            if row.type == Type.WEBAUTHN
        ),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def is_needed(user: User) -> bool:
    """Whether the roles of this account rest without a second factor."""
    return _needed_hook()(user)


@cache
def _needed_hook() -> Callable[[User], bool]:
    return import_string(settings.SECOND_FACTOR_NEEDED)


# Setting one up


def new_setup(user: User) -> str:
    """A fresh secret for this user alone, encrypted: it travels in the form and is kept nowhere until a code proves
    that the application has it."""
    return box().encrypt(f"{user.pk}:{totp.generate_totp_secret()}".encode()).decode()


def secret_of(setup: str, user: User) -> str | None:
    """The secret in what `new_setup` made; None when it is too old, somebody else's or not ours."""
    try:
        owner, _, secret = box().decrypt(setup.encode(), ttl=SET_UP_SECONDS).decode().partition(":")
    except InvalidToken:
        return None
    return secret if owner == str(user.pk) else None


@transaction.atomic
def set_application(*, user: User, secret: str, typed: str, session_key: str) -> bool:
    """Turn the application on, or put a new one in the place of the old one; False when the code is not one of the
    secret. The other devices are signed out when it is the first factor."""
    user = _locked(user)
    counter = _counter_of(secret, digits_of(typed))
    if counter is None:
        return False
    row = Authenticator.objects.filter(user=user, type=Type.TOTP).first()
    data = {"secret": encrypt(secret), "last_counter": counter}
    if row:
        row.data, row.created_at, row.last_used_at = data, timezone.now(), None
        row.save()
        tell(AccountEvent.FACTOR_REPLACED, user, {"factor": _APPLICATION})
    else:
        Authenticator.objects.create(user=user, type=Type.TOTP, data=data)
        _added(user, _APPLICATION, session_key)
    return True


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict, session_key: str) -> None:
    """`credential` was checked by the form."""
    user = _locked(user)
    if Authenticator.objects.filter(user=user, type=Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise RuleViolation(
            f"Mỗi tài khoản có nhiều nhất {MOST_PASSKEYS} khóa truy cập. Đồng chí gỡ khóa không dùng nữa."
        )
    WebAuthn.add(user, name, credential)
    _added(user, f"khóa truy cập “{name}”", session_key)


def _added(user: User, what: str, session_key: str) -> None:
    tell(AccountEvent.FACTOR_ADDED, user, {"factor": what})
    if not Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists():
        RecoveryCodes.activate(user)
    if user.second_factor_since is None:
        # Whoever had got in with the password alone is out.
        end_other_sessions(session_key=session_key, actor=user)


# Changing what there is


@transaction.atomic
def rename_passkey(*, user: User, pk: int, name: str) -> None:
    row = Authenticator.objects.select_for_update().get(user=user, type=Type.WEBAUTHN, pk=pk)
    row.data["name"] = name
    row.save(update_fields=["data"])


@transaction.atomic
def remove(*, user: User, factor: Authenticator) -> None:
    """Take one factor away; with the last one the recovery codes go too, for they would open nothing."""
    user = _locked(user)
    what = _APPLICATION if factor.type == Type.TOTP else f"khóa truy cập “{factor.wrap().name}”"
    if not Authenticator.objects.filter(user=user, pk=factor.pk, type__in=COUNTED).delete()[0]:
        return
    if not Authenticator.objects.filter(user=user, type__in=COUNTED).exists():
        Authenticator.objects.filter(user=user).delete()
    tell(AccountEvent.FACTOR_REMOVED, user, {"factor": what})


@transaction.atomic
def remove_all(*, user: User) -> bool:
    """By the server's administrator, for somebody who has lost everything; False when there is nothing."""
    user = _locked(user)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    for session in UserSession.objects.select_for_update().filter(user_id=user.pk):
        session.end()
    tell(AccountEvent.FACTORS_TAKEN_AWAY, user)
    return True


@transaction.atomic
def renew_codes(*, user: User) -> None:
    """New recovery codes; the old ones are void."""
    user = _locked(user)
    if not Authenticator.objects.filter(user=user, type__in=COUNTED).exists():
        raise RuleViolation("Đồng chí bật xác thực hai lớp trước, sau đó Sổ tay tạo mã dự phòng.")
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    tell(AccountEvent.RECOVERY_CODES_RENEWED, user)


def codes_to_show(user: User) -> list[str]:
    """The recovery codes, for some minutes after they were made and never again."""
    row = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    if row is None or timezone.now() - row.created_at > CODES_SHOWN:
        return []
    return row.wrap().get_unused_codes()


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


# The second step


@transaction.atomic
def check(*, user: User, typed: str) -> Authenticator | None:
    """The factor to which the code belongs, or None. A code of the application works once (allauth forgets it after
    half a minute, while it is good for one and a half), a recovery code for ever once. Guessing is held down by the
    caller's throttle."""
    digits = digits_of(typed)
    rows = Authenticator.objects.select_for_update().filter(user_id=user.pk, type__in=[Type.TOTP, Type.RECOVERY_CODES])
    found = {row.type: row for row in rows}
    application, codes = found.get(Type.TOTP), found.get(Type.RECOVERY_CODES)
    if application:
        counter = _counter_of(decrypt(application.data["secret"]), digits)
        if counter is not None and counter > application.data["last_counter"]:
            application.data["last_counter"] = counter
            application.save(update_fields=["data"])
            return application
    if codes and codes.wrap().validate_code(digits):
        codes.refresh_from_db()
        tell(AccountEvent.RECOVERY_CODE_USED, user, {"left": len(codes.wrap().get_unused_codes())})
        return codes
    return None


def _counter_of(secret: str, digits: str) -> int | None:
    """The step of time whose code this is, among those that are good now."""
    if len(digits) != app_settings.TOTP_DIGITS:
        return None
    good = [
        at
        for at in totp.yield_hotp_counters_from_time()
        if totp.format_hotp_value(totp.hotp_value(secret, at)) == digits
    ]
    return max(good, default=None)


def keep_in_step(sender: type[Authenticator], instance: Authenticator, **kwargs) -> None:
    """On every row that comes or goes, by whatever path, in its transaction: whether the account has a second factor
    stands on the account too, where each request reads it."""
    if kwargs.get("created") is False:
        return
    account = User.objects.filter(pk=instance.user_id)
    if Authenticator.objects.filter(user_id=instance.user_id, type__in=COUNTED).exists():
        account.update(second_factor_since=Coalesce(F("second_factor_since"), Now()))
    else:
        account.update(second_factor_since=None)

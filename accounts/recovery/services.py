"""Giving a lost password back to its owner."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from .. import codes, letters, links
from ..devices import end_all_sessions
from ..events import AccountEvent, tell
from ..models import CodePurpose, OneTimeCode, User
from .limits import LETTERS_FROM_ADDRESS, LETTERS_OF_ACCOUNT


class TooManyLetters(Exception):
    """This address of the network has asked for enough of them in an hour."""


class CodeRefused(Exception):
    """Unknown number, wrong code, code no longer good: told apart by nobody."""


def ask_for_link(*, citizen_id: str, address: str) -> None:
    """Queue a letter with a link. Known or not, with or without an address of mail, the same is done here; who gets a
    letter is settled by the worker. An account that has had enough of them is not told so either."""
    if not LETTERS_FROM_ADDRESS.takes(address):
        raise TooManyLetters
    wanted = LETTERS_OF_ACCOUNT.takes(citizen_id)
    with transaction.atomic():
        user = User.objects.filter(citizen_id=citizen_id).first()
        tell(AccountEvent.RESET_ASKED, user)
        if wanted:
            letters.queue(letters.Kind.RESET_LINK, user.pk if user else 0)


@transaction.atomic
def reset_by_link(*, user: User, token: str, password: str) -> bool:
    """Set the password; False when the link was used meanwhile. Asked again under the lock: two at once are one."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not may_reset_by_link(user) or not links.reset_tokens.check_token(user, token):
        return False
    _set(user, password, way="bằng thư điện tử")
    letters.queue(letters.Kind.RESET_BY_MAIL, user.pk)
    return True


def may_reset_by_link(user: User) -> bool:
    """Who was never activated does that instead; a closed account stays closed."""
    return user.is_active and user.is_activated and user.has_usable_password() and bool(user.email)


@transaction.atomic
def reset_by_code(*, citizen_id: str, typed: str, password: str) -> OneTimeCode:
    """Use the officer's code up and set the password. A password that is too easy for this person raises
    ValidationError and leaves the code as it was; that is looked at only when the code was right, since it would tell
    the name. What is decided rests for a day."""
    user = User.objects.select_for_update(no_key=True).filter(citizen_id=citizen_id).first()
    code = codes.redeem(user=user, purpose=CodePurpose.PASSWORD, typed=typed)
    if user is None or code is None or not user.is_active or not user.is_activated or not _stands(code):
        raise CodeRefused
    validate_password(password, user)
    user.decisions_held_until = timezone.now() + timedelta(hours=settings.HOLD_HOURS)
    issuer = code.issued_by.full_name if code.issued_by else "người quản trị hệ thống"
    _set(user, password, way=f"bằng mã do đồng chí {issuer} cấp" if code.issued_by else f"bằng mã do {issuer} cấp")
    letters.queue(letters.Kind.RESET_BY_CODE, code.pk)
    return code


def refused(citizen_id: str) -> None:
    """Note a code that was refused, after what was begun for it has been taken back."""
    tell(AccountEvent.RESET_CODE_REFUSED, User.objects.filter(citizen_id=citizen_id).first())


def last_code_used(user: User) -> OneTimeCode | None:
    """The officer's code by which the password was set last."""
    used = OneTimeCode.objects.filter(user_id=user.pk, purpose=CodePurpose.PASSWORD, used_at__isnull=False)
    return used.select_related("issued_by").order_by("-used_at").first()


def _stands(code: OneTimeCode) -> bool:
    return import_string(settings.PASSWORD_CODE_JUDGE)(code)


def _set(user: User, password: str, *, way: str) -> None:
    """Every session ends, the second factors stay. Codes that were handed out are void: there is nothing to reset."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password", "decisions_held_until"])
    codes.void(user=user, purpose=CodePurpose.PASSWORD)
    end_all_sessions(user)
    tell(AccountEvent.PASSWORD_RESET, user, {"way": way})

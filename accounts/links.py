"""The paths that stand in letters. Each is good for one account, for a time, and dies with what it was made for."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from .models import User

_CONFIRM = "accounts.links.confirm"
_CONFIRM_SECONDS = 24 * 3600


class ResetTokens(PasswordResetTokenGenerator):
    """Good for PASSWORD_RESET_TIMEOUT; a new password, a sign-in or another address makes it void."""

    key_salt = "accounts.links.reset"


reset_tokens = ResetTokens()


def reset_path(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:reset_by_link", args=[uid, reset_tokens.make_token(user)])


def confirm_path(user: User) -> str:
    """For the address that waits. The account has to be signed in too: a mistyped address is somebody else's."""
    words = signing.dumps([user.pk, _address_mark(user.new_email)], salt=_CONFIRM)
    return reverse("accounts:confirm_email", args=[words])


def confirms(user: User, words: str) -> bool:
    """Whether the words of a link confirm the address that waits at this account."""
    try:
        pk, mark = signing.loads(words, salt=_CONFIRM, max_age=_CONFIRM_SECONDS)
    except (signing.BadSignature, ValueError):
        return False
    return bool(user.new_email) and pk == user.pk and constant_time_compare(mark, _address_mark(user.new_email))


def _address_mark(email: str) -> str:
    return salted_hmac(_CONFIRM, email, algorithm="sha256").hexdigest()[:24]

"""Codes handed over in person, each for one purpose, good once and for some days."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from .models import CodePurpose, OneTimeCode, User

DIGITS = 12
_GROUP = 4


def in_groups(digits: str) -> str:
    """As it is printed and read out: 4821 7730 1956."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def digits_of(typed: str) -> str:
    """What was typed without what people put between: digits alone."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


@transaction.atomic
def issue(*, user: User, purpose: CodePurpose, days: float, issued_by: User | None) -> str:
    """A new code, which voids an open one of the same purpose. The digits are returned once and kept nowhere.
    Digits alone, since a keyboard that writes Vietnamese turns "aw" into "ă". The caller has asked the policy and
    writes the record."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = timezone.now()
    OneTimeCode.objects.filter(user=user, purpose=purpose, used_at=None, voided_at=None).update(voided_at=now)
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    OneTimeCode.objects.create(
        user=user,
        purpose=purpose,
        code_hash=make_password(digits),
        issued_by=issued_by,
        closes_at=now + timedelta(days=days),
    )
    return digits


def void(*, user: User, purpose: CodePurpose) -> None:
    """An open code of the purpose is good no longer."""
    codes = OneTimeCode.objects.filter(user_id=user.pk, purpose=purpose, used_at=None, voided_at=None)
    codes.update(voided_at=timezone.now())


def open_code(user: User, purpose: CodePurpose) -> OneTimeCode | None:
    """The code that would be accepted now."""
    codes = OneTimeCode.objects.filter(user=user, purpose=purpose, used_at=None, voided_at=None)
    return codes.filter(closes_at__gt=timezone.now()).first()


@transaction.atomic
def redeem(*, user: User | None, purpose: CodePurpose, typed: str) -> OneTimeCode | None:
    """Use the code up, or None when it is not the one. Guessing is held down by the caller's throttle; the same work
    is done whether there is a code, and whether there is an account, or not."""
    code = (
        OneTimeCode.objects.select_for_update()
        .filter(user_id=user.pk if user else 0, purpose=purpose, used_at=None, voided_at=None)
        .filter(closes_at__gt=timezone.now())
        .first()
    )
    digits = digits_of(typed)
    if code is None:
        make_password(digits)
        return None
    if not check_password(digits, code.code_hash):
        return None
    code.used_at = timezone.now()
    code.save(update_fields=["used_at"])
    return code

"""Codes handed over in person, each for one purpose, good once and for some days."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q, QuerySet
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


def open_code(user: User, purpose: CodePurpose) -> OneTimeCode | None:
    """The code that would be accepted now."""
    return OneTimeCode.objects.filter(_open(), user=user, purpose=purpose).first()


@transaction.atomic
def redeem(*, user: User | None, purpose: CodePurpose, typed: str) -> OneTimeCode | None:
    """Use the code up, or None when it is not the one. Guessing is held down by the caller's throttle; the same work
    is done whether there is a code, and whether there is an account, or not."""
    codes = OneTimeCode.objects.select_for_update().filter(user_id=user.pk if user else 0)
    code = _matching(codes, purpose, typed)
    return code and _use(code)


def recognise(*, citizen_id: str, purpose: CodePurpose, typed: str) -> OneTimeCode | None:
    """The open code of whoever has this number, if that is what was typed; it stays good until `use`. One query and one
    hash, whether the number is known or not."""
    return _matching(OneTimeCode.objects.filter(user__citizen_id=citizen_id), purpose, typed)


def use(*, code_id: int, user: User, purpose: CodePurpose) -> OneTimeCode | None:
    """Use up a code that was recognised before; None when it was used, voided or ran out meanwhile. In the caller's
    transaction, which holds the account's row."""
    code = OneTimeCode.objects.select_for_update().filter(_open(), pk=code_id, user=user, purpose=purpose).first()
    return code and _use(code)


def void(*, user: User, purpose: CodePurpose) -> int:
    """An open code is good no more."""
    codes = OneTimeCode.objects.filter(user=user, purpose=purpose, used_at=None, voided_at=None)
    return codes.update(voided_at=timezone.now())


def _open() -> Q:
    return Q(used_at=None, voided_at=None, closes_at__gt=timezone.now())


def _matching(codes: QuerySet[OneTimeCode], purpose: CodePurpose, typed: str) -> OneTimeCode | None:
    code = codes.filter(_open(), purpose=purpose).first()
    digits = digits_of(typed)
    if code is None:
        make_password(digits)
        return None
    return code if check_password(digits, code.code_hash) else None


def _use(code: OneTimeCode) -> OneTimeCode:
    code.used_at = timezone.now()
    code.save(update_fields=["used_at"])
    return code

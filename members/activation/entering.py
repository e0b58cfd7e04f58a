"""What a member shows of himself at the first sign-in, and what follows from it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import codes
from accounts.activating import Activating, is_waiting
from accounts.models import CodePurpose, OneTimeCode, User
from accounts.services import activate, confirm_identity
from audit.services import record
from common.dates import PartialDate, Precision
from common.errors import RuleViolation
from notifications.services import notify

from ..models import Member
from .enums import TAKES_PART
from .policies import living_roles, may_hand_code

_UNKNOWN = "Người chưa đăng nhập"


@dataclass(frozen=True)
class Asked:
    """What the record holds of the two dates."""

    birth: PartialDate | None
    admission: PartialDate | None
    branch_id: int
    takes_part: bool

    @property
    def is_enough(self) -> bool:
        """Both dates, one of them to the day. The citizen id tells the year of birth: with less than that a stranger
        who knows it would have few dates to try. Then a code is asked instead (docs/decisions/0005)."""
        held = [self.birth, self.admission]
        return self.takes_part and None not in held and any(one.precision == Precision.DAY for one in held)

    def are(self, birth: PartialDate, admission: PartialDate) -> bool:
        """Do the dates typed say what the record says, as exactly as it says it?"""
        right = [_same(self.birth, birth), _same(self.admission, admission)]
        return self.is_enough and all(right)


def asked_of(citizen_id: str) -> Asked | None:
    """One query."""
    row = (
        Member.objects.filter(account__citizen_id=citizen_id)
        .values_list("birth_date", "birth_precision", "admission_date", "admission_precision", "branch_id", "status")
        .first()
    )
    if row is None:
        return None
    birth, birth_precision, admission, admission_precision, branch_id, status = row
    return Asked(
        _partial(birth, birth_precision), _partial(admission, admission_precision), branch_id, status in TAKES_PART
    )


def dates_are_right(user: User, birth: PartialDate, admission: PartialDate) -> bool:
    """The letter's way. A wrong try is written down, without what was typed."""
    asked = asked_of(user.citizen_id)
    right = asked is not None and asked.are(birth, admission)
    if not right:
        _record_refusal(user, asked)
    return right


def code_is_right(citizen_id: str, typed: str, birth: PartialDate) -> OneTimeCode | None:
    """The way by a slip: number, code and, where the record holds it, the date of birth. The same work for a number
    that nobody has. The code stays good until the password is set: who is interrupted may begin again."""
    code = codes.recognise(citizen_id=citizen_id, purpose=CodePurpose.ACTIVATION, typed=typed)
    user = User.objects.filter(citizen_id=citizen_id).first()
    asked = asked_of(citizen_id)
    born = asked is not None and (asked.birth is None or _same(asked.birth, birth))
    if code is None or not born or not is_waiting(user):
        _record_refusal(user, asked)
        return None
    return code


@transaction.atomic
def set_first_password(*, user: User, password: str, mark: Activating) -> User:
    """The account is activated, and with it the record (by a trigger). A code confirms the person, unless whoever
    handed it out is not entitled to the roles that the account has by now: they rest until a code from one who is."""
    # In the order of all who write records: the record, then the account.
    list(Member.objects.select_for_update().filter(account_id=user.pk))
    user, code = activate(user=user, password=password, mark=mark)
    if code is not None and _still_entitled(code):
        confirm_identity(user=user)
    return user


@transaction.atomic
def confirm_roles(*, typed: str, actor: User) -> bool:
    """Enter the code that was handed over in person: the roles are awake from the next page on."""
    code = codes.redeem(user=actor, purpose=CodePurpose.IDENTITY, typed=typed)
    if code is None:
        record("activation.role_code_refused", actor=actor, target=actor)
        return False
    if not _still_entitled(code):
        raise RuleViolation("Người cấp mã này không còn quyền cấp. Đồng chí xin cấp ủy cấp trên một mã mới.")
    confirm_identity(user=actor)
    if code.issued_by_id is not None:
        notify(
            "members.roles_confirmed",
            users=[code.issued_by_id],
            text=f"Đồng chí {actor.full_name} đã nhập mã vai trò; vai trò có hiệu lực.",
        )
    return True


def _still_entitled(code: OneTimeCode) -> bool:
    """Roles may have come or gone since the code was handed out. The server itself (no issuer) is."""
    if code.issued_by is None:
        return True
    return may_hand_code(code.issued_by, code.user_id, living_roles([code.user_id]).get(code.user_id, []))


def _partial(day: date | None, precision: str) -> PartialDate | None:
    return PartialDate.of(day, Precision(precision)) if day else None


def _same(held: PartialDate | None, typed: PartialDate) -> bool:
    """As exactly as the record has it: a day typed for a month that is held is no fault, a month for a day is."""
    if held is None or typed.year != held.year:
        return False
    if held.month is not None and typed.month != held.month:
        return False
    return held.day is None or typed.day == held.day


def _record_refusal(user: User | None, asked: Asked | None) -> None:
    action = "activation.refused" if user is not None else "activation.refused_unknown"
    record(action, actor=None, actor_name=_UNKNOWN, target=user, unit=asked.branch_id if asked else None)

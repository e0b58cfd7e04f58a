"""The first person who may hand rights on: made from the server itself, for nobody inside can give the first right."""

import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from common.text import clean, title_case_name

from ..enums import Role
from ..models import Grant, OrgUnit
from ..rights import living
from .grants import give_grant

# Without signs that look alike when read out or copied by hand.
_SIGNS = "abcdefghkmnpqrstuvwxyz23456789"
FROM_THE_SERVER = "Quản trị từ máy chủ"


@dataclass(frozen=True)
class FirstAdmin:
    """`password` is empty when the account had one of its own."""

    user: User
    unit: OrgUnit
    password: str


@transaction.atomic
def make_first_admin(*, citizen_id: str, full_name: str, unit: OrgUnit, another: bool = False) -> FirstAdmin:
    """Give the organisation department's role on a top unit to an account, made if there is none, with a password
    that must be changed at the first sign-in. `another`: although somebody holds the role."""
    unit = OrgUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if unit.parent_id is not None:
        raise RuleViolation(f"{unit.name} không phải là đơn vị cao nhất.")
    holders = living(Grant.objects.filter(unit=unit, role=Role.ORG_DEPARTMENT)).count()
    if holders and not another:
        raise RuleViolation(
            f"{unit.name} đã có {holders} người giữ vai trò {Role.ORG_DEPARTMENT.label}. "
            "Nếu vẫn cần thêm, chạy lại lệnh với --another."
        )
    user = User.objects.select_for_update().filter(citizen_id=citizen_id).first()
    password = ""
    if user is None:
        user = User(citizen_id=citizen_id, full_name=title_case_name(clean(full_name)))
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as refusal:
            raise RuleViolation(" ".join(refusal.messages)) from refusal
    if not user.is_activated:
        password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
        user.set_password(password)
        user.must_change_password = True
    if user.identity_confirmed_at is None:
        user.identity_confirmed_at = timezone.now()  # who runs the server has seen the person
    user.save()
    record("admin.made", actor=None, actor_name=FROM_THE_SERVER, target=user, unit=unit, detail={"unit": unit.name})
    give_grant(user=user, unit=unit, role=Role.ORG_DEPARTMENT, reason="Lập từ máy chủ", actor=None)
    return FirstAdmin(user, unit, password)

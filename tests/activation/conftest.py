from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, User
from members.models import Member
from tests.cast import make_member

OWN = "con-tau-chay-qua-deo"
RIGHT = {
    "birth_0": "14", "birth_1": "3", "birth_2": "1985",
    "admission_0": "19", "admission_1": "5", "admission_2": "2010",
}  # fmt: skip
SIGN_IN, DATES, PASSWORD, CODE = (
    "/tai-khoan/dang-nhap/",
    "/kich-hoat/xac-nhan/",
    "/kich-hoat/mat-khau/",
    "/kich-hoat/",
)


def opened(member: Member, days: float = 14) -> Member:
    """Activation is open for him; nobody has confirmed who he is."""
    closes_at = timezone.now() + timedelta(days=days)
    User.objects.filter(pk=member.account_id).update(activation_closes_at=closes_at, identity_confirmed_at=None)
    member.account.refresh_from_db()
    return member


@pytest.fixture
def newcomer(world) -> Member:
    """Born 14/03/1985, admitted 19/05/2010; may activate his account."""
    return opened(make_member(world.branch, "Ngô Văn Sung"))


def knock(client: Client, member: Member, password: str = ""):
    """The form of the sign-in page, with the number as password."""
    number = member.account.citizen_id
    return client.post(SIGN_IN, {"login": number, "password": password or number})


def set_password(client: Client, password: str = OWN, again: str = ""):
    return client.post(PASSWORD, {"password1": password, "password2": again or password})


def slip_of(member: Member, **more) -> str:
    given = {"purpose": CodePurpose.ACTIVATION, "days": 14, "issued_by": None} | more
    return codes.issue(user=member.account, **given)


def by_slip(client: Client, citizen_id: str, code: str, **dates):
    born = {name: value for name, value in RIGHT.items() if name.startswith("birth")}
    return client.post(CODE, {"citizen_id": citizen_id, "code": code} | born | dates)


def errors_of(response) -> list[str]:
    return [str(line) for lines in response.context["form"].errors.values() for line in lines]

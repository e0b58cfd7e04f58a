import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from audit.models import Entry
from orgtree.enums import Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right

PERSON = {"citizen_id": "001 085 004 321", "name": "TRẦN VĂN CAM", "ask": False}
TOP = {"unit": "DSVN", "unit_name": "Đảng bộ Tổng công ty Thử nghiệm"}


def run(**options) -> str:
    out = StringIO()
    call_command("create_first_admin", stdout=out, **options)
    return out.getvalue()


def test_the_first_administrator_signs_in_once_and_sets_a_password_of_his_own(db, try_to_sign_in):
    said = run(**PERSON, **TOP)

    password = re.search(r": (\S{19})\n", said)[1]
    user = User.objects.get()
    assert (user.citizen_id, user.full_name) == ("001085004321", "Trần Văn Cam")
    assert has_right(user, Right.DELEGATE, OrgUnit.objects.get(code="DSVN"))
    client = Client()
    assert try_to_sign_in(client, user.citizen_id, password).status_code == 302
    assert client.get("/tai-khoan/")["Location"] == "/tai-khoan/mat-khau/"
    assert ("admin.made", "Quản trị từ máy chủ") in Entry.objects.values_list("action", "actor_name")
    assert not Entry.objects.filter(detail__icontains=password).exists()


def test_a_second_one_is_refused_unless_asked_for(db):
    run(**PERSON, **TOP)
    other = PERSON | {"citizen_id": "001085004322"}

    with pytest.raises(CommandError, match="đã có 1 người giữ vai trò Ban Tổ chức"):
        run(**other)
    assert User.objects.count() == 1
    run(**other, another=True)
    assert Grant.objects.filter(role=Role.ORG_DEPARTMENT).count() == 2


def test_an_account_with_a_password_of_its_own_keeps_it(world):
    member = world.member
    member.set_password("cau-vong-sau-con-mua")
    member.activated_at = member.created_at
    member.save()

    said = run(citizen_id=member.citizen_id, name=member.full_name, ask=False, another=True)

    member.refresh_from_db()
    assert member.check_password("cau-vong-sau-con-mua")
    assert "dùng mật khẩu đang có" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (PERSON | TOP | {"citizen_id": "123"}, "Số định danh cá nhân gồm đúng 12 chữ số."),
        (PERSON | TOP | {"citizen_id": None}, "Thiếu --citizen-id"),
        (PERSON, "Thiếu --unit "),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_made(db, options, said):
    with pytest.raises(CommandError, match=said):
        run(**options)
    assert (User.objects.count(), OrgUnit.objects.count()) == (0, 0)

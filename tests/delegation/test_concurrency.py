"""Real threads on committed data: whoever comes second finds what the first one did."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from delegation.services import give, hand_over, take_back
from members.enums import PostCode, Status
from members.services import set_status
from orgtree.enums import Role
from orgtree.models import Grant
from tests.cast import build_world
from tests.delegation.people import again, led, six_below
from tests.orgtree.test_concurrency import together

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
REASON = "Thôi giữ chức vụ"
ROUNDS = 3


@pytest.fixture
def world():
    return build_world()


def sound() -> None:
    """No living grant hangs from one that was taken back."""
    assert not Grant.objects.filter(revoked_at=None, given_under__revoked_at__isnull=False).exists()


def names(results: list) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_give_the_same_and_one_is_told(world):
    colleague = led(world.company, world.near_branch, "Đào Thị Chín", PostCode.DEPUTY_SECRETARY)
    give(member=colleague, unit=world.company, roles=[Role.DEPUTY_SECRETARY], actor=world.org_department)
    member = led(world.section, world.branch, "Hà Văn Nam")
    results = together(
        *[
            lambda actor=actor: give(member=member, unit=world.section, roles=[Role.SECRETARY], actor=again(actor))
            for actor in (world.committee, colleague.account) * 2
        ]
    )
    assert names(results) == ["RuleViolation", "RuleViolation", "RuleViolation", "list"]
    assert Grant.objects.filter(user=member.account, revoked_at=None).count() == 1


def test_what_is_given_while_the_giver_loses_his_right_does_not_outlive_it(world):
    for number in range(ROUNDS):
        first = six_below(world) if number == 0 else renewed(world)
        chief = first.user
        member = led(world.sister, world.sister, f"Cao Thị {number}", PostCode.DEPUTY_SECRETARY)
        together(
            lambda first=first: take_back(grant=first, reason=REASON, actor=again(world.committee)),
            lambda member=member, chief=chief: give(
                member=member, unit=world.sister, roles=[Role.DEPUTY_SECRETARY], actor=again(chief)
            ),
        )
        assert not Grant.objects.filter(user=member.account, revoked_at=None).exists()
        sound()


def renewed(world) -> Grant:
    chief = led(world.section, world.branch, f"Hà Văn {Grant.objects.count()}")
    (first,) = give(member=chief, unit=world.section, roles=[Role.SECRETARY], actor=again(world.committee))
    return first


def test_two_take_back_at_once_and_one_is_told(world):
    first = six_below(world)
    results = together(
        lambda: take_back(grant=first, reason=REASON, keep=True, actor=again(world.committee)),
        lambda: take_back(grant=first, reason=REASON, actor=again(world.committee)),
    )
    assert names(results) == ["RuleViolation", "TakenBack"]
    sound()


def test_two_hand_over_and_one_is_told(world):
    first = six_below(world)
    heirs = [led(world.section, world.sister, name) for name in ("Phan Thị Mai", "Phan Thị Lan")]
    results = together(
        *[lambda heir=heir: hand_over(grant=first, member=heir, actor=again(world.committee)) for heir in heirs]
    )
    assert names(results) == ["HandOver", "RuleViolation"]
    assert Grant.objects.filter(unit=world.section, role=Role.SECRETARY, revoked_at=None).count() == 1
    assert Grant.objects.filter(role=Role.COMMITTEE_MEMBER, revoked_at=None).count() == 6
    sound()


def test_handing_over_while_the_heir_leaves_gives_nothing_to_who_is_gone(world):
    for number in range(ROUNDS):
        first = renewed(world)
        heir = led(world.section, world.sister, f"Phan Thị {number}")
        results = together(
            lambda first=first, heir=heir: hand_over(grant=first, member=heir, actor=again(world.committee)),
            lambda heir=heir: set_status(
                member=heir, status=Status.EXEMPT, on=timezone.localdate(), actor=again(world.committee)
            ),
        )
        assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, RuleViolation)]
        assert not Grant.objects.filter(user=heir.account, revoked_at=None).exists()
        sound()


def test_the_database_refuses_what_code_would_let_through(world):
    """Raw writes of two connections: one takes back, the other gives under it."""
    first = six_below(world)
    member = led(world.sister, world.sister, "Cao Thị Mười")
    gone = Grant.objects.filter(role=Role.COMMITTEE_MEMBER)

    def revoke():
        with transaction.atomic():
            gone.update(revoked_at=timezone.now())
            Grant.objects.filter(pk=first.pk).update(revoked_at=timezone.now())

    def insert():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO orgtree_grant (user_id, unit_id, role, reach, begins_on, given_by_id, given_under_id,"
                " instead_of_below, reason, basis, revoke_reason)"
                " VALUES (%s, %s, 'secretary', 'unit', current_date, %s, %s, false, '', '', '')",
                [member.account_id, world.sister.pk, first.user_id, first.pk],
            )

    together(revoke, insert)
    sound()
    assert User.objects.filter(pk=member.account_id).exists()

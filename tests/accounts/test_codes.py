"""Codes handed over in person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import codes
from accounts.models import CodePurpose, OneTimeCode


def issue(person, purpose=CodePurpose.ACTIVATION, days=14):
    return codes.issue(user=person, purpose=purpose, days=days, issued_by=None)


def redeem(person, typed, purpose=CodePurpose.ACTIVATION):
    return codes.redeem(user=person, purpose=purpose, typed=typed)


def test_a_code_works_once(person):
    digits = issue(person)
    assert len(digits) == codes.DIGITS
    assert redeem(person, codes.in_groups(digits)).used_at
    assert redeem(person, digits) is None


@pytest.mark.parametrize("spoilt", [lambda d: d[::-1] + "1", lambda d: d[:-1], lambda d: "", lambda d: d + d])
def test_another_code_is_refused_and_uses_nothing_up(person, spoilt):
    digits = issue(person)
    assert redeem(person, spoilt(digits)) is None
    assert redeem(person, digits)


def test_a_new_code_voids_the_one_before(person):
    first, second = issue(person), issue(person)
    assert redeem(person, first) is None
    assert redeem(person, second)
    assert OneTimeCode.objects.filter(voided_at=None, used_at=None).count() == 0


def test_a_code_serves_its_purpose_alone(person):
    digits = issue(person, CodePurpose.PASSWORD)
    issue(person, CodePurpose.IDENTITY)
    assert redeem(person, digits, CodePurpose.IDENTITY) is None
    assert redeem(person, digits, CodePurpose.PASSWORD)


def test_a_code_runs_out(person):
    digits = issue(person)
    OneTimeCode.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    assert codes.open_code(person, CodePurpose.ACTIVATION) is None
    assert redeem(person, digits) is None


def test_the_code_itself_is_kept_nowhere(person):
    digits = issue(person)
    kept = OneTimeCode.objects.values_list("code_hash", flat=True).get()
    assert digits not in kept
    assert kept.startswith("argon2")


def test_somebody_else_cannot_use_it(person, django_user_model):
    other = django_user_model.objects.create_user("001085009999", "Trần Văn Cam")
    digits = issue(person)
    issue(other)
    assert redeem(other, digits) is None

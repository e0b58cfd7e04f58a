import pytest

from common.phones import parse_phone, show_phone


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678.",
        "+84 912-345-678",
        "84912345678",
        "0084912345678",
        "+84(0)912345678",
        912345678,
        912345678.0,
        "912345678",
        "0912345678/0983456789",
        "0912 345 678 - 0983 456 789",
        "0912345678; cơ quan 024 3942 1234",
    ],
)
def test_the_first_number_is_kept_in_one_form(written):
    assert parse_phone(written) == "0912345678"


@pytest.mark.parametrize("written", [None, "", "không có", "12345", "0012345678", True, "+1 202 555 0100", 0.5])
def test_what_is_no_phone_of_ours(written):
    assert parse_phone(written) is None


def test_a_landline():
    assert parse_phone("024 3942 1234") == "02439421234"


def test_a_phone_is_shown_in_groups():
    assert show_phone("0912345678") == "0912 345 678"
    assert show_phone("02439421234") == "02439421234"

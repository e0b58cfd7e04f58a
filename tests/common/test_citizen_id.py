import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.citizen_id import PROVINCES, BadCitizenId, CitizenId, mask, parse_citizen_id


@pytest.mark.parametrize(
    "cell", ["036093842948", "036 093 842948", "036.093.842.948", "'036093842948", "036-093-842948"]
)
def test_signs_between_the_digits_are_nothing(cell):
    assert parse_citizen_id(cell) == CitizenId("036093842948")


@pytest.mark.parametrize("cell", [36093842948, 36093842948.0, "3.6093842948E+10", "36093842948.0"])
def test_a_number_gets_its_zeros_back(cell):
    assert parse_citizen_id(cell) == CitizenId("036093842948", padded=True)


def test_two_zeros_may_be_lost():
    assert parse_citizen_id(1085012345) == CitizenId("001085012345", padded=True)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("36093842948", "citizen_id_length"),
        ("3609384294", "citizen_id_length"),
        ("0360938429480", "citizen_id_length"),
        ("O36093842948", "citizen_id_length"),
        ("٠٣٦٠٩٣٨٤٢٩٤٨", "citizen_id_length"),
        ("3.60938E+10", "citizen_id_length"),
        (3609384294.5, "citizen_id_length"),
        (-36093842948, "citizen_id_length"),
        (True, "citizen_id_length"),
        ("012345678", "citizen_id_old_9_digit"),
        (123456789, "citizen_id_old_9_digit"),
    ],
)
def test_what_is_no_citizen_id(cell, code):
    found = parse_citizen_id(cell)
    assert isinstance(found, BadCitizenId)
    assert found.code == code


def test_the_sentence_for_an_old_card():
    found = parse_citizen_id("012345678")
    assert isinstance(found, BadCitizenId)
    assert found.sentence == "Số CMND 9 số không còn dùng, cần số định danh 12 số."


@pytest.mark.parametrize("cell", [None, "", " ", "'"])
def test_an_empty_cell_is_none(cell):
    assert parse_citizen_id(cell) is None


@pytest.mark.parametrize(
    ("digits", "sex", "year"),
    [
        ("001085000001", "male", 1985),
        ("001185000001", "female", 1985),
        ("001205000001", "male", 2005),
        ("001305000001", "female", 2005),
    ],
)
def test_sex_and_year_are_read_from_the_digits(digits, sex, year):
    found = parse_citizen_id(digits)
    assert isinstance(found, CitizenId)
    assert (found.sex, found.birth_year) == (sex, year)


def test_places_of_birth():
    assert len(PROVINCES) == 63
    assert [CitizenId(code + "085000001").place_is_known for code in ("001", "096", "003", "000", "102")] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_only_the_last_two_digits_show():
    assert mask("036093842948") == "••••••••••48"
    assert (mask(""), mask(None), mask("48")) == ("", "", "••")


@given(st.one_of(st.text(), st.floats(allow_nan=True), st.integers()))
def test_any_cell_can_be_looked_at(cell):
    found = parse_citizen_id(cell)
    assert found is None or isinstance(found, CitizenId | BadCitizenId)
    if isinstance(found, CitizenId):
        assert len(found.digits) == 12
        assert found.digits.isascii()

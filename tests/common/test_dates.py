from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.dates import BadDate, PartialDate, Precision, make_date, parse_date

days = st.dates(date(1910, 1, 1), date(2099, 12, 31))
partial = st.builds(PartialDate.of, days, st.sampled_from(list(Precision)))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5/2/1985", PartialDate(1985, 2, 5)),
        ("05-02-1985", PartialDate(1985, 2, 5)),
        ("5.2.1985", PartialDate(1985, 2, 5)),
        (" 05 / 02 / 1985 ", PartialDate(1985, 2, 5)),
        ("1985-02-05 00:00:00", PartialDate(1985, 2, 5)),
        ("1985-02-05T00:00", PartialDate(1985, 2, 5)),
        ("ngày 05 tháng 02 năm 1985", PartialDate(1985, 2, 5)),
        ("tháng 2 năm 1985", PartialDate(1985, 2)),
        ("T2/1985", PartialDate(1985, 2)),
        ("02/1985", PartialDate(1985, 2)),
        ("00/02/1985", PartialDate(1985, 2)),
        ("00/00/1985", PartialDate(1985)),
        ("năm 1985", PartialDate(1985)),
        ("1985", PartialDate(1985)),
        (1985, PartialDate(1985)),
        (1985.0, PartialDate(1985)),
        (31083, PartialDate(1985, 2, 5)),
        (2.1985, PartialDate(1985, 2)),
        (10.201, PartialDate(2010, 10)),
        (5021985, PartialDate(1985, 2, 5)),
        ("05021985", PartialDate(1985, 2, 5)),
        ("19850205", PartialDate(1985, 2, 5)),
        (datetime(1985, 2, 5, 10, 30, tzinfo=UTC), PartialDate(1985, 2, 5)),
        (date(1905, 6, 7), PartialDate(1985)),  # the year 1985 in a cell with the format of a date
        (None, None),
        ("", None),
        (" - ", None),
    ],
)
def test_dates_are_read_in_every_form(written, value):
    assert parse_date(written) == value


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("31/02/1985", "“31/02/1985”: tháng 2 năm 1985 không có ngày 31."),
        ("29/02/1985", "“29/02/1985”: tháng 2 năm 1985 không có ngày 29."),
        ("45/13/1985", "“45/13/1985”: không có tháng 13."),
        ("02/15/1985", "“02/15/1985”: không có tháng 15. Ngày đứng trước, tháng đứng sau."),
        ("05/02/85", "“05/02/85”: năm phải ghi đủ bốn chữ số."),
        ("05/02/1085", "“05/02/1085”: năm 1085 không hợp lý."),
        ("19850231", "“19850231”: tháng 2 năm 1985 không có ngày 31."),
        ("không nhớ", "“không nhớ” không đọc được thành ngày. Hãy ghi dạng ngày/tháng/năm."),
        ("1/2/3/1985", "“1/2/3/1985” không đọc được thành ngày. Hãy ghi dạng ngày/tháng/năm."),
        (-5, "“-5” không phải là ngày."),
        (float("nan"), "“nan” không phải là ngày."),
        (True, "không phải là ngày."),
    ],
)
def test_what_is_no_date_is_told_in_a_sentence(written, sentence):
    found = parse_date(written)
    assert isinstance(found, BadDate)
    assert found.sentence == sentence


@pytest.mark.parametrize(("until", "year"), [(2008, 1985), (1980, 1885), (2085, 2085)])
def test_a_year_of_two_digits_is_read_only_when_asked(until, year):
    found = parse_date("05/02/85", two_digit_years_until=until)
    assert found == PartialDate(year, 2, 5) if year >= 1900 else isinstance(found, BadDate)


@given(partial)
def test_what_is_shown_can_be_read_again(value):
    assert parse_date(str(value)) == value
    assert parse_date(value.long()) == value


@given(partial)
def test_a_date_is_kept_in_two_columns(value):
    assert PartialDate.of(value.as_date(), value.precision) == value
    assert value.as_date() <= value.latest()


@given(partial, partial)
def test_dates_have_one_order(one, other):
    assert (one < other) + (other < one) + (one == other) == 1
    assert (one <= other) == (one < other or one == other)


@given(st.one_of(st.text(), st.floats(), st.integers(), days))
def test_any_cell_can_be_looked_at(cell):
    found = parse_date(cell)
    assert found is None or isinstance(found, PartialDate | BadDate)


def test_the_vaguer_sorts_first():
    assert sorted([PartialDate(1985, 2, 1), PartialDate(1985, 2), PartialDate(1985)]) == [
        PartialDate(1985),
        PartialDate(1985, 2),
        PartialDate(1985, 2, 1),
    ]


def test_long_form_of_documents():
    assert PartialDate(2026, 2, 5).long() == "ngày 05 tháng 02 năm 2026"
    assert PartialDate(2026, 11, 22).long() == "ngày 22 tháng 11 năm 2026"
    assert PartialDate(2026, 5).long() == "tháng 5 năm 2026"


def test_the_latest_day_of_a_month_and_a_year():
    assert PartialDate(2024, 2).latest() == date(2024, 2, 29)
    assert PartialDate(2024, 12).latest() == date(2024, 12, 31)
    assert PartialDate(2024).latest() == date(2024, 12, 31)


def test_parts_of_a_date():
    assert make_date(None, None, None) is None
    assert isinstance(make_date(5, None, 1985), BadDate)
    assert isinstance(make_date(5, 2, None), BadDate)
    with pytest.raises(ValueError, match="month"):
        PartialDate(1985, None, 5)

"""Dates as people write them: whole, month and year, or only a year."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from common.text import clean, fold

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EXCEL_DAY_ZERO = date(1899, 12, 30)


class Precision(StrEnum):
    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True)
class PartialDate:
    """A day, a month or a year; sorts by its earliest day, the vaguer first."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("A day needs its month.")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: date, precision: Precision = Precision.DAY) -> "PartialDate":
        """The form kept in two columns (day and precision) back to a value."""
        return cls(
            day.year,
            day.month if precision != Precision.YEAR else None,
            day.day if precision == Precision.DAY else None,
        )

    @property
    def precision(self) -> Precision:
        if self.day is not None:
            return Precision.DAY
        return Precision.YEAR if self.month is None else Precision.MONTH

    def as_date(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        """The latest day it can be."""
        if self.day is not None:
            return self.as_date()
        month = self.month or 12
        first_after = date(self.year + month // 12, month % 12 + 1, 1)
        return first_after - timedelta(days=1)

    def __lt__(self, other: "PartialDate") -> bool:
        return self._order() < other._order()

    def __le__(self, other: "PartialDate") -> bool:
        return self._order() <= other._order()

    def _order(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0

    def __str__(self) -> str:
        """`05/02/2026`, `02/2026` or `2026`."""
        parts = [f"{part:02}" for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, f"{self.year:04}"])

    def long(self) -> str:
        """The form of documents: `ngày 05 tháng 02 năm 2026`; from March on months have no zero."""
        parts = []
        if self.day is not None:
            parts.append(f"ngày {self.day:02}")
        if self.month is not None:
            parts.append(f"tháng {self.month:02}" if self.month < 3 else f"tháng {self.month}")
        return " ".join([*parts, f"năm {self.year}"])


@dataclass(frozen=True)
class BadDate:
    """What was written and why it is no date, as a sentence for the writer."""

    text: str
    sentence: str


def parse_date(value: object, *, two_digit_years_until: int | None = None) -> PartialDate | BadDate | None:
    """A cell or a text as a date; None when it is empty.

    Days come before months. Numbers are years or Excel's days. `two_digit_years_until` is the last
    year that `85` may mean (1985 for 2010, 1885 for 1984); without it such years are refused.
    """
    if value is None or isinstance(value, bool):
        return None if value is None else BadDate(str(value), "không phải là ngày.")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _from_date_cell(value)
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_text(clean(str(value)), two_digit_years_until)


def make_date(day: int | None, month: int | None, year: int | None, text: str = "") -> PartialDate | BadDate | None:
    """A date from its parts, each of which may be missing from the small end."""
    text = text or "/".join(str(part) for part in (day, month, year) if part is not None)
    if year is None:
        return BadDate(text, f"“{text}” thiếu năm.") if day or month else None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return BadDate(text, f"“{text}”: năm {year} không hợp lý.")
    if month is None:
        return BadDate(text, f"“{text}” có ngày mà thiếu tháng.") if day else PartialDate(year)
    if not 1 <= month <= 12:
        swapped = day is not None and 1 <= day <= 12 and 12 < month <= 31
        hint = " Ngày đứng trước, tháng đứng sau." if swapped else ""
        return BadDate(text, f"“{text}”: không có tháng {month}.{hint}")
    if day is None:
        return PartialDate(year, month)
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return BadDate(text, f"“{text}”: tháng {month} năm {year} không có ngày {day}.")


def _from_date_cell(day: date) -> PartialDate | BadDate:
    serial = (day - _EXCEL_DAY_ZERO).days
    if FIRST_YEAR <= serial <= LAST_YEAR:
        # A year typed into a cell that has the format of a date: 1955 shows as 08/05/1905.
        return PartialDate(serial)
    return make_date(day.day, day.month, day.year, day.strftime("%d/%m/%Y"))  # type: ignore[return-value]


def _from_number(number: int | float) -> PartialDate | BadDate | None:
    text = f"{number:.10g}"
    if not math.isfinite(number) or number < 1:
        return BadDate(text, f"“{text}” không phải là ngày.")
    if number != int(number):
        # 02.1955 typed as month and year became the number 2.1955.
        year = round(number % 1 * 10_000)
        if int(number) <= 12 and FIRST_YEAR <= year <= LAST_YEAR and math.isclose(number % 1, year / 10_000):
            return PartialDate(year, int(number))
        if not 10_000 < number < 80_000:
            return BadDate(text, f"“{text}” không phải là ngày.")
    number = int(number)
    if FIRST_YEAR <= number <= LAST_YEAR:
        return PartialDate(number)
    if 1_000_000 <= number <= 99_999_999:
        return _from_eight_digits(f"{number:08}")
    if 3_000 < number < 73_415:
        return PartialDate.of(_EXCEL_DAY_ZERO + timedelta(days=number))
    return BadDate(text, f"“{text}” không phải là ngày.")


_WORDS = re.compile(r"\b(?:ngay|thang|nam|sinh|mung)\b|\bt(?=\d)")
_TIME = re.compile(r"[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: *[ap]m)?$")
_SEPARATORS = re.compile(r"[\s/.,\-–—\\]+")


def _from_text(text: str, two_digit_years_until: int | None) -> PartialDate | BadDate | None:
    plain = _TIME.sub("", fold(text).strip(" '’.,;"))
    plain = _WORDS.sub(" ", plain)
    parts = [part for part in _SEPARATORS.split(plain) if part]
    if not parts:
        return BadDate(text, f"“{text}” không phải là ngày.") if text.strip(" '’.,;/-–_") else None
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return BadDate(text, f"“{text}” không đọc được thành ngày. Hãy ghi dạng ngày/tháng/năm.")
    if len(parts) == 1 and len(parts[0]) == 8:
        return _from_eight_digits(parts[0])
    if len(parts) > 3 or any(len(part) > 4 for part in parts):
        return BadDate(text, f"“{text}” không đọc được thành ngày. Hãy ghi dạng ngày/tháng/năm.")
    if len(parts[0]) == 4 and len(parts) > 1:
        parts.reverse()  # 1985-02-05
    if any(len(part) > 2 for part in parts[:-1]) or len(parts[-1]) not in (2, 4):
        return BadDate(text, f"“{text}” không đọc được thành ngày. Hãy ghi dạng ngày/tháng/năm.")
    year = int(parts[-1])
    if len(parts[-1]) == 2:
        if two_digit_years_until is None or len(parts) < 3:
            return BadDate(text, f"“{text}”: năm phải ghi đủ bốn chữ số.")
        year = two_digit_years_until - (two_digit_years_until - year) % 100
    month = int(parts[-2]) if len(parts) > 1 else None
    day = int(parts[0]) if len(parts) > 2 else None
    if (day, month) == (0, 0) or (len(parts) == 2 and month == 0):
        return make_date(None, None, year, text)  # 00/00/1955: the old way to say "only the year"
    if day == 0:
        return make_date(None, month, year, text)
    return make_date(day, month, year, text)


def _from_eight_digits(digits: str) -> PartialDate | BadDate | None:
    day_first = make_date(int(digits[:2]), int(digits[2:4]), int(digits[4:]), digits)
    if isinstance(day_first, PartialDate):
        return day_first
    year_first = make_date(int(digits[6:]), int(digits[4:6]), int(digits[:4]), digits)
    if isinstance(year_first, PartialDate):
        return year_first
    return year_first if FIRST_YEAR <= int(digits[:4]) <= LAST_YEAR else day_first

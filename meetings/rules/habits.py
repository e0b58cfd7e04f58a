"""When a branch's habit falls, and how it is said."""

import calendar
from datetime import date, timedelta
from typing import Protocol

LAST_WEEK = 5
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKS = ("đầu tiên", "thứ hai", "thứ ba", "thứ tư", "cuối cùng")


class Kept(Protocol):
    """A habit: a day of the month, or the nth weekday of it."""

    day: int | None
    week: int | None
    weekday: int | None


def day_in(habit: Kept, year: int, month: int) -> date:
    """The habit's day in a month; the 31st of a shorter one is its last, a fifth weekday always the last."""
    last = calendar.monthrange(year, month)[1]
    if habit.day is not None:
        return date(year, month, min(habit.day, last))
    if habit.week == LAST_WEEK:
        end = date(year, month, last)
        return end - timedelta(days=(end.weekday() - habit.weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(habit.weekday - first.weekday()) % 7 + 7 * (habit.week - 1))


def in_words(habit: Kept) -> str:
    if habit.day is not None:
        return f"ngày {habit.day:02d} hằng tháng"
    return f"{WEEKDAYS[habit.weekday]} {WEEKS[habit.week - 1]} của tháng"


def habit_of_day(day: date) -> tuple[int, int]:
    """Week and weekday of a day, for a branch whose habit is known from its last meeting alone."""
    return min((day.day - 1) // 7 + 1, LAST_WEEK), day.weekday()


def month_after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)

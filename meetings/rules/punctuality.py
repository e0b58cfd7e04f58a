"""On time or not (domain.md §4.2, §4.5): papers a day before, minutes two days after, a meeting each month and a
thematic one each quarter, long enough. Pure: who asks brings the hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .catalogue import KindRules


@dataclass(frozen=True)
class Judged:
    """`on_time` None: nothing to judge yet. `sentence` says it with its numbers."""

    on_time: bool | None
    sentence: str


def documents_before(starts_at: datetime, added: Iterable[datetime], rules: KindRules) -> Judged:
    """Each paper at least so many hours before the meeting."""
    hours = sorted(added)
    if not hours:
        return Judged(None, "Không có tài liệu trên Sổ tay.")
    last = starts_at - timedelta(hours=rules.documents_hours_before)
    late = sum(one > last for one in hours)
    if late:
        return Judged(
            False, f"{late}/{len(hours)} tài liệu lên Sổ tay chậm hơn {_hours(rules.documents_hours_before)}."
        )
    return Judged(True, f"{len(hours)} tài liệu lên Sổ tay trước ít nhất {_hours(rules.documents_hours_before)}.")


def is_late_document(starts_at: datetime, added_at: datetime, rules: KindRules) -> bool:
    return added_at > starts_at - timedelta(hours=rules.documents_hours_before)


def minutes_due_at(ended_at: datetime, rules: KindRules) -> datetime:
    return ended_at + timedelta(hours=rules.write_up_hours_after)


def minutes_after(ended_at: datetime | None, up_at: datetime | None, rules: KindRules, now: datetime) -> Judged:
    """The minutes are up when those who were there can read them."""
    if ended_at is None:
        return Judged(None, "Cuộc họp chưa bế mạc.")
    due, within = minutes_due_at(ended_at, rules), _hours(rules.write_up_hours_after)
    if up_at is not None:
        on_time = up_at <= due
        return Judged(on_time, f"Biên bản lên Sổ tay {'trong' if on_time else 'chậm hơn'} {within} sau khi bế mạc.")
    if now > due:
        return Judged(False, f"Đã quá {within} sau khi bế mạc, biên bản chưa lên Sổ tay.")
    return Judged(None, f"Biên bản chưa lên Sổ tay, còn trong hạn {within}.")


def length(held: int, rules: KindRules, *, with_thematic: bool) -> Judged:
    asked = least_minutes(rules, with_thematic=with_thematic)
    if not asked:
        return Judged(None, f"Họp {held} phút.")
    if held >= asked:
        return Judged(True, f"Họp {held} phút, quy định ít nhất {asked} phút.")
    return Judged(False, f"Họp {held} phút, thiếu {asked - held} phút so với {asked} phút.")


def least_minutes(rules: KindRules, *, with_thematic: bool) -> int:
    return rules.minutes_when_combined if with_thematic else rules.minutes_at_least


def missed_periods(held: Iterable[date], every_months: int, year: int, today: date) -> list[int]:
    """Periods of the year that are over and had no meeting, by their number from 1: months, or quarters for a duty of
    three months."""
    if not every_months:
        return []
    done = {(day.month - 1) // every_months + 1 for day in held if day.year == year}
    if today.year < year:
        return []
    over = 12 // every_months if today.year > year else (today.month - 1) // every_months
    return [number for number in range(1, over + 1) if number not in done]


def _hours(hours: int) -> str:
    return f"{hours // 24:02d} ngày" if hours and hours % 24 == 0 else f"{hours} giờ"

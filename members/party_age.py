"""Party age and the end of probation (domain.md §3.1, §3.2)."""

from datetime import date

from django.utils import timezone

from .enums import COUNTED, Precision, Standing
from .models import Member


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise ValueError(f"{day} + {months} months")


def party_since(member: Member) -> tuple[date, str] | None:
    """From when party age counts, and how precisely that is known: the decision's date, else the ceremony's."""
    if member.admission_decision_date:
        return member.admission_decision_date, Precision.DAY
    if member.admission_date:
        return member.admission_date, member.admission_precision
    return None


def full_years(since: date, today: date) -> int:
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def party_age_in_words(member: Member) -> str:
    """`16 năm`, `7 tháng`, or `khoảng 40 năm` where only a year is known; empty when nothing is."""
    known = party_since(member)
    if known is None:
        return ""
    since, precision = known
    today = timezone.localdate()
    if precision == Precision.YEAR:
        return f"khoảng {today.year - since.year} năm"
    years = full_years(since, today)
    if years:
        return f"{years} năm"
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    return f"{max(months, 0)} tháng"


def probation_ends_on(member: Member) -> date | None:
    """Twelve months after the ceremony, for a member still on probation whose ceremony's day is known."""
    on_probation = member.standing == Standing.PROBATIONARY and member.status in COUNTED
    if not on_probation or member.admission_date is None or member.admission_precision != Precision.DAY:
        return None
    return add_months(member.admission_date, 12)

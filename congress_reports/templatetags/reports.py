"""How figures of a report are written, and when it is due."""

from fractions import Fraction

from django import template
from django.utils import timezone

from ..forms.rules import in_words
from ..models import Report
from ..services.deadlines import days_late

register = template.Library()


@register.filter
def figure(value: int | Fraction | None) -> str:
    return "–" if value is None else in_words(value)


@register.filter
def percent(value: Fraction | None) -> str:
    return "–" if value is None else in_words(value, "%")


@register.filter
def share(value: int | None, whole: int | None) -> str:
    """What part of the whole the value is; nothing where there is no whole."""
    return in_words(Fraction(value * 100, whole), "%") if whole and value is not None else ""


@register.filter
def late_now(report: Report) -> str:
    late = days_late(report, timezone.localdate())
    return f"Quá hạn {late} ngày" if late else ""


@register.filter
def due_text(report: Report) -> str:
    return f"Hạn gửi: hết ngày {report.last_day:%d/%m/%Y}"

"""Terms of committees, from congress to congress."""

from datetime import date

from ..models import CommitteeTerm, OrgUnit

UNNAMED = "hiện nay"


def begin_term(*, unit: OrgUnit, name: str, day: date) -> CommitteeTerm | None:
    """The term `name` runs from `day`; the one before ends there. None where it is known so already, or a later one
    runs. The caller has asked the policy and writes the record."""
    terms = CommitteeTerm.objects.select_for_update().filter(unit=unit)
    if terms.filter(name=name, begins_on=day).exists():
        return None
    terms.exclude(name=name).filter(ends_on=None, begins_on__lte=day).update(ends_on=day)
    if terms.filter(ends_on=None).exclude(name=name).exists():
        return None
    term, _ = CommitteeTerm.objects.update_or_create(unit=unit, name=name, defaults={"begins_on": day, "ends_on": None})
    return term


def term_on(unit: OrgUnit, day: date) -> CommitteeTerm:
    """The term in which the unit numbers what it issues that day. Where no congress is on record, a term without a
    name is begun on the first day of the year; the next congress ends it."""
    found = CommitteeTerm.objects.filter(unit=unit, begins_on__lte=day).order_by("-begins_on").first()
    if found is not None:
        return found
    earliest = CommitteeTerm.objects.filter(unit=unit).order_by("begins_on").first()
    if earliest is not None:
        return earliest
    return CommitteeTerm.objects.get_or_create(
        unit=unit, name=UNNAMED, defaults={"begins_on": day.replace(month=1, day=1)}
    )[0]

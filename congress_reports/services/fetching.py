"""Who took a report out of the portal is written down."""

from django.db import transaction

from accounts.models import User
from audit.services import record

from ..models import Report


@transaction.atomic
def note_fetched(*, report: Report, what: str, actor: User) -> None:
    detail = {"form": report.duty.form.code, "unit": report.unit.name, "what": what}
    record("report.fetched", actor=actor, target=report, unit=report.unit, detail=detail)

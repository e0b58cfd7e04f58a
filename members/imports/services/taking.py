"""What of a list is taken out of the system."""

from accounts.models import User
from audit.services import record

from ..models import ImportBatch


def log_taken_out(*, batch: ImportBatch, what: str, actor: User) -> None:
    """These files hold whole citizen ids and phones, and go to others than who sent the list."""
    record(
        "members.import_taken_out",
        actor=actor,
        target=batch,
        unit=batch.unit,
        detail={"what": what, "unit": batch.unit.name, "rows": batch.rows_total},
    )

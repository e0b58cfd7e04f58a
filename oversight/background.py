from datetime import date

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work
from jobs.scratch import scratch_file

from . import selectors, services
from .selectors import Filters


def _may_still_have(job: Job) -> bool:
    """One's own acts always; those of units as long as one reads any."""
    return not job.arguments["of_units"] or selectors.readable_units(job.owner) is not None


@work("oversight.audit_export", still_allowed=_may_still_have)
def audit_export(job: Job, report: Progress) -> Outcome:
    given = job.arguments["filters"]
    filters = Filters(
        **given | {day: date.fromisoformat(given[day]) if given[day] else None for day in ("since", "until")}
    )
    target = scratch_file(".xlsx")
    try:
        rows = services.export(filters=filters, target=target, report=report, actor=job.owner)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return Outcome(f"Đã ghi {vi_number(rows)} dòng nhật ký.", file=target, file_label="Nhật ký.xlsx")

import tempfile
from datetime import date
from pathlib import Path

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from . import services
from .selectors import Filters


@work("oversight.audit_export")
def audit_export(job: Job, report: Progress) -> Outcome:
    given = job.arguments
    filters = Filters(**given | {day: date.fromisoformat(given[day]) if given[day] else None for day in ("since", "until")})
    target = Path(tempfile.mkdtemp()) / "nhat-ky.xlsx"
    rows = services.export(filters=filters, target=target, report=report, actor=job.owner)
    return Outcome(f"Đã ghi {vi_number(rows)} dòng nhật ký.", file=target, file_label="Nhật ký.xlsx")

"""The work of members in the background."""

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from .activation import background as activation_background
from .activation import events as activation_events
from .imports import background as imports_background
from .imports import events as imports_events
from .services import exports

__all__ = ["activation_background", "activation_events", "export", "imports_background", "imports_events"]


@work(exports.KIND, still_allowed=exports.may_still_have)
def export(job: Job, progress: Progress) -> Outcome:
    path, rows = exports.run_export(job, progress)
    return Outcome(
        result=f"Đã xuất {vi_number(rows)} đảng viên. Tệp được giữ 7 ngày.",
        file=path,
        file_label="danh-sach-dang-vien.xlsx",
    )

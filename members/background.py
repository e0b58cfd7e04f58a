from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from .services import exports


@work(exports.KIND)
def export(job: Job, progress: Progress) -> Outcome:
    path, rows = exports.run_export(job, progress)
    return Outcome(
        result=f"Đã xuất {rows} đảng viên. Tệp được giữ 7 ngày.", file=path, file_label="danh-sach-dang-vien.xlsx"
    )

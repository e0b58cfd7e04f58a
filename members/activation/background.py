"""What is opened and printed for many."""

from django.urls import reverse

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from . import opening, slips


@work(opening.KIND)
def open_many(job: Job, progress: Progress) -> Outcome:
    count = opening.run_opening(job, progress)
    return Outcome(
        result=f"Đã mở kích hoạt cho {vi_number(count)} đồng chí.",
        next_url=f"{reverse('activation:unit')}?unit={job.arguments['unit']}",
    )


@work(slips.KIND, still_allowed=slips.may_still_have, brief=True)
def print_many(job: Job, progress: Progress) -> Outcome:
    path, count = slips.run_slips(job, progress)
    return Outcome(
        result=f"Đã lập {vi_number(count)} phiếu kích hoạt. Tệp chỉ giữ 24 giờ, và 10 phút sau khi đồng chí tải về.",
        file=path,
        file_label="phieu-kich-hoat.pdf",
    )

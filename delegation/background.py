"""The work of delegation in the background."""

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from . import giving_many
from .enums import RowState
from .models import ManyGiven


@work(giving_many.KIND)
def give_many(job: Job, progress: Progress) -> Outcome:
    many = ManyGiven.objects.get(pk=job.arguments["many"])
    states = giving_many.run_giving(many=many, actor=many.made_by, progress=progress)
    result = f"Đã giao {vi_number(states[RowState.GIVEN])} vai trò."
    if states[RowState.REFUSED]:
        result += f" {vi_number(states[RowState.REFUSED])} vai trò không giao được, lý do ghi trong kết quả."
    return Outcome(result=result, next_url=many.get_absolute_url())

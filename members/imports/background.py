"""Member lists in the background; started again after a kill, none of these does anything twice."""

from django.urls import reverse

from accounts.models import User
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from . import services


def _actor(job: Job) -> User:
    return User.objects.get(pk=job.arguments["actor"])


@work("members.read_list")
def read_list(job: Job, progress: Progress) -> Outcome:
    batch = services.read_import(batch_id=job.arguments["batch"], progress=progress)
    return Outcome(
        f"Đã đọc {batch.rows_total} dòng: {batch.clean} đúng, {batch.warn} cần xem lại, {batch.bad} phải sửa.",
        next_url=reverse("members:import", args=[batch.pk]),
    )


@work("members.enter_list")
def enter_list(job: Job, progress: Progress) -> Outcome:
    batch = services.enter_import(batch_id=job.arguments["batch"], actor=_actor(job), progress=progress)
    new, updated = (sum(batch.outcomes.get(name, {}).values()) for name in ("new", "updated"))
    return Outcome(
        f"Đã nhập {new} đảng viên mới, cập nhật {updated} hồ sơ.", next_url=reverse("members:import", args=[batch.pk])
    )


@work("members.undo_list")
def undo_list(job: Job, progress: Progress) -> Outcome:
    batch = services.undo_in_background(batch_id=job.arguments["batch"], actor=_actor(job), progress=progress)
    return Outcome("Đã hoàn tác danh sách.", next_url=reverse("members:import", args=[batch.pk]))

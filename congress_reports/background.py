"""The work of congress reports in the background."""

from django.urls import reverse

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work
from jobs.scratch import scratch_file

from . import policies
from .models import Campaign
from .services import bulk, export, schedule, setup


@work(bulk.KIND)
def approve_many(job: Job, progress: Progress) -> Outcome:
    chosen = [(pk, version) for pk, version in job.arguments["chosen"]]
    outcome = bulk.approve_many(chosen=chosen, actor=job.owner, progress=progress)
    return Outcome(result=outcome.sentence, next_url=reverse("congress_reports:approvals"))


@work(schedule.KIND)
def schedule_many(job: Job, progress: Progress) -> Outcome:
    given = job.arguments
    campaign = Campaign.objects.get(pk=given["campaign"])
    outcome = schedule.schedule_many(
        campaign=campaign,
        unit_ids=given["units"],
        values=schedule.values_of_job(given["values"]),
        actor=job.owner,
        progress=progress,
    )
    return Outcome(result=outcome.sentence, next_url=f"{reverse('congress_reports:schedule')}?dot={campaign.pk}")


@work(setup.KIND)
def open_campaign(job: Job, progress: Progress) -> Outcome:
    campaign = Campaign.objects.get(pk=job.arguments["campaign"])
    added = setup.open_campaign(campaign=campaign, actor=job.owner)
    return Outcome(
        result=f"Đã mở đợt {campaign.name}: {vi_number(added)} báo cáo phải nộp.", next_url=campaign.get_absolute_url()
    )


def _still_exports(job: Job) -> bool:
    campaign = Campaign.objects.filter(pk=job.arguments["campaign"]).first()
    return campaign is not None and job.owner is not None and policies.may_export(job.owner, campaign)


@work(export.KIND, still_allowed=_still_exports, brief=True)
def export_campaign(job: Job, progress: Progress) -> Outcome:
    campaign = Campaign.objects.select_related("top").get(pk=job.arguments["campaign"])
    path = scratch_file(".xlsx")
    written = export.write_campaign(campaign, path, progress=progress)
    return Outcome(
        result=f"Đã xuất {vi_number(written)} báo cáo đã phê duyệt.",
        file=path,
        file_label="dai-hoi.xlsx",
        next_url=f"{reverse('congress_reports:board')}?dot={campaign.pk}",
    )

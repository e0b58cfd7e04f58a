"""The work of congress reports in the background."""

from django.urls import reverse

from common.ui.numbers import vi_number
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work

from .models import Campaign
from .services import bulk, schedule, setup


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

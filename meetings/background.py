"""The work of meetings in the background."""

from django.utils.text import slugify

from common.text import fold
from jobs.models import Job
from jobs.progress import Progress
from jobs.registry import Outcome, work
from orgtree.models import OrgUnit

from .above import policies
from .above.services import book


def _still_reads(job: Job) -> bool:
    unit = OrgUnit.objects.filter(pk=job.arguments["unit"]).first()
    given = job.arguments
    return (
        unit is not None
        and job.owner is not None
        and policies.may_have_book(job.owner, unit, committee=given["committee"])
    )


@work(book.KIND, still_allowed=_still_reads, brief=True)
def make_book(job: Job, progress: Progress) -> Outcome:
    given = job.arguments
    unit = OrgUnit.objects.select_related("parent").get(pk=given["unit"])
    path, count = book.write_book(unit, given["year"], committee=given["committee"], progress=progress)
    name = slugify(fold(f"so bien ban {unit.name} {given['year']}"))[:80]
    return Outcome(result=f"Sổ có {count} biên bản đã khóa.", file=path, file_label=f"{name}.pdf")

from datetime import timedelta

from django.utils import timezone

from congress_reports.models import Report
from congress_reports.services import make_campaign, owed_by_letter_000
from tests.access import row


def _late_branches(world):
    """All units of the kinds that owe reports by a fixed day are two days late."""
    today = timezone.localdate()
    make_campaign(
        top=world.top,
        name="Đại hội",
        term="2025-2030",
        opens_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=90),
        reference_date=today,
        owed=owed_by_letter_000(today - timedelta(days=1)),
        actor=None,
    )
    assert Report.objects.filter(due_on=today - timedelta(days=2)).exists()


def _unit(world):
    return {"don-vi": world.section.pk}


ROWS = {
    # Without a unit: one's own first one with units below it.
    "congress_reports:late": row(
        "get", member=404, secretary=404, other_secretary=404, everybody=200, prepare=_late_branches
    ),
    "congress_reports:late · of a unit": row(
        "get", data=_unit, committee=200, org_department=200, inspector=200, everybody=404, prepare=_late_branches
    ),
    "congress_reports:late_calls": row(
        "get",
        data=_unit,
        committee=200,
        org_department=200,
        inspector=403,
        everybody=404,
        prepare=_late_branches,
    ),
    # Only the direct superior decides; nobody holds a role in the section itself.
    "congress_reports:escalate": row(
        "post",
        lambda w: [w.near_branch.pk],
        committee=302,
        org_department=403,
        inspector=403,
        everybody=404,
        prepare=_late_branches,
    ),
}

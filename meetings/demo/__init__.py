"""A year of meetings of every branch for the demo, dated from the moment of loading. Units and people are those of the
lists; what they said and concluded is made up."""

from datetime import datetime

from django.db import transaction

from members.models import Member
from orgtree.models import OrgUnit

from ..above.services import recount_periods
from ..models import Meeting
from .ground import lay_out_stays, read
from .written import Rows
from .year import Year

# Branches of these committees are shown in more detail, some of them in the middle of a meeting.
SHOWN = ("DSVN.03", "DSVN.06")
_NOW, _LEAST = 3, 2


@transaction.atomic
def load_meetings(*, top: OrgUnit, now: datetime, secretary: int) -> int:
    """How many meetings; nothing when there is one already. `secretary`: account of the branch secretary whose own
    branch is to be meeting right now."""
    if Meeting.objects.exists():
        return 0
    branches = read(top)
    lay_out_stays(branches, now.date())
    home = Member.objects.filter(account=secretary).values_list("branch", flat=True).first()
    rows, meeting_now = Rows(), 0
    for branch in branches:
        if len(branch.leaders) < _LEAST:
            continue
        shown = branch.unit.code.startswith(SHOWN)
        meets_now = branch.unit.pk == home or (shown and meeting_now < _NOW)
        meeting_now += shown
        Year(branch, rows, now, shown=shown, meets_now=meets_now).tell()
    rows.write()
    # The lists were there before their meetings: who is absent for long is counted once, for all.
    recount_periods()
    return len(rows.meetings)

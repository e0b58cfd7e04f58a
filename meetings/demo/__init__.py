"""A year of meetings of every branch for the demo, dated from the moment of loading. Units and people are those of the
lists; what they said and concluded is made up."""

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from members.models import Member
from orgtree.models import OrgUnit

from ..above.services import recount_periods
from ..models import Meeting
from .ground import lay_out_stays, read
from .written import Rows
from .year import Today, Year

# Branches of these committees are shown in more detail, some of them in the middle of a meeting.
SHOWN = ("DSVN.03", "DSVN.06")
_LEAST = 2
# What the first of them do today, beside the branch that is tried.
_TODAY = [Today.TALKING, Today.LATER] * 3


@transaction.atomic
def load_meetings(
    *, top: OrgUnit, now: datetime, secretary: int, elector: int | None = None, trying: Collection[int] = ()
) -> int:
    """How many meetings; nothing when there is one already. `secretary`: account of the branch secretary whose own
    branch is to be voting right now; `elector`: whose branch holds a secret ballot; `trying`: all accounts that people
    will try the handbook with."""
    if Meeting.objects.exists():
        return 0
    branches = read(top)
    lay_out_stays(branches, now.date())
    votes = {_branch_of(elector): Today.ELECTING, _branch_of(secretary): Today.VOTING}
    rows, today = Rows(), iter(_TODAY)
    with _nothing_thrown_away():
        for branch in branches:
            if len(branch.leaders) < _LEAST:
                continue
            shown = branch.unit.code.startswith(SHOWN)
            does = votes.get(branch.unit.pk) or (next(today, None) if shown else None)
            Year(branch, rows, now, shown=shown, does=does, trying=trying).tell()
        rows.write()
    # The lists were there before their meetings: who is absent for long is counted once, for all.
    recount_periods()
    return len(rows.meetings)


def _branch_of(account: int | None) -> int | None:
    return Member.objects.filter(account=account).values_list("branch", flat=True).first()


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """A million objects that all stay until they are written: looking for garbage among them is a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

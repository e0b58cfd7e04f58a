"""Two campaigns for the demo: letter 000's, closed, with its real dates; and one of branches in the middle of its life,
dated from the day of loading. The units and people are those of the lists; what happened to them is made up."""

from datetime import date

from django.db import transaction

from accounts.models import User
from orgtree.models import OrgUnit

from ..models import Campaign
from ..services import fold_totals
from .branches import load_branches
from .ground import Ground
from .letter import load_letter
from .reminding import remind_of_last_days


@transaction.atomic
def load_congresses(*, top: OrgUnit, day: date, department: User) -> list[Campaign]:
    """Nothing when a campaign stands already."""
    if Campaign.objects.exists():
        return []
    ground = Ground(top, department, day)
    campaigns = [load_letter(ground), load_branches(ground, day)]
    fold_totals()
    remind_of_last_days(day)
    return campaigns

from django.utils import timezone

from members.models import TemporaryStay
from tests.access import row

# Who keeps the records of the receiving branch, or of the member's own; who reads them.
ABOVE = {"secretary": 200, "committee": 200, "org_department": 200}
NOBODY = {"member": 404, "other_secretary": 404, "outsider": 404}


def _unit(world):
    return [world.branch.pk]


def _stay(world):
    stay, _ = TemporaryStay.objects.get_or_create(
        member=world.people["outsider"], branch=world.branch, begins_on=timezone.localdate()
    )
    return [stay.pk]


ROWS = {
    "members:stays": row("get", _unit, **ABOVE, **NOBODY, inspector=200),
    "members:stays · of a committee": row("get", lambda w: [w.company.pk], everybody=404),
    "members:stay_add": row("get", _unit, **ABOVE, **NOBODY, inspector=403),
    # The outsider keeps the records of his own branch's members, but not his own.
    "members:stay_end": row("get", _stay, **ABOVE, **(NOBODY | {"outsider": 403}), inspector=403),
}

"""Who may bring a list in: whoever manages the members of its unit."""

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right

from .models import ImportBatch


def may_import(user: User, unit: OrgUnit) -> bool:
    return has_right(user, Right.MANAGE_MEMBERS, unit)


def may_manage_import(user: User, batch: ImportBatch) -> bool:
    """Confirming, giving up and undoing: not only the one who sent it, who may be away or no longer in charge."""
    return may_import(user, batch.unit)

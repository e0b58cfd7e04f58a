from django.http import Http404

from accounts.models import User
from common.ui.nav import Crumb

from ..models import OrgUnit
from ..selectors import Sight, path_of, unit_for


def unit_or_404(user: User, pk: int) -> tuple[OrgUnit, Sight]:
    try:
        return unit_for(user, pk)
    except OrgUnit.DoesNotExist:
        raise Http404 from None


def crumbs_of(user: User, unit: OrgUnit, last: str = "") -> list[Crumb]:
    """Along the tree; only what the reader may open is a link. One query."""
    crumbs = [Crumb("Tổ chức đảng", _TREE)]
    crumbs += [Crumb(name, f"{_TREE}{pk}/" if opens else "") for pk, name, opens in path_of(user, unit)]
    crumbs.append(Crumb(unit.name, unit.get_absolute_url()))
    return [*crumbs, Crumb(last)] if last else crumbs


_TREE = "/to-chuc/"

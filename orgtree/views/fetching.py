from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common.ui.nav import Crumb

from ..models import OrgUnit
from ..selectors import Sight, path_of, unit_for


def unit_or_404(user: User, pk: int) -> tuple[OrgUnit, Sight]:
    try:
        return unit_for(user, pk)
    except OrgUnit.DoesNotExist:
        raise Http404 from None


def crumbs_of(unit: OrgUnit, last: str = "") -> list[Crumb]:
    """Along the tree. One query."""
    crumbs = [Crumb("Trang chủ", "/"), Crumb("Tổ chức đảng", reverse("orgtree:tree"))]
    crumbs += [Crumb(name, reverse("orgtree:unit", args=[pk])) for pk, name in path_of(unit)]
    crumbs.append(Crumb(unit.name, unit.get_absolute_url()))
    return [*crumbs, Crumb(last)] if last else crumbs

"""What the views of this app share."""

from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from common.ui.nav import Crumb
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right

from .. import selectors
from ..enums import Sight
from ..models import Member
from ..policies import sight_of


def found_member(request: HttpRequest, pk: int) -> tuple[Member, Sight]:
    """The record and how much of it the reader sees; 404 where it is not there for him."""
    seen = selectors.members_seen_by(request.user).select_related("branch__kind", "account")
    member = get_object_or_404(seen, pk=pk)
    sight = sight_of(request.user, member)
    if sight is None:
        raise Http404
    return member, sight


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent by POST, were it nothing at all: a form without a tick is a form."""
    return request.POST if request.method == "POST" else None


def list_url(unit_id: int) -> str:
    return f"{reverse('members:list')}?unit={unit_id}"


def crumbs_to(member: Member, *more: str, own: bool = False) -> list[Crumb]:
    """Home, the branch, the member, and where one is; to himself his record stands under home."""
    path = [Crumb("Trang chủ", reverse("portal:home"))]
    if own:
        path.append(Crumb("Hồ sơ của tôi", reverse("members:me")))
    else:
        path += [
            Crumb("Đảng viên", reverse("members:list")),
            Crumb(member.branch.name, list_url(member.branch_id)),
            Crumb(member.full_name, member.get_absolute_url()),
        ]
    return path + [Crumb(label) for label in more]


def units_to_choose(request: HttpRequest, unit: OrgUnit) -> list[tuple[str, str]]:
    """The way up as far as the reader may see, the unit, and what stands directly below it."""
    near = Q(pk__in=[*unit.ancestor_ids, unit.pk]) | Q(parent_id=unit.pk, closed_on=None)
    found = OrgUnit.objects.filter(near).order_by("tree_id", "lft").only("name", "tree_id", "lft", "rght", "level")
    seen = [one for one in found if has_right(request.user, Right.VIEW, one)]
    return [(str(one.pk), ("– " if one.level > unit.level else "") + one.name) for one in seen]

"""What the views of this app share."""

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from common.ui.nav import Crumb
from orgtree.models import Grant, OrgUnit

from .. import selectors


def crumbs(*more: Crumb | str) -> list[Crumb]:
    path = [Crumb("Trang chủ", reverse("portal:home")), Crumb("Phân quyền", reverse("delegation:list"))]
    return path + [Crumb(one) if isinstance(one, str) else one for one in more]


def crumbs_to(grant: Grant, *more: str) -> list[Crumb]:
    here = Crumb(words_of(grant), reverse("delegation:grant", args=[grant.pk]))
    return crumbs(here, *more)


def words_of(grant: Grant) -> str:
    return f"{grant.get_role_display()}: {grant.user.full_name}"


def found_grant(request: HttpRequest, pk: int) -> Grant:
    try:
        return selectors.grant_for(request.user, pk)
    except Grant.DoesNotExist:
        raise Http404 from None


def number_of(text: str | None) -> int:
    """A primary key of the address; 0 where it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def givable_unit(request: HttpRequest, pk: int) -> OrgUnit | None:
    """A unit in which the reader may give."""
    units = selectors.givable_units(request.user).select_related("kind", "parent__kind")
    return units.filter(pk=pk).first() if pk else None


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was filled in, to be sent again by the check page."""
    left_out = ("csrfmiddlewaretoken", "confirm", "back", "seal")
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in left_out]

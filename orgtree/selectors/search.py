"""Finding units by name, code or a name they bore before, with or without diacritics."""

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from common.text import clean, search_key

from ..enums import Right
from ..models import FormerName, OrgUnit
from ..rights import units_where


def search_units(user: User, text: str, limit: int = 20) -> list[OrgUnit]:
    """Units that the reader may see: those written exactly so come first, then by their place in the tree."""
    return list(_found(units_where(user, Right.VIEW), text)[:limit])


def _found(units: QuerySet[OrgUnit], text: str) -> QuerySet[OrgUnit]:
    key = search_key(text)
    if not key:
        return units.none()
    borne = FormerName.objects.filter(unit=OuterRef("pk"), search_key__contains=key)
    return (
        units.filter(Q(search_key__contains=key) | Exists(borne))
        .annotate(
            rank=Case(
                When(code__iexact=clean(text), then=Value(0)),
                When(name__icontains=clean(text), then=Value(1)),
                When(search_key__contains=key, then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            )
        )
        .select_related("kind", "parent")
        .order_by("rank", "tree_id", "lft")
    )

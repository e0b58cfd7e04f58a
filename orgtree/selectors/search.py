from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from common.text import canonical, clean, search_key

from ..models import FormerName, OrgUnit
from .sight import openable, readable_trees, sight_of

_MOST_CANDIDATES = 300


@dataclass(frozen=True)
class Found:
    """A unit that was found; `former` is the old name or code by which it was, `opens` whether the reader may open
    its page."""

    unit: OrgUnit
    former: str
    opens: bool


def search_units(user: User, text: str, most: int = 20) -> list[OrgUnit]:
    """Units whose page the reader may open, by name or code, also by former ones, best first."""
    return [found.unit for found in _search(user, OrgUnit.objects.filter(openable(user)), text, most)]


def find_in_trees(user: User, text: str, most: int = 50) -> list[Found]:
    """The same over all names of the reader's trees, also of units that he may not open."""
    return _search(user, OrgUnit.objects.filter(tree_id__in=readable_trees(user)), text, most)


def _search(user: User, units: QuerySet[OrgUnit], text: str, most: int) -> list[Found]:
    """Two queries. The exact code comes first, then those with the same accents, then the words in this order, the
    open ones, the short names. The database ranks too, so that no good one falls out among very many."""
    key = search_key(text)
    words = key.split()
    if not words:
        return []
    condition = Q()
    for word in words:
        condition &= Q(search_key__startswith=word) | Q(search_key__contains=f" {word}")
    former = {}
    for row in FormerName.objects.filter(condition).order_by("pk")[:_MOST_CANDIDATES]:
        former[row.unit_id] = row
    rows = (
        units.filter(condition | Q(pk__in=former))
        .annotate(
            coarse=Case(
                When(code__iexact=clean(text), then=Value(0)),
                When(name__icontains=clean(text), then=Value(1)),
                When(search_key__contains=key, then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            )
        )
        .select_related("kind", "parent")
        .order_by("coarse", "tree_id", "lft")
    )
    typed = canonical(text).casefold()

    def rank(unit: OrgUnit) -> tuple:
        names = [canonical(unit.name).casefold()]
        if unit.pk in former:
            names.append(canonical(former[unit.pk].name).casefold())
        return (
            unit.code.casefold() != typed,
            not any(typed in name for name in names),
            key not in unit.search_key,
            not unit.is_open,
            not _holds(unit.search_key, words),
            len(unit.name),
            unit.tree_id,
            unit.lft,
        )

    best = sorted(rows[:_MOST_CANDIDATES], key=rank)[:most]
    return [Found(unit, _former(unit, words, former), sight_of(user, unit) is not None) for unit in best]


def _holds(key: str, words: list[str]) -> bool:
    return all(f" {word}" in f" {key}" for word in words)


def _former(unit: OrgUnit, words: list[str], former: dict[int, FormerName]) -> str:
    if unit.pk not in former or _holds(unit.search_key, words):
        return ""
    old = former[unit.pk]
    return old.name if old.code == unit.code else f"{old.name} ({old.code})"

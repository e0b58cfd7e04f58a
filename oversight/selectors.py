"""Who may read which lines of the record."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.actions import SENTENCES, sentence
from audit.models import Entry
from members.models import Member
from orgtree.enums import Reach, Role
from orgtree.models import OrgUnit
from orgtree.rights import holdings_of

# They read what was done in their unit and below; everybody reads what he did himself.
READERS = frozenset({Role.ORG_DEPARTMENT, Role.INSPECTOR})
_ACCOUNT = User._meta.label_lower


@dataclass(frozen=True)
class Filters:
    """Primary keys and plain values only: they stand in the address and in a job's arguments."""

    unit_id: int | None = None
    actor_id: int | None = None
    action: str = ""
    since: date | None = None
    until: date | None = None


def readable_units(user: User) -> QuerySet[OrgUnit] | None:
    """The units whose record the user reads; nothing for one who reads only his own acts."""
    areas = [
        Q(pk=holding.unit_id)
        if holding.reach == Reach.UNIT
        else Q(tree_id=holding.tree_id, lft__gte=holding.lft, rght__lte=holding.rght)
        for holding in holdings_of(user)
        if holding.role in READERS
    ]
    return OrgUnit.objects.filter(reduce(or_, areas)) if areas else None


def entries_visible_to(user: User) -> QuerySet[Entry]:
    """One's own acts; for the organisation department and inspectors also what happened in their units, and what
    belongs to no unit (signing in …) when a member of their units did it or it was tried on his account."""
    visible = Q(actor_id=user.pk)
    units = readable_units(user)
    if units is not None:
        accounts = Member.objects.filter(branch__in=units).values("account_id")
        visible |= Q(unit_id__in=units.values("pk")) | Q(unit_id=None, actor_id__in=accounts)
        visible |= Q(unit_id=None, actor_id=None, target_type=_ACCOUNT, target_id__in=accounts)
    return Entry.objects.filter(visible)


def filtered(entries: QuerySet[Entry], filters: Filters) -> QuerySet[Entry]:
    if filters.unit_id:
        # The unit and all below it, by the ancestors' ids: also of units that were closed since.
        below = OrgUnit.objects.filter(Q(pk=filters.unit_id) | Q(ancestor_ids__contains=[filters.unit_id]))
        entries = entries.filter(unit_id__in=below.values("pk"))
    if filters.actor_id:
        entries = entries.filter(actor_id=filters.actor_id)
    if filters.action:
        entries = entries.filter(action=filters.action)
    if filters.since:
        entries = entries.filter(at__gte=_midnight(filters.since))
    if filters.until:
        entries = entries.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    id: int
    at: datetime
    actor_id: int | None
    actor: str
    words: str
    unit_id: int | None
    unit: str
    address: str


def lines(entries: list[Entry], *, with_units: bool = True) -> list[Line]:
    """Entries with their sentences and, `with_units`, the names of their units (one query)."""
    ids = {entry.unit_id for entry in entries if entry.unit_id and with_units}
    names = dict(OrgUnit.objects.filter(pk__in=ids).order_by().values_list("pk", "name")) if ids else {}
    return [
        Line(
            id=entry.pk,
            at=entry.at,
            actor_id=entry.actor_id,
            actor=entry.actor_name,
            words=sentence(entry.action, target=entry.target_label, detail=entry.detail),
            unit_id=entry.unit_id if entry.unit_id in names else None,
            unit=names.get(entry.unit_id, ""),
            address=entry.address or "",
        )
        for entry in entries
    ]


# Who opened what is for the whole record only: it would push every change out of sight.
_READINGS = Q(action__endswith="viewed") | Q(action__endswith="revealed")


def recent_lines(user: User, *, below: int | None, limit: int = 6) -> list[Line]:
    """The newest changes whose lines the user may read, of one unit and below, without the units' names (1 query)."""
    newest = filtered(entries_visible_to(user), Filters(unit_id=below)).exclude(_READINGS).order_by("-pk")[:limit]
    return lines(list(newest), with_units=False)


def name_of_unit(user: User, unit_id: int) -> str:
    """Only of a unit whose record the user reads."""
    units = readable_units(user)
    return (units.filter(pk=unit_id).values_list("name", flat=True).first() or "") if units is not None else ""


def name_of_actor(user: User, actor_id: int) -> str:
    """Only of somebody of whom the user may read a line."""
    acts = entries_visible_to(user).filter(actor_id=actor_id)
    return acts.order_by("-pk").values_list("actor_name", flat=True).first() or ""


def actions() -> list[tuple[str, str]]:
    """Every action that can be recorded, with its sentence as a label, by the alphabet of the labels."""
    labels = ((action, sentence(action, target="…", detail={})) for action in SENTENCES)
    return sorted(((action, label[:1].upper() + label[1:]) for action, label in labels), key=lambda pair: pair[1])

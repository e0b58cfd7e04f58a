"""Secretaries and deputies whom a list named and the import refused: their units stay without them until somebody
mends the row."""

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from common.text import search_key
from members.enums import COUNTED, PostCode
from members.imports.enums import BatchState
from members.imports.models import ImportBatch, ImportRow
from members.models import Member, Post
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right_anywhere, units_where

VALUES = (
    "id",
    "batch_id",
    "person",
    "sheet",
    "row",
    "full_name",
    "level",
    "outcome",
    "note",
    "remarks",
    "posts",
    "office",
    "leads_id",
    "leads__name",
    "leads__code",
    "leads__parent__name",
    "block__branch_id",
    "batch__unit_id",
    "batch__unit__name",
    "batch__made_by_id",
    "batch__file_label",
    "batch__accept_warnings",
    "batch__entered_at",
)
ORDER = ("leads__tree_id", "leads__lft", "pk")
_OFFICES = (PostCode.SECRETARY, PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY)


def refused_leaders(user: User) -> QuerySet[ImportRow]:
    """Rows of the last list of each unit that would have given a unit of the reader's its secretary or deputy, as long
    as neither the person has been entered nor the unit has one. `office`: secretary or deputy."""
    later = ImportBatch.objects.filter(
        unit=OuterRef("batch__unit"), pk__gt=OuterRef("batch_id"), state=BatchState.ENTERED
    )
    posts = Post.objects.filter(unit_id=OuterRef("leads_id"), ends_on=None)
    led = Exists(posts.filter(code=PostCode.SECRETARY))
    helped = Exists(posts.filter(code__in=_OFFICES[1:]))
    there = Member.objects.filter(branch_id=OuterRef("block__branch_id"), status__in=COUNTED)
    entered = Q(Exists(there.filter(account__citizen_id=OuterRef("citizen_id")))) | Q(
        Exists(there.filter(full_name=OuterRef("full_name")))
    )
    # Where the row's branch was never told, its unit is a guess: only the next list settles it.
    placed = Q(block__branch__isnull=False)
    mine = Q(leads__in=units_where(user, Right.MANAGE_MEMBERS))
    mine |= Q(leads__parent__in=units_where(user, Right.DELEGATE))
    return (
        ImportRow.objects.filter(
            mine,
            leads__isnull=False,
            leads__closed_on=None,
            batch__state=BatchState.ENTERED,
        )
        .annotate(
            office=Case(
                When(posts__contains=[{"code": PostCode.SECRETARY.value}], then=Value(PostCode.SECRETARY.value)),
                default=Value(PostCode.DEPUTY_SECRETARY.value),
                output_field=CharField(),
            )
        )
        .exclude(Q(Exists(later)))
        .exclude(placed & Q(office=PostCode.SECRETARY) & Q(led))
        .exclude(placed & ~Q(office=PostCode.SECRETARY) & Q(helped))
        .exclude(placed & entered)
    )


def chosen_of(found: QuerySet[ImportRow], *, office: str = "", unit: OrgUnit | None = None, text: str = ""):
    if unit is not None:
        found = found.filter(leads__tree_id=unit.tree_id, leads__lft__gte=unit.lft, leads__rght__lte=unit.rght)
    if office:
        found = found.filter(office=office)
    for word in search_key(text).split():
        found = found.filter(leads__search_key__contains=word)
    return found


def refused_count(user: User) -> int:
    """One query, none for who hands nothing on."""
    if not has_right_anywhere(user, Right.DELEGATE) and not has_right_anywhere(user, Right.MANAGE_MEMBERS):
        return 0
    return refused_leaders(user).order_by().count()


def reasons_of(row: dict) -> list[str]:
    """Why it was refused, in the words of the list's own page."""
    faults = [one["message"] for one in row["remarks"] if one["level"] == "bad"]
    warnings = [one["message"] for one in row["remarks"] if one["level"] == "warn"]
    said = faults or warnings
    return [row["note"], *said] if row["note"] else said or ["Dòng này chưa được nhập."]

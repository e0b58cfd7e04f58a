"""Which lists are there for a reader, and what their rows say."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import units_where

from .enums import BatchState, Outcome
from .models import ImportBatch, ImportBlock, ImportRow

_MOST_UNITS = 700
_MOST_QUESTIONS = 10
_FEW_BRANCHES = 120


def imports_for(user: User) -> QuerySet[ImportBatch]:
    """Lists of the units whose members `user` manages, the newest first."""
    return (
        ImportBatch.objects.filter(unit__in=units_where(user, Right.MANAGE_MEMBERS))
        .select_related("unit", "job", "made_by")
        .order_by("-id")
    )


def units_to_choose(user: User, asked_for: str = "") -> list[OrgUnit]:
    """The units into which `user` may bring a list, in the order of the tree; of very many the upper ones, and the one
    asked for (primary key)."""
    mine = units_where(user, Right.MANAGE_MEMBERS).filter(closed_on=None)
    upper = list(mine.order_by("level", "tree_id", "lft").only("code", "name", "tree_id", "lft", "level")[:_MOST_UNITS])
    if asked_for.isdecimal() and len(asked_for) < 19 and all(str(unit.pk) != asked_for for unit in upper):
        upper += mine.filter(pk=asked_for)
    return sorted(upper, key=lambda unit: (unit.tree_id, unit.lft))


def faulty_rows(batch: ImportBatch, which: str) -> QuerySet[ImportRow]:
    """Rows to mend ("bad"), to look at ("warn"), worth knowing ("info"), or against which the records speak
    ("records")."""
    rows = batch.rows.order_by("person")
    if which == "info":
        return rows.filter(remarks__contains=[{"level": "info"}])
    if which == "records":
        return rows.filter(against_records())
    return rows.filter(level=which)


def against_records() -> Q:
    return (
        Q(outcome__in=[Outcome.ELSEWHERE, Outcome.KEPT])
        | Q(outcome=Outcome.REFUSED, level="clean")
        | Q(outcome=Outcome.REFUSED, level="warn", batch__accept_warnings=True)
    )


def rows_to_mend(batch: ImportBatch) -> QuerySet[ImportRow]:
    """What has not been entered and waits for somebody."""
    return batch.rows.filter(outcome__in=[Outcome.REFUSED, Outcome.WAITING]).order_by("person")


def rows_doing(batch: ImportBatch, outcome: str) -> QuerySet[ImportRow]:
    return batch.rows.filter(outcome=outcome).select_related("block__branch").order_by("person")


@dataclass(frozen=True)
class Question:
    """A block whose branch must be told, with the branches that may be meant."""

    block: ImportBlock
    candidates: list[OrgUnit]
    others: list[OrgUnit]


def questions_of(batch: ImportBatch) -> list[Question]:
    """The first blocks whose branch must be told, and those already told, which can be told otherwise. Two queries for
    any number of blocks."""
    blocks = list(batch.blocks.filter(Q(branch=None) | Q(chosen=True)).order_by("chosen", "number")[:_MOST_QUESTIONS])
    if not blocks:
        return []
    branches = list(
        OrgUnit.objects.filter(
            tree_id=batch.unit.tree_id,
            lft__gte=batch.unit.lft,
            rght__lte=batch.unit.rght,
            closed_on=None,
            kind__holds_members=True,
        )
        .select_related("parent")
        .order_by("lft")[:_MOST_UNITS]
    )
    by_id = {unit.pk: unit for unit in branches}
    questions = []
    for block in blocks:
        near = [by_id[pk] for pk in block.candidates if pk in by_id]
        rest = [unit for unit in branches if unit.pk not in block.candidates]
        # Of very many branches only those that sound alike, unless none does.
        questions.append(Question(block, near, rest if not near or len(branches) <= _FEW_BRANCHES else []))
    return questions


def waiting_rows(batch: ImportBatch) -> int:
    """Rows of all blocks whose branch is still to be told."""
    return batch.blocks.filter(branch=None).aggregate(total=Sum("rows"))["total"] or 0


def still_to_mend() -> Q:
    """The last list entered into a unit, when rows of it were refused."""
    later = ImportBatch.objects.filter(
        unit=OuterRef("unit"), pk__gt=OuterRef("pk"), state__in=[BatchState.CHECKED, BatchState.ENTERED]
    )
    return Q(state=BatchState.ENTERED, outcomes__has_key=Outcome.REFUSED) & ~Exists(later)


def waiting_for(user: User, units: list[int]) -> QuerySet[ImportBatch]:
    """Lists of one's own that wait for confirmation, and those with rows to mend: one's own, those of the `units` in
    which one was given the role, and those that nobody sent (entered from the server)."""
    own = Q(made_by=user)
    mine = own | Q(made_by=None) | Q(unit_id__in=units)
    return imports_for(user).filter(own & Q(state=BatchState.CHECKED) | mine & still_to_mend())

"""A whole list in one go, without a page: the command and the demo."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from members.lists import MemberList, read_member_list, report
from orgtree.models import OrgUnit

from ..branches import Block, Branches
from ..enums import BatchState, Outcome
from ..models import ImportBatch, ImportRow
from ..plans import Planner
from ..policies import may_import
from . import storing
from .entering import enter, retried
from .reading import counted, note_namesakes, refuse_secrets

_TOLD = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.ELSEWHERE, Outcome.WAITING)


def silent(done: int, total: int | None = None, step: str = "") -> None:
    """Progress that nobody watches."""


def load_list(
    path: str | Path,
    unit: OrgUnit,
    *,
    accept_warnings: bool = False,
    branch_map: dict[tuple[str, int], str] | None = None,
    dry_run: bool = False,
    progress: Callable[..., Any] = silent,
    actor: User | None,
) -> dict[str, Any]:
    """Read, judge and (but for a dry run) enter the list at `path` into `unit` and the units below it, in one
    transaction. Returns the report, as JSON. No actor: the server itself. Raises RuleViolation when the file is no
    list."""
    unit = OrgUnit.objects.get(pk=unit.pk)
    if actor is not None and not may_import(actor, unit):
        raise PermissionDenied
    refuse_secrets(path)
    member_list = read_member_list(path, progress=progress)
    if dry_run:
        return _try(member_list, unit, accept_warnings=accept_warnings, branch_map=branch_map, actor=actor)
    told: dict[str, Any] = {}

    @transaction.atomic
    def work() -> ImportBatch:
        branches = Branches(unit)
        rows = storing.draft_rows(member_list)
        blocks = storing.settled_blocks(member_list, branches, branch_map)
        note_namesakes(rows, actor, branches)
        batch = ImportBatch(unit=unit, made_by=actor, state=BatchState.ENTERING, accept_warnings=accept_warnings)
        storing.fill_batch(batch, member_list, rows)
        batch.save()
        storing.insert(batch, blocks, rows)
        enter(batch, actor=actor, progress=progress)
        told.update(_told(member_list, batch, list(batch.rows.all()), blocks))
        return batch

    retried(work)
    return told


def _try(
    member_list: MemberList,
    unit: OrgUnit,
    *,
    accept_warnings: bool,
    branch_map: dict[tuple[str, int], str] | None,
    actor: User | None,
) -> dict[str, Any]:
    """What would happen. Writes nothing."""
    branches = Branches(unit)
    rows = storing.draft_rows(member_list)
    blocks = storing.settled_blocks(member_list, branches, branch_map)
    found = {person: block.found for block in blocks for person in block.people}
    note_namesakes(rows, actor, branches)
    plans = Planner(unit, branches, actor=actor).plan(
        [(row, found[row.person]) for row in rows], accept_warnings=accept_warnings
    )
    batch = ImportBatch(unit=unit, outcomes=storing.apply_plans(plans))
    return _told(member_list, batch, rows, blocks)


def _told(member_list: MemberList, batch: ImportBatch, rows: list[ImportRow], blocks: list[Block]) -> dict[str, Any]:
    """The file's own report with what the system made of it."""
    counts = {outcome: counted(batch, outcome) for outcome in _TOLD}
    return report(member_list) | {
        "entered": counts[Outcome.NEW],
        "updated": counts[Outcome.UPDATED],
        "unchanged": counts[Outcome.UNCHANGED],
        "elsewhere": counts[Outcome.ELSEWHERE],
        "waiting": counts[Outcome.WAITING],
        "unresolved_branches": [
            {
                "sheet": block.sheet,
                "first_row": block.first_row,
                "rows": len(block.people),
                "name": block.name,
                "candidates": [
                    {"code": place.code, "name": place.name, "path": place.path} for place in block.candidates
                ],
            }
            for block in blocks
            if block.found is None
        ],
        # What the records say to rows that the file alone has nothing against.
        "findings": [
            {"sheet": row.sheet, "row": row.row, "person": row.person, "outcome": row.outcome, "message": row.note}
            for row in rows
            if row.note and row.outcome in (Outcome.ELSEWHERE, Outcome.REFUSED) and row.level != "bad"
        ]
        + [
            {"sheet": row.sheet, "row": row.row, "person": row.person, "outcome": "info", "message": one["message"]}
            for row in rows
            for one in row.remarks
            if one["code"] == "same_name_and_birth_date"
        ],
    }

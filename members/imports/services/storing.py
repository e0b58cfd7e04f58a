"""Keeping what was read and what was worked out."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from common.errors import RuleViolation
from members.lists import MemberList

from ..branches import Block, Branches, blocks_of
from ..drafts import posts_of, values_of
from ..models import ImportBatch, ImportBlock, ImportRow
from ..plans import Plan

_PIECE = 2000


def draft_rows(member_list: MemberList) -> list[ImportRow]:
    """Rows as they will be kept; not yet saved."""
    return [
        ImportRow(
            person=row.person,
            sheet=row.sheet[:100],
            row=row.row,
            level=str(row.level),
            full_name=row.full_name[:120],
            citizen_id=row.citizen_id if len(row.citizen_id) == 12 else "",
            values=values_of(row),
            posts=posts_of(row),
            remarks=[
                {"level": str(r.level), "code": r.code, "cell": r.cell, "message": r.message} for r in row.remarks
            ],
        )
        for row in member_list.rows
    ]


def settled_blocks(
    member_list: MemberList, branches: Branches, given: dict[tuple[str, int], str] | None = None
) -> list[Block]:
    """The blocks of a list with what their names say. `given` are answers in advance, (sheet, any row of the block) →
    code of a branch; they win over the names."""
    by_code = {place.code: place for place in branches.places.values()}
    blocks = blocks_of(member_list.rows)
    for block in blocks:
        branches.settle(block)
    for (sheet, row), code in (given or {}).items():
        if code not in by_code:
            raise RuleViolation(f"Mã {code} không phải là chi bộ thuộc {branches.unit.name}.")
        for block in blocks:
            if block.sheet == sheet and block.first_row <= row <= block.last_row:
                block.found, block.chosen = by_code[code], True
    return blocks


def fill_batch(batch: ImportBatch, member_list: MemberList, rows: Iterable[ImportRow]) -> None:
    """What the file says by itself, on the batch."""
    levels = Counter(row.level for row in rows)
    batch.encoding = str(member_list.encoding)
    batch.dropped_columns = [label[:300] for label in member_list.dropped_columns]
    batch.skipped_sheets = [name[:100] for name in member_list.skipped_sheets]
    batch.header_rows = member_list.header_rows
    batch.clean, batch.warn, batch.bad = levels["clean"], levels["warn"], levels["bad"]
    batch.checked_at = timezone.now()


def insert(batch: ImportBatch, blocks: list[Block], rows: list[ImportRow]) -> None:
    """Save the blocks and rows of a batch that is saved."""
    saved = ImportBlock.objects.bulk_create(
        [
            ImportBlock(
                batch=batch,
                number=block.number,
                sheet=block.sheet[:100],
                first_row=block.first_row,
                last_row=block.last_row,
                rows=len(block.people),
                name=block.name,
                context=block.context,
                candidates=[place.pk for place in block.candidates],
                branch_id=block.found.pk if block.found else None,
                chosen=block.chosen,
            )
            for block in blocks
        ],
        batch_size=_PIECE,
    )
    block_of = {person: one.pk for block, one in zip(blocks, saved, strict=True) for person in block.people}
    for row in rows:
        row.batch, row.block_id = batch, block_of[row.person]
    ImportRow.objects.bulk_create(rows, batch_size=_PIECE)


def apply_plans(plans: Iterable[Plan]) -> dict[str, dict[str, int]]:
    """Put outcomes and changes on the rows (not saved). Returns outcome → level → rows."""
    counted: dict[str, Counter] = defaultdict(Counter)
    for plan in plans:
        row = plan.row
        row.outcome, row.note, row.changes = plan.outcome, plan.note[:300], plan.changes
        counted[plan.outcome][row.level] += 1
    return {str(outcome): dict(levels) for outcome, levels in counted.items()}


def save_outcomes(rows: Iterable[ImportRow]) -> None:
    """What became of saved rows: one statement for two thousand."""
    rows = list(rows)
    for start in range(0, len(rows), _PIECE):
        part = rows[start : start + _PIECE]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE members_importrow r
                SET outcome = u.outcome, note = u.note, changes = u.changes, made = u.made, member_id = u.member_id,
                    leads_id = u.leads_id
                FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::jsonb[], %s::bigint[], %s::bigint[])
                     AS u(id, outcome, note, changes, made, member_id, leads_id)
                WHERE r.id = u.id
                """,
                [
                    [row.pk for row in part],
                    [str(row.outcome) for row in part],
                    [row.note for row in part],
                    [json.dumps(row.changes) for row in part],
                    [json.dumps(row.made) for row in part],
                    [row.member_id for row in part],
                    [row.leads_id for row in part],
                ],
            )

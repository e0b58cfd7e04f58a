"""Head-counts along the tree. Triggers on members and posts feed them whatever path writes (form, import, merge,
shell): nobody can forget to count. The conditions stand here once, for the triggers and for counting anew."""

from collections.abc import Iterator

import pgtrigger
from django.db import connection, transaction

from orgtree.services import fold_figures, recount_figures

from .enums import COUNTED, PostCode, Standing, Status

_COUNTED = f"m.status IN ({', '.join(repr(s.value) for s in COUNTED)})"
_IN_SCOPE = f"{_COUNTED} AND m.status <> '{Status.EXEMPT.value}'"

# measure → whom it counts, `m` being a row of members_member.
MEMBER_MEASURES = {
    "members": _COUNTED,
    "official": f"{_COUNTED} AND m.standing = '{Standing.OFFICIAL.value}'",
    "probationary": f"{_COUNTED} AND m.standing = '{Standing.PROBATIONARY.value}'",
    "exempt": f"m.status = '{Status.EXEMPT.value}'",
    "temp_away": f"m.status = '{Status.TEMP_AWAY.value}'",
    "female": f"{_COUNTED} AND m.gender = 'female'",
    # Activation (domain.md §1.6): of those in scope; who has no smartphone is in scope and shown beside it.
    "in_scope": _IN_SCOPE,
    "activated": f"{_IN_SCOPE} AND m.activated_at IS NOT NULL",
    "no_smartphone": f"{_IN_SCOPE} AND m.no_smartphone",
}
# measure → which post it counts, `p` being a row of members_post.
POST_MEASURES = {"secretaries": f"p.ends_on IS NULL AND p.code = '{PostCode.SECRETARY.value}'"}
MEASURES = (*MEMBER_MEASURES, *POST_MEASURES)


def _counts(table: str, alias: str, unit: str, measures: dict[str, str], sign: int) -> str:
    rows = ", ".join(f"('{name}', {condition})" for name, condition in measures.items())
    return (
        f"SELECT {alias}.{unit} AS unit_id, f.measure, {sign} AS change FROM {table} {alias} "
        f"CROSS JOIN LATERAL (VALUES {rows}) AS f (measure, holds) WHERE f.holds"
    )


def _trigger(name: str, operation, alias: str, unit: str, measures: dict[str, str]) -> pgtrigger.Trigger:
    parts, old, new = [], None, None
    if operation in (pgtrigger.Update, pgtrigger.Delete):
        old = "old_rows"
        parts.append(_counts(old, alias, unit, measures, -1))
    if operation in (pgtrigger.Update, pgtrigger.Insert):
        new = "new_rows"
        parts.append(_counts(new, alias, unit, measures, 1))
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old=old, new=new),
        func=f"""
            INSERT INTO orgtree_figuredelta (unit_id, measure, delta)
            SELECT unit_id, measure, sum(change) FROM ({" UNION ALL ".join(parts)}) AS changes
            GROUP BY unit_id, measure HAVING sum(change) <> 0;
            RETURN NULL;
        """,
    )


def member_triggers() -> list[pgtrigger.Trigger]:
    return _triggers("m", "branch_id", MEMBER_MEASURES)


def post_triggers() -> list[pgtrigger.Trigger]:
    return _triggers("p", "unit_id", POST_MEASURES)


def _triggers(alias: str, unit: str, measures: dict[str, str]) -> list[pgtrigger.Trigger]:
    return [
        _trigger("figures_of_new", pgtrigger.Insert, alias, unit, measures),
        _trigger("figures_of_changed", pgtrigger.Update, alias, unit, measures),
        _trigger("figures_of_deleted", pgtrigger.Delete, alias, unit, measures),
    ]


def count_all() -> Iterator[tuple[int, str, int]]:
    """Every unit's own counts, from the rows themselves: (unit id, measure, value)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT unit_id, measure, sum(change) FROM (
                {_counts("members_member", "m", "branch_id", MEMBER_MEASURES, 1)}
                UNION ALL
                {_counts("members_post", "p", "unit_id", POST_MEASURES, 1)}
            ) AS counted GROUP BY unit_id, measure
            """
        )
        yield from ((unit_id, measure, int(value)) for unit_id, measure, value in cursor.fetchall())


@transaction.atomic
def recount() -> list[str]:
    """Compare all figures with the rows and put right what differs; a line for each difference. Writers wait for the
    second it takes: what they added between counting and folding would be counted twice."""
    fold_figures()
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE members_member, members_post IN SHARE MODE")
    return recount_figures(count_all(), measures=MEASURES)

"""Counts along the tree: written as deltas in the business transaction, folded to all superiors by a job."""

from collections.abc import Iterable

from django.db import connection, transaction

from ..locks import lock_figures
from ..models import FigureDelta, OrgUnit

# The figure of open branches, kept by a trigger of OrgUnit, counted anew.
COUNT_BRANCHES = """
    SELECT u.id AS unit_id, 'branches' AS measure, 1 AS here
    FROM orgtree_orgunit u JOIN orgtree_unitkind k ON k.id = u.kind_id WHERE u.closed_on IS NULL AND k.holds_members
"""


def add_figures(deltas: Iterable[tuple[int, str, int]]) -> None:
    """Add (unit id, measure, change) in the caller's transaction; what is zero is left out."""
    FigureDelta.objects.bulk_create(
        [FigureDelta(unit_id=unit_id, measure=measure, delta=delta) for unit_id, measure, delta in deltas if delta],
        batch_size=2000,
    )


@transaction.atomic
def fold_figures() -> int:
    """Fold all waiting deltas into the figures of their units and of all superiors. Safe to run twice and by two:
    a delta is deleted in the statement that adds it. Returns how many deltas were folded."""
    lock_figures()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH taken AS (DELETE FROM orgtree_figuredelta RETURNING unit_id, measure, delta),
            own AS (SELECT unit_id, measure, sum(delta) AS delta FROM taken GROUP BY 1, 2),
            spread AS (
                SELECT own.unit_id AS unit_id, measure, delta AS here, delta AS below FROM own
                UNION ALL
                SELECT a.id, measure, 0, delta
                FROM own JOIN orgtree_orgunit u ON u.id = own.unit_id, unnest(u.ancestor_ids) AS a(id)
            ),
            summed AS (SELECT unit_id, measure, sum(here) AS here, sum(below) AS below FROM spread GROUP BY 1, 2),
            written AS (
                INSERT INTO orgtree_figure (unit_id, measure, here, below)
                SELECT unit_id, measure, here, below FROM summed
                ON CONFLICT (unit_id, measure) DO UPDATE
                SET here = orgtree_figure.here + excluded.here, below = orgtree_figure.below + excluded.below
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM written)
            """
        )
        return cursor.fetchone()[0]


def carry(unit: OrgUnit, *, old_parent: OrgUnit, new_parent: OrgUnit) -> None:
    """Take a moving unit's totals from its old superiors to the new ones. Before the move, in its transaction."""
    lock_figures()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orgtree_figure (unit_id, measure, here, below)
            SELECT t.id, f.measure, 0, sum(t.sign * f.below)
            FROM orgtree_figure f,
                 (SELECT unnest(%s::bigint[]) AS id, -1 AS sign UNION ALL SELECT unnest(%s::bigint[]), 1) t
            WHERE f.unit_id = %s
            GROUP BY 1, 2
            ON CONFLICT (unit_id, measure) DO UPDATE SET below = orgtree_figure.below + excluded.below
            """,
            [
                [*old_parent.ancestor_ids, old_parent.pk],
                [*new_parent.ancestor_ids, new_parent.pk],
                unit.pk,
            ],
        )


@transaction.atomic
def recount_figures(counted: Iterable[tuple[int, str, int]], *, measures: Iterable[str]) -> list[str]:
    """Compare the figures of `measures` with `counted` (unit id, measure, value here) and put right what differs.
    Returns a line for each difference found; an empty list is the expected answer."""
    measures = list(measures)
    fold_figures()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.counted_figures")
        cursor.execute("CREATE TEMP TABLE counted_figures (unit_id bigint, measure text, here bigint) ON COMMIT DROP")
        rows = list(counted)
        for start in range(0, len(rows), 5000):
            part = rows[start : start + 5000]
            cursor.execute(
                "INSERT INTO counted_figures SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])",
                [[r[0] for r in part], [r[1] for r in part], [r[2] for r in part]],
            )
        cursor.execute(
            """
            WITH spread AS (
                SELECT unit_id, measure, here, here AS below FROM counted_figures
                UNION ALL
                SELECT a.id, c.measure, 0, c.here
                FROM counted_figures c JOIN orgtree_orgunit u ON u.id = c.unit_id, unnest(u.ancestor_ids) AS a(id)
            ),
            right_ones AS (SELECT unit_id, measure, sum(here) AS here, sum(below) AS below FROM spread GROUP BY 1, 2),
            compared AS (
                SELECT coalesce(r.unit_id, f.unit_id) AS unit_id, coalesce(r.measure, f.measure) AS measure,
                       coalesce(r.here, 0) AS here, coalesce(r.below, 0) AS below,
                       coalesce(f.here, 0) AS old_here, coalesce(f.below, 0) AS old_below
                FROM right_ones r FULL JOIN (SELECT * FROM orgtree_figure WHERE measure = ANY(%s)) f
                  ON f.unit_id = r.unit_id AND f.measure = r.measure
            ),
            wrong AS (SELECT * FROM compared WHERE (here, below) IS DISTINCT FROM (old_here, old_below)),
            mended AS (
                INSERT INTO orgtree_figure (unit_id, measure, here, below)
                SELECT unit_id, measure, here, below FROM wrong
                ON CONFLICT (unit_id, measure) DO UPDATE SET here = excluded.here, below = excluded.below
                RETURNING 1
            )
            SELECT unit_id, measure, old_here, here, old_below, below FROM wrong ORDER BY unit_id, measure
            """,
            [measures],
        )
        return [
            f"đơn vị {unit_id}, {measure}: {old_here} → {here}, cộng cấp dưới {old_below} → {below}"
            for unit_id, measure, old_here, here, old_below, below in cursor.fetchall()
        ]


@transaction.atomic
def compare_figures(counted: str, *, beginnings: Iterable[str], repair: bool) -> list[str]:
    """Compare the figures of all measures that begin so with `counted`, a query of (unit_id, measure, here), and put
    right what differs. Nobody has to wait: one statement sees what is counted, the figures and what waits to be folded
    as they were at one moment. Returns a line for each difference."""
    lock_figures()
    mended = """, mended AS (
        INSERT INTO orgtree_figure (unit_id, measure, here, below)
        SELECT unit_id, measure, here, below FROM wrong
        ON CONFLICT (unit_id, measure) DO UPDATE
        SET here = orgtree_figure.here + excluded.here, below = orgtree_figure.below + excluded.below
    )"""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH own AS MATERIALIZED (
                SELECT unit_id, measure, here FROM ({counted}) AS c
                UNION ALL
                SELECT unit_id, measure, -delta FROM orgtree_figuredelta WHERE measure LIKE ANY(%(like)s)
            ),
            spread AS (
                SELECT unit_id, measure, here, here AS below FROM own
                UNION ALL
                SELECT a.id, own.measure, 0, own.here
                FROM own JOIN orgtree_orgunit u ON u.id = own.unit_id, unnest(u.ancestor_ids) AS a(id)
                UNION ALL
                SELECT unit_id, measure, -here, -below FROM orgtree_figure WHERE measure LIKE ANY(%(like)s)
            ),
            wrong AS (
                SELECT unit_id, measure, sum(here) AS here, sum(below) AS below
                FROM spread GROUP BY 1, 2 HAVING sum(here) <> 0 OR sum(below) <> 0
            ){mended if repair else ""}
            SELECT unit_id, measure, here, below FROM wrong ORDER BY 1, 2
            """,
            {"like": [f"{one}%" for one in beginnings]},
        )
        return [
            f"đơn vị {unit_id}, {measure}: lệch {here}, cộng cấp dưới lệch {below}"
            for unit_id, measure, here, below in cursor.fetchall()
        ]

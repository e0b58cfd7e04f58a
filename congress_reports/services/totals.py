"""Sums along the tree. A trigger on Report notes in the same transaction what each change adds; a job folds that to all
superiors, readers add what still waits, and a recount from the reports themselves must find the same."""

from django.db import connection, transaction

from ..totals_sql import SUM_DELTAS, vectors_of

_LOCK = 0x434F4E47  # "CONG"

_ADD = """(
    SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY i)
    FROM unnest({0}, {1}) WITH ORDINALITY AS u(a, b, i)
)"""


def _sum(left: str, right: str) -> str:
    return f"coalesce({_ADD.format(left, right)}, '{{}}')"


_BY_KIND = """
    SELECT unit_id, duty_id,
           coalesce(max(sums) FILTER (WHERE kind = 'states'), '{}') AS states,
           coalesce(max(sums) FILTER (WHERE kind = 'approved'), '{}') AS approved,
           coalesce(max(sums) FILTER (WHERE kind = 'waiting'), '{}') AS waiting
    FROM summed GROUP BY 1, 2
"""
_UPSERT = f"""
    INSERT INTO congress_reports_total AS t (unit_id, duty_id, states, approved, waiting) {_BY_KIND}
    ON CONFLICT (unit_id, duty_id) DO UPDATE SET
        states = {_sum("t.states", "excluded.states")},
        approved = {_sum("t.approved", "excluded.approved")},
        waiting = {_sum("t.waiting", "excluded.waiting")}
"""


@transaction.atomic
def fold_totals() -> int:
    """Add all waiting deltas to the totals of all superiors. Safe to run twice and by two: a delta is deleted in the
    statement that adds it. Returns how many deltas were folded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            f"""
            WITH taken AS (
                DELETE FROM congress_reports_totaldelta RETURNING unit_id, duty_id, states, approved, waiting
            ),
            spread AS (
                SELECT a.id AS unit_id, taken.duty_id, states, approved, waiting
                FROM taken JOIN orgtree_orgunit u ON u.id = taken.unit_id, unnest(u.ancestor_ids) AS a(id)
            ),
            summed AS ({SUM_DELTAS.format(source="spread")}),
            written AS ({_UPSERT} RETURNING 1)
            SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM written)
            """
        )
        return cursor.fetchone()[0]


@transaction.atomic
def recount_totals(*, repair: bool = True) -> list[str]:
    """Sum the reports up once more from the leaves, level by level, and compare with the totals. Returns a line for
    each difference; an empty list is the expected answer. What differs is put right unless told otherwise."""
    fold_totals()
    states, approved, waiting = vectors_of("r")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DROP TABLE IF EXISTS pg_temp.counted;
            CREATE TEMP TABLE counted (
                unit_id bigint, duty_id bigint, states bigint[], approved bigint[], waiting bigint[]
            ) ON COMMIT DROP
            """
        )
        cursor.execute("SELECT max(level) FROM orgtree_orgunit")
        for level in range(cursor.fetchone()[0] or 0, 0, -1):
            source = f"""(
                SELECT u.parent_id AS unit_id, r.duty_id,
                       {states} AS states, {approved} AS approved, {waiting} AS waiting
                FROM congress_reports_report r JOIN orgtree_orgunit u ON u.id = r.unit_id WHERE u.level = {level}
                UNION ALL
                SELECT u.parent_id, c.duty_id, c.states, c.approved, c.waiting
                FROM counted c JOIN orgtree_orgunit u ON u.id = c.unit_id WHERE u.level = {level}
            )"""
            cursor.execute(f"WITH summed AS ({SUM_DELTAS.format(source=source)}) INSERT INTO counted {_BY_KIND}")
        cursor.execute(
            f"""
            SELECT coalesce(c.unit_id, t.unit_id), coalesce(c.duty_id, t.duty_id)
            FROM counted c FULL JOIN congress_reports_total t ON t.unit_id = c.unit_id AND t.duty_id = c.duty_id
            WHERE {_differs("states")} OR {_differs("approved")} OR {_differs("waiting")}
            ORDER BY 1, 2
            """
        )
        wrong = cursor.fetchall()
        if wrong and repair:
            cursor.execute("DELETE FROM congress_reports_total")
            cursor.execute(
                "INSERT INTO congress_reports_total (unit_id, duty_id, states, approved, waiting) "
                "SELECT unit_id, duty_id, states, approved, waiting FROM counted"
            )
    return [f"đơn vị {unit}, loại báo cáo {duty}: tổng đã lưu khác tổng tính lại" for unit, duty in wrong]


def _differs(column: str) -> str:
    """Vectors that differ in more than zeros: an empty one stands for nothing."""
    return f"EXISTS (SELECT 1 FROM unnest(c.{column}, t.{column}) AS x(a, b) WHERE coalesce(a, 0) <> coalesce(b, 0))"

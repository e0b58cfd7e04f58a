"""Sums along the tree. A trigger on Report notes in the same transaction what each change adds; a job folds that to all
superiors, readers add what still waits, and a recount from the reports themselves must find the same."""

from django.db import connection, transaction

from orgtree.models import OrgUnit

from ..totals_sql import SUM_DELTAS, vectors_of

_LOCK = 0x434F4E47  # "CONG"
_VECTORS = ("states", "approved", "waiting")

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


def carry_totals(unit: OrgUnit, *, old_parent: OrgUnit, new_parent: OrgUnit) -> None:
    """Take what a moving unit adds from its old superiors to the new ones. Before the move, in its transaction: a fold
    waits for its end. What waits to be folded is left out, for it will be folded to the new superiors; all is read by
    one statement, so that a report decided meanwhile counts once."""
    own = ", ".join(f"{vector} AS {name}" for vector, name in zip(vectors_of("r"), _VECTORS, strict=True))
    waiting = ", ".join(f"{_times(f'd.{name}', '-1')} AS {name}" for name in _VECTORS)
    signed = ", ".join(f"{_times(f'held.{name}', 'side.sign')} AS {name}" for name in _VECTORS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            f"""
            WITH held AS (
                SELECT t.duty_id, t.states, t.approved, t.waiting FROM congress_reports_total t
                WHERE t.unit_id = %(unit)s
                UNION ALL
                SELECT r.duty_id, {own} FROM congress_reports_report r WHERE r.unit_id = %(unit)s
                UNION ALL
                SELECT d.duty_id, {waiting} FROM congress_reports_totaldelta d WHERE d.unit_id = %(unit)s
            ),
            spread AS (
                SELECT side.id AS unit_id, held.duty_id, {signed}
                FROM held, (
                    SELECT unnest(%(old)s::bigint[]) AS id, -1 AS sign
                    UNION ALL SELECT unnest(%(new)s::bigint[]), 1
                ) side
            ),
            summed AS ({SUM_DELTAS.format(source="spread")})
            {_UPSERT}
            """,
            {
                "unit": unit.pk,
                "old": [*old_parent.ancestor_ids, old_parent.pk],
                "new": [*new_parent.ancestor_ids, new_parent.pk],
            },
        )


def _times(vector: str, factor: str) -> str:
    return f"ARRAY(SELECT v * {factor} FROM unnest({vector}) WITH ORDINALITY AS u(v, i) ORDER BY i)"


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

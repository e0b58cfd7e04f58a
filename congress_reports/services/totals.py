"""Sums along the tree. A trigger on Report notes in the same transaction what each change adds; a job folds that to all
superiors, readers add what still waits, and a recount from the reports themselves must find the same."""

from django.db import connection, transaction

from orgtree.models import OrgUnit
from orgtree.services import compare_figures

from ..definitions import answers_of, definition_of, figures_of
from ..enums import WAITING, ReportState
from ..models import Report
from ..totals_sql import COUNT_DAYS, DUE, HELD, STATES, SUM_DELTAS, counted_below, vectors_of

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


def recount_totals(*, repair: bool = True) -> list[str]:
    """Sum the reports up once more, tree by tree, and compare with the totals; then what depends on the day. Returns a
    line for each difference; an empty list is the expected answer. What differs is put right unless told otherwise."""
    fold_totals()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tree_id FROM orgtree_orgunit WHERE parent_id IS NULL ORDER BY 1")
        trees = [tree for (tree,) in cursor.fetchall()]
    found, length = [], len(STATES)
    for tree in trees:
        wrong, length = _recount_tree(tree, length, repair)
        found += [f"đơn vị {unit}, loại báo cáo {duty}: tổng đã lưu khác tổng tính lại" for unit, duty in wrong]
    return found + compare_figures(COUNT_DAYS, beginnings=(DUE, HELD), repair=repair)


@transaction.atomic
def _recount_tree(tree: int, length: int, repair: bool) -> tuple[list[tuple[int, int]], int]:
    """Reports go on being written meanwhile: one statement sees the reports, the totals and what waits to be folded as
    they were at one moment, and the totals are mended by the difference, so that what is noted after that moment is
    added to them once."""
    with connection.cursor() as cursor:
        # Nobody folds or carries between the look and the mending.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        while True:
            cursor.execute(_comparison(length, repair), {"tree": tree})
            rows = cursor.fetchall()
            longest = rows[0][0]
            if longest <= length:
                break
            length = longest
    return [(unit, duty) for _, unit, duty in rows if unit is not None], length


def wrong_figures(*, repair: bool = False) -> list[str]:
    """Read what every report that counts says, and compare with the figures kept beside it. Returns a line for each
    that differs."""
    found = []
    counting = Report.objects.filter(state__in=[*WAITING, ReportState.APPROVED])
    for report in counting.select_related("duty__form", "campaign").order_by("pk").iterator(chunk_size=500):
        if report.figures != figures_of(definition_of(report), answers_of(report)):
            found.append(f"báo cáo {report.pk}: số liệu đưa vào tổng khác nội dung báo cáo")
            if repair:
                _read_figures_again(report)
    return found


@transaction.atomic
def _read_figures_again(report: Report) -> None:
    report = Report.objects.select_for_update(of=("self",)).select_related("duty__form", "campaign").get(pk=report.pk)
    if report.state in {*WAITING, ReportState.APPROVED}:
        report.figures = figures_of(definition_of(report), answers_of(report))
        report.save(update_fields=["figures"])


def _comparison(length: int, repair: bool) -> str:
    """Rows of (the longest vector of figures, unit, duty), one without a unit when nothing differs. Writes nothing when
    a vector is longer than `length`."""
    mended = f""", mended AS ({_UPSERT})""" if repair else ""
    return f"""
        WITH {counted_below(length)},
        kept AS (
            SELECT t.unit_id, t.duty_id, x.kind, x.v
            FROM congress_reports_total t,
                 LATERAL (VALUES ('states', t.states), ('approved', t.approved), ('waiting', t.waiting)) AS x(kind, v)
            -- As a list, so that the index is used whatever the planner believes of the tables.
            WHERE t.unit_id = ANY(ARRAY(SELECT id FROM orgtree_orgunit WHERE tree_id = %(tree)s)) AND x.v <> '{{}}'
        ),
        noted AS (
            SELECT a.id AS unit_id, d.duty_id, d.states, d.approved, d.waiting
            FROM congress_reports_totaldelta d JOIN orgtree_orgunit u ON u.id = d.unit_id,
                 unnest(u.ancestor_ids) AS a(id)
            WHERE u.tree_id = %(tree)s
        ),
        pending AS (SELECT unit_id, duty_id, kind, sums AS v FROM ({SUM_DELTAS.format(source="noted")}) p),
        compared AS (
            SELECT unit_id, duty_id, kind, CASE WHEN t.v IS NULL AND p.v IS NULL THEN c.v ELSE ARRAY(
                SELECT coalesce(a, 0) - coalesce(b, 0) - coalesce(d, 0)
                FROM unnest(c.v, t.v, p.v) WITH ORDINALITY AS u(a, b, d, i) ORDER BY i
            ) END AS sums
            FROM counted c FULL JOIN kept t USING (unit_id, duty_id, kind)
                 FULL JOIN pending p USING (unit_id, duty_id, kind)
            WHERE c.v IS DISTINCT FROM t.v OR p.v IS NOT NULL
        ),
        summed AS (
            SELECT compared.* FROM compared, longest WHERE longest.longest <= {length} AND 0 <> ANY(sums)
        ){mended}
        SELECT DISTINCT longest.longest, summed.unit_id, summed.duty_id
        FROM longest LEFT JOIN summed ON true ORDER BY 2, 3
    """

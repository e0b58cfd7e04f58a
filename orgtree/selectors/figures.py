from collections.abc import Iterable

from django.db import connection


def figures(unit_ids: Iterable[int], measures: Iterable[str]) -> dict[tuple[int, str], tuple[int, int]]:
    """(unit id, measure) → (on the unit itself, with all below), with what still waits to be folded; what is not
    there is zero. One query, so that a fold in between counts nothing twice."""
    ids, names = list(unit_ids), list(measures)
    if not ids or not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unit_id, measure, sum(here), sum(below) FROM (
                SELECT unit_id, measure, here, below FROM orgtree_figure
                WHERE unit_id = ANY(%(ids)s) AND measure = ANY(%(measures)s)
                UNION ALL
                SELECT a.id, d.measure, CASE WHEN a.id = d.unit_id THEN d.delta ELSE 0 END, d.delta
                FROM orgtree_figuredelta d JOIN orgtree_orgunit u ON u.id = d.unit_id,
                     unnest(u.ancestor_ids || u.id) AS a(id)
                WHERE d.measure = ANY(%(measures)s) AND a.id = ANY(%(ids)s)
            ) AS parts GROUP BY 1, 2
            """,
            {"ids": ids, "measures": names},
        )
        found = {(unit_id, measure): (int(here), int(below)) for unit_id, measure, here, below in cursor.fetchall()}
    return {(unit_id, name): found.get((unit_id, name), (0, 0)) for unit_id in ids for name in names}

from collections.abc import Iterable

from django.db import connection


def figures_between(unit_ids: Iterable[int], ranges: Iterable[tuple[str, str, str]]) -> dict[tuple[int, str], int]:
    """(unit id, name) → the sum of all measures from the first to the last word of a range (name, first, last), over
    the unit and all below it, with what still waits to be folded. Zeros are left out. One query."""
    ids, named = list(unit_ids), list(ranges)
    if not ids or not named:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unit_id, name, sum(below) FROM (
                SELECT f.unit_id, r.name, f.below
                FROM unnest(%(ids)s::bigint[]) AS i(id)
                CROSS JOIN unnest(%(names)s::text[], %(firsts)s::text[], %(lasts)s::text[]) AS r(name, a, z)
                JOIN orgtree_figure f ON f.unit_id = i.id AND f.measure BETWEEN r.a AND r.z
                UNION ALL
                SELECT a.id, r.name, d.delta
                FROM unnest(%(names)s::text[], %(firsts)s::text[], %(lasts)s::text[]) AS r(name, a, z)
                JOIN orgtree_figuredelta d ON d.measure BETWEEN r.a AND r.z
                JOIN orgtree_orgunit u ON u.id = d.unit_id, unnest(u.ancestor_ids || u.id) AS a(id)
                WHERE a.id = ANY(%(ids)s)
            ) AS parts GROUP BY 1, 2 HAVING sum(below) <> 0
            """,
            {
                "ids": ids,
                "names": [name for name, _, _ in named],
                "firsts": [first for _, first, _ in named],
                "lasts": [last for _, _, last in named],
            },
        )
        return {(unit_id, name): int(below) for unit_id, name, below in cursor.fetchall()}


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

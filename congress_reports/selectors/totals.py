"""Sums below units, never behind: folded totals and what still waits to be folded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from django.db import connection

from ..totals_sql import STATES, SUM_DELTAS

KINDS = ("states", "approved", "waiting")


@dataclass
class Sums:
    """For one unit and one duty, over all units strictly below: counts by state, figures in the order of the form."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    approved: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)


def totals(
    unit_ids: Iterable[int], duty_ids: Iterable[int], *, kinds: Iterable[str] = KINDS
) -> dict[tuple[int, int], Sums]:
    """Sums by (unit, duty), of what is asked for; who has no reports below is left out. One query, so that a fold in
    between counts nothing twice."""
    folded = " UNION ALL ".join(
        f"SELECT t.unit_id, t.duty_id, '{kind}', t.{kind} FROM congress_reports_total t "
        "WHERE t.unit_id = ANY(%(units)s) AND t.duty_id = ANY(%(duties)s)"
        for kind in KINDS
        if kind in set(kinds)
    )
    noted = """(
        SELECT a.id AS unit_id, d.duty_id, d.states, d.approved, d.waiting
        FROM congress_reports_totaldelta d
        JOIN orgtree_orgunit u ON u.id = d.unit_id, unnest(u.ancestor_ids) AS a(id)
        WHERE d.duty_id = ANY(%(duties)s) AND a.id = ANY(%(units)s)
    )"""
    found: dict[tuple[int, int], Sums] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{folded} UNION ALL {SUM_DELTAS.format(source=noted)}",
            {"units": list(unit_ids), "duties": list(duty_ids)},
        )
        for unit_id, duty_id, kind, vector in cursor.fetchall():
            one = found.setdefault((unit_id, duty_id), Sums())
            if kind == "states":
                for name, number in zip(STATES, vector, strict=False):
                    one.states[name] += int(number)
            else:
                known = getattr(one, kind)
                pairs = zip_longest(known, vector, fillvalue=0)
                setattr(one, kind, [a + int(b) for a, b in pairs] if known else [int(number) for number in vector])
    return found

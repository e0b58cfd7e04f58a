"""Sums below units, never behind: folded totals and what still waits to be folded."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from ..totals_sql import STATES, SUM_DELTAS


@dataclass
class Sums:
    """For one unit and one duty, over all units strictly below: counts by state, figures in the order of the form."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    approved: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)


def totals(unit_ids: Iterable[int], duty_ids: Iterable[int]) -> dict[tuple[int, int], Sums]:
    """Sums by (unit, duty); who has no reports below is left out. One query."""
    found: dict[tuple[int, int], Sums] = {}
    spread = """(
        SELECT t.unit_id, t.duty_id, t.states, t.approved, t.waiting FROM congress_reports_total t
        WHERE t.unit_id = ANY(%(units)s) AND t.duty_id = ANY(%(duties)s)
        UNION ALL
        SELECT a.id, d.duty_id, d.states, d.approved, d.waiting
        FROM congress_reports_totaldelta d
        JOIN orgtree_orgunit u ON u.id = d.unit_id, unnest(u.ancestor_ids) AS a(id)
        WHERE d.duty_id = ANY(%(duties)s) AND a.id = ANY(%(units)s)
    )"""
    with connection.cursor() as cursor:
        cursor.execute(SUM_DELTAS.format(source=spread), {"units": list(unit_ids), "duties": list(duty_ids)})
        for unit_id, duty_id, kind, sums in cursor.fetchall():
            one = found.setdefault((unit_id, duty_id), Sums())
            numbers = [int(number) for number in sums]
            if kind == "states":
                one.states = dict(zip(STATES, numbers, strict=True))
            else:
                setattr(one, kind, numbers)
    return found

"""The totals along the tree as SQL: a trigger that notes what each change of a report adds, and the sums."""

import pgtrigger

# The order of `states` in Total and TotalDelta; late ones are counted beside (sent after the last day).
STATES = ("expected", "draft", "sent", "in_review", "approved", "rejected", "late", "incomplete", "stale")

_STATES_OF = """ARRAY[
    ({r}.state = 'expected')::int, ({r}.state = 'draft')::int, ({r}.state = 'sent')::int,
    ({r}.state = 'in_review')::int, ({r}.state = 'approved')::int, ({r}.state = 'rejected')::int,
    ({r}.state IN ('sent', 'in_review', 'approved') AND coalesce({r}.late_days, 0) > 0)::int,
    ({r}.state IN ('sent', 'in_review', 'approved') AND {r}.incomplete_reason <> '')::int,
    ({r}.state IN ('sent', 'in_review', 'approved') AND {r}.stale_since IS NOT NULL)::int]::bigint[]"""


def vectors_of(row: str) -> tuple[str, str, str]:
    """What a report counts for: its state, its figures as approved ones, its figures as waiting ones."""
    return (
        _STATES_OF.format(r=row),
        f"CASE WHEN {row}.state = 'approved' THEN {row}.figures ELSE '{{}}'::bigint[] END",
        f"CASE WHEN {row}.state IN ('sent', 'in_review') THEN {row}.figures ELSE '{{}}'::bigint[] END",
    )


def _values(row: str, sign: str) -> str:
    negated = "ARRAY(SELECT {sign}v FROM unnest({array}) WITH ORDINALITY AS u(v, i) ORDER BY i)"
    return ", ".join(negated.format(sign=sign, array=array) for array in vectors_of(row))


def report_triggers() -> list[pgtrigger.Trigger]:
    """Row by row: a report is written alone. Bulk loaders (demo, scale) switch them off and recount."""
    insert = "INSERT INTO congress_reports_totaldelta (unit_id, duty_id, states, approved, waiting)"
    return [
        pgtrigger.Trigger(
            name="note_what_it_adds",
            operation=pgtrigger.Insert
            | pgtrigger.Delete
            | pgtrigger.UpdateOf(
                "state", "figures", "unit_id", "duty_id", "late_days", "incomplete_reason", "stale_since"
            ),
            when=pgtrigger.After,
            func=f"""
                IF TG_OP <> 'INSERT' THEN
                    {insert} VALUES (OLD.unit_id, OLD.duty_id, {_values("OLD", "-")});
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    {insert} VALUES (NEW.unit_id, NEW.duty_id, {_values("NEW", "")});
                END IF;
                RETURN NULL;
            """,
        )
    ]


# Vectors of the same duty have the same length, but an empty one stands for nothing.
SUM_DELTAS = """
    SELECT unit_id, duty_id, kind, array_agg(total ORDER BY i) AS sums FROM (
        SELECT d.unit_id, d.duty_id, v.kind, x.i, sum(x.v) AS total
        FROM {source} d,
             LATERAL (VALUES ('states', d.states), ('approved', d.approved), ('waiting', d.waiting)) v(kind, arr),
             LATERAL unnest(v.arr) WITH ORDINALITY AS x(v, i)
        GROUP BY 1, 2, 3, 4
    ) t GROUP BY 1, 2, 3
"""

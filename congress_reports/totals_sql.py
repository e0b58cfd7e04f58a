"""The totals along the tree as SQL: a trigger that notes what each change of a report adds, and the sums."""

from datetime import date, timedelta

import pgtrigger

_COUNTS = "{r}.state IN ('sent', 'in_review', 'approved')"
# What is counted of the reports, in the order of `states` in Total and TotalDelta; who sent after the last day is
# counted beside, and so on.
CONDITIONS = {
    "expected": "{r}.state = 'expected'",
    "draft": "{r}.state = 'draft'",
    "sent": "{r}.state = 'sent'",
    "in_review": "{r}.state = 'in_review'",
    "approved": "{r}.state = 'approved'",
    "rejected": "{r}.state = 'rejected'",
    "late": f"{_COUNTS} AND coalesce({{r}}.late_days, 0) > 0",
    "incomplete": f"{_COUNTS} AND {{r}}.incomplete_reason <> ''",
    "stale": f"{_COUNTS} AND {{r}}.stale_since IS NOT NULL",
}
STATES = tuple(CONDITIONS)
APPROVED, WAITING = "{r}.state = 'approved'", "{r}.state IN ('sent', 'in_review')"

_STATES_OF = f"ARRAY[{', '.join(f'({one})::int' for one in CONDITIONS.values())}]::bigint[]"


def vectors_of(row: str) -> tuple[str, str, str]:
    """What a report counts for: its state, its figures as approved ones, its figures as waiting ones."""
    return (
        _STATES_OF.format(r=row),
        f"CASE WHEN {APPROVED.format(r=row)} THEN {row}.figures ELSE '{{}}'::bigint[] END",
        f"CASE WHEN {WAITING.format(r=row)} THEN {row}.figures ELSE '{{}}'::bigint[] END",
    )


def _values(row: str, sign: str) -> str:
    negated = "ARRAY(SELECT {sign}v FROM unnest({array}) WITH ORDINALITY AS u(v, i) ORDER BY i)"
    return ", ".join(negated.format(sign=sign, array=array) for array in vectors_of(row))


# Figures of orgtree that depend on the day: unsent reports by their last day, congresses held by kind of unit. Words
# that stand in the order of the days (C collation).
DUE, HELD = "due:", "held:"
_UNSENT = "{r}.state IN ('expected', 'draft', 'rejected') AND coalesce({r}.extended_to, {r}.due_on) IS NOT NULL"
_DUE = f"'{DUE}' || {{r}}.duty_id || ':' || to_char(coalesce({{r}}.extended_to, {{r}}.due_on), 'YYYY-MM-DD')"
_HELD = f"'{HELD}' || {{c}}.campaign_id || ':' || (SELECT kind_id FROM orgtree_orgunit WHERE id = {{c}}.unit_id)"

COUNT_DAYS = f"""
    SELECT r.unit_id, {_DUE.format(r="r")} AS measure, count(*) AS here
    FROM congress_reports_report r WHERE {_UNSENT.format(r="r")} GROUP BY 1, 2
    UNION ALL
    SELECT c.unit_id, '{HELD}' || c.campaign_id || ':' || u.kind_id, 1
    FROM congress_reports_congress c JOIN orgtree_orgunit u ON u.id = c.unit_id WHERE c.state = 'held'
"""


def due_between(duty: int, last: date) -> tuple[str, str]:
    """The measures of reports whose last day was before `last`."""
    return f"{DUE}{duty}:", f"{DUE}{duty}:{last - timedelta(days=1):%Y-%m-%d}"


def held_measure(campaign: int, kind: int) -> str:
    return f"{HELD}{campaign}:{kind}"


def _note_days(name: str, measure: str, columns: tuple[str, ...]) -> pgtrigger.Trigger:
    """`measure`: of a row, the figure in which it counts one; empty where it counts in none. A row keeps its unit."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf(*columns),
        when=pgtrigger.After,
        declare=[("before", "text"), ("after", "text")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN before := {measure.replace("@", "OLD")}; END IF;
            IF TG_OP <> 'DELETE' THEN after := {measure.replace("@", "NEW")}; END IF;
            IF before IS DISTINCT FROM after THEN
                INSERT INTO orgtree_figuredelta (unit_id, measure, delta)
                SELECT coalesce(NEW.unit_id, OLD.unit_id), d.measure, d.delta
                FROM (VALUES (before, -1), (after, 1)) AS d(measure, delta) WHERE d.measure IS NOT NULL;
            END IF;
            RETURN NULL;
        """,
    )


def congress_triggers() -> list[pgtrigger.Trigger]:
    return [_note_days("note_who_held", f"CASE WHEN @.state = 'held' THEN {_HELD.format(c='@')} END", ("state",))]


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
        ),
        _note_days(
            "note_what_is_due",
            f"CASE WHEN {_UNSENT.format(r='@')} THEN {_DUE.format(r='@')} END",
            ("state", "due_on", "extended_to"),
        ),
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


# Short forms are not summed place by place up to the length of the longest.
_BUCKETS = (24, 100)


def _added_up(source: str, keys: str, size: str, length: int) -> str:
    """Rows of the keys and the sum of their vectors `v`, as long as the longest of them. Place by place: to take the
    vectors apart into rows costs ten times as much."""
    parts, least = [], 1
    for most in (*(one for one in _BUCKETS if one < length), length):
        sums = ", ".join(f"coalesce(sum(v[{at}]), 0)" for at in range(1, most + 1))
        parts.append(
            f"SELECT {keys}, (ARRAY[{sums}]::bigint[])[1:max(cardinality(v))] AS v FROM {source} "
            f"WHERE {size} BETWEEN {least} AND {most} GROUP BY {keys}"
        )
        least = most + 1
    return " UNION ALL ".join(parts)


def counted_below(length: int) -> str:
    """Named parts of a statement: `longest` tells how long vectors of figures are in one tree, `own` sums its reports
    up by their units' parents, `counted` (unit, duty, kind, v) takes that to all superiors. Right as long as no vector
    is longer than `length`, which has to be at least that of the states."""
    states = ", ".join(f"count(*) FILTER (WHERE {one.format(r='r')})" for one in CONDITIONS.values())
    counts = f"({APPROVED.format(r='r')} OR {WAITING.format(r='r')})"
    return f"""
        r AS MATERIALIZED (
            SELECT u.parent_id, r.duty_id, r.state, r.late_days, r.incomplete_reason, r.stale_since, r.figures
            FROM orgtree_orgunit u JOIN congress_reports_report r ON r.unit_id = u.id
            WHERE u.tree_id = %(tree)s AND u.parent_id IS NOT NULL
        ),
        figures AS (
            SELECT parent_id, duty_id, figures AS v,
                   CASE WHEN {APPROVED.format(r="r")} THEN 'approved' ELSE 'waiting' END AS kind
            FROM r WHERE {counts}
        ),
        longest AS (SELECT coalesce(max(cardinality(figures)), 0) AS longest FROM r),
        own AS MATERIALIZED (
            SELECT parent_id, duty_id, 'states' AS kind, ARRAY[{states}]::bigint[] AS v FROM r GROUP BY 1, 2
            UNION ALL {_added_up("figures", "parent_id, duty_id, kind", "cardinality(v)", length)}
        ),
        sized AS (SELECT *, max(cardinality(v)) OVER (PARTITION BY duty_id, kind) AS size FROM own),
        above AS MATERIALIZED (
            SELECT a.id AS unit_id, o.duty_id, o.kind, o.v, o.size
            FROM sized o JOIN orgtree_orgunit p ON p.id = o.parent_id, unnest(p.ancestor_ids || p.id) AS a(id)
        ),
        counted AS ({_added_up("above", "unit_id, duty_id, kind", "size", length)})
    """

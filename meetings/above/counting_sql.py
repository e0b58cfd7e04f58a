"""What is counted of branches for those above: the SQL that triggers, recounts and lists share. A branch has one row
for each month («2026-11») and quarter («2026-Q4») in which it had a meeting; a change of a meeting or of its list
counts the row anew, and the figures of orgtree get the difference."""

from datetime import date

from django.conf import settings

from ..enums import OF_THE_COMMITTEE, MeetingKind

# Figures: «meet:2026-11:held». The first three count branches, the next two people at meetings.
PREFIX = "meet:"
MEASURES = ("called", "held", "written", "thematic", "expected", "here")
ABSENT = "meet:absent"
# So many times in a row (12-HD/BTCTW).
TOO_OFTEN = 3

_ZONE = f"'{settings.TIME_ZONE}'"
_COMMITTEE = ", ".join(f"'{kind}'" for kind in OF_THE_COMMITTEE)
_MEMBERS = "'official', 'probationary', 'temporary'"
_HERE = "a.presence IN ('present', 'online')"
# Who is counted in attendance (domain.md §4.4).
_DUE = f"a.capacity IN ({_MEMBERS}) AND (a.duty = 'called' OR {_HERE})"


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def measure(period: str, name: str) -> str:
    return f"{PREFIX}{period}:{name}"


_PERIODS = f"""ARRAY[
    to_char({{at}} AT TIME ZONE {_ZONE}, 'YYYY-MM'), to_char({{at}} AT TIME ZONE {_ZONE}, 'YYYY-"Q"Q')]"""


def count_again(rows: str) -> str:
    """Count the periods of `rows`, a query of (unit_id, at), all in one go: one meeting or ten thousand. First the
    rows are locked: whoever had to wait counts after it what the other has committed, so that two writers of one branch
    never count from half of it."""
    return f"""
        WITH asked AS (
            SELECT DISTINCT r.unit_id, p.period FROM ({rows}) AS r, unnest({_PERIODS.format(at="r.at")}) AS p(period)
        )
        INSERT INTO meetings_branchperiod (unit_id, period, counted, called, held, written, thematic, expected, here)
        SELECT unit_id, period, true, 0, 0, 0, 0, 0, 0 FROM asked ORDER BY 1, 2
        ON CONFLICT (unit_id, period) DO UPDATE SET called = meetings_branchperiod.called;
        WITH asked AS MATERIALIZED (
            SELECT DISTINCT r.unit_id, p.period FROM ({rows}) AS r, unnest({_PERIODS.format(at="r.at")}) AS p(period)
        )
        UPDATE meetings_branchperiod b
        SET called = c.called, held = c.held, written = c.written, thematic = c.thematic, expected = c.expected,
            here = c.here
        FROM (
            SELECT s.unit_id, s.period,
                   count(*) FILTER (WHERE s.is_month AND m.kind = '{MeetingKind.REGULAR}') AS called,
                   count(*) FILTER (WHERE s.is_month AND m.kind = '{MeetingKind.REGULAR}' AND m.state <> 'announced')
                       AS held,
                   count(*) FILTER (WHERE s.is_month AND m.kind = '{MeetingKind.REGULAR}' AND m.state = 'completed')
                       AS written,
                   count(*) FILTER (WHERE NOT s.is_month AND m.state <> 'announced'
                                    AND (m.kind = '{MeetingKind.THEMATIC}' OR m.with_thematic)) AS thematic,
                   coalesce(sum(n.expected), 0) AS expected, coalesce(sum(n.here), 0) AS here
            FROM (
                SELECT q.unit_id, q.period, q.is_month, q.first::timestamp AT TIME ZONE {_ZONE} AS begins,
                       (q.first + CASE WHEN q.is_month THEN interval '1 month' ELSE interval '3 months' END)
                           AT TIME ZONE {_ZONE} AS ends
                FROM (
                    SELECT unit_id, period, period !~ 'Q' AS is_month,
                           CASE WHEN period ~ 'Q'
                                THEN make_date(left(period, 4)::int, right(period, 1)::int * 3 - 2, 1)
                                ELSE make_date(left(period, 4)::int, right(period, 2)::int, 1) END AS first
                    FROM asked
                ) AS q
            ) AS s
            LEFT JOIN meetings_meeting m ON m.unit_id = s.unit_id AND m.starts_at >= s.begins AND m.starts_at < s.ends
                AND m.state IN ('announced', 'in_progress', 'minutes', 'completed')
                AND (NOT m.from_paper OR m.state = 'completed')
            LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE {_DUE}) AS expected, count(*) FILTER (WHERE {_DUE} AND {_HERE}) AS here
                FROM meetings_attendee a
                WHERE a.meeting_id = m.id AND NOT m.from_paper AND m.state IN ('minutes', 'completed')
                UNION ALL
                SELECT (r.content -> 'counts' ->> 'expected')::int, (r.content -> 'counts' ->> 'here')::int
                FROM meetings_minutes r
                WHERE r.meeting_id = m.id AND m.from_paper AND m.state = 'completed'
            ) n ON s.is_month AND m.kind NOT IN ({_COMMITTEE})
            GROUP BY s.unit_id, s.period
        ) AS c
        WHERE b.unit_id = c.unit_id AND b.period = c.period
          AND (b.called, b.held, b.written, b.thematic, b.expected, b.here)
              IS DISTINCT FROM (c.called, c.held, c.written, c.thematic, c.expected, c.here);
    """


_FLAGS = {
    "called": "({r}.called > 0)::int",
    "held": "({r}.held > 0)::int",
    "written": "({r}.held > 0 AND {r}.written >= {r}.held)::int",
    "thematic": "({r}.thematic > 0)::int",
    "expected": "{r}.expected",
    "here": "{r}.here",
}


def _values(row: str, sign: str) -> str:
    return ", ".join(
        f"('{name}', {sign}(CASE WHEN {row}.counted THEN {flag.format(r=row)} ELSE 0 END))"
        for name, flag in _FLAGS.items()
    )


def _noted(rows: str, sign: str) -> str:
    return f"""SELECT r.unit_id, '{PREFIX}' || r.period || ':' || d.name AS measure, d.delta
        FROM {rows} r, LATERAL (VALUES {_values("r", sign)}) AS d(name, delta) WHERE d.delta <> 0"""


def note(*parts: str) -> str:
    """After rows were written: what the figures above have to change by."""
    return f"""
        INSERT INTO orgtree_figuredelta (unit_id, measure, delta)
        SELECT unit_id, measure, sum(delta) FROM ({" UNION ALL ".join(parts)}) AS noted
        GROUP BY 1, 2 HAVING sum(delta) <> 0;
        RETURN NULL;
    """


NOTE_NEW = note(_noted("new_rows", ""))
NOTE_CHANGED = note(_noted("new_rows", ""), _noted("old_rows", "-"))

# As the figures should be.
COUNT_ALL = f"""
    SELECT r.unit_id, '{PREFIX}' || r.period || ':' || d.name AS measure, d.value AS here
    FROM meetings_branchperiod r, LATERAL (VALUES {_values("r", "")}) AS d(name, value) WHERE d.value <> 0
    UNION ALL
    SELECT unit_id, '{ABSENT}', count(*) FROM meetings_longabsence GROUP BY 1
"""


def absences_of(units: str) -> str:
    """Rows (unit_id, member_id, times, unexcused, last_id) of members of `units`, a condition on m.unit_id, who missed
    the last three meetings that they had to come to, or more. Whoever has left the branch is no matter of it."""
    return f"""
        SELECT c.unit_id, c.member_id, c.times, c.unexcused, c.last_id FROM (
            SELECT l.unit_id, l.member_id,
                   count(*) FILTER (WHERE l.n < l.came) AS times,
                   count(*) FILTER (WHERE l.n < l.came AND l.presence = 'unexcused') AS unexcused,
                   max(l.meeting_id) FILTER (WHERE l.n = 1) AS last_id
            FROM (
                SELECT s.*, coalesce(min(s.n) FILTER (WHERE s.presence NOT IN ('excused', 'unexcused'))
                                     OVER (PARTITION BY s.unit_id, s.member_id), 1000000) AS came
                FROM (
                    SELECT m.unit_id, a.member_id, a.presence, a.meeting_id,
                           row_number() OVER (PARTITION BY m.unit_id, a.member_id ORDER BY m.starts_at DESC, m.id DESC)
                               AS n
                    FROM meetings_meeting m JOIN meetings_attendee a ON a.meeting_id = m.id
                    WHERE {units} AND m.state IN ('minutes', 'completed') AND m.kind NOT IN ({_COMMITTEE})
                      AND NOT m.from_paper AND m.starts_at > now() - interval '2 years'
                      AND a.member_id IS NOT NULL AND {_DUE}
                ) AS s
            ) AS l
            GROUP BY l.unit_id, l.member_id
        ) AS c
        JOIN members_member p ON p.id = c.member_id AND p.status IN ('active', 'temp_away')
             AND p.branch_id = c.unit_id
        JOIN orgtree_orgunit u ON u.id = c.unit_id AND u.closed_on IS NULL
        WHERE c.times >= {TOO_OFTEN}
    """


def settle_absences(units: str, rows: str) -> str:
    """Bring the kept rows of these units in line. `units` is a condition on m.unit_id, `rows` the same on k.unit_id."""
    return f"""
        WITH now_so AS MATERIALIZED ({absences_of(units)}),
        gone AS (
            DELETE FROM meetings_longabsence k WHERE {rows} AND NOT EXISTS (
                SELECT 1 FROM now_so s WHERE s.unit_id = k.unit_id AND s.member_id = k.member_id)
        )
        INSERT INTO meetings_longabsence (unit_id, member_id, times, unexcused, last_id)
        SELECT s.unit_id, s.member_id, s.times, s.unexcused, s.last_id FROM now_so s
        ON CONFLICT (unit_id, member_id) DO UPDATE
        SET times = excluded.times, unexcused = excluded.unexcused, last_id = excluded.last_id
        WHERE (meetings_longabsence.times, meetings_longabsence.unexcused, meetings_longabsence.last_id)
              IS DISTINCT FROM (excluded.times, excluded.unexcused, excluded.last_id);
    """


def _planned_now(statements: str) -> str:
    """Within a trigger: planned for the tables as they are now, not as they were when this connection first came here;
    a plan made for a table that was empty would go through ten thousand rows for each of ten thousand. $1 are `ended`,
    $2 `units`."""
    parts = [part for part in statements.split(";") if part.strip()]
    return "\n".join(f"EXECUTE $q${part}$q$ USING ended, units;" for part in parts)


# Of meetings that were written: their periods before and after, and who is absent for long once they are over.
_SEEN = "state NOT IN ('draft', 'postponed', 'cancelled')"
MEETINGS_NEW = f"""
    IF EXISTS (SELECT 1 FROM new_rows WHERE {_SEEN}) THEN
        {_planned_now(count_again(f"SELECT unit_id, starts_at AS at FROM new_rows WHERE {_SEEN}"))}
    END IF;
    RETURN NULL;
"""
MEETINGS_DELETED = MEETINGS_NEW.replace("new_rows", "old_rows")
_CHANGED = """
    SELECT {r}.unit_id, {r}.starts_at AS at FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE (o.state, o.starts_at, o.kind, o.with_thematic) IS DISTINCT FROM
          (n.state, n.starts_at, n.kind, n.with_thematic)
      AND NOT (o.state IN ('draft', 'postponed', 'cancelled') AND n.state IN ('draft', 'postponed', 'cancelled'))"""
MEETINGS_CHANGED = f"""
    IF EXISTS ({_CHANGED.format(r="n")}) THEN
        {_planned_now(count_again(f"{_CHANGED.format(r='o')} UNION ALL {_CHANGED.format(r='n')}"))}
    END IF;
    SELECT array_agg(DISTINCT n.unit_id) INTO units FROM old_rows o JOIN new_rows n ON n.id = o.id
    WHERE n.state = 'minutes' AND o.state <> 'minutes';
    IF units IS NOT NULL THEN
        {_planned_now(settle_absences("m.unit_id = ANY($2)", "k.unit_id = ANY($2)"))}
    END IF;
    RETURN NULL;
"""

# Of lists that were written while the minutes are.
LIST_CHANGED = f"""
    SELECT array_agg(DISTINCT t.meeting_id) INTO ended
    FROM (SELECT DISTINCT meeting_id FROM {{rows}}) t JOIN meetings_meeting m ON m.id = t.meeting_id
    WHERE m.state IN ('minutes', 'completed');
    IF ended IS NULL THEN RETURN NULL; END IF;
    SELECT array_agg(DISTINCT m.unit_id) INTO units FROM meetings_meeting m WHERE m.id = ANY(ended);
    {_planned_now(count_again("SELECT m.unit_id, m.starts_at AS at FROM meetings_meeting m WHERE m.id = ANY($1)"))}
    {_planned_now(settle_absences("m.unit_id = ANY($2)", "k.unit_id = ANY($2)"))}
    RETURN NULL;
"""

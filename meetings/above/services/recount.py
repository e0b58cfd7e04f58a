"""What is kept for those above, counted anew from the meetings (nightly): nothing should ever differ."""

from django.db import connection, transaction

from orgtree.services import COUNT_BRANCHES, compare_figures

from ..counting_sql import COUNT_ALL, PREFIX, count_again, settle_absences


@transaction.atomic
def recount_periods() -> list[str]:
    """Put right what differs; a line for each difference."""
    with connection.cursor() as cursor:
        cursor.execute(
            count_again("SELECT m.unit_id, m.starts_at AS at FROM meetings_meeting m WHERE m.state <> 'draft'")
        )
        cursor.execute(settle_absences("true", "true"))
    return compare_figures(f"{COUNT_ALL} UNION ALL {COUNT_BRANCHES}", beginnings=[PREFIX, "branches"], repair=True)

"""Tasks that wait for a reader, counted in the header's own query."""

from django.utils import timezone

from accounts.models import User
from notifications.selectors import Counted, register_counter, waiting_for

NAMES = ("late", "mine", "to_confirm")
_SQL = """
    SELECT
        count(*) FILTER (WHERE owner_id = %s AND state = 'open' AND due_on < %s),
        count(*) FILTER (WHERE owner_id = %s AND state = 'open'),
        count(*) FILTER (WHERE given_by_id = %s AND state = 'done' AND owner_id <> %s)
    FROM assignments_assignment
    WHERE (owner_id = %s AND state = 'open') OR (given_by_id = %s AND state = 'done')
"""


@register_counter
def tasks_that_wait(user: User) -> Counted:
    me, today = user.pk, timezone.localdate()
    return Counted(tuple(f"tasks.{name}" for name in NAMES), _SQL, [me, today, me, me, me, me, me])


def waiting_tasks(user: User) -> dict[str, int]:
    """Mine that are late, mine that are open, given out by me and reported done; costs no query where the header has
    counted already."""
    more = waiting_for(user).more
    return {name: more.get(f"tasks.{name}", 0) for name in NAMES}

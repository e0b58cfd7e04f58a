from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User

from .kinds import KINDS
from .models import Notice


def notify(
    kind: str,
    *,
    users: Iterable[User | int],
    text: str,
    url: str = "",
    unit_id: int | None = None,
    once_key: str | None = None,
) -> int:
    """Put a line into each user's inbox, in the caller's transaction. With `once_key` a second call for the same
    user does nothing, however often a job runs. Returns how many users were meant."""
    if kind not in KINDS:
        raise LookupError(f"{kind} is registered in no notices.py")
    ids = {user if isinstance(user, int) else user.pk for user in users}
    Notice.objects.bulk_create(
        [
            Notice(user_id=pk, kind=kind, text=text[:500], url=url, unit_id=unit_id, once_key=once_key)
            for pk in sorted(ids)
        ],
        ignore_conflicts=once_key is not None,
        batch_size=1000,
    )
    return len(ids)


def mark_read(*, notice_ids: Iterable[int] | None = None, actor: User) -> int:
    """Mark some (or all) of one's own notices as read."""
    mine = Notice.objects.filter(user=actor, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    return mine.update(read_at=timezone.now())

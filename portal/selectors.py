from dataclasses import dataclass

from accounts.models import User
from members.models import Member


@dataclass(frozen=True)
class Branch:
    """The branch of the reader's own record, with what a card of it prints."""

    id: int
    name: str
    code: str
    kind: str
    ancestor_ids: tuple[int, ...]


def own_branch(user: User) -> Branch | None:
    """Where the user is a member; nothing for an account without a record."""
    row = (
        Member.objects.filter(account_id=user.pk)
        .values_list("branch_id", "branch__name", "branch__code", "branch__kind__label", "branch__ancestor_ids")
        .first()
    )
    return Branch(*row[:4], tuple(row[4])) if row else None

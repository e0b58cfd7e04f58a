from dataclasses import dataclass

from accounts.models import User
from common.prepared import Prepared
from members.models import Member


@dataclass(frozen=True)
class Branch:
    """The branch of the reader's own record, with what a card of it prints."""

    id: int
    name: str
    code: str
    kind: str
    ancestor_ids: tuple[int, ...]


_OWN_BRANCH = Prepared(
    lambda user_id: Member.objects.filter(account_id=user_id).values_list(
        "branch_id", "branch__name", "branch__code", "branch__kind__label", "branch__ancestor_ids"
    ),
    user_id=int,
)


def own_branch(user: User) -> Branch | None:
    """Where the user is a member; nothing for an account without a record."""
    rows = _OWN_BRANCH.rows(user_id=user.pk)
    return Branch(*rows[0][:4], tuple(rows[0][4])) if rows else None

"""Where a person is reached; the number is read when a message leaves and stands in no queue."""

from collections.abc import Iterable

from .enums import COUNTED
from .models import Member


def phones_of(user_ids: Iterable[int]) -> dict[int, str]:
    """By account, of who is still in the branch; who has no number is left out."""
    members = Member.objects.filter(account_id__in=list(user_ids), status__in=COUNTED).exclude(phone="")
    return dict(members.values_list("account_id", "phone"))

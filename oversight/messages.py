"""The outbox as the organisation department sees it: what leaves the portal for the people of its units."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation
from members.models import Member
from notifications.enums import Channel, MessageState
from notifications.models import Message
from notifications.outbox import send_again
from orgtree.enums import Reach, Role
from orgtree.rights import Holding, holdings_of

SENT = (MessageState.SENT, MessageState.SHOWN)


def _departments(user: User) -> list[Holding]:
    return [holding for holding in holdings_of(user) if holding.role == Role.ORG_DEPARTMENT]


def may_read_outbox(user: User) -> bool:
    return bool(_departments(user))


def messages_visible_to(user: User) -> QuerySet[Message]:
    """Those to members of the department's units. Neither address nor number stands in a row."""
    area = Q(pk__in=[])
    for holding in _departments(user):
        if holding.reach == Reach.UNIT:
            area |= Q(branch_id=holding.unit_id)
        else:
            area |= Q(branch__tree_id=holding.tree_id, branch__lft__gte=holding.lft, branch__rght__lte=holding.rght)
    return Message.objects.filter(user_id__in=Member.objects.filter(area).values("account_id"))


def filtered(messages: QuerySet[Message], *, state: str, channel: str) -> QuerySet[Message]:
    if state:
        messages = messages.filter(state=state)
    if channel:
        messages = messages.filter(channel=channel)
    return messages


def counts(messages: QuerySet[Message]) -> dict[str, int]:
    """How many in each state; of what was sent only today's. One query."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    open_or_today = messages.filter(~Q(state__in=SENT) | Q(sent_at__gte=midnight))
    return dict(open_or_today.order_by().values_list("state").annotate(count=Count("pk")))


@transaction.atomic
def retry(*, state: str, channel: str, message_id: int | None, actor: User) -> int:
    """Have stranded messages sent once more: one, or all of a state and way. Returns how many."""
    if not may_read_outbox(actor):
        raise PermissionDenied
    messages = messages_visible_to(actor)
    if message_id is not None:
        messages = messages.filter(pk=message_id)
    else:
        messages = filtered(messages, state=state, channel=channel)
    rows = send_again(messages)
    if not rows:
        raise RuleViolation("Không có thư, tin nào cần gửi lại.")
    ways = {Channel(row.channel).label for row in rows}
    record(
        "messages.sent_again",
        actor=actor,
        unit=_departments(actor)[0].unit_id,
        detail={"rows": len(rows), "ways": ", ".join(sorted(ways)).lower()},
    )
    return len(rows)


def needs_a_person(message: Message) -> bool:
    """Nothing more happens by itself; what will be tried again anyhow is not offered one by one."""
    return message.state in (MessageState.UNCLEAR, MessageState.GIVEN_UP)

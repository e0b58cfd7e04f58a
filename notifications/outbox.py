"""Sending what waits in the outbox. A row is marked as being sent, and that is committed, before it is handed over;
what a killed worker leaves behind is known by its lease. A letter is then sent again (the same Message-ID tells a
mailbox the second copy), an SMS is not: it costs, it cannot be told from its copy, and a person sees it listed as
unclear."""

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import sms
from .channels import Adapter, SendError, adapter_for, addresses_of, mark_of
from .enums import ENDED, OUTGOING, STRANDED, TO_SEND, Channel, MessageState
from .models import Message, Unreachable

logger = logging.getLogger(__name__)

# Between two tries; after the last one, or a day after it was written, a message is given up.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 360, 360)]
GIVE_UP_AFTER = timedelta(hours=26)
# Longer than any mail server or operator takes to answer.
LEASE = timedelta(minutes=5)
KEEP = timedelta(days=90)
_MOST_AT_ONCE, _SECONDS = 500, 50
_KILLED = {
    Channel.EMAIL: "Việc gửi bị ngắt giữa chừng; thư được gửi lại với cùng mã thư.",
    Channel.SMS: "Việc gửi bị ngắt giữa chừng, chưa rõ tin đã đi hay chưa. Hệ thống không tự gửi lại.",
}


def send_waiting(channel: Channel, *, most: int = _MOST_AT_ONCE, seconds: float = _SECONDS) -> int:
    """Send what is due on one way, one message after the other; any number of workers may do so at the same time.
    Returns how many were handed over. Stops when the way itself is down."""
    adapter = adapter_for(channel)
    if adapter is None:
        return 0
    end_lapsed(channel)
    if channel == Channel.SMS and sms.is_quiet(timezone.now()):
        return 0
    until = time.monotonic() + seconds
    try:
        return _send_some(channel, adapter, most, until)
    finally:
        adapter.close()


def _send_some(channel: Channel, adapter: Adapter, most: int, until: float) -> int:
    sent = 0
    while sent < most and time.monotonic() < until:
        message = _take(channel)
        if message is None:
            break
        try:
            _send(message, adapter)
        except SendError as error:
            if error.whole_way:
                break
        else:
            sent += 1
    return sent


@transaction.atomic
def _take(channel: Channel) -> Message | None:
    """The next message that is due, marked as in hand. Another worker's are passed over."""
    now = timezone.now()
    due = Message.objects.filter(channel=channel, state__in=TO_SEND, next_try_at__lte=now)
    message = due.select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
    if message is not None:
        message.state, message.tries, message.lease_until = MessageState.SENDING, message.tries + 1, now + LEASE
        message.save(update_fields=["state", "tries", "lease_until"])
    return message


def _send(message: Message, adapter: Adapter) -> None:
    to = addresses_of(message.channel, [message.user_id]).get(message.user_id, "")
    try:
        if not to:
            raise SendError(f"Người nhận không còn {_ADDRESS[message.channel]}.", for_good=True)
        adapter.send(message, to)
    except Exception as error:
        if not isinstance(error, SendError):
            # Its text may hold an address: only its name is written down.
            logger.error("message %s not sent: %s", message.pk, type(error).__name__)
            error = SendError("Hệ thống gặp lỗi khi gửi.")
        _failed(message, error, to)
        raise error from None
    state = MessageState.SHOWN if adapter.shows_only else MessageState.SENT
    _end_try(message, state, sent_at=timezone.now(), last_error="")
    Unreachable.objects.filter(user_id=message.user_id, channel=message.channel).delete()


_ADDRESS = {Channel.EMAIL: "địa chỉ thư điện tử", Channel.SMS: "số điện thoại di động"}


def _failed(message: Message, error: SendError, to: str) -> None:
    now = timezone.now()
    if error.for_good:
        if _end_try(message, MessageState.GIVEN_UP, last_error=error.words) and to:
            _count_refusal(message, to)
        return
    next_try = now + BACK_OFF[min(message.tries, len(BACK_OFF)) - 1]
    if message.tries > len(BACK_OFF) or next_try > message.give_up_at:
        _end_try(message, MessageState.GIVEN_UP, last_error=error.words)
    else:
        _end_try(message, MessageState.FAILED, last_error=error.words, next_try_at=next_try)


def _end_try(message: Message, state: MessageState, **values: object) -> bool:
    """Only of this very try: whose lease had lapsed may find that another has taken the message."""
    mine = Message.objects.filter(pk=message.pk, state=MessageState.SENDING, tries=message.tries)
    return bool(mine.update(state=state, lease_until=None, **values))


@transaction.atomic
def _count_refusal(message: Message, to: str) -> None:
    mark = mark_of(to)
    row, is_new = Unreachable.objects.select_for_update().get_or_create(
        user_id=message.user_id, channel=message.channel, defaults={"mark": mark}
    )
    if not is_new:
        row.refusals, row.mark = (row.refusals + 1 if row.mark == mark else 1), mark
        row.save(update_fields=["refusals", "mark"])


def end_lapsed(channel: Channel) -> int:
    """What a killed worker had in hand. Returns how many."""
    now = timezone.now()
    lapsed = Message.objects.filter(channel=channel, state=MessageState.SENDING, lease_until__lt=now)
    values = {"lease_until": None, "last_error": _KILLED[channel]}
    if channel == Channel.SMS:
        return lapsed.update(state=MessageState.UNCLEAR, **values)
    over = lapsed.filter(tries__gt=len(BACK_OFF)).update(state=MessageState.GIVEN_UP, **values)
    return over + lapsed.update(state=MessageState.FAILED, next_try_at=now, **values)


@transaction.atomic
def send_again(messages: QuerySet[Message]) -> list[Message]:
    """Put stranded messages back among those that wait, as if they were new. Returns them."""
    now = timezone.now()
    rows = list(messages.filter(state__in=STRANDED).select_for_update(of=("self",)).order_by("pk"))
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=MessageState.WAITING, tries=0, next_try_at=now, give_up_at=now + GIVE_UP_AFTER, last_error=""
    )
    # Whom an officer has sent to again is to be reached: he has seen to the address.
    Unreachable.objects.filter(user_id__in={row.user_id for row in rows}).delete()
    return rows


def sweep() -> int:
    """Give up what nobody could send in time (a way that was closed meanwhile), and delete what ended long ago."""
    now = timezone.now()
    late = Message.objects.filter(state__in=TO_SEND, give_up_at__lt=now)
    never_tried = late.filter(last_error="")
    given_up = never_tried.update(state=MessageState.GIVEN_UP, last_error="Quá thời gian gửi mà chưa gửi được.")
    given_up += late.update(state=MessageState.GIVEN_UP)
    for channel in OUTGOING:
        end_lapsed(channel)
    Message.objects.filter(state__in=ENDED, created_at__lt=now - KEEP).delete()
    return given_up

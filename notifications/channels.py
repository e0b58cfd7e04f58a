"""The ways out of the portal: which of them are open, where somebody is reached, and what an adapter must do."""

from collections.abc import Callable, Iterable
from typing import Protocol

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from accounts.models import User

from .enums import OUTGOING, Channel
from .models import Message, Unreachable

MOST_REFUSALS = 3
_NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


class SendError(Exception):
    """A message did not leave. `words` are for the officer and name neither address nor number. `for_good`: this
    receiver is refused, trying again is of no use. `whole_way`: nobody is reached on this way just now."""

    def __init__(self, words: str, *, for_good: bool = False, whole_way: bool = False) -> None:
        super().__init__(words)
        self.words, self.for_good, self.whole_way = words, for_good, whole_way


class Adapter(Protocol):
    """Hands one message over, or raises SendError. `shows_only`: nothing leaves, the outbox shows what would."""

    shows_only: bool

    def send(self, message: Message, to: str) -> None: ...

    def close(self) -> None:
        """After the last message of a round."""


class ShowOnly:
    """For the demo: what would leave stands in the outbox."""

    shows_only = True

    def send(self, message: Message, to: str) -> None:
        return

    def close(self) -> None:
        return


def adapter_for(channel: Channel) -> Adapter | None:
    """The adapter that the settings name; none: this way is closed, and nothing is written for it."""
    if channel == Channel.EMAIL:
        if settings.EMAIL_BACKEND != _NO_MAIL:
            return import_string("notifications.mail.MailAdapter")()
        return ShowOnly() if settings.DEMO else None
    if channel == Channel.SMS and settings.SMS_BACKEND:
        backend = import_string(settings.SMS_BACKEND)()
        return ShowOnly() if backend.shows_only else import_string("notifications.sms.SmsAdapter")(backend)
    return None


def open_channels() -> list[Channel]:
    return [channel for channel in OUTGOING if adapter_for(channel) is not None]


def addresses_of(channel: Channel, user_ids: Iterable[int]) -> dict[int, str]:
    """Where people are reached on a way; who is not is left out. An account's e-mail address is a confirmed one."""
    ids = list(user_ids)
    if channel == Channel.EMAIL:
        users = User.objects.filter(pk__in=ids, is_active=True).exclude(email="")
        return dict(users.values_list("pk", "email"))
    phones: Callable[[Iterable[int]], dict[int, str]] = import_string(settings.NOTICES_PHONE_SOURCE)
    active = set(User.objects.filter(pk__in=ids, is_active=True).values_list("pk", flat=True))
    # A landline takes no SMS.
    return {pk: phone for pk, phone in phones(active).items() if not phone.startswith("02")}


def reachable(channel: Channel, user_ids: Iterable[int]) -> set[int]:
    """Who has an address that was not refused three times."""
    addresses = addresses_of(channel, user_ids)
    refused = Unreachable.objects.filter(user_id__in=addresses, channel=channel, refusals__gte=MOST_REFUSALS)
    return set(addresses) - {row.user_id for row in refused if row.mark == mark_of(addresses[row.user_id])}


def mark_of(address: str) -> str:
    return salted_hmac("notifications.channels", address, algorithm="sha256").hexdigest()

"""The kinds of notice, each with its words. An app registers its own in `<app>/notices.py`."""

from dataclasses import dataclass

from .enums import Channel


@dataclass(frozen=True)
class Kind:
    """`duty`: cannot be turned off (features I4). It stands in the inbox, and leaves by the ways named here: an SMS
    costs money and patience, few kinds are worth one."""

    label: str
    duty: bool = False
    email: bool = True
    sms: bool = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        ways = {Channel.PORTAL: True, Channel.EMAIL: self.email, Channel.SMS: self.sms}
        return tuple(channel for channel, used in ways.items() if used)


KINDS: dict[str, Kind] = {}


def register(kinds: dict[str, Kind]) -> None:
    KINDS.update(kinds)

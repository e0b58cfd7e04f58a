"""SMS: short, without a link (nobody should learn to follow links in an SMS), by the operator that a setting names."""

import unicodedata
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from common.text import clean

from .channels import SendError
from .models import Message

# One SMS of plain letters; two parts of 67 where the text has marks.
_MOST_PLAIN, _MOST_MARKED = 160, 134
_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})


class Backend(Protocol):
    """What an operator's adapter offers. `send` returns when the operator has taken the message and raises
    `channels.SendError` when not; `key` is the same for the same message, for operators that refuse a second copy."""

    shows_only: bool

    def send(self, *, to: str, text: str, key: str) -> None: ...


class ShowOnly:
    """Nothing leaves; the outbox shows what would."""

    shows_only = True

    def send(self, *, to: str, text: str, key: str) -> None:
        raise SendError("Bản trình diễn không gửi tin nhắn.")


class SmsAdapter:
    shows_only = False

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def send(self, message: Message, to: str) -> None:
        self.backend.send(to=to, text=message.body, key=f"so-tay-{message.pk}")

    def close(self) -> None:
        return


def sms_text(text: str) -> str:
    """As it leaves: one line, without marks where the setting says so, cut between words."""
    text = clean(text)
    if settings.SMS_WITHOUT_MARKS:
        text = without_marks(text)
    most = _MOST_PLAIN if text.isascii() else _MOST_MARKED
    if len(text) <= most:
        return text
    return text[: most - 3].rsplit(" ", 1)[0].rstrip(" ,.;:") + "..."


def without_marks(text: str) -> str:
    """`Đỗ Văn Ân` → `Do Van An`; what no plain letter stands for is left out."""
    text = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return " ".join("".join(sign for sign in text if sign.isascii()).split())


def is_quiet(at: datetime) -> bool:
    """Whether no SMS leaves at this moment, by Vietnam's clock. Equal hours: never quiet."""
    hour, begins, ends = timezone.localtime(at).hour, settings.SMS_QUIET_FROM, settings.SMS_QUIET_UNTIL
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends

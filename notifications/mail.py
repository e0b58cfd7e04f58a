"""Letters: plain text and simple HTML, with links made of the configured address of the site."""

import smtplib
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from common.text import clean

from .channels import SendError
from .models import Message

# A mailbox that does not exist, is not ours to write to, or whose name is none.
_NO_SUCH_MAILBOX = frozenset({550, 551, 553, 556})


class MailAdapter:
    """Through Django's EMAIL_BACKEND, over one connection a round."""

    shows_only = False

    def __init__(self) -> None:
        self._connection = None

    def send(self, message: Message, to: str) -> None:
        try:
            validate_email(to)
        except ValidationError:
            raise SendError("Địa chỉ thư điện tử của người nhận không đúng.", for_good=True) from None
        try:
            letter = letter_of(message, to)
            letter.connection = self._open()
            letter.send()
        except smtplib.SMTPRecipientsRefused as refusal:
            codes = {code for code, _ in refusal.recipients.values()}
            if codes <= _NO_SUCH_MAILBOX:
                raise SendError("Máy chủ thư không nhận địa chỉ của người nhận.", for_good=True) from None
            raise SendError("Máy chủ thư tạm chưa nhận thư cho người này.") from None
        except smtplib.SMTPAuthenticationError:
            raise SendError("Máy chủ thư không nhận tài khoản gửi của Sổ tay.", whole_way=True) from None
        except smtplib.SMTPResponseException as refusal:
            raise SendError(f"Máy chủ thư từ chối thư (mã {refusal.smtp_code}).") from None
        except OSError:
            # smtplib's other errors are among them.
            raise SendError("Không kết nối được với máy chủ thư.", whole_way=True) from None

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            # What was sent is sent, however badly the server says goodbye.
            with suppress(OSError):
                self._connection.close()
            self._connection = None


def letter_of(message: Message, to: str) -> EmailMultiAlternatives:
    """The same letter however often it is made: by its Message-ID a mailbox knows a second copy."""
    site = settings.PUBLIC_ADDRESS
    context = {
        "message": message,
        "lines": [(text, _absolute(path)) for text, path in message.lines],
        "link": _absolute(message.url),
        "address": site,
        "preferences": f"{site}/thong-bao/tuy-chon/",
        "hotline": settings.HOTLINE,
    }
    letter = EmailMultiAlternatives(
        subject=clean(message.subject),
        body=render_to_string("notifications/letter.txt", context),
        to=[to],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    return letter


def message_id(message: Message) -> str:
    word = salted_hmac("notifications.mail", str(message.pk), algorithm="sha256").hexdigest()[:16]
    return f"<so-tay.{message.pk}.{word}@{urlsplit(settings.PUBLIC_ADDRESS).hostname}>"


def _absolute(path: str) -> str:
    """Only paths of ours become links."""
    return settings.PUBLIC_ADDRESS + path if path.startswith("/") and not path.startswith("//") else ""

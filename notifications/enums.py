from django.db import models


class HelpState(models.TextChoices):
    OPEN = "open", "Chờ trả lời"
    ANSWERED = "answered", "Đã trả lời"


class Channel(models.TextChoices):
    """Ways on which a notice reaches its reader."""

    PORTAL = "portal", "Trên Sổ tay"
    EMAIL = "email", "Thư điện tử"
    SMS = "sms", "Tin nhắn SMS"


# What leaves the portal, through the outbox.
OUTGOING = (Channel.EMAIL, Channel.SMS)


class MessageState(models.TextChoices):
    WAITING = "waiting", "Chờ gửi"
    SENDING = "sending", "Đang gửi"
    SENT = "sent", "Đã gửi"
    SHOWN = "shown", "Chỉ hiển thị, không gửi"
    FAILED = "failed", "Chưa gửi được, sẽ gửi lại"
    UNCLEAR = "unclear", "Chưa rõ đã gửi hay chưa"
    GIVEN_UP = "given_up", "Thôi gửi"


TO_SEND = (MessageState.WAITING, MessageState.FAILED)
# A person looks at these and may have them sent once more.
STRANDED = (MessageState.FAILED, MessageState.UNCLEAR, MessageState.GIVEN_UP)
ENDED = (MessageState.SENT, MessageState.SHOWN, MessageState.UNCLEAR, MessageState.GIVEN_UP)

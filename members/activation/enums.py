from django.db import models

from ..enums import COUNTED, Status

# Who takes part on the handbook (letter 001: without those excused from party work and meetings).
TAKES_PART = tuple(status for status in COUNTED if status != Status.EXEMPT)


class State(models.TextChoices):
    """How far a member's account is; the values stand in addresses."""

    ACTIVATED = "da-kich-hoat", "Đã kích hoạt"
    OPEN = "dang-mo", "Đang mở kích hoạt"
    RAN_OUT = "het-han", "Hết hạn kích hoạt"
    NOT_OPENED = "chua-mo", "Chưa mở kích hoạt"
    EXEMPT = "mien", "Được miễn sinh hoạt"


TONES = {
    State.ACTIVATED: "ok",
    State.OPEN: "wait",
    State.RAN_OUT: "late",
    State.NOT_OPENED: "idle",
    State.EXEMPT: "idle",
}

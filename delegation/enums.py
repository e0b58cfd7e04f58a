from django.db import models


class RowState(models.TextChoices):
    """How far one role of a giving of many has come."""

    WAITING = "waiting", "Chưa giao"
    GIVEN = "given", "Đã giao"
    REFUSED = "refused", "Không giao được"
    LEFT_OUT = "left_out", "Để lại"

from django.db import models


class AssignmentState(models.TextChoices):
    """Confirmed: who gave it out has seen that it is done."""

    OPEN = "open", "Đang làm"
    DONE = "done", "Đã báo xong"
    CONFIRMED = "confirmed", "Đã xác nhận"
    DROPPED = "dropped", "Thôi thực hiện"


TRANSITIONS = [
    (AssignmentState.OPEN, AssignmentState.DONE),
    (AssignmentState.DONE, AssignmentState.OPEN),  # not done yet, says who gave it out
    (AssignmentState.DONE, AssignmentState.CONFIRMED),
    (AssignmentState.OPEN, AssignmentState.CONFIRMED),
    (AssignmentState.OPEN, AssignmentState.DROPPED),
]

from django.db import models


class BallotKind(models.TextChoices):
    OPEN = "open", "Biểu quyết công khai"
    SECRET = "secret", "Bỏ phiếu kín"
    ELECTION = "election", "Bầu cử (phiếu kín)"


SECRET_KINDS = (BallotKind.SECRET, BallotKind.ELECTION)


class VoteState(models.TextChoices):
    PREPARED = "prepared", "Chưa mở"
    OPEN = "open", "Đang biểu quyết"
    CLOSED = "closed", "Đã có kết quả"
    VOID = "void", "Đã hủy"


TRANSITIONS = [
    (VoteState.PREPARED, VoteState.OPEN),
    (VoteState.PREPARED, VoteState.VOID),
    (VoteState.OPEN, VoteState.CLOSED),
    (VoteState.OPEN, VoteState.VOID),
]


class Choice(models.TextChoices):
    AGREE = "agree", "Tán thành"
    DISAGREE = "disagree", "Không tán thành"
    OTHER = "other", "Ý kiến khác"


class Counting(models.TextChoices):
    BY_NAME = "by_name", "Theo từng người"
    TOTALS = "totals", "Giơ tay, ghi ba số tổng"


class Marking(models.TextChoices):
    """How a paper of an election is filled in."""

    TICK = "tick", "Chọn người đồng chí bầu"
    STRIKE = "strike", "Gạch người đồng chí không bầu"

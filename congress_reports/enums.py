from django.db import models


class ReportState(models.TextChoices):
    """`expected` before anybody has begun: what is missing is counted, never inferred (features E1)."""

    EXPECTED = "expected", "Chưa lập"
    DRAFT = "draft", "Nháp"
    SENT = "sent", "Đã gửi, chờ phê duyệt"
    IN_REVIEW = "in_review", "Đang xem xét"
    APPROVED = "approved", "Đã phê duyệt"
    REJECTED = "rejected", "Bị từ chối"
    ENDED = "ended", "Không phải nộp nữa"


# The whole way of a report (domain.md §5.3); the database itself refuses every other step.
TRANSITIONS = [
    (ReportState.EXPECTED, ReportState.DRAFT),
    (ReportState.DRAFT, ReportState.EXPECTED),  # the draft was thrown away
    (ReportState.DRAFT, ReportState.SENT),
    (ReportState.SENT, ReportState.DRAFT),  # withdrawn before anybody took it for review
    (ReportState.SENT, ReportState.IN_REVIEW),
    (ReportState.IN_REVIEW, ReportState.SENT),  # the reviewer puts it back
    (ReportState.SENT, ReportState.APPROVED),
    (ReportState.SENT, ReportState.REJECTED),
    (ReportState.IN_REVIEW, ReportState.APPROVED),
    (ReportState.IN_REVIEW, ReportState.REJECTED),
    (ReportState.REJECTED, ReportState.DRAFT),
    (ReportState.APPROVED, ReportState.REJECTED),  # approval taken back from above, with a reason
    *((state, ReportState.ENDED) for state in ReportState if state != ReportState.ENDED),
    (ReportState.ENDED, ReportState.EXPECTED),  # the unit works again
]

EDITABLE = (ReportState.EXPECTED, ReportState.DRAFT, ReportState.REJECTED)
WAITING = (ReportState.SENT, ReportState.IN_REVIEW)
UNFILED = (ReportState.EXPECTED, ReportState.DRAFT, ReportState.REJECTED)
# What a superior counts; an ended report is none.
COUNTED = tuple(state for state in ReportState if state != ReportState.ENDED)


class CongressState(models.TextChoices):
    PLANNED = "planned", "Chưa tổ chức"
    HELD = "held", "Đã tổ chức"
    POSTPONED = "postponed", "Hoãn"


class CongressForm(models.TextChoices):
    ALL_MEMBERS = "all_members", "Đại hội đảng viên"
    DELEGATES = "delegates", "Đại hội đại biểu"


class DeadlineRule(models.TextChoices):
    AFTER_CONGRESS = "after_congress", "Số ngày sau đại hội"
    BEFORE_DAY = "before_day", "Trước một ngày"


class EventKind(models.TextChoices):
    """A line of a report's timeline."""

    DRAFTED = "drafted", "Lập báo cáo"
    READY = "ready", "Trình bí thư xác nhận"
    SENT = "sent", "Gửi"
    RESENT = "resent", "Gửi lại"
    WITHDRAWN = "withdrawn", "Rút về"
    TAKEN = "taken", "Bắt đầu xem xét"
    RELEASED = "released", "Trả lại hàng chờ"
    FIRST_APPROVAL = "first_approval", "Xác nhận lần một"
    APPROVED = "approved", "Phê duyệt"
    REJECTED = "rejected", "Từ chối"
    UNAPPROVED = "unapproved", "Hủy phê duyệt"
    EXTENDED = "extended", "Gia hạn"
    ESCALATED = "escalated", "Cấp trên trực tiếp đôn đốc"
    STALE = "stale", "Số liệu cấp dưới thay đổi"
    CHECKED_AGAIN = "checked_again", "Rà soát lại số liệu cấp dưới"
    THROWN_AWAY = "thrown_away", "Bỏ bản nháp"
    ENDED = "ended", "Không phải nộp nữa"
    EXPECTED_AGAIN = "expected_again", "Phải nộp trở lại"

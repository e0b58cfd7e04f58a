from django.db import models


class BatchState(models.TextChoices):
    READING = "reading", "Đang đọc"
    CHECKED = "checked", "Chờ xác nhận"
    ENTERING = "entering", "Đang nhập"
    ENTERED = "entered", "Đã nhập"
    UNDOING = "undoing", "Đang hoàn tác"
    UNDONE = "undone", "Đã hoàn tác"
    CANCELLED = "cancelled", "Đã bỏ"
    FAILED = "failed", "Không đọc được"


class Level(models.TextChoices):
    """How a row stands by itself, whatever the system holds; information changes no level."""

    CLEAN = "clean", "Đúng"
    WARN = "warn", "Cần xem lại"
    BAD = "bad", "Phải sửa"


class Outcome(models.TextChoices):
    """What a row does to the system: foreseen when checked, true once entered."""

    NEW = "new", "Thêm mới"
    UPDATED = "updated", "Cập nhật"
    UNCHANGED = "unchanged", "Không thay đổi"
    ELSEWHERE = "elsewhere", "Đang ở nơi khác"
    REFUSED = "refused", "Không nhập"
    WAITING = "waiting", "Chờ chọn chi bộ"
    UNDONE = "undone", "Đã hoàn tác"
    KEPT = "kept", "Giữ lại khi hoàn tác"

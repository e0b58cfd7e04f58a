from django.db import models


class MinutesState(models.TextChoices):
    WRITING = "writing", "Đang viết"
    CIRCULATED = "circulated", "Đang lấy ý kiến"
    APPROVED = "approved", "Đã ký, khóa"


class ScoreState(models.TextChoices):
    DRAFT = "draft", "Chi bộ đang chấm"
    CONFIRMED = "confirmed", "Chi bộ đã thống nhất, chờ cấp trên"
    AGREED = "agreed", "Cấp trên đồng ý"
    RETURNED = "returned", "Cấp trên trả lại"


class DocumentType(models.TextChoices):
    """Documents that come out of a meeting, by their symbol (domain.md §6.3)."""

    RESOLUTION = "NQ", "Nghị quyết"
    CONCLUSION = "KL", "Kết luận"
    NOTICE = "TB", "Thông báo"
    MINUTES = "BB", "Biên bản"

"""The words of a meeting's life (domain.md §4)."""

from django.db import models


class MeetingKind(models.TextChoices):
    """Kinds of meeting (domain.md §4.1); what each asks for stands in catalogue/kinds.toml."""

    REGULAR = "regular", "Sinh hoạt thường kỳ"
    THEMATIC = "thematic", "Sinh hoạt chuyên đề"
    CELL_COMMITTEE = "cell_committee", "Họp chi ủy"
    COMMITTEE = "committee", "Họp cấp ủy"
    EXTRAORDINARY = "extraordinary", "Sinh hoạt bất thường"
    ENLARGED = "enlarged", "Sinh hoạt mở rộng"


# What a branch holds, and what a committee above branches does.
KINDS_OF_BRANCHES = (
    MeetingKind.REGULAR,
    MeetingKind.THEMATIC,
    MeetingKind.CELL_COMMITTEE,
    MeetingKind.EXTRAORDINARY,
    MeetingKind.ENLARGED,
)
KINDS_OF_COMMITTEES = (MeetingKind.COMMITTEE,)


def kinds_of(unit) -> tuple[MeetingKind, ...]:
    """Which kinds a unit (orgtree.models.OrgUnit) meets in."""
    return KINDS_OF_BRANCHES if unit.kind.holds_members else KINDS_OF_COMMITTEES


# Of the committee alone: the branch's other members are neither called nor read the minutes.
OF_THE_COMMITTEE = (MeetingKind.CELL_COMMITTEE, MeetingKind.COMMITTEE)


class MeetingState(models.TextChoices):
    DRAFT = "draft", "Đang chuẩn bị"
    ANNOUNCED = "announced", "Đã thông báo"
    IN_PROGRESS = "in_progress", "Đang họp"
    MINUTES = "minutes", "Chờ hoàn thiện biên bản"
    COMPLETED = "completed", "Đã hoàn thành"
    POSTPONED = "postponed", "Hoãn"
    CANCELLED = "cancelled", "Hủy"


# domain.md §4.7; the database itself refuses every other step. A paper book's meeting begins at its minutes.
TRANSITIONS = [
    (MeetingState.DRAFT, MeetingState.ANNOUNCED),
    (MeetingState.ANNOUNCED, MeetingState.DRAFT),  # taken back before the day
    (MeetingState.ANNOUNCED, MeetingState.IN_PROGRESS),
    (MeetingState.ANNOUNCED, MeetingState.POSTPONED),
    (MeetingState.POSTPONED, MeetingState.ANNOUNCED),  # with a new day
    (MeetingState.DRAFT, MeetingState.CANCELLED),
    (MeetingState.ANNOUNCED, MeetingState.CANCELLED),
    (MeetingState.POSTPONED, MeetingState.CANCELLED),
    (MeetingState.IN_PROGRESS, MeetingState.MINUTES),
    (MeetingState.MINUTES, MeetingState.COMPLETED),
]

# The agenda, who is called and the documents may still change.
PREPARED = (MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.POSTPONED)
# It was held, or is being held.
HELD = (MeetingState.IN_PROGRESS, MeetingState.MINUTES, MeetingState.COMPLETED)


class AgendaPart(models.TextChoices):
    OPENING = "opening", "Mở đầu"
    MAIN = "main", "Tiến hành"
    CLOSING = "closing", "Kết thúc"


class Capacity(models.TextChoices):
    """As what a person comes: only official members vote (domain.md §4.5)."""

    OFFICIAL = "official", "Đảng viên chính thức"
    PROBATIONARY = "probationary", "Đảng viên dự bị"
    TEMPORARY = "temporary", "Đảng viên sinh hoạt tạm thời"
    SUPERIOR = "superior", "Đại biểu cấp trên"
    GUEST = "guest", "Khách mời"


# Come because they were asked, not because the records call them.
OUTSIDE = (Capacity.SUPERIOR, Capacity.GUEST)
MEMBERS_OF_THE_MEETING = (Capacity.OFFICIAL, Capacity.PROBATIONARY, Capacity.TEMPORARY)


class Duty(models.TextChoices):
    """Whether the person must come, on the day of the meeting."""

    CALLED = "called", "Được triệu tập"
    MAY_COME = "may_come", "Miễn sinh hoạt (có thể dự)"
    AWAY = "away", "Sinh hoạt tạm thời ở nơi khác"
    SUSPENDED = "suspended", "Bị đình chỉ sinh hoạt"
    INVITED = "invited", "Được mời"


class Answer(models.TextChoices):
    NONE = "none", "Chưa trả lời"
    COMES = "comes", "Sẽ dự"
    ASKS_LEAVE = "asks_leave", "Xin vắng"
    EXCUSED = "excused", "Được phép vắng"
    REFUSED = "refused", "Chưa được phép vắng"


class Presence(models.TextChoices):
    UNKNOWN = "unknown", "Chưa điểm danh"
    PRESENT = "present", "Có mặt"
    ONLINE = "online", "Dự trực tuyến"
    EXCUSED = "excused", "Vắng có lý do"
    UNEXCUSED = "unexcused", "Vắng không lý do"


HERE = (Presence.PRESENT, Presence.ONLINE)


class SpeechState(models.TextChoices):
    ASKED = "asked", "Xin phát biểu"
    CALLED = "called", "Đang phát biểu"
    DONE = "done", "Đã phát biểu"
    WITHDRAWN = "withdrawn", "Đã rút"


class Change(models.TextChoices):
    """A line of the meeting's story, for those who are called."""

    MADE = "made", "Lập cuộc họp"
    COPIED = "copied", "Lập theo cuộc họp trước"
    ANNOUNCED = "announced", "Thông báo"
    CHANGED = "changed", "Thay đổi"
    TAKEN_BACK = "taken_back", "Rút thông báo"
    POSTPONED = "postponed", "Hoãn"
    CANCELLED = "cancelled", "Hủy"
    BEGUN = "begun", "Khai mạc"
    ENDED = "ended", "Bế mạc"
    CIRCULATED = "circulated", "Gửi biên bản lấy ý kiến"
    COMPLETED = "completed", "Hoàn thành biên bản"
    ANNEXED = "annexed", "Bổ sung phụ lục biên bản"
    ENTERED = "entered", "Nhập biên bản cũ"

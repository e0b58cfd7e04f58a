"""Pages of meetings and tasks: (label, who opens it, address). Measured and drawn with all others (`pages.PAGES`)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from assignments.enums import AssignmentState
from assignments.models import Assignment
from meetings.enums import MeetingKind, MeetingState
from meetings.minutes.enums import MinutesState, ScoreState
from meetings.models import Attendee, ItemDocument, Meeting
from meetings.votes.enums import BallotKind, VoteState
from meetings.votes.models import Vote

if TYPE_CHECKING:
    from .pages import Ground

_Address = Callable[["Ground"], str]


class Meetings:
    """What the addresses need: the branch that is meeting while the demo is loaded, its year, and those around it."""

    def __init__(self, branch, member, elector: int) -> None:
        ours = Meeting.objects.filter(unit=branch)
        self.running = ours.get(state=MeetingState.IN_PROGRESS)
        self.ahead = ours.filter(state=MeetingState.ANNOUNCED).earliest("starts_at")
        self.draft = ours.filter(state=MeetingState.DRAFT).latest("pk")
        self.held = ours.filter(kind=MeetingKind.REGULAR, state=MeetingState.COMPLETED).latest("starts_at")
        self.unwritten = ours.filter(state=MeetingState.MINUTES, record__state=MinutesState.WRITING).latest("starts_at")
        self.item, self.item_ahead, self.item_of_draft = (
            one.items.order_by("position")[3 if one.items.count() > 4 else 1]
            for one in (self.running, self.ahead, self.draft)
        )
        self.paper = ItemDocument.objects.filter(item__meeting__unit=branch).latest("pk")
        # Of the running meeting: its open vote with a line of the roll, and the one that waits.
        self.open_vote = self.running.votes.get(state=VoteState.OPEN)
        self.voter = self.open_vote.roll.filter(open_ballot=None).latest("pk")
        self.prepared_vote = self.running.votes.get(state=VoteState.PREPARED)
        closed = Vote.objects.filter(meeting__unit=branch, state=VoteState.CLOSED)
        self.by_name = closed.filter(ballot=BallotKind.OPEN, counting="by_name").latest("pk")
        self.secret = closed.filter(ballot=BallotKind.SECRET).latest("pk")
        self.elected = Vote.objects.filter(ballot=BallotKind.ELECTION, state=VoteState.CLOSED).earliest("pk")
        self.ballot = Vote.objects.get(
            ballot=BallotKind.ELECTION, state=VoteState.OPEN, roll__attendee__member__account=elector
        )
        above = Meeting.objects.filter(unit__parent=branch.parent)
        self.scored = above.filter(score__state=ScoreState.CONFIRMED).latest("starts_at")
        self.guests = Attendee.objects.filter(Q(capacity="superior")).earliest("pk").meeting
        tasks = Assignment.objects.filter(unit=branch)
        self.task = tasks.filter(owner=member.account_id, state=AssignmentState.OPEN).latest("pk")
        self.done = tasks.filter(state=AssignmentState.CONFIRMED).latest("pk")
        self.year = self.running.starts_at.year


def _of(name: str, *things: str, **query: str) -> _Address:
    """`things`: attributes of `Meetings`, or words that stand in the address."""

    def address(ground: "Ground") -> str:
        found = [getattr(ground.meetings, one, one) for one in things]
        return reverse(f"meetings:{name}", args=[getattr(one, "pk", one) for one in found]) + _query(query)

    return address


def _unit(name: str, *more: str | Callable, **query: str) -> _Address:
    def address(ground: "Ground") -> str:
        args = [one(ground) if callable(one) else one for one in more]
        return reverse(f"meetings:{name}", args=[ground.branch.pk, *args]) + _query(query)

    return address


def _year(ground: "Ground") -> int:
    return ground.meetings.year


def _query(query: dict[str, str]) -> str:
    return "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""


def _task(name: str, thing: str = "") -> _Address:
    return lambda g: reverse(f"assignments:{name}", args=[getattr(g.meetings, thing).pk] if thing else [])


ROWS: list[tuple[str, str, _Address]] = [
    ("Sinh hoạt (đảng viên)", "member", _of("list")),
    ("Sinh hoạt (Bí thư chi bộ)", "secretary", _of("list")),
    ("Lịch sinh hoạt của chi bộ", "secretary", _of("calendar")),
    ("Lịch trên điện thoại", "member", _of("feed")),
    ("Nếp sinh hoạt của chi bộ", "secretary", _unit("habits")),
    ("Nếp sinh hoạt: sửa", "secretary", _unit("habit", "regular")),
    ("Lập cuộc họp", "secretary", lambda g: f"{reverse('meetings:new')}?don_vi={g.branch.pk}"),
    ("Cuộc họp sắp tới (đảng viên)", "member", _of("meeting", "ahead")),
    ("Cuộc họp sắp tới (Bí thư chi bộ)", "secretary", _of("meeting", "ahead")),
    ("Cuộc họp đã xong", "member", _of("meeting", "held")),
    ("Cuộc họp dự thảo", "secretary", _of("meeting", "draft")),
    ("Sửa cuộc họp", "secretary", _of("edit", "ahead")),
    ("Thông báo họp: kiểm tra lại", "secretary", _of("announce", "draft")),
    ("Rút thông báo họp", "secretary", _of("take_back", "ahead")),
    ("Hoãn họp", "secretary", _of("postpone", "ahead")),
    ("Hủy họp", "secretary", _of("cancel", "ahead")),
    ("Chương trình họp", "secretary", _of("agenda", "ahead")),
    ("Chương trình họp: thêm nội dung", "secretary", _of("item_add", "ahead")),
    ("Chương trình họp: sửa nội dung", "secretary", _of("item_edit", "ahead", "item_ahead")),
    ("Tài liệu của nội dung", "secretary", _of("papers", "ahead", "item_ahead")),
    ("Một nội dung họp", "member", _of("item", "ahead", "item_ahead")),
    ("Thành phần dự họp", "secretary", _of("people", "ahead")),
    ("Thành phần: thêm khách mời", "secretary", _of("guest_add", "ahead")),
    ("Đang họp (đảng viên)", "member", _of("now_of", "running")),
    ("Đang họp (Bí thư chi bộ)", "secretary", _of("now_of", "running")),
    ("Điều hành cuộc họp", "secretary", _of("run", "running")),
    ("Điểm danh", "secretary", _of("roll", "running")),
    ("Điểm danh: tờ để ký", "secretary", _of("roll_sheet", "running")),
    ("Mã điểm danh", "secretary", _of("room_code", "running")),
    ("Tự điểm danh", "member", _of("check_in", "running")),
    ("Màn chiếu", "secretary", _of("projector", "running")),
    ("Khai mạc: kiểm tra lại", "secretary", _of("begin", "ahead")),
    ("Bế mạc: kiểm tra lại", "secretary", _of("end", "running")),
    ("Các biểu quyết của cuộc họp", "secretary", _of("votes", "running")),
    ("Thêm biểu quyết: loại việc", "secretary", _of("vote_new", "running")),
    ("Thêm biểu quyết: bầu cử", "secretary", _of("vote_new", "running", loai="election")),
    ("Biểu quyết đang mở", "member", _of("vote", "open_vote")),
    ("Phiếu bầu kín đang mở", "committee", _of("vote", "ballot")),
    ("Điều hành biểu quyết", "secretary", _of("vote_conduct", "open_vote")),
    ("Ghi thay biểu quyết", "secretary", _of("vote_word", "open_vote", "voter")),
    ("Kết thúc biểu quyết: kiểm tra lại", "secretary", _of("vote_close", "open_vote")),
    ("Hủy biểu quyết", "secretary", _of("vote_void", "open_vote")),
    ("Sửa biểu quyết", "secretary", _of("vote_edit", "prepared_vote")),
    ("Kết quả biểu quyết có tên", "member", _of("vote", "by_name")),
    ("Kết quả bỏ phiếu kín", "member", _of("vote", "secret")),
    ("Danh sách mã phiếu", "member", _of("vote_receipts", "secret")),
    ("Kết quả bầu cử trong cuộc họp", "org_department", _of("vote", "elected")),
    ("Biên bản họp (đảng viên)", "member", _of("minutes", "held")),
    ("Biên bản họp (Bí thư chi bộ)", "secretary", _of("minutes", "held")),
    ("Biên bản họp (Ban Tổ chức)", "org_department", _of("minutes", "guests")),
    ("Viết biên bản", "secretary", _of("minutes_write", "unwritten")),
    ("Biên bản: lấy ý kiến", "secretary", _of("minutes_circulate", "unwritten")),
    ("Biên bản: đổi thư ký", "secretary", _of("minutes_clerk", "unwritten")),
    ("Biên bản: phụ lục", "secretary", _of("minutes_annex", "held")),
    ("Trích biên bản", "secretary", _of("extract", "held")),
    ("Kết luận và nhiệm vụ", "secretary", _of("conclusions", "unwritten")),
    ("Ban hành nghị quyết", "secretary", _of("issue", "held", "nghi-quyet")),
    ("Chấm điểm buổi sinh hoạt", "secretary", _of("score", "held")),
    ("Chấm điểm: cấp trên xem", "section", _of("score", "scored")),
    ("Chấm điểm: đồng ý", "section", _of("score_agree", "scored")),
    ("Chấm điểm: trả lại", "section", _of("score_return", "scored")),
    ("Theo dõi sinh hoạt (Ban Tổ chức)", "org_department", _of("board")),
    (
        "Theo dõi sinh hoạt, mở một đảng bộ",
        "org_department",
        lambda g: f"{reverse('meetings:board')}?mo={g.committee.pk}",
    ),
    ("Theo dõi sinh hoạt (Bí thư đảng ủy cơ sở)", "committee", _of("board")),
    ("Chi bộ chưa thông báo họp", "org_department", _of("board_branches", muc="chua-thong-bao")),
    ("Chi bộ chưa họp", "org_department", _of("board_branches", muc="chua-hop")),
    ("Chi bộ chưa khóa biên bản", "org_department", _of("board_branches", muc="chua-bien-ban")),
    ("Đảng viên vắng ba kỳ liền", "org_department", _of("board_branches", muc="vang-ba-ky")),
    (
        "Lịch sinh hoạt các chi bộ",
        "org_department",
        lambda g: f"{reverse('meetings:calendar_above')}?don_vi={g.top.pk}",
    ),
    ("Năm sinh hoạt của chi bộ", "secretary", _unit("year", _year)),
    ("Năm sinh hoạt của chi bộ (Bí thư đảng ủy cơ sở)", "committee", _unit("year", _year)),
    ("Nhập biên bản giấy", "secretary", _unit("old_new")),
    ("Nhiệm vụ của tôi", "member", _task("mine")),
    ("Nhiệm vụ tôi giao", "secretary", lambda g: f"{reverse('assignments:mine')}?phan=giao"),
    ("Một nhiệm vụ", "member", _task("task", "task")),
    ("Nhiệm vụ đã xong", "secretary", _task("task", "done")),
    ("Xác nhận nhiệm vụ", "secretary", _task("confirm", "task")),
    ("Thôi thực hiện nhiệm vụ", "secretary", _task("drop", "task")),
]  # fmt: skip

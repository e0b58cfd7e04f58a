"""What stands in the navigation: one line for each page, with the right by which it is there. A new feature adds its
line here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from congress_reports.selectors.campaigns import follows_campaigns
from delegation.progress import has_units_below
from notifications.selectors import may_answer_anywhere
from orgtree.enums import Right
from orgtree.rights import has_right_anywhere
from orgtree.selectors import units_to_follow
from oversight.messages import may_read_outbox

from .reader import Reader


def everybody(reader: Reader) -> bool:
    return True


def member(reader: Reader) -> bool:
    """Somebody with a record of his own."""
    return reader.branch is not None


def meets(reader: Reader) -> bool:
    """Has a branch, or calls meetings somewhere."""
    return member(reader) or has_right_anywhere(reader.user, Right.HOLD_MEETINGS)


def officer(reader: Reader) -> bool:
    """Holds any role anywhere."""
    return bool(reader.holdings)


def answers_problems(reader: Reader) -> bool:
    return may_answer_anywhere(reader.user)


def holds(right: Right) -> Callable[[Reader], bool]:
    """On at least one unit; which ones, the page itself asks."""
    return lambda reader: has_right_anywhere(reader.user, right)


def decides_on_reports(reader: Reader) -> bool:
    """Of units right below one of his own, or of a top unit itself."""
    return any(
        Right.APPROVE_REPORTS in holding.rights and (holding.rght - holding.lft > 1 or holding.is_top)
        for holding in reader.holdings
    )


def inspects_reports(reader: Reader) -> bool:
    """Looks at what waits below, or decides on it."""
    return decides_on_reports(reader) or has_right_anywhere(reader.user, Right.INSPECT)


def reports_to_approve(reader: Reader) -> int:
    return reader.waiting.more.get("reports.to_approve", 0)


def reports_to_file(reader: Reader) -> int:
    """Sent back, late, due within three days, or laid before the secretary."""
    return sum(reader.waiting.more.get(f"reports.{name}", 0) for name in ("rejected", "late", "soon", "to_confirm"))


def meetings_that_wait(reader: Reader) -> int:
    """Invitations to answer, those who ask leave of the reader's own meetings, minutes to sign."""
    return sum(reader.waiting.more.get(f"meetings.{name}") or 0 for name in ("to_answer", "asking", "to_sign"))


def follows_delegation(reader: Reader) -> bool:
    """Hands rights down or inspects somewhere with units below."""
    return has_units_below(reader.user)


def reads_outbox(reader: Reader) -> bool:
    return may_read_outbox(reader.user)


def follows_reports(reader: Reader) -> bool:
    """Has units below whose reports he follows."""
    return bool(units_to_follow(reader.user))


def runs_campaigns(reader: Reader) -> bool:
    """Sets up the congresses of a unit, or follows them as a whole."""
    return follows_campaigns(reader.user)


def unread(reader: Reader) -> int:
    return reader.waiting.unread


def open_tasks(reader: Reader) -> int:
    """My own that are not done, and those that wait for my confirmation."""
    return reader.waiting.more.get("tasks.mine", 0) + reader.waiting.more.get("tasks.to_confirm", 0)


def open_problems(reader: Reader) -> int:
    return reader.waiting.problems


@dataclass(frozen=True)
class Entry:
    """`area`: beginnings of the names of further views that belong to the entry, the longest one wins. `place` in the
    bottom bar of a phone: 0 for none, 5 only when an earlier place stays free."""

    label: str
    url_name: str
    icon: str
    shown: Callable[[Reader], bool] = everybody
    count: Callable[[Reader], int] | None = None
    area: tuple[str, ...] = ()
    place: int = 0
    short: str = ""

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Duty:
    label: str
    entries: tuple[Entry, ...]


DUTIES = (
    Duty(
        "",
        (
            Entry("Trang chủ", "portal:home", "home", place=1),
            Entry(
                "Sinh hoạt",
                "meetings:list",
                "calendar",
                shown=meets,
                count=meetings_that_wait,
                area=("meetings:",),
                place=2,
            ),
            Entry("Thông báo", "notifications:inbox", "bell", count=unread, area=("notifications:",), place=3),
            Entry(
                "Hồ sơ của tôi",
                "members:me",
                "identification",
                shown=member,
                area=("members:contact", "members:ask_correction"),
                place=4,
                short="Hồ sơ",
            ),
            Entry(
                "Nhiệm vụ",
                "assignments:mine",
                "clipboard-document-check",
                shown=member,
                count=open_tasks,
                area=("assignments:",),
            ),
        ),
    ),
    Duty(
        "Công tác cấp ủy",
        (
            Entry(
                "Đảng viên",
                "members:list",
                "users",
                shown=holds(Right.VIEW),
                area=("members:",),
                place=4,
            ),
            Entry(
                "Nhập danh sách",
                "members:imports",
                "arrow-up-tray",
                shown=holds(Right.MANAGE_MEMBERS),
                area=("members:import",),
            ),
            Entry(
                "Kích hoạt tài khoản",
                "activation:unit",
                "lock-open",
                shown=holds(Right.MANAGE_MEMBERS),
                area=("activation:waiting", "activation:hand_code"),
            ),
            Entry(
                "Phân quyền",
                "delegation:list",
                "key",
                shown=holds(Right.DELEGATE),
                area=("delegation:",),
            ),
            Entry(
                "Tổ chức đảng",
                "orgtree:tree",
                "building-library",
                shown=holds(Right.VIEW),
                area=("orgtree:",),
                place=5,
                short="Tổ chức",
            ),
            Entry(
                "Sinh hoạt chi bộ",
                "meetings:board",
                "table-cells",
                shown=follows_reports,
                area=("meetings:board", "meetings:calendar_above"),
            ),
        ),
    ),
    Duty(
        "Đại hội đảng",
        (
            Entry(
                "Tiến độ đại hội",
                "congress_reports:board",
                "presentation-chart-bar",
                shown=follows_reports,
                area=("congress_reports:board", "congress_reports:export"),
            ),
            Entry(
                "Phân tích đại hội",
                "congress_reports:analysis",
                "chart-pie",
                shown=follows_reports,
                area=("congress_reports:analysis",),
            ),
            Entry(
                "Báo cáo đại hội",
                "congress_reports:mine",
                "document-chart-bar",
                shown=holds(Right.FILE_REPORTS),
                count=reports_to_file,
                area=("congress_reports:",),
            ),
            Entry(
                "Phê duyệt báo cáo",
                "congress_reports:approvals",
                "clipboard-document-check",
                shown=inspects_reports,
                count=reports_to_approve,
                area=("congress_reports:review", "congress_reports:approve"),
            ),
            Entry(
                "Lịch đại hội",
                "congress_reports:schedule",
                "calendar-days",
                shown=holds(Right.VIEW),
                area=("congress_reports:schedule",),
            ),
            Entry(
                "Báo cáo quá hạn",
                "congress_reports:late",
                "clock",
                shown=follows_reports,
                area=("congress_reports:late", "congress_reports:escalate"),
            ),
            Entry(
                "Đợt đại hội",
                "congress_reports:campaigns",
                "flag",
                shown=runs_campaigns,
                area=("congress_reports:campaign",),
            ),
        ),
    ),
    Duty(
        "Theo dõi",
        (
            Entry(
                "Tiến độ phân quyền",
                "delegation:progress",
                "chart-bar",
                shown=follows_delegation,
                area=("delegation:progress",),
            ),
            Entry("Tiến độ xử lý", "jobs:list", "queue-list", shown=officer, area=("jobs:",)),
            Entry(
                "Thư, tin gửi đi",
                "oversight:outbox",
                "paper-airplane",
                shown=reads_outbox,
                area=("oversight:send_again",),
            ),
            Entry("Nhật ký", "oversight:audit", "clipboard-document-list", area=("oversight:",)),
        ),
    ),
    Duty(
        "Trợ giúp",
        (
            Entry("Hướng dẫn", "portal:guides", "book-open", area=("portal:guide",), place=6),
            Entry("Báo vướng mắc", "portal:help", "lifebuoy", area=("portal:help_request",)),
            Entry(
                "Trả lời vướng mắc",
                "portal:help_inbox",
                "chat-bubble-left-right",
                shown=answers_problems,
                count=open_problems,
                area=("portal:help_answer",),
            ),
        ),
    ),
)

ACCOUNT = (
    Entry("Hồ sơ của tôi", "members:me", "identification", shown=member),
    Entry("Tài khoản", "accounts:settings", "cog-6-tooth"),
    Entry("Đổi mật khẩu", "account_change_password", "key"),
    Entry("Chọn thông báo nhận", "notifications:preferences", "bell-alert"),
)

"""What waits on the home page for those who are called and for those who call."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.todo import Todo

from .counts import waiting_meetings


def todos(user: User) -> list[Todo]:
    """Costs no query where the header has counted already. One thing is opened itself, several on their list."""
    counts = waiting_meetings(user)
    found = []
    if number := counts["asking"]:
        found.append(
            Todo(
                f"{number} đồng chí xin vắng",
                "Đồng chí cho phép hoặc đề nghị dự trước giờ họp.",
                reverse("meetings:people", args=[counts["asking_first"]]),
                "Trả lời",
                "now",
                number,
            )
        )
    if number := counts["to_answer"]:
        found.append(
            Todo(
                f"{number} cuộc họp chờ đồng chí trả lời",
                "Đồng chí báo sẽ dự, hoặc xin vắng kèm lý do.",
                _one_or_list(number, counts["to_answer_first"]),
                "Trả lời",
                "now" if counts["to_answer_soon"] else "soon",
                number,
            )
        )
    found += _minutes(counts)
    if number := counts["drafts"]:
        found.append(
            Todo(
                f"{number} cuộc họp chưa thông báo",
                "Đã lập, chưa ai được mời.",
                _one_or_list(number, counts["drafts_first"]),
                "Chuẩn bị tiếp",
                "now" if counts["drafts_soon"] else "soon",
                number,
            )
        )
    if number := counts["missing"]:
        month = timezone.localdate().month
        found.append(
            Todo(
                f"Chưa gọi họp chi bộ tháng {month}" if number == 1 else f"{number} chi bộ chưa gọi họp tháng {month}",
                "Sinh hoạt thường kỳ mỗi tháng một lần.",
                f"{reverse('meetings:list')}?don-vi={counts['missing_first']}",
                "Chuẩn bị",
                "soon",
                number,
            )
        )
    if number := counts["scores"]:
        found.append(
            Todo(
                f"{number} phiếu chấm điểm sinh hoạt chờ cấp trên đồng ý",
                "Chi bộ đã thống nhất điểm; đồng chí đồng ý hoặc trả lại kèm lý do.",
                reverse("meetings:score", args=[counts["scores_first"]]),
                "Xem phiếu",
                "soon",
                number,
            )
        )
    return found


def _minutes(counts: dict[str, int]) -> list[Todo]:
    """Of several the one that has waited longest: when it is done, the next stands here."""

    def todo(name: str, title: str, detail: str, action: str, urgency: str, page: str = "minutes") -> list[Todo]:
        if not (number := counts[name]):
            return []
        url = reverse(f"meetings:{page}", args=[counts[f"{name}_first"]])
        return [Todo(f"{number} {title}", detail, url, action, urgency, number)]

    pressing = "now" if counts["to_write_late"] else "soon"
    return [
        *todo("to_sign", "biên bản chờ đồng chí ký", "Đã hết thời hạn góp ý.", "Đọc và ký", "now"),
        *todo("to_reply", "biên bản có góp ý chờ trả lời", "Trả lời đủ góp ý thì ký được.", "Trả lời", "now"),
        *todo(
            "to_write", "biên bản chưa gửi lấy ý kiến", "Hoàn thành trong 02 ngày sau khi họp.", "Viết tiếp", pressing
        ),
        *todo(
            "on_paper",
            "biên bản giấy chưa đưa vào sổ",
            "Đã tải lên; đồng chí xem lại lần cuối rồi đưa vào sổ.",
            "Xem lại",
            "soon",
            "old_minutes",
        ),
        *todo("to_remark", "biên bản chờ đồng chí góp ý", "Không có gì cần sửa thì không phải làm gì.", "Xem", "later"),
    ]


def _one_or_list(number: int, first: int) -> str:
    return reverse("meetings:meeting", args=[first]) if number == 1 else reverse("meetings:list")

"""What waits on the home page for who files reports and for who decides on them."""

from django.urls import reverse

from accounts.models import User
from common.todo import Todo

from .counts import SOON_DAYS, to_plan, waiting_reports
from .selectors.schedule import PAST

# Column of counts.py → sentence with the number, what it means, action, urgency. `True`: stands on the page to approve.
_WORDS = (
    ("rejected", False, "{} báo cáo đại hội bị từ chối", "Cấp trên đã ghi rõ chỗ cần sửa.", "Xem và sửa", "now"),
    ("late", False, "{} báo cáo đại hội quá hạn", "Đồng chí lập và gửi sớm.", "Xem báo cáo", "now"),
    (
        "to_confirm",
        False,
        "{} báo cáo chờ đồng chí xác nhận",
        "Đã lập xong, chờ bí thư xác nhận rồi gửi.",
        "Xem và gửi",
        "now",
    ),
    ("to_approve", True, "{} báo cáo chờ phê duyệt", "Cấp dưới đã gửi, chờ đồng chí xem xét.", "Xem báo cáo", "now"),
    ("soon", False, "{} báo cáo đại hội sắp đến hạn", f"Còn không quá {SOON_DAYS} ngày.", "Lập báo cáo", "soon"),
    (
        "stale_below",
        True,
        "{} báo cáo cần rà soát lại",
        "Số liệu bên dưới thay đổi sau khi báo cáo được gửi.",
        "Xem báo cáo",
        "soon",
    ),
    (
        "stale",
        False,
        "{} báo cáo đã gửi có số liệu cấp dưới thay đổi",
        "Đồng chí đối chiếu; cần sửa thì đề nghị cấp trên từ chối.",
        "Xem báo cáo",
        "later",
    ),
)


def todos(user: User) -> list[Todo]:
    """Costs no query where the header has counted already."""
    counts = waiting_reports(user)
    mine, approvals = reverse("congress_reports:mine"), reverse("congress_reports:approvals")
    addresses = {"stale_below": f"{approvals}?trang_thai=stale"}
    return [
        Todo(
            title.format(counts[name]),
            detail,
            addresses.get(name, approvals if above else mine),
            action,
            urgency,
            counts[name],
        )
        for name, above, title, detail, action, urgency in _WORDS
        if counts[name]
    ] + _to_plan(user)


def _to_plan(user: User) -> list[Todo]:
    """Days that are not set yet, and congresses of which nobody has said what became of them."""
    one = to_plan(user)
    if one is None:
        return []
    here = f"{reverse('congress_reports:schedule')}?dot={one.campaign_id}&tinh_trang="
    todos = []
    if one.past:
        title = f"{one.past} đại hội đã qua ngày, chưa cập nhật"
        todos.append(Todo(title, "Đồng chí ghi đã tổ chức, hoặc hoãn.", f"{here}{PAST}", "Xem lịch", "soon", one.past))
    if one.undated:
        title = f"{one.undated} đơn vị trực thuộc chưa định ngày đại hội"
        detail = "Đồng chí xếp ngày, giờ, nơi tổ chức."
        todos.append(Todo(title, detail, f"{here}chua-dinh-ngay", "Xếp lịch", "later", one.undated))
    return todos

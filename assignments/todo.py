"""What waits on the home page for who has a task, and for who confirms one."""

from django.urls import reverse

from accounts.models import User
from common.todo import Todo

from .counts import waiting_tasks


def todos(user: User) -> list[Todo]:
    """Costs no query where the header has counted already."""
    counts = waiting_tasks(user)
    late, mine, to_confirm = counts["late"], counts["mine"], counts["to_confirm"]
    here = reverse("assignments:mine")
    found = []
    if late:
        found.append(Todo(f"{late} nhiệm vụ quá hạn", "Đồng chí báo kết quả.", here, "Xem nhiệm vụ", "now", late))
    if mine - late:
        waiting = mine - late
        found.append(
            Todo(f"{waiting} nhiệm vụ đang làm", "Xong thì báo kết quả.", here, "Xem nhiệm vụ", "soon", waiting)
        )
    if to_confirm:
        found.append(
            Todo(
                f"{to_confirm} nhiệm vụ đã báo xong",
                "Chờ đồng chí xác nhận.",
                f"{here}?phan=giao",
                "Xem và xác nhận",
                "soon",
                to_confirm,
            )
        )
    return found

from django.urls import reverse

from accounts.models import User
from common.todo import Todo

from .enums import BatchState, Outcome
from .selectors import waiting_for

_MOST = 20


def todos(user: User) -> list[Todo]:
    """Lists of one's own that wait for confirmation, and rows that were refused and are still to mend. One query."""
    found = []
    for batch in waiting_for(user)[:_MOST]:
        url = reverse("members:import", args=[batch.pk])
        if batch.state == BatchState.CHECKED:
            found.append(
                Todo("Xác nhận danh sách đảng viên", batch.unit.name, url, "Xem và xác nhận", "soon", batch.rows_total)
            )
        else:
            refused = sum(batch.outcomes.get(Outcome.REFUSED, {}).values())
            found.append(
                Todo("Sửa các dòng chưa nhập được", batch.unit.name, f"{url}?loc=bad", "Xem các dòng", "later", refused)
            )
    return found

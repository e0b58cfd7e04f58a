from django.urls import reverse

from accounts.models import User
from common.todo import Todo
from common.ui.numbers import vi_number

from ..selectors.units import managed_units
from .enums import BatchState, Outcome
from .models import ImportBatch
from .selectors import waiting_for

_MOST = 200


def todos(user: User) -> list[Todo]:
    """Lists of one's own that wait for confirmation, and rows that were refused and are still to mend; of several
    lists one line. One query."""
    batches = list(waiting_for(user, managed_units(user))[:_MOST])
    waiting = [batch for batch in batches if batch.state == BatchState.CHECKED]
    to_mend = [batch for batch in batches if batch.state == BatchState.ENTERED]
    return [*_to_confirm(waiting), *_to_mend(to_mend)]


def _to_confirm(batches: list[ImportBatch]) -> list[Todo]:
    if not batches:
        return []
    rows = sum(batch.rows_total for batch in batches)
    if len(batches) > 1:
        text = f"{len(batches)} danh sách, {vi_number(rows)} dòng đã kiểm tra, chưa nhập vào hồ sơ."
        url = f"{reverse('members:imports')}?loc=cho"
        return [Todo("Xác nhận danh sách đảng viên", text, url, "Xem các danh sách", "soon", rows)]
    (batch,) = batches
    text = f"{batch}, {batch.unit.name}: {vi_number(rows)} dòng đã kiểm tra, chưa nhập vào hồ sơ."
    return [Todo("Xác nhận danh sách đảng viên", text, batch.get_absolute_url(), "Xem và xác nhận", "soon", rows)]


def _to_mend(batches: list[ImportBatch]) -> list[Todo]:
    if not batches:
        return []
    rows = sum(sum(batch.outcomes[Outcome.REFUSED].values()) for batch in batches)
    title = f"{vi_number(rows)} dòng danh sách chưa nhập được"
    if len(batches) > 1:
        text = f"{len(batches)} danh sách còn dòng phải sửa rồi gửi lại."
        return [Todo(title, text, f"{reverse('members:imports')}?loc=sua", "Xem các danh sách", "later", rows)]
    (batch,) = batches
    text = f"{batch}, {batch.unit.name}: sửa rồi gửi lại."
    return [Todo(title, text, f"{batch.get_absolute_url()}?loc=bad", "Xem các dòng", "later", rows)]

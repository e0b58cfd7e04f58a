"""What waits on the home page for who holds a role."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.todo import Todo

from .enums import Rest
from .rights import second_factor_due, why_roles_rest


def factor_todos(user: User) -> list[Todo]:
    """The second factor that the holder of a role must turn on in time. No query after that of the holdings."""
    due = second_factor_due(user)
    if due is None or why_roles_rest(user) == Rest.IDENTITY:
        return []
    last = timezone.localtime(due - timedelta(days=1))
    rests = why_roles_rest(user) is not None
    return [
        Todo(
            "Bật xác thực hai lớp",
            "Các vai trò của đồng chí đang tạm dừng vì chưa bật."
            if rests
            else f"Sau ngày {last:%d/%m/%Y}, các vai trò của đồng chí sẽ tạm dừng nếu chưa bật. Mất chừng ba phút.",
            reverse("mfa_index"),
            "Bật ngay",
            "now" if rests or due - timezone.now() < timedelta(days=4) else "soon",
        )
    ]

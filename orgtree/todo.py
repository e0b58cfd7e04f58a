"""What waits on the home page for who holds a role, or hands rights down."""

from datetime import timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.todo import Todo

from .enums import Rest, Right
from .models import OrgUnit
from .rights import has_right_anywhere, second_factor_due, units_where, why_roles_rest
from .selectors import leaderless


def todos(user: User) -> list[Todo]:
    """Units right below where nobody holds the role of secretary yet (letter 001 §1: rights go down step by step).
    One query, and none for who hands nothing down."""
    if not has_right_anywhere(user, Right.DELEGATE):
        return []
    superiors = units_where(user, Right.DELEGATE)
    rows = (
        leaderless(OrgUnit.objects.filter(parent__in=superiors))
        .values("parent_id", "parent__name")
        .annotate(count=Count("pk"))
        .order_by("parent_id")
    )
    return [
        Todo(
            f"{row['count']} đơn vị chưa có vai trò Bí thư",
            f"Trực thuộc {row['parent__name']}, chưa đồng chí nào được giao vai trò Bí thư trên Sổ tay.",
            f"{reverse('orgtree:unit', args=[row['parent_id']])}?bi-thu=chua#truc-thuoc",
            "Xem các đơn vị",
            "soon",
            row["count"],
        )
        for row in rows
    ]


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

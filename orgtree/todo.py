"""What waits on the home page for who hands rights down."""

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from common.todo import Todo

from .enums import Right
from .models import OrgUnit
from .rights import has_right_anywhere, units_where
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

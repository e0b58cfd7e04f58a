"""What waits on the home page for who hands rights down."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.prepared import Prepared
from common.todo import Todo
from common.ui.numbers import vi_number
from orgtree.enums import Reach, Right
from orgtree.models import Grant, OrgUnit
from orgtree.rights import has_right_anywhere, living
from orgtree.selectors import leaderless
from orgtree.services.grants import delegating_roles

from .suggestions import to_give_directly

_SUGGESTED, _LEADERLESS = 0, 1


def _both(user_id: int, today: date):
    """How many suggestions, and how many units right below without the role of secretary."""
    suggested = to_give_directly(user_id, today).order_by().annotate(which=Value(_SUGGESTED))
    delegates = living(
        Grant.objects.filter(
            unit_id=OuterRef("parent_id"), user_id=user_id, role__in=delegating_roles(), reach=Reach.SUBTREE
        ),
        today=today,
    )
    below = leaderless(OrgUnit.objects.filter(Exists(delegates)), today=today)
    units = below.order_by().annotate(which=Value(_LEADERLESS))
    counts = [
        rows.values("which").annotate(number=Count("pk")).values_list("which", "number") for rows in (suggested, units)
    ]
    return counts[0].union(counts[1], all=True)


_BOTH = Prepared(_both, user_id=int, today=date)


def todos(user: User) -> list[Todo]:
    """Roles that the lists call for and that the reader can give at once; where there are none, the units that still
    have nobody (letter 001 §1: rights go down step by step). One query, none for who hands nothing down."""
    if not has_right_anywhere(user, Right.DELEGATE):
        return []
    found = dict(_BOTH.rows(user_id=user.pk, today=timezone.localdate()))
    suggested, units = found.get(_SUGGESTED, 0), found.get(_LEADERLESS, 0)
    if suggested:
        text = "Các đồng chí có chức vụ trong danh sách nhưng chưa được giao vai trò trên Sổ tay."
        if units:
            text += f" {vi_number(units)} đơn vị chưa có vai trò Bí thư."
        url = f"{reverse('delegation:suggestions')}?vai=tat-ca&cap=truc-tiep&vuong=khong"
        return [Todo(f"{vi_number(suggested)} gợi ý phân quyền", text, url, "Xem gợi ý", "soon", suggested)]
    if units:
        text = "Chưa đồng chí nào được giao vai trò Bí thư trên Sổ tay, và danh sách chưa có ai để gợi ý."
        url = f"{reverse('delegation:progress_units')}?muc=con-lai&cap=truc-tiep"
        title = f"{vi_number(units)} đơn vị chưa có vai trò Bí thư"
        return [Todo(title, text, url, "Xem các đơn vị", "soon", units)]
    return []

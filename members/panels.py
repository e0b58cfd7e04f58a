"""What members put on the page of a unit: who holds which post, and the soft checks on posts (domain.md §2.3)."""

from django.db.models import QuerySet

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.panels import Panel, register_home, register_panel, register_warnings
from orgtree.rights import has_right

from .enums import PostCode
from .models import Post

_MOST = 60
_LEADERS = (PostCode.SECRETARY, PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY)
_RANK = {code: rank for rank, code in enumerate(PostCode)}
# From this many official members on a branch elects a committee (domain.md §2.3).
_COMMITTEE_FROM = 9


@register_home
def own_branch(user: User) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(members__account_id=user.pk)


@register_panel
def posts(user: User, unit: OrgUnit) -> Panel:
    """All posts where the reader may view the unit, else only who leads it. One query."""
    held = Post.objects.filter(unit=unit, ends_on=None)
    full = has_right(user, Right.VIEW, unit)
    if not full:
        held = held.filter(code__in=_LEADERS)
    rows = list(held.values("code", "member_id", "member__full_name", "begins_on")[:_MOST])
    for row in rows:
        row["label"] = PostCode(row["code"]).label
    rows.sort(key=lambda row: (_RANK[PostCode(row["code"])], row["member__full_name"]))
    return Panel("members/unit_posts.html", {"rows": rows, "full": full})


@register_warnings
def warn_of_posts(unit: OrgUnit, figures: dict[str, int]) -> list[str]:
    if unit.kind.code in ("group", "group_2026"):
        return []
    codes = list(Post.objects.filter(unit=unit, ends_on=None).values_list("code", flat=True))
    lines = []
    secretaries = codes.count(PostCode.SECRETARY)
    if secretaries != 1:
        lines.append("Chưa có Bí thư." if not secretaries else f"Có {secretaries} Bí thư; mỗi tổ chức chỉ có một.")
    if unit.kind.holds_members:
        has_committee = PostCode.CELL_COMMITTEE_MEMBER in codes
        if figures["official"] >= _COMMITTEE_FROM and not has_committee:
            lines.append(f"Có {figures['official']} đảng viên chính thức nhưng chưa ghi chi ủy viên nào.")
        if figures["official"] < _COMMITTEE_FROM and has_committee:
            lines.append(f"Có dưới {_COMMITTEE_FROM} đảng viên chính thức, không lập chi ủy.")
    return lines

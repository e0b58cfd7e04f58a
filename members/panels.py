"""What members put on the page of a unit: who holds which post, and the soft checks on posts (domain.md §2.3)."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.panels import Panel, register_home, register_panel, register_warnings
from orgtree.rights import has_right

from .enums import POST_RANK, PostCode
from .models import Post, TemporaryStay

_MOST = 100
_LEADERS = (PostCode.SECRETARY, PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY)
_STANDING = (*_LEADERS, PostCode.STANDING_MEMBER)
_COMMITTEE = (*_STANDING, PostCode.COMMITTEE_MEMBER)
# From this many official members on a branch elects a committee (domain.md §2.3).
_COMMITTEE_FROM = 9


@register_home
def own_branch(user: User) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(members__account_id=user.pk)


@register_panel
def posts(user: User, unit: OrgUnit) -> Panel:
    """All posts where the reader may view the unit, else only who leads it. One query."""
    full = has_right(user, Right.VIEW, unit)
    rows = [row for row in _held(unit) if full or row["code"] in _LEADERS]
    return Panel("members/unit_posts.html", {"rows": rows, "full": full})


def _held(unit: OrgUnit) -> list[dict]:
    """Kept on the unit: the panel and the warnings of one page read the same rows."""
    kept = unit.__dict__.get("_posts_held")
    if kept is None:
        posts = Post.objects.filter(unit=unit, ends_on=None).order_by("member__name_sort", "member_id")
        rows = posts.values("code", "member_id", "member__full_name")[:_MOST]
        kept = unit.__dict__["_posts_held"] = [row | {"label": PostCode(row["code"]).label} for row in rows]
        kept.sort(key=lambda row: POST_RANK[row["code"]])
    return kept


@register_panel
def staying(user: User, unit: OrgUnit) -> Panel | None:
    """Who takes part in the meetings here for a time; to who keeps or reads the branch's records. One query."""
    if not unit.kind.holds_members or not has_right(user, Right.VIEW, unit):
        return None
    today = timezone.localdate()
    rows = list(
        TemporaryStay.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), branch=unit)
        .order_by("member__name_sort", "pk")
        .values("member__full_name", "member__branch__name", "begins_on", "ends_on")[:_MOST]
    )
    takes = has_right(user, Right.MANAGE_MEMBERS, unit) and unit.is_open
    return Panel("members/unit_stays.html", {"rows": rows, "takes": takes}) if rows or takes else None


@register_warnings
def warn_of_posts(unit: OrgUnit, figures: dict[str, int]) -> list[str]:
    if unit.kind.code in ("group", "group_2026"):
        return []
    codes = [row["code"] for row in _held(unit)]
    lines = []
    secretaries = codes.count(PostCode.SECRETARY)
    if secretaries != 1:
        lines.append("Chưa có Bí thư." if not secretaries else f"Có {secretaries} Bí thư; mỗi tổ chức chỉ có một.")
    standing, committee = (sum(code in group for code in codes) for group in (_STANDING, _COMMITTEE))
    if PostCode.STANDING_MEMBER in codes and standing * 3 > committee:
        lines.append(f"Ban Thường vụ có {standing} đồng chí, quá một phần ba của {committee} cấp ủy viên.")
    if unit.kind.holds_members:
        has_committee = PostCode.CELL_COMMITTEE_MEMBER in codes
        if figures["official"] >= _COMMITTEE_FROM and not has_committee:
            lines.append(f"Có {figures['official']} đảng viên chính thức nhưng chưa ghi chi ủy viên nào.")
        if figures["official"] < _COMMITTEE_FROM and has_committee:
            lines.append(f"Có dưới {_COMMITTEE_FROM} đảng viên chính thức, không lập chi ủy.")
    return lines

"""Who can see my data (features A9): who has access now and whence, and who opened or took out the record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from audit.models import Entry
from orgtree.enums import ROLES, Reach, Right, Role
from orgtree.models import Grant
from orgtree.rights import living, roles_with

from ..models import ListedMember, Member

INSPECTION = "Ủy ban Kiểm tra"
REMEMBERED = timedelta(days=365)
OPENED = {
    "member.viewed": "Xem hồ sơ",
    "member.revealed": "Xem số định danh, ngày sinh",
    "member.history_viewed": "Xem lịch sử hồ sơ",
    "member.history_exported": "Tải bản trích lịch sử",
    "member.access_viewed": "Xem trang “Ai xem được”",
}
TAKEN_OUT = {
    "members.exported": "Xuất danh sách có đồng chí",
    "members.calls_printed": "Mở danh bạ gọi điện có đồng chí",
    "activation.slips_printed": "In phiếu kích hoạt của đồng chí",
    "reports.calls_printed": "Mở danh sách gọi điện về báo cáo có đồng chí",
}


@dataclass(frozen=True)
class Access:
    """Somebody who can see the record now: by which role, on which unit, given by whom."""

    who: str
    role: str
    unit: str
    reach: str
    sees: str
    since: datetime
    given_by: str


@dataclass(frozen=True)
class Opening:
    at: datetime
    who: str
    what: str


def access_to(member: Member) -> list[Access]:
    """From the nearest unit up. Inspectors appear as their committee. One query."""
    branch = member.branch
    at = Q(unit_id=branch.pk) | Q(unit_id__in=branch.ancestor_ids, reach=Reach.SUBTREE)
    grants = living(Grant.objects.filter(at, role__in=roles_with([Right.VIEW, Right.INSPECT, Right.MANAGE_MEMBERS])))
    grants = grants.exclude(user_id=member.account_id).select_related("user", "unit", "given_by")
    found, inspected = [], set()
    for grant in grants.order_by("-unit__level", "role", "pk"):
        role = Role(grant.role)
        inspects = role == Role.INSPECTOR
        if inspects and grant.unit_id in inspected:
            continue
        if inspects:
            inspected.add(grant.unit_id)
        keeps = Right.MANAGE_MEMBERS in ROLES[role].rights
        found.append(
            Access(
                who=INSPECTION if inspects else grant.user.full_name,
                role=str(role.label),
                unit=grant.unit.name,
                reach=str(Reach(grant.reach).label),
                sees="Toàn bộ hồ sơ" if keeps else "Hồ sơ, trừ số điện thoại, ngày sinh và số định danh",
                since=grant.given_at,
                given_by=grant.given_by.full_name if grant.given_by and not inspects else "",
            )
        )
    return found


def openings_of(member: Member, most: int = 200) -> list[Opening]:
    """Who opened the record or took it out in a list in the last 12 months, newest first. Two queries."""
    since = timezone.now() - REMEMBERED
    listed = list(
        ListedMember.objects.filter(member_id=member.pk).order_by("-entry_id").values_list("entry_id", flat=True)[:most]
    )
    opened = Q(target_type="members.member", target_id=member.pk, action__in=OPENED)
    taken = Q(pk__in=listed, action__in=TAKEN_OUT)
    entries = Entry.objects.filter(opened | taken, at__gte=since).exclude(actor_id=member.account_id)
    words = OPENED | TAKEN_OUT
    return [
        Opening(
            entry.at,
            INSPECTION if entry.detail.get("as") == "inspection" else entry.actor_name,
            words[entry.action],
        )
        for entry in entries.order_by("-id")[:most]
    ]

"""The list of grants: which of them are there for a reader, in which state each is, and whence it comes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import User
from audit.actions import sentence
from audit.models import Entry
from common.text import search_key
from members.enums import PostCode
from members.models import Post
from orgtree.enums import Reach, Right, Role
from orgtree.models import Grant
from orgtree.rights import units_where

from ..conditions import STEP
from ..steps import STEPS, TOP, posts_for

SOON = timedelta(days=30)
_LABEL_OF_POST = dict(PostCode.choices)


@dataclass(frozen=True)
class State:
    """`tone` and `label` of the chip."""

    tone: str
    label: str


STATES = {
    "hieu-luc": State("ok", "Đang hiệu lực"),
    "sap-het": State("wait", "Sắp hết hạn"),
    "chua-bat-dau": State("info", "Chưa bắt đầu"),
    "chua-kich-hoat": State("wait", "Chưa kích hoạt tài khoản"),
    "chua-xac-nhan": State("wait", "Chưa nhập mã vai trò"),
    "het-han": State("idle", "Đã hết hạn"),
    "thu-hoi": State("idle", "Đã thu hồi"),
}
FILTERS = [
    ("", "Chưa thu hồi"),
    *((key, state.label) for key, state in STATES.items()),
    ("chua-hieu-luc", "Chưa có hiệu lực (chưa kích hoạt, chưa xác nhận)"),
    ("het-can-cu", "Hết căn cứ (thôi chức vụ)"),
    ("moi", "Mọi trạng thái"),
]
SORTS = {
    "don-vi": ["unit__tree_id", "unit__lft", "role", "pk"],
    "ten": ["user__member__name_sort", "pk"],
    "vai-tro": ["role", "unit__tree_id", "unit__lft", "pk"],
    "tu-ngay": ["begins_on", "pk"],
}
VALUES = (
    "pk",
    "user_id",
    "user__full_name",
    "user__activated_at",
    "user__identity_confirmed_at",
    "unit_id",
    "unit__name",
    "unit__code",
    "unit__parent_id",
    "role",
    "reach",
    "begins_on",
    "ends_on",
    "given_by__full_name",
    "given_at",
    "given_under__role",
    "given_under__unit__name",
    "given_under__user__full_name",
    "given_under__user_id",
    "given_by_id",
    "instead_of_below",
    "reason",
    "basis",
    "revoked_at",
    "revoked_by__full_name",
    "revoke_reason",
    "kind_above",
    "kind_base",
    "kind_holds",
    "parent_above",
)


def grants_seen_by(user: User) -> QuerySet[Grant]:
    """One's own, those one gave, and those on units that one may view."""
    return Grant.objects.filter(
        Q(user_id=user.pk) | Q(given_by_id=user.pk) | Q(unit__in=units_where(user, Right.VIEW).values("pk"))
    )


def grant_for(user: User, pk: int) -> Grant:
    """Raises Grant.DoesNotExist where it is not there for the reader."""
    units = ("unit__kind", "unit__parent__kind", "user", "given_by", "given_under__user", "given_under__unit")
    return grants_seen_by(user).select_related(*units, "revoked_by", "succeeds__user").get(pk=pk)


def where_state(grants: QuerySet[Grant], state: str, today: date | None = None) -> QuerySet[Grant]:
    """Those in a state of STATES or FILTERS; the same questions as `_state` asks of one row."""
    today = today or timezone.localdate()
    living = grants.filter(Q(ends_on=None) | Q(ends_on__gte=today), revoked_at=None)
    begun = living.filter(begins_on__lte=today)
    confirmed = begun.filter(user__identity_confirmed_at__isnull=False)
    soon = Q(ends_on__isnull=False, ends_on__lte=today + SOON)
    match state:
        case "hieu-luc":
            return confirmed.exclude(soon)
        case "sap-het":
            return confirmed.filter(soon)
        case "chua-bat-dau":
            return living.filter(begins_on__gt=today)
        case "chua-kich-hoat":
            return begun.filter(user__identity_confirmed_at=None, user__activated_at=None)
        case "chua-xac-nhan":
            return begun.filter(user__identity_confirmed_at=None, user__activated_at__isnull=False)
        case "chua-hieu-luc":
            return begun.filter(user__identity_confirmed_at=None)
        case "het-han":
            return grants.filter(revoked_at=None, ends_on__lt=today)
        case "thu-hoi":
            return grants.filter(revoked_at__isnull=False)
        case "het-can-cu":
            return groundless(living)
        case "moi":
            return grants
    return grants.filter(revoked_at=None)


# Written by hand: as a queryset, each role at each step is a condition of its own, and writing them costs four times
# what the page does.
_GROUNDLESS = f"""
    SELECT g.id
    FROM orgtree_grant g
    JOIN orgtree_orgunit u ON u.id = g.unit_id
    JOIN orgtree_unitkind k ON k.id = u.kind_id
    LEFT JOIN orgtree_orgunit p ON p.id = u.parent_id
    LEFT JOIN orgtree_unitkind pk ON pk.id = p.kind_id
    WHERE g.basis <> '' AND g.revoked_at IS NULL AND NOT EXISTS (
        SELECT 1
        FROM members_post o
        JOIN members_member m ON m.id = o.member_id
        JOIN unnest(%s::int[], %s::text[], %s::text[]) AS f(step, code, role)
          ON f.code = o.code AND f.role = g.role
         AND f.step = CASE WHEN u.parent_id IS NULL THEN {TOP} ELSE ({STEP}) END
        WHERE m.account_id = g.user_id AND o.unit_id = g.unit_id AND o.ends_on IS NULL
    )
"""
_FITTING = [(step, code.value, role.value) for role in Role for step in (TOP, *STEPS) for code in posts_for(step, role)]


def groundless(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Received by a post, and no post is held in the unit any more by which the role is received there."""
    return grants.filter(pk__in=RawSQL(_GROUNDLESS, [list(column) for column in zip(*_FITTING, strict=True)]))


def step_is(step: int) -> Q:
    """`steps.step_of` as a condition on Grant."""
    upper = Q(unit__parent__kind__above_grassroots=True)
    first = upper & Q(unit__kind__above_grassroots=True)
    second = upper & Q(unit__kind__above_grassroots=False, unit__kind__is_grassroots=True)
    below = Q(unit__parent__isnull=False) & ~first & ~second
    return {
        0: Q(unit__parent=None),
        1: first,
        2: second,
        3: below & Q(unit__kind__holds_members=False, unit__parent__kind__holds_members=False),
        4: below & Q(unit__kind__holds_members=True),
    }[step]


def values_of(grants: QuerySet[Grant]) -> QuerySet:
    return grants.annotate(
        kind_above=F("unit__kind__above_grassroots"),
        kind_base=F("unit__kind__is_grassroots"),
        kind_holds=F("unit__kind__holds_members"),
        parent_above=F("unit__parent__kind__above_grassroots"),
    ).values(*VALUES)


@dataclass(frozen=True)
class GrantRow:
    """A line of the list."""

    pk: int
    who: str
    unit_id: int
    unit: str
    code: str
    role: str
    step: int
    only_unit: bool
    begins_on: date
    ends_on: date | None
    state: State
    groundless: bool
    source: str
    basis: str
    own: bool


def rows_of(user: User, rows: Iterable[Mapping]) -> list[GrantRow]:
    """One query, for the posts by which roles were received."""
    today, rows = timezone.localdate(), list(rows)
    by_post = {row["user_id"] for row in rows if row["basis"]}
    posts = Post.objects.filter(member__account__in=by_post, ends_on=None) if by_post else Post.objects.none()
    held = set(posts.values_list("member__account_id", "unit_id", "code"))
    return [
        GrantRow(
            pk=row["pk"],
            who=row["user__full_name"],
            unit_id=row["unit_id"],
            unit=row["unit__name"],
            code=row["unit__code"],
            role=str(Role(row["role"]).label),
            step=_step(row),
            only_unit=row["reach"] == Reach.UNIT,
            begins_on=row["begins_on"],
            ends_on=row["ends_on"],
            state=STATES[state_of(row, today)],
            groundless=_has_lost_its_post(row, today, held),
            source=source_of(row),
            basis=basis_of(row["basis"], row["reason"]),
            own=row["user_id"] == user.pk,
        )
        for row in rows
    ]


def row_of(grant: Grant) -> dict:
    """What `values_of` reads, from an instance that `grant_for` has found. No query."""
    unit, parent, under, member = grant.unit, grant.unit.parent, grant.given_under, grant.user
    return {
        "user_id": grant.user_id,
        "user__activated_at": member.activated_at,
        "user__identity_confirmed_at": member.identity_confirmed_at,
        "unit_id": grant.unit_id,
        "unit__parent_id": unit.parent_id,
        "role": grant.role,
        "begins_on": grant.begins_on,
        "ends_on": grant.ends_on,
        "given_by_id": grant.given_by_id,
        "given_by__full_name": grant.given_by.full_name if grant.given_by else None,
        "given_at": grant.given_at,
        "given_under__role": under.role if under else None,
        "given_under__unit__name": under.unit.name if under else None,
        "given_under__user__full_name": under.user.full_name if under else None,
        "given_under__user_id": under.user_id if under else None,
        "instead_of_below": grant.instead_of_below,
        "basis": grant.basis,
        "revoked_at": grant.revoked_at,
        "kind_above": unit.kind.above_grassroots,
        "kind_base": unit.kind.is_grassroots,
        "kind_holds": unit.kind.holds_members,
        "parent_above": parent.kind.above_grassroots if parent else None,
    }


def has_lost_its_post(grant: Grant) -> bool:
    """`groundless` of one. One query, none for a role that was given for a reason."""
    if not grant.basis:
        return False
    posts = Post.objects.filter(member__account=grant.user_id, unit=grant.unit_id, ends_on=None)
    held = {(grant.user_id, grant.unit_id, code) for code in posts.values_list("code", flat=True)}
    return _has_lost_its_post(row_of(grant), timezone.localdate(), held)


def _has_lost_its_post(row: Mapping, today: date, held: set[tuple[int, int, str]]) -> bool:
    over = row["revoked_at"] is not None or (row["ends_on"] and row["ends_on"] < today)
    if over or not row["basis"]:
        return False
    wanted = posts_for(_step(row), Role(row["role"]))
    return not any((row["user_id"], row["unit_id"], code.value) in held for code in wanted)


def state_of(row: Mapping, today: date) -> str:
    if row["revoked_at"] is not None:
        return "thu-hoi"
    if row["ends_on"] and row["ends_on"] < today:
        return "het-han"
    if row["begins_on"] > today:
        return "chua-bat-dau"
    if row["user__identity_confirmed_at"] is None:
        return "chua-kich-hoat" if row["user__activated_at"] is None else "chua-xac-nhan"
    return "sap-het" if row["ends_on"] and row["ends_on"] <= today + SOON else "hieu-luc"


def _step(row: Mapping) -> int:
    if row["unit__parent_id"] is None:
        return 0
    if row["parent_above"] and row["kind_above"]:
        return 1
    if row["parent_above"] and row["kind_base"]:
        return 2
    return 4 if row["kind_holds"] else 3


def source_of(row: Mapping) -> str:
    """Whence the right comes (features A7)."""
    day = f"{timezone.localtime(row['given_at']):%d/%m/%Y}"
    if row["given_by_id"] is None:
        return f"Quản trị hệ thống giao ngày {day}"
    text = f"Đồng chí {row['given_by__full_name']} giao ngày {day}"
    if row["given_under__role"]:
        held = f"{Role(row['given_under__role']).label}, {row['given_under__unit__name']}"
        if row["given_under__user_id"] == row["given_by_id"]:
            text += f", theo vai trò {held}"
        else:
            text += f"; nay theo vai trò {held} của đồng chí {row['given_under__user__full_name']}"
    return text + (", thay cấp dưới" if row["instead_of_below"] else "")


def basis_of(basis: str, reason: str) -> str:
    if basis:
        return f"Chức vụ {_LABEL_OF_POST.get(basis, basis)}"
    return f"Lý do: {reason}" if reason else ""


def name_search(grants: QuerySet[Grant], text: str) -> QuerySet[Grant]:
    """By the words of a name, without accents; accounts without a record by their name as written."""
    condition = Q()
    for word in search_key(text).split():
        condition &= Q(user__member__search_key__contains=word)
    return grants.filter(condition | Q(user__member=None, user__full_name__icontains=text)) if condition else grants


def entries_of(grant: Grant) -> list[dict]:
    """What happened to the grant, the newest first. One query."""
    found = Entry.objects.filter(target_type="orgtree.grant", target_id=grant.pk).order_by("-id")[:60]
    return [
        {
            "time": f"{timezone.localtime(entry.at):%H:%M %d/%m/%Y}",
            "title": entry.actor_name,
            "text": sentence(entry.action, target=entry.target_label, detail=entry.detail),
            "detail": entry.detail.get("reason") or "",
            "tone": {"grant.given": "ok", "grant.revoked": "late", "grant.ended": "late"}.get(entry.action, ""),
        }
        for entry in found
    ]


def below_counts(grant_ids: Iterable[int]) -> dict[int, int]:
    """How many living grants hang directly from each."""
    rows = Grant.objects.filter(given_under__in=list(grant_ids), revoked_at=None).order_by()
    return dict(rows.values_list("given_under").annotate(count=Count("pk")))

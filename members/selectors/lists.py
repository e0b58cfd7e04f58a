"""The list of a unit and all below it: the page, the export and the call list read the same rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from common.addresses import numbered
from common.citizen_id import mask
from common.phones import parse_phone
from common.text import clean, search_key
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import units_where

from .. import fields
from ..enums import COUNTED, POST_RANK, Gender, PostCode, Sight, Standing, Status
from ..models import Member, Post
from ..policies import sight_in
from .records import member_for, members_seen_by, open_posts_of

ANY_POST = "co"
GONE = "da-roi"
EVERYBODY = "tat-ca"
# Bounds of the age bands in years, both included.
AGE_BANDS = {
    "duoi-31": ("Từ 30 tuổi trở xuống", 0, 30),
    "31-40": ("31–40 tuổi", 31, 40),
    "41-50": ("41–50 tuổi", 41, 50),
    "51-60": ("51–60 tuổi", 51, 60),
    "tren-60": ("Trên 60 tuổi", 61, 150),
}
# Word of the address → label; the order stands in `_order`.
SORTS = {"ten": "Tên", "chi-bo": "Chi bộ", "tuoi": "Tuổi đời", "tuoi-dang": "Tuổi đảng"}

_PARTY_SINCE = Coalesce("admission_decision_date", "admission_date")


@dataclass(frozen=True)
class ListFilter:
    """What a list leaves out, in values that may stand in an address; `text` may hold an id or a phone and may not."""

    standing: str = ""
    status: str = ""
    post: str = ""
    activated: str = ""
    gender: str = ""
    age: str = ""
    ethnicity: str = ""
    text: str = field(default="", repr=False)
    sort: str = "ten"
    descending: bool = False

    def words(self) -> str:
        """For the head of an export and for the audit; never the text searched for."""
        said = [
            Standing(self.standing).label if self.standing else "",
            {"": "", GONE: "Đã rời danh sách", EVERYBODY: "Mọi tình trạng"}.get(self.status)
            if self.status in ("", GONE, EVERYBODY)
            else Status(self.status).label,
            {"": "", ANY_POST: "Có chức vụ"}.get(self.post)
            if self.post in ("", ANY_POST)
            else PostCode(self.post).label,
            {"co": "Đã kích hoạt", "chua": "Chưa kích hoạt"}.get(self.activated, ""),
            Gender(self.gender).label if self.gender else "",
            AGE_BANDS[self.age][0] if self.age else "",
            {"thieu-so": "Dân tộc thiểu số", "kinh": "Dân tộc Kinh"}.get(self.ethnicity, ""),
            "có từ tìm kiếm" if self.text else "",
        ]
        return ", ".join(str(word) for word in said if word) or "toàn bộ"


class Placing(NamedTuple):
    """A branch's place in the tree, as a list row carries it."""

    pk: int
    tree_id: int
    lft: int
    rght: int


def scope_for(user: User, unit: OrgUnit) -> Sight | None:
    """How the reader sees the list of a unit: by right, or as a member of that very branch."""
    sight = sight_in(user, unit)
    if sight is None:
        own = member_for(user)
        if own is not None and own.branch_id == unit.pk and own.status in COUNTED:
            return Sight.FELLOW
    return sight


def listed_members(user: User, unit: OrgUnit, sight: Sight, chosen: ListFilter) -> QuerySet[Member]:
    """Members of the unit and of all below that the reader may see, chosen and in order. A fellow of the branch
    neither chooses nor sorts by what he is not told: the order would tell who is older."""
    if sight == Sight.FELLOW:
        chosen = ListFilter(text=chosen.text, descending=chosen.descending and chosen.sort == "ten")
        rows = Member.objects.filter(branch_id=unit.pk)
    else:
        inside = units_where(user, Right.VIEW).filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
        rows = Member.objects.filter(branch__in=inside.values("pk"))
    rows = rows.filter(_condition(chosen))
    exact: list = []
    if chosen.text:
        rows = rows.filter(_found(user, chosen.text, sight))
        if clean(chosen.text).lower() != search_key(chosen.text) and chosen.sort == "ten":
            # Whoever types the accents means them: those names first.
            hit = When(full_name__icontains=clean(chosen.text), then=Value(0))
            rows = rows.annotate(inexact=Case(hit, default=Value(1), output_field=IntegerField()))
            exact = ["inexact"]
    return rows.order_by(*exact, *_order(chosen))


def search_members(user: User, text: str, most: int) -> QuerySet[Member]:
    """Members whose page is there for the reader, by name, card, or (where he keeps the records) id or phone."""
    found = members_seen_by(user).filter(_found(user, text, Sight.READER))
    return found.select_related("branch").order_by("name_sort", "id")[:most]


def _condition(chosen: ListFilter) -> Q:
    condition = {
        "": Q(status__in=COUNTED),
        GONE: ~Q(status__in=COUNTED),
        EVERYBODY: Q(),
    }.get(chosen.status, Q(status=chosen.status))
    if chosen.standing:
        condition &= Q(standing=chosen.standing)
    if chosen.post:
        posts = Post.objects.filter(member_id=OuterRef("pk"), ends_on=None)
        condition &= Q(Exists(posts if chosen.post == ANY_POST else posts.filter(code=chosen.post)))
    if chosen.activated:
        condition &= Q(activated_at__isnull=chosen.activated != "co")
    if chosen.gender:
        condition &= Q(gender=chosen.gender)
    if chosen.age:
        _, least, most = AGE_BANDS[chosen.age]
        condition &= Q(birth_date__lte=_years_ago(least), birth_date__gt=_years_ago(most + 1))
    if chosen.ethnicity:
        majority = Q(ethnicity__iexact="Kinh")
        condition &= majority if chosen.ethnicity == "kinh" else ~majority & ~Q(ethnicity="")
    return condition


def _years_ago(years: int) -> date:
    today = timezone.localdate()
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - years, today.month, day) if years < today.year else date.min


def _found(user: User, text: str, sight: Sight) -> Q:
    """Names by all their words, without accents; cards, and for who keeps the records also ids and phones, whole:
    a part of a number would let a reader guess the rest."""
    digits = "".join(c for c in clean(text) if c not in " .-")
    if digits.lstrip("+").isdecimal() and digits.isascii():
        if sight == Sight.FELLOW:
            return Q(pk=None)
        found = Q(card_number=digits)
        kept = Q(branch__in=units_where(user, Right.MANAGE_MEMBERS).values("pk"))
        if len(digits) == 12:
            found |= kept & Q(account__citizen_id=digits)
        phone = parse_phone(digits)
        if phone:
            found |= kept & Q(phone=phone)
        return found
    condition = Q()
    for word in search_key(text).split():
        condition &= Q(search_key__contains=word)
    return condition if condition else Q(pk=None)


def _order(chosen: ListFilter) -> list:
    by_name = ["name_sort", "id"]
    if chosen.sort == "chi-bo":
        place = [F("branch__tree_id"), F("branch__lft")]
        return [one.desc() if chosen.descending else one.asc() for one in place] + by_name
    if chosen.sort in ("tuoi", "tuoi-dang"):
        # Younger first: the later day first; who has no day comes last either way.
        since = F("birth_date") if chosen.sort == "tuoi" else _PARTY_SINCE
        turned = since.asc(nulls_last=True) if chosen.descending else since.desc(nulls_last=True)
        return [turned, *by_name]
    return ["-name_sort", "-id"] if chosen.descending else by_name


VALUES = (
    "id",
    "account_id",
    "full_name",
    "gender",
    "birth_date",
    "birth_precision",
    "phone",
    "ethnicity",
    "card_number",
    "admission_date",
    "admission_precision",
    "admission_decision_date",
    "official_date",
    "official_precision",
    "standing",
    "status",
    "activated_at",
    "no_smartphone",
    "professional_level",
    "political_theory",
    "branch_id",
    "branch__name",
    "branch__tree_id",
    "branch__lft",
    "branch__rght",
    "account__citizen_id",
)


def rows_of(user: User, found: Iterable[Mapping], sight: Sight, *, open_ids: bool = False) -> list[dict]:
    """Rows of `.values(*VALUES)` as this reader may read them: what he may not see is not in them. `open_ids` shows
    whole citizen ids, where he keeps the record. One query, for the posts."""
    found = list(found)
    posts = open_posts_of(row["id"] for row in found)
    return [_row(user, row, sight, posts.get(row["id"], []), open_ids) for row in found]


def _row(user: User, row: Mapping, sight: Sight, posts: list[Post], open_ids: bool) -> dict:
    branch = Placing(row["branch_id"], row["branch__tree_id"], row["branch__lft"], row["branch__rght"])
    own = row["account_id"] == user.pk
    if sight > Sight.FELLOW:
        sight = Sight.OWN if own else sight_in(user, branch) or sight
    read = {
        "id": row["id"],
        "url": numbered("members:member", row["id"]),
        "name": row["full_name"],
        "branch_id": row["branch_id"],
        "branch": row["branch__name"],
        "posts": posts_in_words(posts, row["branch_id"]),
        "own": own,
        "opens": sight > Sight.FELLOW or own,
    }
    if sight == Sight.FELLOW:
        return read
    named = row | {"citizen_id": row["account__citizen_id"], "branch_name": row["branch__name"]}
    for name in ("gender", "phone", "ethnicity", "card_number", "admission", "official", "standing", "status"):
        read[name] = fields.shown(name, named, sight)
    for name in ("professional_level", "political_theory"):
        read[name] = fields.shown(name, named, sight)
    whole = open_ids and sight >= Sight.OFFICER
    citizen_id = row["account__citizen_id"]
    return read | {
        "citizen_id": citizen_id if whole else mask(citizen_id),
        "birth_year": row["birth_date"].year if row["birth_date"] else "",
        "status_code": row["status"],
        "standing_code": row["standing"],
        "activated": row["activated_at"] is not None,
        "no_smartphone": row["no_smartphone"],
    }


def posts_in_words(posts: list[Post], branch_id: int) -> str:
    """`Bí thư; Đảng ủy viên, Đảng bộ Công ty …`: the unit is named where it is not the member's branch."""
    ordered = sorted(posts, key=lambda post: POST_RANK.get(post.code, 99))
    return "; ".join(
        str(post.get_code_display()) + ("" if post.unit_id == branch_id else f", {post.unit.name}") for post in ordered
    )

"""Roles that the posts in the lists call for and that nobody has given yet: "Bí thư chi bộ X chưa được phân quyền"."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField
from django.utils import timezone

from accounts.models import User
from common.text import search_key
from members.enums import PostCode
from members.models import Post
from orgtree.enums import Role
from orgtree.models import OrgUnit
from orgtree.rights import holdings_of

from .conditions import (
    corresponding,
    fitting,
    giving_conditions,
    obstacle_case,
    rank_case,
    role_case,
    step_case,
)
from .steps import STEPS

# Units of one superior stand together, in the order of the tree, in each the secretary first.
ORDER = ("unit__tree_id", "unit__parent__lft", "unit__lft", "rank", "pk")
VALUES = (
    "id",
    "code",
    "role",
    "rank",
    "step",
    "instead",
    "obstacle",
    "member_id",
    "member__full_name",
    "member__account_id",
    "member__branch_id",
    "member__branch__name",
    "member__account__activated_at",
    "unit_id",
    "unit__name",
    "unit__code",
    "unit__tree_id",
    "unit__lft",
    "unit__level",
    "unit__parent_id",
    "unit__parent__name",
    "unit__parent__lft",
)


@dataclass(frozen=True)
class Choice:
    """What a list of suggestions leaves out, in values that may stand in an address; `text` may hold a name and may
    not."""

    role: str = ""
    unit: int | None = None
    step: int | None = None
    activated: str = ""
    place: str = ""
    hindered: str = ""
    text: str = field(default="", repr=False)

    def words(self) -> str:
        """For the head of a result; never the text searched for."""
        said = [
            f"vai trò {Role(self.role).label}" if self.role else "",
            f"bước {self.step}" if self.step else "",
            {"co": "tài khoản đã kích hoạt", "chua": "tài khoản chưa kích hoạt"}.get(self.activated, ""),
            {"truc-tiep": "đơn vị trực thuộc trực tiếp", "thay": "thay cấp dưới"}.get(self.place, ""),
            "có từ tìm kiếm" if self.text else "",
        ]
        return ", ".join(word for word in said if word)


def suggestions_for(user: User) -> QuerySet[Post]:
    """Posts with the role that they call for, where `user` may give it and their holder has it not. `obstacle` says
    what else stands in the way, "" where nothing does."""
    today = timezone.localdate()
    direct, instead = giving_conditions(user)
    trees = {holding.tree_id for holding in holdings_of(user)}
    standing = Post.objects.filter(
        member_id=OuterRef("member_id"),
        unit_id=OuterRef("unit_id"),
        code=PostCode.STANDING_DEPUTY_SECRETARY,
        ends_on=None,
    )
    return (
        # The trees said plainly: a condition that an index answers, which those below are not.
        Post.objects.filter(ends_on=None, unit__closed_on=None, unit__tree_id__in=trees)
        .annotate(step=step_case("unit__"), role=role_case(), rank=rank_case())
        .filter(fitting())
        .filter(direct | instead)
        # Two posts that call for the same role: the higher one speaks.
        .exclude(Q(code=PostCode.DEPUTY_SECRETARY) & Q(Exists(standing)))
        .filter(~Q(corresponding(today)))
        .annotate(
            instead=Case(When(direct, then=Value(False)), default=Value(True), output_field=BooleanField()),
            obstacle=obstacle_case(user.pk, today),
        )
    )


def chosen_of(found: QuerySet[Post], choice: Choice, unit: OrgUnit | None = None) -> QuerySet[Post]:
    """Those that a reader's choice leaves; `unit` is the one of `choice.unit`, read before."""
    if unit is not None:
        found = found.filter(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    if choice.role:
        found = found.filter(role=choice.role)
    if choice.step:
        found = found.filter(step=choice.step)
    if choice.activated:
        found = found.filter(member__account__activated_at__isnull=choice.activated != "co")
    if choice.place:
        found = found.filter(instead=choice.place == "thay")
    if choice.hindered:
        found = found.filter(obstacle="") if choice.hindered == "khong" else found.exclude(obstacle="")
    for word in search_key(choice.text).split():
        found = found.filter(Q(member__search_key__contains=word) | Q(unit__search_key__contains=word))
    return found


@dataclass(frozen=True)
class Counts:
    """Of one choice: what can be given and what not."""

    free: int
    hindered: int
    instead: int
    by_step: dict[int, int]


def counts_of(found: QuerySet[Post]) -> Counts:
    """One query."""
    is_hindered = Case(When(obstacle="", then=Value(False)), default=Value(True), output_field=BooleanField())
    rows = found.order_by().values("step", "instead", hindered=is_hindered).annotate(number=Count("pk"))
    by_step = dict.fromkeys(STEPS, 0)
    free = hindered = instead = 0
    for row in rows:
        if row["hindered"]:
            hindered += row["number"]
        else:
            free += row["number"]
            by_step[row["step"]] += row["number"]
            instead += row["number"] * row["instead"]
    return Counts(free, hindered, instead, by_step)


def bottom_up(rows: Iterable[dict]) -> list[dict]:
    """The order of giving. The lowest units come first: once a unit's own secretary can act, what is below him is his
    to give and no longer of who stands further up."""
    return sorted(rows, key=lambda row: (-row["unit__level"], row["unit__tree_id"], row["unit__lft"], row["rank"]))

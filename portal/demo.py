"""The people of the demo: members from the lists, given the roles that letter 001 names, each by the one above him."""

import contextlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.private_files import write_private
from common.text import fold
from delegation.eligibility import possible_receivers
from delegation.giving_many import run_giving, selection_of, start_giving
from delegation.services import give as give_role
from delegation.suggestions import ORDER, VALUES, suggestions_for
from members.activation.opening import open_unit
from members.enums import PostCode, Precision, Status
from members.models import Member
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit
from orgtree.selectors import leaderless
from orgtree.services import give_grant

# One committee of the letters' usual shape is shown from top to bottom.
TOP, EMPOWERED, COMMITTEE, OTHER = "DSVN", "DSVN.01", "DSVN.03", "DSVN.06"
OFFICE = "DSVN.02"
# One committee has handed all rights down, one half of them; the rest wait as suggestions.
DONE, HALF = OTHER, "DSVN.07"
# Committees whose branches hold their congresses first, and have their roles for it.
FIRST = (
    "DSVN.08", "DSVN.10", "DSVN.13", "DSVN.15", "DSVN.16", "DSVN.17", "DSVN.22", "DSVN.24", "DSVN.27", "DSVN.29",
    "DSVN.32", "DSVN.35", "DSVN.37", "DSVN.39",
)  # fmt: skip
# Nobody's: reserved for examples.
_MAIL_DOMAIN = "dang-vien.example"
_REASON = "Dữ liệu minh họa của Sổ tay"


@dataclass(frozen=True)
class DemoPerson:
    key: str
    role: str
    name: str
    unit: str
    citizen_id: str
    user_id: int


@dataclass(frozen=True)
class Newcomer:
    """Somebody whose activation is open, with what is asked of him at the first sign-in."""

    name: str
    unit: str
    citizen_id: str
    birth: str
    admission: str


def secret() -> str:
    """The password of the demo people: made once for this installation, kept in var/."""
    return _file("demo-secret").read_text(encoding="utf-8").strip()


def people() -> list[DemoPerson]:
    """Who can be signed in as, from the organisation department down; empty where no demo was loaded."""
    path = _file("demo-people.json")
    if not path.exists():
        return []
    return [DemoPerson(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def newcomers() -> list[Newcomer]:
    """On whom the first sign-in can be tried; empty once it was."""
    path = _file("demo-newcomers.json")
    if not path.exists():
        return []
    found = [Newcomer(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
    open_ids = set(
        User.objects.filter(
            citizen_id__in=[one.citizen_id for one in found],
            activated_at=None,
            activation_closes_at__gt=timezone.now(),
        ).values_list("citizen_id", flat=True)
    )
    return [one for one in found if one.citizen_id in open_ids]


def open_activation(chosen: list[DemoPerson]) -> list[Newcomer]:
    """The secretary opens it for his branch, and for no other: one can see both."""
    secretary = User.objects.get(pk=next(person.user_id for person in chosen if person.key == "secretary"))
    branch = Member.objects.select_related("branch").get(account=secretary).branch
    with contextlib.suppress(RuleViolation):  # nobody of the branch waits any more
        open_unit(unit=branch, actor=secretary)
    waiting = Member.objects.filter(
        branch=branch,
        account__activation_closes_at__isnull=False,
        account__activated_at=None,
        birth_date__isnull=False,
        birth_precision=Precision.DAY,
        admission_date__isnull=False,
        admission_precision=Precision.DAY,
    )
    found = [
        Newcomer(
            member.full_name,
            branch.name,
            member.account.citizen_id,
            f"{member.birth_date:%d/%m/%Y}",
            f"{member.admission_date:%d/%m/%Y}",
        )
        for member in waiting.select_related("account").order_by("pk")[:2]
    ]
    rows = json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1)
    write_private(_file("demo-newcomers.json"), rows)
    return found


@transaction.atomic
def cast() -> list[DemoPerson]:
    """Choose the people, give them their roles step by step, and let them sign in with the demo secret."""
    units = {unit.code: unit for unit in OrgUnit.objects.filter(code__in=[TOP, EMPOWERED, COMMITTEE, OTHER, OFFICE])}
    taken: set[int] = set()

    def pick(unit: OrgUnit, post: PostCode | None = None) -> Member:
        """Somebody of the unit's subtree, the holder of a post in it first; nobody twice."""
        inside = Member.objects.filter(
            branch__tree_id=unit.tree_id, branch__lft__gte=unit.lft, branch__rght__lte=unit.rght
        )
        inside = (
            inside.filter(status=Status.ACTIVE, standing="official").exclude(pk__in=taken).select_related("account")
        )
        holder = inside.filter(posts__unit=unit, posts__code=post, posts__ends_on=None).order_by("pk").first()
        member = holder or inside.filter(posts=None).order_by("pk").first() or inside.order_by("pk").first()
        if member is None:
            raise RuleViolation(f"Không có đảng viên nào ở {unit.name}.")
        taken.add(member.pk)
        return member

    chosen: list[DemoPerson] = []

    def enter(key: str, title: str, member: Member, unit: OrgUnit) -> User:
        user = member.account
        user.set_password(secret())
        user.activated_at = user.identity_confirmed_at = member.activated_at = timezone.now()
        user.save(update_fields=["password", "activated_at", "identity_confirmed_at"])
        member.save(update_fields=["activated_at"])
        chosen.append(DemoPerson(key, title, member.full_name, unit.name, user.citizen_id, user.pk))
        return user

    def give(key: str, title: str, unit: OrgUnit, role: Role, member: Member, giver: User | None) -> User:
        user = enter(key, title, member, unit)
        if giver is None:
            give_grant(user=user, unit=unit, role=role, reason=_REASON, actor=None)
        else:
            give_role(member=member, unit=unit, roles=[role], reason=_REASON, actor=giver)
        return user

    top, committee = units[TOP], units[COMMITTEE]
    department = give("org_department", "Ban Tổ chức", top, Role.ORG_DEPARTMENT, pick(units[OFFICE]), None)
    give("inspector", "Ủy ban Kiểm tra", top, Role.INSPECTOR, pick(units[OFFICE]), None)
    give(
        "empowered",
        "Bí thư đảng bộ được giao quyền",
        units[EMPOWERED],
        Role.SECRETARY,
        pick(units[EMPOWERED], PostCode.SECRETARY),
        department,
    )
    secretary = give(
        "committee", "Bí thư đảng ủy cơ sở", committee, Role.SECRETARY, pick(committee, PostCode.SECRETARY), department
    )
    give("officer", "Cán bộ phụ trách Sổ tay", committee, Role.HANDBOOK_OFFICER, pick(committee), department)
    below, giver = committee, secretary
    section = committee.get_children().filter(kind__code="subcommittee").first()
    if section is not None:
        giver = give(
            "section",
            "Bí thư đảng bộ bộ phận",
            section,
            Role.SECRETARY,
            pick(section, PostCode.SECRETARY),
            secretary,
        )
        below = section
    branch = below.get_children().filter(kind__holds_members=True).first()
    give("secretary", "Bí thư chi bộ", branch, Role.SECRETARY, pick(branch, PostCode.SECRETARY), giver)
    enter("member", "Đảng viên", pick(branch), branch)
    other = give(
        "outsider",
        "Bí thư đảng ủy cơ sở khác",
        units[OTHER],
        Role.SECRETARY,
        pick(units[OTHER], PostCode.SECRETARY),
        department,
    )
    _hand_all_down(units[DONE], other)
    _hand_half_down(OrgUnit.objects.get(code=HALF), department)
    if section is not None:
        _hand_all_down(section, giver)
    _hand_all_down(committee, secretary)
    for code in FIRST:
        _hand_down_from_the_top(OrgUnit.objects.get(code=code), department)
    write_private(
        _file("demo-people.json"), json.dumps([asdict(person) for person in chosen], ensure_ascii=False, indent=1)
    )
    return chosen


def _hand_all_down(committee: OrgUnit, secretary: User, *, used_by: int = 3) -> None:
    """The committee's secretary gives every branch below its own; where the lists name none, one is named with a
    reason. All but every `used_by`-th have begun to use the handbook."""
    _give_suggested(_suggested(secretary, committee), secretary)
    for branch in leaderless(OrgUnit.objects.filter(parent=committee, kind__holds_members=True)):
        member = possible_receivers(branch).exclude(account=secretary).order_by("posts__code", "pk").first()
        if member is not None:
            reason = "Phụ trách chi bộ trong khi khuyết Bí thư"
            give_role(member=member, unit=branch, roles=[Role.SECRETARY], reason=reason, actor=secretary)
    holders = Grant.objects.filter(unit__parent=committee, role=Role.SECRETARY, revoked_at=None)
    holders = holders.filter(user__activated_at=None).order_by("pk")
    _let_in([grant.user_id for number, grant in enumerate(holders) if number % used_by != used_by - 1])


def _hand_down_from_the_top(committee: OrgUnit, department: User) -> None:
    """The department gives the committee's secretary his role, he gives his branches theirs."""
    _give_suggested([row for row in _suggested(department, committee) if row["unit_id"] == committee.pk], department)
    grant = Grant.objects.filter(unit=committee, role=Role.SECRETARY, revoked_at=None).first()
    if grant is not None:
        _let_in([grant.user_id])
        _hand_all_down(committee, User.objects.get(pk=grant.user_id), used_by=8)


def _let_in(user_ids: list[int]) -> None:
    """They have begun to use the handbook; every second one reads letters. One hash serves all: it is one password."""
    now = timezone.now()
    for number, user in enumerate(User.objects.filter(pk__in=user_ids).order_by("pk")):
        user.password = _hash()
        user.activated_at = user.identity_confirmed_at = now
        if number % 2 == 0:
            user.email = f"{'.'.join(fold(user.full_name).split())}.{user.pk}@{_MAIL_DOMAIN}"
        user.save(update_fields=["password", "activated_at", "identity_confirmed_at", "email"])


@lru_cache(maxsize=1)
def _hash() -> str:
    return make_password(secret())


def _hand_half_down(committee: OrgUnit, department: User) -> None:
    """The department gives the committee's own secretary, and in place of him every second one below."""
    rows = _suggested(department, committee)
    _give_suggested(
        [row for number, row in enumerate(rows) if row["unit_id"] == committee.pk or number % 2], department
    )


def _suggested(giver: User, committee: OrgUnit) -> list[dict]:
    found = suggestions_for(giver).filter(
        role=Role.SECRETARY,
        unit__tree_id=committee.tree_id,
        unit__lft__gte=committee.lft,
        unit__rght__lte=committee.rght,
    )
    return list(found.order_by(*ORDER).values(*VALUES))


def _give_suggested(rows: list[dict], giver: User) -> None:
    many = start_giving(selection=selection_of(rows), words="dữ liệu minh họa", actor=giver)
    run_giving(many=many, actor=giver, progress=lambda *told: None)


def _file(name: str) -> Path:
    return settings.VAR / name

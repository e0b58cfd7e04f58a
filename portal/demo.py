"""The people of the demo: members from the lists, given the roles that letter 001 names, each by the one above him."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import RuleViolation
from common.private_files import write_private
from delegation.services import give as hand_down
from members.enums import PostCode, Status
from members.models import Member
from orgtree.enums import Role
from orgtree.models import OrgUnit
from orgtree.services import give_grant

# One committee of the letters' usual shape is shown from top to bottom.
TOP, EMPOWERED, COMMITTEE, OTHER = "DSVN", "DSVN.01", "DSVN.03", "DSVN.06"
OFFICE = "DSVN.02"
_REASON = "Dữ liệu minh họa của Sổ tay"


@dataclass(frozen=True)
class DemoPerson:
    key: str
    role: str
    name: str
    unit: str
    citizen_id: str
    user_id: int


def secret() -> str:
    """The password of the demo people: made once for this installation, kept in var/."""
    return _file("demo-secret").read_text(encoding="utf-8").strip()


def people() -> list[DemoPerson]:
    """Who can be signed in as, from the organisation department down; empty where no demo was loaded."""
    path = _file("demo-people.json")
    if not path.exists():
        return []
    return [DemoPerson(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


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
            hand_down(member=member, unit=unit, roles=[role], reason=_REASON, actor=giver)
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
    give(
        "outsider",
        "Bí thư đảng ủy cơ sở khác",
        units[OTHER],
        Role.SECRETARY,
        pick(units[OTHER], PostCode.SECRETARY),
        department,
    )
    write_private(
        _file("demo-people.json"), json.dumps([asdict(person) for person in chosen], ensure_ascii=False, indent=1)
    )
    return chosen


def _file(name: str) -> Path:
    return settings.VAR / name

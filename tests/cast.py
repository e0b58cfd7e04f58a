"""The cast of every test, in one small tree with all kinds of unit (DESIGN §6)."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from accounts.models import NO_PASSWORD, User
from common.text import name_sort_key, search_key
from members.enums import Gender, Standing, Status
from members.models import Member
from orgtree.enums import Role
from orgtree.models import Grant, OrgUnit, UnitKind
from orgtree.services import create_unit, give_grant

CAST = (
    "visitor",
    "member",
    "secretary",
    "other_secretary",
    "committee",
    "org_department",
    "inspector",
    "outsider",
)


@dataclass
class World:
    """Units and people; `people` holds the member record of each of the cast."""

    top: OrgUnit
    empowered: OrgUnit
    company: OrgUnit
    section: OrgUnit
    branch: OrgUnit
    sister: OrgUnit
    near_branch: OrgUnit
    base_cell: OrgUnit
    other_company: OrgUnit
    other_branch: OrgUnit
    member: User = None
    secretary: User = None
    other_secretary: User = None
    committee: User = None
    org_department: User = None
    inspector: User = None
    outsider: User = None
    people: dict[str, Member] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)

    def user(self, who: str) -> User | None:
        """An account of the cast by name; none for the visitor."""
        return None if who == "visitor" else getattr(self, who)


def make_unit(parent: OrgUnit | None, code: str, name: str, kind: str) -> OrgUnit:
    """A unit founded by the server itself."""
    return create_unit(parent=parent, code=code, name=name, kind=UnitKind.objects.get(code=kind), actor=None)


_next = {"id": 100000}


def make_member(branch: OrgUnit, full_name: str, **given) -> Member:
    """A member with an account that has not been activated; every call takes the next citizen id."""
    _next["id"] += 1
    gender = given.pop("gender", Gender.MALE)
    birth = given.pop("birth_date", date(1985, 3, 14))
    century = {Gender.MALE: 0, Gender.FEMALE: 1}[gender] + (2 if birth.year >= 2000 else 0)
    citizen_id = given.pop("citizen_id", f"001{century}{birth.year % 100:02d}{_next['id']:06d}")
    account = given.pop("account", None) or User.objects.create(
        citizen_id=citizen_id, full_name=full_name, password=NO_PASSWORD, identity_confirmed_at=timezone.now()
    )
    values = {
        "gender": gender,
        "birth_date": birth,
        "phone": "0912" + f"{_next['id']:06d}"[-6:],
        "ethnicity": "Kinh",
        "admission_date": date(2010, 5, 19),
        "official_date": date(2011, 5, 19),
        "standing": Standing.OFFICIAL,
        "status": Status.ACTIVE,
    } | given
    return Member.objects.create(
        account=account,
        branch=branch,
        full_name=full_name,
        name_sort=name_sort_key(full_name),
        search_key=search_key(full_name),
        **values,
    )


def build_world() -> World:
    """Units first, then the people and their grants, each given by the server itself."""
    top = make_unit(None, "T", "Đảng bộ Tổng công ty Thử nghiệm", "upper")
    empowered = make_unit(top, "T.01", "Đảng bộ Công ty Vận tải", "empowered")
    company = make_unit(top, "T.02", "Đảng bộ Công ty Đường sắt Sông Lam", "base_committee")
    section = make_unit(company, "T.02.B1", "Đảng bộ bộ phận Khối Cơ quan", "subcommittee")
    world = World(
        top=top,
        empowered=empowered,
        company=company,
        section=section,
        branch=make_unit(section, "T.02.B1.01", "Chi bộ Ga Bến Thủy", "cell"),
        sister=make_unit(section, "T.02.B1.02", "Chi bộ Ga Quán Hành", "cell"),
        near_branch=make_unit(company, "T.02.90", "Chi bộ Đội Kiến trúc", "cell"),
        base_cell=make_unit(top, "T.61", "Chi bộ Trung tâm Điều hành", "base_cell"),
        other_company=make_unit(empowered, "T.01.01", "Đảng bộ Chi nhánh Toa xe", "base_committee"),
        other_branch=None,
    )
    world.other_branch = make_unit(world.other_company, "T.01.01.01", "Chi bộ Phân xưởng Sửa chữa", "cell")
    people = {
        "member": (world.branch, "Nguyễn Thị Bưởi", Gender.FEMALE),
        "secretary": (world.branch, "Trần Văn Cam", Gender.MALE),
        "other_secretary": (world.sister, "Lê Thị Đào", Gender.FEMALE),
        "committee": (world.near_branch, "Phạm Văn Mận", Gender.MALE),
        "org_department": (world.base_cell, "Hoàng Thị Lê", Gender.FEMALE),
        "inspector": (world.base_cell, "Đỗ Văn Ổi", Gender.MALE),
        "outsider": (world.other_branch, "Vũ Thị Hồng", Gender.FEMALE),
    }
    for who, (branch, name, gender) in people.items():
        world.people[who] = make_member(branch, name, gender=gender)
        setattr(world, who, world.people[who].account)
    for who, unit, role in (
        ("org_department", world.top, Role.ORG_DEPARTMENT),
        ("inspector", world.top, Role.INSPECTOR),
        ("committee", world.company, Role.SECRETARY),
        ("secretary", world.branch, Role.SECRETARY),
        ("other_secretary", world.sister, Role.SECRETARY),
        ("outsider", world.other_company, Role.HANDBOOK_OFFICER),
    ):
        world.grants[who] = give_grant(user=world.user(who), unit=unit, role=role, actor=None)
    return world

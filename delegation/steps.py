"""The four steps of letter 001 §1, and by which post a role is received at each (domain.md §2.5)."""

from members.enums import PostCode
from orgtree.enums import Role
from orgtree.models import OrgUnit

TOP = 0  # the organisation department keeps the accounts of the system
TO_EMPOWERED = 1
TO_GRASSROOTS = 2
TO_SECTION = 3
TO_BRANCH = 4
NO_STEP = -1  # a party group: it works within its branch, no right is handed down to it
STEPS = (TO_EMPOWERED, TO_GRASSROOTS, TO_SECTION, TO_BRANCH)

LABELS = {
    NO_STEP: "không thuộc bước nào",
    TOP: "cấp cao nhất",
    TO_EMPOWERED: "bước 1: đảng bộ được giao quyền cấp trên cơ sở",
    TO_GRASSROOTS: "bước 2: đảng bộ, chi bộ cơ sở",
    TO_SECTION: "bước 3: đảng bộ bộ phận",
    TO_BRANCH: "bước 4: chi bộ trực thuộc",
}

_DEPUTIES = frozenset({PostCode.STANDING_DEPUTY_SECRETARY, PostCode.DEPUTY_SECRETARY})
_LEADERS = _DEPUTIES | {PostCode.SECRETARY}
_OFFICE = frozenset({PostCode.HANDBOOK_OFFICER, PostCode.OFFICE_HEAD, PostCode.OFFICE_VICE_HEAD})
_INSPECTION = frozenset({PostCode.INSPECTION_CHAIR, PostCode.INSPECTION_VICE_CHAIR, PostCode.INSPECTION_MEMBER})
_COMMITTEE = frozenset({PostCode.STANDING_MEMBER, PostCode.COMMITTEE_MEMBER})
_ORG_DEPARTMENT = frozenset({PostCode.ORG_DEPT_HEAD, PostCode.ORG_DEPT_VICE_HEAD})

# Who leads receives the role of his post; the office's role also any other post that the letter names at the step.
_LEADING = {Role.SECRETARY: frozenset({PostCode.SECRETARY}), Role.DEPUTY_SECRETARY: _DEPUTIES}
_GRASSROOTS = _LEADING | {Role.HANDBOOK_OFFICER: _LEADERS | _OFFICE, Role.INSPECTOR: _INSPECTION}
_POSTS: dict[int, dict[Role, frozenset[PostCode]]] = {
    TOP: _GRASSROOTS | {Role.ORG_DEPARTMENT: _ORG_DEPARTMENT, Role.COMMITTEE_MEMBER: _COMMITTEE},
    TO_EMPOWERED: _GRASSROOTS,
    TO_GRASSROOTS: _GRASSROOTS,
    TO_SECTION: _LEADING | {Role.HANDBOOK_OFFICER: _LEADERS},
    TO_BRANCH: _LEADING
    | {
        Role.HANDBOOK_OFFICER: _LEADERS | {PostCode.CELL_COMMITTEE_MEMBER},
        Role.COMMITTEE_MEMBER: _LEADERS | {PostCode.CELL_COMMITTEE_MEMBER},
    },
}


def step_of(unit: OrgUnit) -> int:
    """From the unit's place: a grassroots organisation is one only where nothing grassroots stands above it (the
    model of 2026 calls every branch "chi bộ"). Reads `kind` and `parent__kind`: select them for lists."""
    if unit.parent is None:
        return TOP
    below_upper = unit.parent.kind.above_grassroots
    if below_upper and unit.kind.above_grassroots:
        return TO_EMPOWERED
    if below_upper and unit.kind.is_grassroots:
        return TO_GRASSROOTS
    if unit.kind.holds_members:
        return TO_BRANCH
    return NO_STEP if unit.parent.kind.holds_members else TO_SECTION


def posts_for(step: int, role: Role) -> frozenset[PostCode]:
    """The posts in the unit itself by which `role` is received there without giving a reason."""
    return _POSTS.get(step, {}).get(role, frozenset())


def posts_named(step: int) -> frozenset[PostCode]:
    """All posts that the letter names at the step, for whatever role."""
    return frozenset().union(*_POSTS.get(step, {}).values())


def step_label(step: int) -> str:
    return LABELS[step]


def step_short(step: int) -> str:
    return LABELS[step].partition(":")[0]

"""Who holds what in one unit, and whence (features A7), for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from orgtree.enums import ROLES, Reach, Right, Role
from orgtree.models import Grant, OrgUnit
from orgtree.rights import holdings_of
from orgtree.services.grants import giving_holding

from ..services.automatic import not_over
from ..steps import NO_STEP, step_of
from .grants import STATES, State, state_of, values_of

_ORDER = {role: place for place, role in enumerate(Role)}
_IN_FORCE = ("hieu-luc", "sap-het")


@dataclass(frozen=True)
class HeldRole:
    """A grant that counts on the unit, with its source."""

    grant_id: int
    who: str
    role: str
    here: bool
    unit: str
    given_by: str
    begins_on: date
    ends_on: date | None
    instead_of_below: bool
    state: State

    @property
    def sentence(self) -> str:
        where = "" if self.here else f" tại {self.unit} (cấp trên, có hiệu lực cả ở đây)"
        instead = ", thay cấp dưới" if self.instead_of_below else ""
        until = f", đến {self.ends_on:%d/%m/%Y}" if self.ends_on else ""
        return (
            f"Đồng chí {self.who} giữ vai trò {self.role}{where}, "
            f"do {self.given_by} giao ngày {self.begins_on:%d/%m/%Y}{instead}{until}."
        )


@dataclass(frozen=True)
class UnitRoles:
    """`here`: held in the unit itself, also those without effect yet; `above`: in force here from above."""

    here: tuple[HeldRole, ...]
    above: tuple[HeldRole, ...]
    has_secretary: bool
    may_give: bool


def roles_in(user: User, unit: OrgUnit) -> UnitRoles:
    """One query."""
    today = timezone.localdate()
    grants = not_over(Grant.objects.filter(unit__in=[unit.pk, *unit.ancestor_ids]), today)
    grants = grants.filter(unit__closed_on=None, user__is_active=True) if unit.is_open else grants.none()
    found = list(values_of(grants.order_by("-unit__level", "pk")))
    found.sort(key=lambda row: (_place(row, unit), _ORDER[Role(row["role"])], row["user__full_name"]))
    here = [row for row in found if row["unit_id"] == unit.pk]
    above = [
        row
        for row in found
        if row["unit_id"] != unit.pk and row["reach"] == Reach.SUBTREE and state_of(row, today) in _IN_FORCE
    ]
    return UnitRoles(
        here=tuple(_held(row, unit, today) for row in here),
        above=tuple(_held(row, unit, today) for row in above),
        has_secretary=any(row["role"] == Role.SECRETARY for row in here),
        may_give=unit.is_open and step_of(unit) != NO_STEP and _may_give(user, unit, found, today),
    )


def _place(row: Mapping, unit: OrgUnit) -> int:
    """The unit itself first, then from the nearest up."""
    return -1 if row["unit_id"] == unit.pk else -unit.ancestor_ids.index(row["unit_id"])


def _held(row: Mapping, unit: OrgUnit, today: date) -> HeldRole:
    return HeldRole(
        grant_id=row["pk"],
        who=row["user__full_name"],
        role=str(Role(row["role"]).label),
        here=row["unit_id"] == unit.pk,
        unit=row["unit__name"],
        given_by=f"đồng chí {row['given_by__full_name']}" if row["given_by_id"] else "quản trị hệ thống",
        begins_on=row["begins_on"],
        ends_on=row["ends_on"],
        instead_of_below=row["instead_of_below"],
        state=STATES[state_of(row, today)],
    )


def _may_give(user: User, unit: OrgUnit, rows: list[Mapping], today: date) -> bool:
    """`policies.may_give_in`, from what was read already."""
    if any(giving_holding(user, unit, role) for role in Role):
        return True
    givers = [
        row
        for row in rows
        if row["unit_id"] == unit.parent_id
        and Right.DELEGATE in ROLES[Role(row["role"])].rights
        and state_of(row, today) in _IN_FORCE
    ]
    return not givers and any(
        one.role == Role.ORG_DEPARTMENT
        and one.reach == Reach.SUBTREE
        and Right.DELEGATE in one.rights
        and one.unit_id in unit.ancestor_ids
        for one in holdings_of(user)
    )

"""Who reads this page, in which units he may work, and in which of them he works now."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User
from notifications.selectors import Waiting, waiting_for
from orgtree.rights import Holding, holdings_of

from .selectors import Branch, own_branch

_SESSION_KEY = "unit"


@dataclass(frozen=True)
class WorkUnit:
    """A unit in which the reader holds roles, or his own branch."""

    id: int
    name: str
    roles: str
    held: bool


class Reader:
    """Each fact is read when it is first asked for, at most once in a request."""

    def __init__(self, user: User, session: SessionBase) -> None:
        self.user = user
        self._session = session

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        return holdings_of(self.user)

    @cached_property
    def branch(self) -> Branch | None:
        """Where he is a member; nothing for an account without a record."""
        return own_branch(self.user)

    @cached_property
    def waiting(self) -> Waiting:
        return waiting_for(self.user)

    @cached_property
    def units(self) -> list[WorkUnit]:
        """Units of his grants from the top down, then his own branch."""
        roles: dict[int, list[str]] = {}
        names: dict[int, str] = {}
        for holding in self.holdings:
            roles.setdefault(holding.unit_id, []).append(holding.role.label)
            names[holding.unit_id] = holding.unit_name
        units = [WorkUnit(pk, names[pk], ", ".join(held), True) for pk, held in roles.items()]
        if self.branch and self.branch.id not in roles:
            units.append(WorkUnit(self.branch.id, self.branch.name, "Đảng viên", False))
        return units

    @cached_property
    def unit(self) -> WorkUnit | None:
        """The one chosen, as long as he still holds it; else the first."""
        chosen = self._session.get(_SESSION_KEY)
        return next((unit for unit in self.units if unit.id == chosen), self.units[0] if self.units else None)

    def choose(self, unit_id: int) -> WorkUnit | None:
        """Keep the unit for this session; nothing happens for a unit that is not his."""
        found = next((unit for unit in self.units if unit.id == unit_id), None)
        if found:
            self._session[_SESSION_KEY] = found.id
            self.__dict__.pop("unit", None)
        return found


def reader_of(request) -> Reader:
    """The reader of this request, the same object for the view and the navigation."""
    kept = getattr(request, "reader", None)
    if kept is None or kept.user != request.user:
        kept = request.reader = Reader(request.user, request.session)
    return kept

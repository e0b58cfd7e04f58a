"""The shape of what `templates/base.html` draws around every page; a context processor fills it as `nav`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; `icon` is the name of a heroicon, `count` is shown when it is not 0."""

    label: str
    url: str
    icon: str = ""
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one duty; the first group of a reader has no label."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in which the reader holds a role and may choose to work."""

    id: int
    name: str
    role: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Navigation:
    """All addresses are ready to print; an empty one hides its entry.

    `reader` is an opaque word, the same at each visit of one account and different for another
    account: text kept in the browser after a time-out is given back to this reader only.
    """

    groups: tuple[Group, ...] = ()
    bottom: tuple[Item, ...] = ()
    units: tuple[Unit, ...] = ()
    account: tuple[Item, ...] = ()
    person: str = ""
    reader: str = ""
    owner: str = ""
    home_url: str = "/"
    search_url: str = ""
    inbox_url: str = ""
    switch_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    guide_url: str = ""
    problem_url: str = ""
    more_url: str = ""
    unread: int = 0
    hotline: str = ""

    @property
    def unit(self) -> Unit | None:
        """The unit in which the reader works now."""
        return next((unit for unit in self.units if unit.current), self.units[0] if self.units else None)


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumbs; the last one has no address."""

    label: str
    url: str = ""

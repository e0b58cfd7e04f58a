"""What `templates/base.html` draws around a page, from the lines of `entries`."""

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject

from common.ui.nav import Group, Item, Navigation, Unit

from .entries import ACCOUNT, DUTIES, Entry
from .reader import Reader, reader_of

# The phone's bar has five places; the last one opens the rest.
_PLACES = 4


def navigation(request: HttpRequest) -> dict:
    """Context processor: `nav`, made when a template first asks for it: two or three queries, none for a visitor."""
    return {"nav": SimpleLazyObject(lambda: navigation_of(request))}


def navigation_of(request: HttpRequest) -> Navigation:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Navigation(sign_in_url=_address("account_login"), hotline=settings.HOTLINE)
    reader = reader_of(request)
    current = _current(request)
    return Navigation(
        groups=tuple(
            Group(duty.label, items)
            for duty in DUTIES
            if (items := tuple(_item(entry, reader, current) for entry in duty.entries if entry.shown(reader)))
        ),
        bottom=_bottom(reader, current),
        units=tuple(Unit(unit.id, unit.name, unit.roles, unit == reader.unit) for unit in reader.units),
        account=tuple(_item(entry, reader, current) for entry in ACCOUNT if entry.shown(reader)),
        person=user.full_name,
        reader=salted_hmac("portal.navigation", str(user.pk)).hexdigest()[:16],
        home_url=_address("portal:home"),
        search_url=_address("portal:search"),
        inbox_url=_address("notifications:inbox"),
        switch_url=_address("portal:switch_unit"),
        sign_out_url=_address("account_logout"),
        guide_url=_address("portal:guides"),
        problem_url=f"{_address('portal:help')}?trang={quote(request.path)}",
        more_url=_address("portal:more"),
        unread=reader.waiting.unread,
        hotline=settings.HOTLINE,
    )


def _bottom(reader: Reader, current: Entry | None) -> tuple[Item, ...]:
    """One entry for each place; of two for one place the later line, which is that of the higher duty."""
    chosen = {entry.place: entry for duty in DUTIES for entry in duty.entries if entry.place and entry.shown(reader)}
    return tuple(_item(chosen[place], reader, current, short=True) for place in sorted(chosen)[:_PLACES])


def _item(entry: Entry, reader: Reader, current: Entry | None, *, short: bool = False) -> Item:
    return Item(
        label=(entry.short if short else "") or entry.label,
        url=entry.url,
        icon=entry.icon,
        count=entry.count(reader) if entry.count else 0,
        current=entry is current,
    )


def _current(request: HttpRequest) -> Entry | None:
    """The entry to which the open page belongs."""
    match = request.resolver_match
    return _entry_of(match.view_name) if match else None


@lru_cache(maxsize=64)
def _address(url_name: str) -> str:
    return reverse(url_name)


def words_of(path: str) -> str:
    """A path as the entry of the navigation to which it belongs; the path itself where there is none."""
    try:
        entry = _entry_of(resolve(path).view_name)
    except Resolver404:
        entry = None
    return entry.label if entry else path


@lru_cache(maxsize=512)
def _entry_of(view_name: str) -> Entry | None:
    entries = [entry for duty in DUTIES for entry in duty.entries]
    for entry in entries:
        if entry.url_name == view_name:
            return entry
    within = [(len(start), entry) for entry in entries for start in entry.area if view_name.startswith(start)]
    return max(within, key=lambda pair: pair[0])[1] if within else None

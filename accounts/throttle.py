"""Wrong tries slow the next ones down; nobody is ever locked out (ASVS 6.3.1). All doors share these counts: password,
dates and code of the first sign-in, code of a role, code of a lost password.

Only failures count. A place is taken before the try is looked at and given back when it was right: else a hundred
guesses sent at once would all be looked at."""

import ipaddress
import math
import time
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from common import request_context

from .known_devices import device_of

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    """At most `most` failures in an hour (or other time), counted from the first one."""

    name: str
    most: int
    seconds: int = HOUR


ACCOUNT_AT_ADDRESS = Limit("account-address", 5)
ACCOUNT = Limit("account", 20)
# A hall full of people signs in from one address.
ADDRESS = Limit("address", 100)
# A device on which the owner has signed in before has a count of its own and no other: neither strangers who guess from
# everywhere nor the neighbours in the hall can stop it.
ACCOUNT_ON_DEVICE = Limit("account-device", 5)
# Two dates are few possibilities where the record knows one of them by its year alone (14,600), and activation is open
# for weeks: twenty tries an hour would come through half of them.
DATES_OF_ACCOUNT = Limit("account-dates", 40, 24 * HOUR)


class TooManyFailures(Exception):
    """Raised with the seconds after which the next try is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def words(self) -> str:
        again = timezone.localtime(timezone.now() + timedelta(seconds=self.seconds))
        return (
            "Đã có nhiều lần nhập sai. Để bảo vệ tài khoản, hệ thống tạm dừng một lúc. "
            f"Mời đồng chí thử lại sau {math.ceil(self.seconds / 60)} phút (từ {again:%H:%M})."
        )


class Attempt:
    """One try at any door; `account` is the number that was typed, known or not, `device` the mark of a device that
    this account knows (`known_devices.device_of`)."""

    def __init__(self, account: str, address: str, device: str = "", *, besides: Limit | None = None) -> None:
        self._places = [(ACCOUNT_ON_DEVICE, _key(ACCOUNT_ON_DEVICE, f"{account}|{device}"))]
        if not device:
            self._places = _places(account, address)
        if besides is not None:
            self._places = [*self._places, (besides, _key(besides, account))]
        self._taken: list[str] = []

    def begin(self) -> None:
        """Take a place in every count; raises TooManyFailures, and counts nothing, when one is full."""
        for limit, key in self._places:
            ends = time.time() + limit.seconds
            cache.add(f"{key}:until", ends, limit.seconds)
            cache.add(key, 0, limit.seconds)
            try:
                count = cache.incr(key)
            except ValueError:  # ran out between the two
                cache.set(key, 1, limit.seconds)
                count = 1
            self._taken.append(key)
            if count > limit.most:
                self.give_back()
                until = cache.get(f"{key}:until") or ends
                raise TooManyFailures(max(1, math.ceil(until - time.time())))

    def give_back(self) -> None:
        """The try was right: it does not count."""
        for key in self._taken:
            _lower(key, 1)
        self._taken = []


def attempt_of(request: HttpRequest, account: str, *, besides: Limit | None = None) -> Attempt:
    """The attempt that this request makes on the account of that number, known or not; `besides`: a count of this door
    alone, of which nothing is forgiven."""
    return Attempt(account, request_context.current().address, device_of(request, account), besides=besides)


def forgive(account: str, address: str, device: str = "") -> None:
    """The owner has come in: his own wrong tries at this address count no more, neither for him nor for the others in
    the hall. Only at the end of a sign-in, never for a first step of several: whoever knows the password could
    otherwise guess the second factor without end."""
    here, *wider = [key for _, key in _places(account, address)]
    failures = cache.get(here) or 0
    keys = [here, f"{here}:until"]
    if device:
        mine = _key(ACCOUNT_ON_DEVICE, f"{account}|{device}")
        keys += [mine, f"{mine}:until"]
    cache.delete_many(keys)
    if failures > 0:
        for key in wider:
            _lower(key, failures)


def _places(account: str, address: str) -> list[tuple[Limit, str]]:
    address = _network(address)
    return [
        (ACCOUNT_AT_ADDRESS, _key(ACCOUNT_AT_ADDRESS, f"{account}|{address}")),
        (ACCOUNT, _key(ACCOUNT, account)),
        (ADDRESS, _key(ADDRESS, address)),
    ]


def _lower(key: str, by: int) -> None:
    try:
        if cache.decr(key, by) < 0:  # the hour of one count began later than that of another
            cache.incr(key, by)
    except ValueError:  # ran out meanwhile
        pass


def _network(address: str) -> str:
    """One customer of a provider has 2^64 addresses of IPv6."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if read.version == 4:
        return address
    # A server that listens on both kinds sees IPv4 so: neither two counts for one, nor one for everybody.
    return str(read.ipv4_mapped or ipaddress.ip_network(f"{address}/64", strict=False))


def _key(limit: Limit, what: str) -> str:
    """A citizen id has few digits: a plain hash of it could be guessed back."""
    return f"sign-in:{limit.name}:{salted_hmac('accounts.throttle', what, algorithm='sha256').hexdigest()[:32]}"

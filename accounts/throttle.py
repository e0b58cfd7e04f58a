"""Wrong passwords slow the next tries down; nobody is ever locked out (ASVS 6.3.1).

Only failures count. A place is taken before the password is looked at and given back when it was right: else a
hundred guesses sent at once would all be looked at."""

import ipaddress
import math
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    """At most `most` failures in an hour, counted from the first one."""

    name: str
    most: int


ACCOUNT_AT_ADDRESS = Limit("account-address", 5)
ACCOUNT = Limit("account", 20)
# A hall full of people signs in from one address.
ADDRESS = Limit("address", 100)


class TooManyFailures(Exception):
    """Raised with the seconds after which the next try is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Attempt:
    """One try with a password; `account` is what was typed, known or not."""

    def __init__(self, account: str, address: str) -> None:
        address = _network(address)
        self._places = [
            (ACCOUNT_AT_ADDRESS, _key(ACCOUNT_AT_ADDRESS, f"{account}|{address}")),
            (ACCOUNT, _key(ACCOUNT, account)),
            (ADDRESS, _key(ADDRESS, address)),
        ]
        self._taken: list[str] = []

    def begin(self) -> None:
        """Take a place in every count; raises TooManyFailures, and counts nothing, when one is full."""
        for limit, key in self._places:
            ends = time.time() + HOUR
            cache.add(f"{key}:until", ends, HOUR)
            cache.add(key, 0, HOUR)
            try:
                count = cache.incr(key)
            except ValueError:  # ran out between the two
                cache.set(key, 1, HOUR)
                count = 1
            self._taken.append(key)
            if count > limit.most:
                self.give_back()
                until = cache.get(f"{key}:until") or ends
                raise TooManyFailures(max(1, math.ceil(until - time.time())))

    def give_back(self) -> None:
        """The password was right: this try does not count."""
        for key in self._taken:
            try:
                cache.decr(key)
            except ValueError:  # ran out meanwhile
                continue
        self._taken = []


def _network(address: str) -> str:
    """One customer of a provider has 2^64 addresses of IPv6."""
    try:
        if ipaddress.ip_address(address).version == 6:
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        return "unknown"
    return address


def _key(limit: Limit, what: str) -> str:
    """A citizen id has few digits: a plain hash of it could be guessed back."""
    return f"sign-in:{limit.name}:{salted_hmac('accounts.throttle', what, algorithm='sha256').hexdigest()[:32]}"
